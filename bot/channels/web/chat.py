"""What can be done in a conversation on the web: ask, rate, end, and see again what was shown."""
import asyncio
import hashlib
import logging
import math
import time
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Optional

from sqlalchemy.exc import IntegrityError

from bot.answers.reply import Reply
from bot.channels.engine import Engine
from bot.channels.feedback import RATINGS, FeedbackBook
from bot.channels.guard import Guard, Handler, Incoming
from bot.channels.limits import Limit
from bot.channels.web.sessions import Session
from bot.channels.web.store import ShownTurn, StoreDown, TurnStore
from bot.language.cleaning import MAX_CHARACTERS, clean
from bot.language.masking import mask

logger = logging.getLogger(__name__)

RATED_KINDS = ("answer", "not_covered")
_DELETE_SECONDS = 5.0


@dataclass(frozen=True)
class Outcome:
    """What came of a message: a turn to show, or how many seconds to `wait`. `kept`: a reload will find the turn again."""

    turn: Optional[ShownTurn] = None
    kept: bool = False
    too_long: bool = False
    wait: int = 0

    @property
    def urgent(self) -> bool:
        """May the answer interrupt whatever a screen reader is reading? Only advice that can't wait may."""
        custom = self.turn.custom if self.turn else {}
        return custom.get("kind") == "escalate" and custom.get("escalation") in ("ae", "999")

    @property
    def spoken(self) -> str:
        """The answer as a screen reader announces it, once and whole."""
        return "\n".join(Reply.from_custom(self.turn.custom).texts) if self.turn else ""


class Chat:
    """One for the process; it holds no conversation itself."""

    def __init__(self, guard: Guard, store: TurnStore, feedback: FeedbackBook, by_session: Limit, by_address: Limit) -> None:
        self._guard, self._store, self._feedback = guard, store, feedback
        self._by_session, self._by_address = by_session, by_address
        self._engine = Engine("web-records")

    async def is_open(self, session: Session) -> bool:
        """False where the patient ended it or it was not used for too long. In doubt a patient is let in."""
        try:
            return await self._store.is_open(session.conversation, session.issued)
        except StoreDown:
            return True

    async def shown(self, session: Session) -> Optional[list[ShownTurn]]:
        """All turns so far, the first one first; None where they can't be had just now."""
        try:
            return await self._store.turns(session.conversation)
        except StoreDown:
            return None

    async def ask(self, session: Session, text: str, message_id: str, address: str, handler: Handler) -> Outcome:
        """The answer to `text`. The same text with the same message id again is the same turn, also after a restart."""
        message_id = _message_id(session, message_id, text)
        before = await self._answered(session, message_id)
        if before:
            return Outcome(before, kept=True, too_long=len(text) > MAX_CHARACTERS)
        wait = max(self._by_session.wait(session.conversation), self._by_address.wait(address))
        if wait:
            return Outcome(wait=math.ceil(wait))
        named = {key: value for key, value in (("leaflet", session.leaflet), ("region", session.region)) if value}
        metadata = {**named, "channel": "web", "message_id": message_id}
        messages = await self._guard.answer(Incoming(session.conversation, text, metadata), handler, "web")
        custom = next(message["custom"] for message in messages if "custom" in message)
        turn = ShownTurn(message_id, mask(clean(text[:MAX_CHARACTERS])), custom, time.time())
        return Outcome(turn, await self._keep(session, turn), too_long=len(text) > MAX_CHARACTERS)

    async def _answered(self, session: Session, message_id: str) -> Optional[ShownTurn]:
        try:
            return await self._store.turn(session.conversation, message_id)
        except StoreDown:
            return None

    async def _keep(self, session: Session, turn: ShownTurn) -> bool:
        try:
            await self._store.add(session.conversation, turn)
        except StoreDown as error:
            # a double click: the other half of it has kept the turn
            return isinstance(error.__cause__, IntegrityError)
        return True

    async def rate(self, session: Session, message_id: str, rating: str) -> bool:
        """Note for staff whether the answer was what was asked; a second rating of the same answer changes nothing."""
        if rating not in RATINGS:
            return False
        try:
            turn = await self._store.rate(session.conversation, message_id, rating)
        except StoreDown:
            return False
        if turn is None:
            return False
        return await asyncio.get_running_loop().run_in_executor(None, self._feedback.add, rating, turn.asked, turn.custom)

    async def end(self, session: Session, forget: Callable[[str], Awaitable[Any]]) -> bool:
        """Delete the conversation everywhere; False where some part could not, so that the patient may try again.

        `forget` deletes it from Rasa's store. The session is closed last: until then its tokens let the patient try again.
        """
        try:
            await self._engine.run(_as_coroutine(forget(session.conversation)), _DELETE_SECONDS)
            self._guard.forget(session.conversation)
            await self._store.end(session.conversation)
        except Exception as error:
            logger.error("A conversation could not be deleted (%s)", error.__class__.__name__)
            return False
        return True


async def _as_coroutine(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def _message_id(session: Session, given: str, text: str) -> str:
    """An id for the very same message of the very same session: words changed after a failure are a message of their own."""
    return hashlib.sha256("\0".join([session.conversation, given, text]).encode(errors="surrogatepass")).hexdigest()[:40]
