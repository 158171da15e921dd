"""The telephone exchange: takes a request about a call, keeps requests of one call in order, answers a repeated one alike, and never falls silent."""
import asyncio
import hashlib
import logging
import re
import uuid
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Optional
from weakref import WeakValueDictionary

from bot.channels.guard import Guard, Incoming
from bot.channels.phone.book import PhoneBook
from bot.channels.phone.call import Call
from bot.channels.phone.dialogue import Dialogue, Event
from bot.channels.phone.spoken import Segment, Spoken
from bot.channels.phone.store import CallStore, hashed

logger = logging.getLogger(__name__)

Handler = Callable[..., Awaitable[Any]]
Forget = Callable[[str], Awaitable[None]]
_WITHHELD = {"", "anonymous", "unknown", "withheld", "private", "restricted", "unavailable", "none", "null", "0"}
_LIKE_A_NUMBER = re.compile(r"(?:sips?:|tel:)?\+?[\d\s().-]{5,20}(?:@.*)?", re.I)


@dataclass(frozen=True)
class Request:
    """One request of a front-end: which call, what happened, and what it says of the line. `id`: its own id of the request."""

    call: str
    event: Event
    id: str = ""
    line: Optional[str] = None
    dialled: Optional[str] = None
    leaflet: Optional[str] = None
    region: Optional[str] = None
    can_text: bool = False


class Exchange:
    """Joins dialogue, guard and store. `forget` ends the conversation in Rasa's tracker store."""

    def __init__(self, dialogue: Dialogue, book: PhoneBook, guard: Guard, store: CallStore, secret: str) -> None:
        self._dialogue, self.book, self._guard, self._store, self._secret = dialogue, book, guard, store, secret
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, request: Request, handler: Handler, forget: Forget) -> Spoken:
        """What is said next in the call. Never raises and never takes much longer than `answer_seconds`."""
        call = Call(self.name_of(request.call))
        try:
            return await asyncio.wait_for(self._in_order(request, call.id, handler, forget), self.book.settings["answer_seconds"])
        except asyncio.TimeoutError:
            logger.error("A call was not answered within %.1f s", self.book.settings["answer_seconds"])
        except Exception as error:  # the edge: whatever broke, the caller hears whom to phone
            logger.error("A call failed with %s", error.__class__.__name__)
        return self._dialogue.broken(call)

    @property
    def trouble(self) -> Segment:
        """What a front-end says where it fails itself."""
        return self._dialogue.trouble

    def name_of(self, call: str) -> str:
        """The call's hashed id. Ids that may stand for a person or for many callers are not used: such a request is a call of its own."""
        if call.strip().lower() in _WITHHELD or _LIKE_A_NUMBER.fullmatch(call.strip()):
            return f"call-{uuid.uuid4().hex}"
        return call if re.fullmatch(r"call-[0-9a-f]{32,40}", call) else f"call-{hashed(call, self._secret)}"

    async def _in_order(self, request: Request, name: str, handler: Handler, forget: Forget) -> Spoken:
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            known = await self._store.read(name)
            call = known or self._new(name, request)
            again = call.answer_to(request.id) if request.id else None
            if again:
                return again
            spoken = await self._turn(request, call, handler)
            if spoken.next == "end" and request.event.kind == "hang_up":
                await self._end(name, forget)
                return spoken
            if request.id:
                call.remember(request.id, spoken)
            await self._store.write(call)
            return spoken

    def _new(self, name: str, request: Request) -> Call:
        line = self.book.line(request.line, request.dialled)
        line_name = next((key for key, value in self.book.lines.items() if value is line), None)
        return Call(name, line=line_name, given=request.leaflet or line.leaflet, region=request.region or line.region)

    async def _turn(self, request: Request, call: Call, handler: Handler) -> Spoken:
        asked = 0

        async def ask(text: str) -> dict[str, Any]:
            nonlocal asked
            asked += 1
            # a repeated request must not count as a second turn even where its first answer was lost
            message_id = hashlib.sha256(f"{request.id or uuid.uuid4()}:{call.turn}:{asked}".encode(errors="surrogatepass")).hexdigest()[:32]
            metadata = {"leaflet": call.given, "region": call.region, "channel": "phone", "message_id": message_id}
            incoming = Incoming(call.id, text, {key: value for key, value in metadata.items() if value})
            messages = await self._guard.answer(incoming, handler, "phone")
            return next(message["custom"] for message in messages if "custom" in message)

        try:
            return await self._dialogue.turn(request.event, call, ask, request.can_text)
        except Exception as error:  # as above; here the state of the call is known, and with it the advice in force
            logger.error("A turn of a call failed with %s", error.__class__.__name__)
            return self._dialogue.broken(call)

    async def _end(self, name: str, forget: Forget) -> None:
        await self._store.forget(name)
        try:
            await forget(name)
        except Exception as error:  # what is left is swept by the store's own rules
            logger.error("A conversation could not be deleted (%s)", error.__class__.__name__)
