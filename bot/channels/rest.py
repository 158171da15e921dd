"""REST: `POST /webhooks/rest/webhook` with sender, message and metadata; answers with the list of the turn's messages."""
import uuid
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.access import Access
from bot.channels.guard import Guard, Incoming, open_guard
from bot.rasa_repairs import apply_repairs

apply_repairs()  # Rasa imports its channels after it has set up logging and before it builds its web server


class RestChannel(InputChannel):
    """Rasa's REST channel with the guard before it."""

    @classmethod
    def name(cls) -> str:
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "RestChannel":
        return cls(open_guard(), Access.from_environment())

    def __init__(self, guard: Guard, access: Access) -> None:
        self._guard, self._access = guard, access

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        webhook = Blueprint("rest_webhook", __name__)

        @webhook.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._access.allows(request.ip, request.headers):
                return response.json({"error": "this address needs the token of REST_TOKEN as 'Authorization: Bearer …'"}, status=401)
            body = _body(request)
            if body is None:
                return response.json({"error": "expected a JSON object with 'sender' and 'message'"}, status=400)
            # without a sender nothing ties two messages together: shared conversations would share their alarms too
            sender = str(body.get("sender") or uuid.uuid4().hex)
            incoming = Incoming(sender, body.get("message"), body.get("metadata"))
            return response.json(await self._guard.answer(incoming, on_new_message, self.name()), ensure_ascii=False)

        return webhook


def _body(request: Request) -> Optional[Dict[str, Any]]:
    try:
        body = request.json
    except Exception:  # sanic wraps whatever the JSON parser raised
        return None
    return body if isinstance(body, dict) else None
