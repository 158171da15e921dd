"""The conversation's addresses, a method for each: from request to response. What is decided is decided elsewhere."""
from typing import Any, Collection, Mapping, Optional

from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.guard import Handler
from bot.channels.web.chat import Chat, Outcome
from bot.channels.web.doorman import COOKIE, Caller, Doorman, Expired, Refused, new_message_id
from bot.channels.web.leaflets import Leaflets
from bot.channels.web.pages import Pages, View
from bot.channels.web.protection import address_of
from bot.channels.web.responses import Responder
from bot.channels.web.settings import WebSettings
from bot.conversations.forgetting import forget_tracker
from bot.language.cleaning import MAX_CHARACTERS

_LARGEST = 1_000_000  # bytes of a post; the guard refuses kindly whatever is longer than a question


class Handlers:
    """The addresses of the conversation. `regions` are the parts of the body that are known."""

    def __init__(
        self, chat: Chat, doorman: Doorman, pages: Pages, send: Responder, settings: WebSettings, regions: Collection[str], leaflets: Leaflets,
    ) -> None:  # fmt: skip
        self._chat, self._doorman, self._pages, self._send = chat, doorman, pages, send
        self._settings, self._regions, self._leaflets = settings, regions, leaflets

    async def open_page(self, request: Request) -> HTTPResponse:
        """`GET /`: the chat page, with all that was shown so far."""
        caller = await self._doorman.visitor(request.cookies.get(COOKIE, ""), *self._named(request.args))
        return self._send.page(request, self._pages.chat(await self._view(caller)), caller=caller)

    async def open_element(self, request: Request) -> HTTPResponse:
        """`POST /chat/start`: the chat for a hospital's own page."""
        try:
            caller = await self._doorman.element(request.headers, _field(request, "token"), *self._named(request.form))
        except Refused:
            return self._refused(request)
        view = await self._view(caller)
        return self._send.data(request, {"html": self._pages.element(view), "token": view.token})

    async def take(self, request: Request, handler: Handler) -> HTTPResponse:
        """`POST /chat`: a message, a choice or a rating; the answer as data for the script, as the whole page without."""
        text = _field(request, "choice") or _field(request, "message")
        if len(request.body) > _LARGEST:
            return self._turned_away(request, self._say("too_long", limit=MAX_CHARACTERS), 413)
        try:
            caller = await self._sender(request)
        except Refused:
            return self._refused(request)
        except Expired as expired:
            return await self._begun_anew(request, expired, text)
        rating, _, rated = _field(request, "rating").partition(" ")
        if rating:
            noted = await self._chat.rate(caller.session, rated, rating)
            if rating != "no":
                return await self._thanked(request, caller, noted)
            text = self._say("not_asked")
        address = address_of(request.ip, ",".join(request.headers.getall("x-forwarded-for", [])), self._settings.proxies)
        outcome = await self._chat.ask(caller.session, text, _field(request, "message_id"), address, handler)
        return await self._answered(request, caller, outcome, text)

    async def _answered(self, request: Request, caller: Caller, outcome: Outcome, text: str) -> HTTPResponse:
        problem = ""
        if outcome.wait:
            problem = self._say("too_fast", caller.session.leaflet, seconds=outcome.wait)
        elif outcome.too_long:
            problem = self._say("too_long", caller.session.leaflet, limit=MAX_CHARACTERS)
        if self._send.wants_data(request):
            return self._send.data(request, self._as_data(caller, outcome, problem), 429 if outcome.wait else 200, wait=outcome.wait)
        if outcome.kept and not problem:
            return self._send.redirect("/#latest", caller)
        view = await self._view(caller, problem, text if problem else "")
        if outcome.turn and not outcome.kept:  # it could not be stored, so this is the one time it can be shown
            view = view.with_turn(outcome.turn)
        return self._send.page(request, self._pages.chat(view), 429 if outcome.wait else 200, caller)

    def _as_data(self, caller: Caller, outcome: Outcome, problem: str) -> dict[str, Any]:
        data = self._fresh(caller)
        if outcome.turn:
            data |= {"turn": self._pages.turn(outcome.turn, caller.embedded), "say": outcome.spoken, "urgent": outcome.urgent}
        if problem:
            data |= {"problem": self._pages.problem(problem), "keep": True}
            data["say"] = "\n".join(filter(None, [data.get("say"), problem]))
        return data

    def _fresh(self, caller: Caller) -> dict[str, Any]:
        return {"token": self._doorman.form_token(caller), "message_id": new_message_id()}

    async def _thanked(self, request: Request, caller: Caller, noted: bool) -> HTTPResponse:
        thanks = self._say("rated") if noted else ""
        if self._send.wants_data(request):
            return self._send.data(request, {**self._fresh(caller), "thanks": thanks, "say": thanks})
        return self._send.redirect("/#latest", caller)

    async def end(self, request: Request) -> HTTPResponse:
        """`POST /chat/end`: delete the conversation."""
        try:
            caller = await self._sender(request)
        except Refused:
            return self._refused(request)
        except Expired:
            return self._gone(request)
        agent = request.app.ctx.agent
        if await self._chat.end(caller.session, lambda conversation: forget_tracker(agent, conversation)):
            return self._gone(request)
        sentence = self._say("not_ended")
        if self._send.wants_data(request):
            return self._send.data(request, {"problem": self._pages.problem(sentence), "say": sentence, **self._fresh(caller)}, 503)
        return self._send.page(request, self._pages.chat(await self._view(caller, sentence)), 503, caller)

    def _gone(self, request: Request) -> HTTPResponse:
        sentence = self._say("ended")
        if self._send.wants_data(request):
            return self._send.data(request, {"ended": self._pages.problem(sentence), "say": sentence}, forget=True)
        return self._send.page(request, self._pages.ended(), forget=True)

    async def save(self, request: Request) -> HTTPResponse:
        """`POST /chat/save`: the conversation as a file."""
        try:
            caller = await self._sender(request)
        except (Refused, Expired):
            return self._refused(request)
        turns = await self._chat.shown(caller.session)
        if turns is None:
            return self._send.page(request, self._pages.message(self._say("not_stored")), 503)
        return self._send.file(request, self._pages.saved(turns, caller.session.leaflet), "leaflet-questions.html")

    def broken(self, request: Request) -> HTTPResponse:
        """What is said when a part of ours failed: the contact and the emergency line. Our script shows its own words and tries again."""
        return self._send.page(request, self._pages.message(self._pages.wording.site.say("broken")), 500)

    async def _sender(self, request: Request) -> Caller:
        return await self._doorman.sender(request.headers, request.cookies.get(COOKIE, ""), _field(request, "token"))

    def _refused(self, request: Request) -> HTTPResponse:
        return self._turned_away(request, self._say("refused"), 403)

    def _turned_away(self, request: Request, sentence: str, status: int) -> HTTPResponse:
        if self._send.wants_data(request):
            return self._send.data(request, {"problem": self._pages.problem(sentence), "say": sentence, "keep": True}, status)
        return self._send.page(request, self._pages.message(sentence), status)

    async def _begun_anew(self, request: Request, expired: Expired, typed: str) -> HTTPResponse:
        """The words were not taken: show them again in a new session, for the patient to send."""
        sentence = self._say("expired")
        if expired.place == "element":
            caller = await self._doorman.element(request.headers, "", expired.session.leaflet, expired.session.region)
        else:
            caller = await self._doorman.visitor(request.cookies.get(COOKIE, ""), expired.session.leaflet, expired.session.region)
        if self._send.wants_data(request):
            data = {**self._fresh(caller), "problem": self._pages.problem(sentence), "say": sentence, "keep": True, "anew": True}
            return self._send.data(request, data, 410, caller=caller)
        return self._send.page(request, self._pages.chat(await self._view(caller, sentence, typed)), 410, caller)

    async def _view(self, caller: Caller, problem: str = "", typed: str = "") -> View:
        turns = await self._chat.shown(caller.session)
        last = turns[-1].custom.get("leaflet") if turns else None
        named = caller.session.leaflet
        library = self._leaflets.at_hand
        active = library.active if library else {}
        leaflet = last or (named if named in active else None)
        return View(
            self._doorman.form_token(caller), new_message_id(), turns, leaflet,
            leaflet_title=active[leaflet].about.title if leaflet in active else "",
            leaflet_unknown=bool(named and library) and named not in active,
            problem=problem, typed=typed, embedded=caller.embedded,
        )  # fmt: skip

    def _named(self, fields: Mapping[str, Any]) -> tuple[str, str]:
        """The leaflet and the part of the body that a link or a page names, where they can be such."""
        leaflet, region = fields.get("leaflet") or "", fields.get("region") or ""
        return (leaflet if len(leaflet) <= 100 and leaflet.isprintable() else ""), (region if region in self._regions else "")

    def _say(self, name: str, leaflet: Optional[str] = None, **filled_in: object) -> str:
        return self._pages.wording.say(name, leaflet, **filled_in)


def _field(request: Request, name: str) -> str:
    value = (request.form or {}).get(name)
    return value if isinstance(value, str) else ""
