"""The telephone as a Rasa channel. The name decides the addresses: /webhooks/phone/call (JSON), …/twiml and …/vxml."""
import json
import logging
from functools import partial
from typing import Any, Awaitable, Callable, Dict, Optional
from urllib.parse import parse_qs

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request as WebRequest
from sanic.response import HTTPResponse

from bot.channels.phone import twiml, voicexml
from bot.channels.phone.api import BadRequest, read_request
from bot.channels.phone.dialogue import Event
from bot.channels.phone.entry import Entry
from bot.channels.phone.exchange import Exchange, Notes, Request
from bot.channels.phone.opening import open_exchange, open_hints
from bot.channels.phone.records import Records
from bot.channels.phone.spoken import Spoken
from bot.rasa_repairs import apply_repairs

apply_repairs()  # as for REST: whichever channel Rasa imports first

logger = logging.getLogger(__name__)

Handler = Callable[[UserMessage], Awaitable[Any]]


class PhoneChannel(InputChannel):
    """Takes calls from voice platforms and hands every word to the guard."""

    @classmethod
    def name(cls) -> str:
        return "phone"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "PhoneChannel":
        return cls(open_exchange(), Entry.from_environment(), open_hints())

    def __init__(self, exchange: Exchange, entry: Entry, hints: tuple[str, ...]) -> None:
        self._exchange, self._entry, self._hints, self._records = exchange, entry, hints, Records()

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        webhook = Blueprint("phone_webhook", __name__)

        @webhook.route("/", methods=["GET"])
        async def health(_: WebRequest) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/call", methods=["POST"])
        async def call(request: WebRequest) -> HTTPResponse:
            if not self._entry.knows_token(request.ip, request.headers):
                return response.json({"error": "this address needs the token of REST_TOKEN as 'Authorization: Bearer …'"}, status=401)
            try:
                asked = read_request(_json(request))
            except BadRequest as error:
                return response.json({"error": str(error)}, status=400)
            spoken = await self._exchange.answer(asked, on_new_message, self._notes(request))
            return response.json(self._with_hints(spoken).shown(), ensure_ascii=False)

        @webhook.route("/twiml", methods=["POST"])
        async def twiml_turn(request: WebRequest) -> HTTPResponse:
            if not self._is_signed(request):
                return response.text("this request is not signed as it should be", status=403)
            asked = twiml.read_request(_first(request.form), _first(request.args), request.headers.get("i-twilio-idempotency-token", ""))
            spoken = self._with_hints(await self._exchange.answer(asked, on_new_message, self._notes(request)))
            document = _rendered(spoken, lambda each: twiml.render(each, asked.line))
            return response.text(document, content_type="text/xml; charset=utf-8")

        @webhook.route("/twiml/status", methods=["POST"])
        async def twiml_status(request: WebRequest) -> HTTPResponse:
            if not self._is_signed(request):
                return response.text("this request is not signed as it should be", status=403)
            form = _first(request.form)
            if form.get("CallSid") and form.get("CallStatus") in twiml.OVER:
                await self._exchange.answer(Request(form["CallSid"], Event("hang_up")), on_new_message, self._notes(request))
            return response.empty()

        @webhook.route("/vxml", methods=["GET", "POST"])
        async def voicexml_turn(request: WebRequest) -> HTTPResponse:
            if not self._entry.knows_token(request.ip, request.headers):
                return response.text("this address needs the token of REST_TOKEN as password", status=401, headers={"WWW-Authenticate": "Basic"})
            asked = voicexml.read_request({**_first(request.args), **_first(request.form)})
            spoken = self._with_hints(await self._exchange.answer(asked, on_new_message, self._notes(request)))
            settings = self._exchange.book.settings
            document = _rendered(spoken, lambda each: voicexml.render(each, settings["speech_grammar"], self._exchange.trouble))
            return response.raw(document, content_type="application/voicexml+xml; charset=utf-8")

        return webhook

    def _notes(self, request: WebRequest) -> Notes:
        """How the conversation's record is kept up for this request."""
        agent = getattr(request.app.ctx, "agent", None)
        return Notes(partial(self._records.write, agent), partial(self._records.delete, agent))

    def _is_signed(self, request: WebRequest) -> bool:
        path = request.path + (f"?{request.query_string}" if request.query_string else "")
        # Sanic leaves out fields without a value, which the provider sends and signs
        form = parse_qs(request.body.decode(errors="replace"), keep_blank_values=True)
        return self._entry.is_signed(request.ip, request.headers, path, form)

    def _with_hints(self, spoken: Spoken) -> Spoken:
        return spoken.with_hints(self._hints)


def _rendered(spoken: Spoken, render: Callable[[Spoken], Any]) -> Any:
    """The document; where something in it can't be written, the same words without any mark: a broken mark must not silence an answer."""
    try:
        return render(spoken)
    except Exception as error:
        logger.error("A document could not be written (%s)", error.__class__.__name__)
        return render(spoken.unmarked())


def _first(fields: Any) -> Dict[str, str]:
    """Each field with its first value."""
    return {name: values[0] for name, values in (fields or {}).items() if values}


def _json(request: WebRequest) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        return None
