"""For those who run the assistant: `/health/live`, `/health/ready` and `/metrics`; and what is set up once the server starts.

Health tells nothing but yes or no, so that a balancer needs no secret. Metrics are for callers on this machine or with the
token of METRICS_TOKEN.
"""
import asyncio
import os
import threading
from typing import Any, Awaitable, Callable, Dict, Optional

from prometheus_client import CONTENT_TYPE_LATEST
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.access import Access
from bot.channels.guard import open_guard
from bot.channels.limits import limit_requests
from bot.channels.readiness import Readiness
from bot.conversations.tracker_store import opened_store
from bot.json_log import log_as_asked
from bot.rasa_repairs import apply_repairs

apply_repairs()


def _unwritten() -> Dict[str, float]:
    store = opened_store()
    return {"": float(store.unwritten)} if store else {}


class OperationsChannel(InputChannel):
    """Takes no messages; a channel because that is how Rasa lets others add pages."""

    @classmethod
    def name(cls) -> str:
        return "operations"

    def url_prefix(self) -> str:
        return "/"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "OperationsChannel":
        return cls(Access(os.environ.get("METRICS_TOKEN", "").strip(), bool(os.environ.get("PUBLIC_URL", "").strip())))

    def __init__(self, access: Access) -> None:
        self._access, self._guard = access, open_guard()
        self._readiness = Readiness(self._guard)
        self._guard.meter.watch("leaflet_unwritten_turns", "Turns that wait in memory for the database", _unwritten)
        self._guard.meter.watch("leaflet_review_overdue", "1 for a leaflet past its review date", self._readiness.overdue, "leaflet", of_all="livemax")

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        pages = Blueprint("operations", __name__)

        @pages.listener("before_server_start")
        async def set_up(app: Sanic, _: Any) -> None:
            limit_requests(app, self._guard.refusal)

        @pages.listener("after_server_start")
        async def warm_up(app: Sanic, _: Any) -> None:
            log_as_asked()
            # a daemon: a server that is told to stop does not wait for it
            threading.Thread(target=self._readiness.warm_up, args=(app.ctx.agent,), name="warming", daemon=True).start()

        @pages.route("/health/live", methods=["GET"])
        async def live(_: Request) -> HTTPResponse:
            return response.json({"status": "live"})

        @pages.route("/health/ready", methods=["GET"])
        async def ready(_: Request) -> HTTPResponse:
            missing = await asyncio.to_thread(self._readiness.missing)
            return response.json({"status": "not ready", "missing": missing} if missing else {"status": "ready"}, status=503 if missing else 200)

        @pages.route("/metrics", methods=["GET"])
        async def metrics(request: Request) -> HTTPResponse:
            if not self._access.allows(request.ip, request.headers):
                return response.json({"error": "this address needs the token of METRICS_TOKEN as 'Authorization: Bearer …'"}, status=401)
            return response.raw(await asyncio.to_thread(self._guard.meter.page), content_type=CONTENT_TYPE_LATEST)

        return pages
