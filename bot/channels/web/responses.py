"""Sends what was made: compressed, with the headers that protect it, and with the session's cookie."""
import gzip
import json
from typing import Any, Mapping, Optional

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.web.assets import Asset
from bot.channels.web.doorman import COOKIE, Caller, Doorman
from bot.channels.web.protection import PAGE_HEADERS, comes_from
from bot.channels.web.settings import WebSettings

_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"
_HTML = "text/html; charset=utf-8"


class Responder:
    """Makes responses for pages, data, files and assets."""

    def __init__(self, settings: WebSettings, doorman: Doorman) -> None:
        self._settings, self._doorman = settings, doorman

    @staticmethod
    def wants_data(request: Request) -> bool:
        """Did our script send this? It asks for JSON."""
        return "application/json" in request.headers.get("accept", "")

    def page(self, request: Request, html: str, status: int = 200, caller: Optional[Caller] = None, forget: bool = False) -> HTTPResponse:
        """A whole page; `caller` gets a fresh cookie, `forget` takes it away."""
        return self._with_cookie(_compressed(request, html.encode(), _HTML, status, PAGE_HEADERS), caller, forget)

    def redirect(self, address: str, caller: Caller) -> HTTPResponse:
        """After a post: see the page, so that a reload sends nothing again."""
        return self._with_cookie(HTTPResponse(status=303, headers={**PAGE_HEADERS, "Location": address}), caller, False)

    def data(
        self, request: Request, data: Mapping[str, Any], status: int = 200, wait: int = 0, caller: Optional[Caller] = None, forget: bool = False,
    ) -> HTTPResponse:  # fmt: skip
        """An answer for the script, readable by the page it runs in if that may hold the chat."""
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Vary": "Origin, Accept-Encoding"}
        if wait:
            headers["Retry-After"] = str(wait)
        if comes_from(request.headers, self._settings.origins):
            headers["Access-Control-Allow-Origin"] = request.headers["origin"]
            caller, forget = None, False  # no cookie of ours on a foreign page
        made = _compressed(request, json.dumps(data, ensure_ascii=False).encode(), "application/json; charset=utf-8", status, headers)
        return self._with_cookie(made, caller, forget)

    def file(self, request: Request, html: str, name: str) -> HTTPResponse:
        """A file to be saved."""
        headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        if comes_from(request.headers, self._settings.origins):
            headers |= {"Access-Control-Allow-Origin": request.headers["origin"], "Cross-Origin-Resource-Policy": "cross-origin", "Vary": "Origin"}
        return _compressed(request, html.encode(), _HTML, 200, headers)

    @staticmethod
    def asset(request: Request, asset: Asset, for_ever: bool) -> HTTPResponse:
        """A script or style sheet; hospitals' pages may load it too."""
        headers = {
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": _FOR_EVER if for_ever else _A_WHILE,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "ETag": f'"{asset.tag}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if asset.tag in request.headers.get("if-none-match", ""):
            return HTTPResponse(status=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return response.raw(asset.compressed, headers={**headers, "Content-Encoding": "gzip"}, content_type=asset.type)
        return response.raw(asset.content, headers=headers, content_type=asset.type)

    def _with_cookie(self, made: HTTPResponse, caller: Optional[Caller], forget: bool) -> HTTPResponse:
        if forget or (caller and not caller.embedded):
            made.cookies[COOKIE] = "" if forget else self._doorman.cookie(caller)
            made.cookies[COOKIE]["path"] = "/"
            made.cookies[COOKIE]["httponly"] = True
            made.cookies[COOKIE]["samesite"] = "Lax"
            made.cookies[COOKIE]["max-age"] = 0 if forget else int(self._settings.hours * 3600)
            if self._settings.secure:
                made.cookies[COOKIE]["secure"] = True
        return made


def _compressed(request: Request, body: bytes, content_type: str, status: int, headers: Mapping[str, str]) -> HTTPResponse:
    headers = {"Vary": "Accept-Encoding", **headers}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, 6), "gzip"
    return response.raw(body, status=status, headers=headers, content_type=content_type)
