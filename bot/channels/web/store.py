"""What each patient was shown: the turns of a conversation, for reload, second page, saving, and the page without script.

Kept beside Rasa's own store because that one does not hold what the guard answers itself (refusals, and the advice given
while Rasa is down): a patient must find those again after a reload. Holds a hash of the conversation's id, the masked
question and the `custom` object of its answer; everything of a conversation goes when it is ended or has run out.
"""
import asyncio
import hashlib
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable, Optional, TypeVar

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.clock import Clock
from bot.conversations.engines import Tables

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

_PATIENCE = 1.0  # seconds; an answer must not wait for a database that hangs
_tables = MetaData()
_sessions = Table(
    "web_sessions",
    _tables,
    Column("conversation", String(64), primary_key=True),
    Column("seen", Float, nullable=False, index=True),
    Column("ended", Boolean, nullable=False),
)
_turns = Table(
    "web_turns",
    _tables,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(64), nullable=False, index=True),
    Column("message_id", String(64), nullable=False, unique=True),
    Column("asked", Text, nullable=False),
    Column("custom", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("rating", String(3), nullable=False),
)


class StoreDown(Exception):
    """The database failed or did not answer in time."""


@dataclass(frozen=True)
class ShownTurn:
    """One question with its answer as it was shown. `at`: seconds since 1970. `rating`: "yes", "no" or ""."""

    message_id: str
    asked: str
    custom: dict[str, Any]
    at: float
    rating: str = ""


class TurnStore:
    """The turns in a database that several servers may share. Every method raises StoreDown where the database fails."""

    def __init__(self, url: str, seconds: float, clock: Optional[Clock] = None) -> None:
        self._seconds, self._clock = seconds, clock or Clock()
        self._database = Tables(url, _PATIENCE, _tables)
        self._desk = ThreadPoolExecutor(4, "web-turns")

    async def is_open(self, conversation: str, issued: float) -> bool:
        """May a session whose token was signed at `issued` go on? Not where it was ended or has run out."""
        key, now = _key(conversation), self._clock.now()
        row = await self._ask(lambda connection: connection.execute(_sessions.select().where(_sessions.c.conversation == key)).first())
        return now - issued <= self._seconds if row is None else not row.ended and now - max(row.seen, issued) <= self._seconds

    async def turns(self, conversation: str) -> list[ShownTurn]:
        """All turns shown, the first one first."""
        rows = await self._ask(lambda connection: connection.execute(_turns.select().where(_turns.c.conversation == _key(conversation)).order_by(_turns.c.number)).all())
        return [_turn(row) for row in rows]

    async def turn(self, conversation: str, message_id: str) -> Optional[ShownTurn]:
        """The turn of this message, where it was answered already."""
        key = _key(conversation)
        row = await self._ask(lambda connection: connection.execute(_turns.select().where(_turns.c.conversation == key, _turns.c.message_id == message_id)).first())
        return _turn(row) if row else None

    async def add(self, conversation: str, turn: ShownTurn) -> None:
        """Keep a turn, once, and let go whatever has run out."""
        await self._ask(lambda connection: self._added(connection, _key(conversation), turn))

    def _added(self, connection: Connection, key: str, turn: ShownTurn) -> None:
        now = self._clock.now()
        with connection.begin():
            if connection.execute(_turns.select().where(_turns.c.message_id == turn.message_id)).first():
                return
            session = connection.execute(_sessions.select().where(_sessions.c.conversation == key)).first()
            if session and session.ended:  # ended while this turn was under way: nothing of it stays
                return
            if session:
                connection.execute(_sessions.update().where(_sessions.c.conversation == key).values(seen=now))
            else:
                connection.execute(_sessions.insert().values(conversation=key, seen=now, ended=False))
            connection.execute(
                _turns.insert().values(
                    conversation=key, message_id=turn.message_id, asked=turn.asked, custom=json.dumps(turn.custom, ensure_ascii=False), at=turn.at, rating=""
                )
            )
            if self._clock.has_jumped:  # then nobody knows what is old
                return
            old = [row.conversation for row in connection.execute(_sessions.select().where(_sessions.c.seen < now - self._seconds))]
            if old:
                connection.execute(_turns.delete().where(_turns.c.conversation.in_(old)))
                connection.execute(_sessions.delete().where(_sessions.c.conversation.in_(old)))

    async def rate(self, conversation: str, message_id: str, rating: str) -> Optional[ShownTurn]:
        """Note the rating of a turn; None where there is no such turn or it has been rated before."""
        key = _key(conversation)

        def rated(connection: Connection) -> Optional[ShownTurn]:
            with connection.begin():
                this = (_turns.c.conversation == key) & (_turns.c.message_id == message_id)
                changed = connection.execute(_turns.update().where(this & (_turns.c.rating == "")).values(rating=rating)).rowcount
                row = connection.execute(_turns.select().where(this)).first()
            return _turn(row) if row and changed else None

        return await self._ask(rated)

    async def end(self, conversation: str) -> None:
        """Delete all turns of a conversation; what stays is a hash that says that its tokens are worth nothing any more."""
        key = _key(conversation)

        def ended(connection: Connection) -> None:
            with connection.begin():
                connection.execute(_turns.delete().where(_turns.c.conversation == key))
                connection.execute(_sessions.delete().where(_sessions.c.conversation == key))
                connection.execute(_sessions.insert().values(conversation=key, seen=self._clock.now(), ended=True))

        await self._ask(ended)
        await self._ask(lambda _: self._database.wipe())

    async def _ask(self, work: Callable[[Connection], Result]) -> Result:
        asked = asyncio.get_running_loop().run_in_executor(self._desk, self._database.work, work)
        try:
            return await asyncio.wait_for(asyncio.shield(asked), _PATIENCE)
        except (SQLAlchemyError, asyncio.TimeoutError) as error:
            asked.add_done_callback(lambda late: late.cancelled() or late.exception())
            logger.error("The shown turns' database failed (%s)", error.__class__.__name__)
            raise StoreDown() from error


def _turn(row: Any) -> ShownTurn:
    return ShownTurn(row.message_id, row.asked, json.loads(row.custom), row.at, row.rating)


def _key(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()
