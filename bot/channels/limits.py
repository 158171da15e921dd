"""How much one caller may ask for: size and time of a request, turns of one conversation and calls from one address.

A limit never keeps a warning sign from being screened: a conversation that is too quick is refused by the guard after the
screen, with whom to phone; an address that is far too quick hears the same in the refusal.
"""
import ipaddress
import os
import time
from collections import OrderedDict
from typing import Any, Callable, Mapping, Optional

from sanic import Sanic, response
from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse

BODY_BYTES = 1024 * 1024  # far more than a message taken, so that whoever pastes a whole letter still hears whom to phone
_REQUEST_SECONDS = 10  # to send the request; a caller that sends a byte a minute holds no connection
_RESPONSE_SECONDS = 30
_REMEMBERED = 20_000

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class LimitError(Exception):
    """A setting of the limits is no number above zero."""


class Limit:
    """A token bucket for each key: `burst` at once, then `a_minute` a minute (`burst` unless told).

    In memory, for each server process: a limit against haste, not against floods.
    """

    def __init__(self, burst: float, a_minute: Optional[float] = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = float(burst), (a_minute or burst) / 60, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """0 where `key` may have one more now (which is counted), else the seconds until it may."""
        now = self._clock()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate

    def allows(self, key: str) -> bool:
        """May `key` have one more now? Counts it if so."""
        return self.wait(key) == 0


def session_limit(environ: Mapping[str, str] = os.environ) -> float:
    """Turns a minute of one conversation, from SESSION_LIMIT or 60. Raises LimitError."""
    return _number("SESSION_LIMIT", environ.get("SESSION_LIMIT", ""), 60.0)


def address_limit(environ: Mapping[str, str] = os.environ) -> float:
    """Calls a minute from one address, from ADDRESS_LIMIT or 1200: a hospital's patients may share one. Raises LimitError."""
    return _number("ADDRESS_LIMIT", environ.get("ADDRESS_LIMIT", ""), 1200.0)


def _number(name: str, given: str, default: float) -> float:
    try:
        value = float(given) if given.strip() else default
    except ValueError:
        value = 0.0
    if not 1 <= value < float("inf"):
        raise LimitError(f"{name} has the value '{given}'; expected a number of times a minute, 1 or more")
    return value


def caller(request: Any) -> Optional[str]:
    """The caller's address: the peer's, or what the proxy on this machine last forwarded. None for this machine itself."""
    forwarded = request.headers.get("x-forwarded-for", "").split(",")[-1].strip() or request.headers.get("x-real-ip", "").strip()
    try:
        peer = ipaddress.ip_address(request.ip)
        if not peer.is_loopback:
            return str(peer)
        return str(ipaddress.ip_address(forwarded)) if forwarded else None
    except ValueError:
        return forwarded[:64] or request.ip or "unknown"


def limit_requests(app: Sanic, refusal: Callable[[str], str]) -> None:
    """Give the server its limits and every answer its security headers. `refusal` says whom to phone, by the reason."""
    app.config.REQUEST_MAX_SIZE = BODY_BYTES
    app.config.REQUEST_TIMEOUT = _REQUEST_SECONDS
    app.config.RESPONSE_TIMEOUT = _RESPONSE_SECONDS
    limit = Limit(address_limit())

    async def slow_down(request: Request) -> Optional[HTTPResponse]:
        address = caller(request)
        if request.method == "POST" and address and not limit.allows(address):
            return response.json({"error": refusal("too_quick")}, status=429, headers={"Retry-After": "10"}, ensure_ascii=False)
        return None

    async def too_large(_: Request, __: PayloadTooLarge) -> HTTPResponse:
        return response.json({"error": refusal("too_long")}, status=413, ensure_ascii=False)

    async def add_headers(_: Request, answer: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)  # a page with needs of its own keeps its own

    app.error_handler.add(PayloadTooLarge, too_large)
    app.register_middleware(slow_down, "request")
    app.register_middleware(add_headers, "response")
