"""Conversations in an SQL database (SQLite or PostgreSQL): a row for each turn, appended and never rewritten.

Knows nothing of Rasa: events are JSON texts. Nothing here waits, retries or forgives; `bot.conversations.queue` does.
"""
import time
from dataclasses import dataclass
from typing import Any, Optional, Sequence

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, UniqueConstraint, bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.conversations.engines import Tables

SECONDS_A_DAY = 24 * 60 * 60
_metadata = MetaData()
_conversations = Table(
    "conversations",
    _metadata,
    Column("id", String(255), primary_key=True),
    Column("turns", Integer, nullable=False),
    Column("needed", Integer, nullable=False),
    Column("changed", Float, nullable=False, index=True),
)
_turns = Table(
    "turns",
    _metadata,
    Column("conversation", String(255), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("message", String(100)),
    Column("taken", Float, nullable=False),
    Column("slots", Text, nullable=False),
    Column("events", Text, nullable=False),
    UniqueConstraint("conversation", "message", name="one_turn_for_a_message"),
)


@dataclass(frozen=True)
class Entry:
    """One turn to be appended: `events` and `slots` are JSON, `slots` as they were before the turn.

    `after` is the number of turns the writer believed to be there; `needed` says how many of the last turns, this one
    included, the next turn must read. `message` is the caller's own id of the message: a conversation has one turn for it.
    """

    conversation: str
    after: int
    needed: int
    slots: str
    events: str
    message: Optional[str] = None


@dataclass(frozen=True)
class Excerpt:
    """How many turns a conversation has, and the last of them, oldest first: of each the slots before it and its events, as JSON."""

    turns: int
    rows: tuple[tuple[str, str], ...]


class Database:
    """The two tables. Every method raises SQLAlchemyError where the database can't be reached or refuses."""

    def __init__(self, url: str, patience: float = 2.0) -> None:
        self._tables = Tables(url, patience, _metadata)

    def recent(self, conversation: str) -> Optional[Excerpt]:
        """What the next turn must know of `conversation`; None for an unknown one."""
        return self._tables.work(lambda connection: _excerpt(connection.execute(_RECENT, {"id": conversation}).all()))

    def whole(self, conversation: str) -> Optional[Excerpt]:
        """The conversation from its first turn on."""
        return self._tables.work(lambda connection: _excerpt(connection.execute(_WHOLE, {"id": conversation}).all()))

    def turn_of(self, conversation: str, message: str) -> Optional[str]:
        """The events, as JSON, of the turn that took the message with the caller's id `message`; None where there is none."""
        return self._tables.work(lambda connection: connection.execute(_OF_MESSAGE, {"id": conversation, "message": message}).scalar())

    def append(self, entries: Sequence[Entry]) -> None:
        """Write all of `entries`, in order, in one transaction. A turn that somebody else wrote meanwhile is kept, before ours;
        a turn for a message that has one already is left out."""

        def appended(connection: Connection) -> None:
            with connection.begin():
                for entry in entries:
                    _append(connection, entry)

        try:
            self._tables.work(appended)
        except IntegrityError:  # another worker wrote the same conversation between our two statements
            self._tables.work(appended)

    def delete(self, conversation: str) -> None:
        """Remove everything of `conversation`."""

        def deleted(connection: Connection) -> None:
            with connection.begin():
                connection.execute(_turns.delete().where(_turns.c.conversation == conversation))
                connection.execute(_conversations.delete().where(_conversations.c.id == conversation))

        self._tables.work(deleted)
        self._tables.wipe()

    def delete_older_than(self, days: float, now: Optional[float] = None) -> int:
        """Remove conversations whose last turn is more than `days` days old; how many they were."""
        limit = (time.time() if now is None else now) - days * SECONDS_A_DAY
        old = select(_conversations.c.id).where(_conversations.c.changed < limit)

        def deleted(connection: Connection) -> int:
            with connection.begin():
                connection.execute(_turns.delete().where(_turns.c.conversation.in_(old)))
                return connection.execute(_conversations.delete().where(_conversations.c.changed < limit)).rowcount

        count = self._tables.work(deleted)
        if count:
            self._tables.wipe()
        return count

    def ids(self) -> list[str]:
        """The ids of all conversations, the one spoken to last first."""
        query = select(_conversations.c.id).order_by(_conversations.c.changed.desc())
        return self._tables.work(lambda connection: list(connection.execute(query).scalars()))

    def check(self) -> None:
        """Return if the database answers and has its tables."""
        self._tables.work(lambda connection: connection.execute(_conversations.select().limit(1)).first())


_JOINED = (
    select(_conversations.c.turns, _turns.c.slots, _turns.c.events)
    .select_from(_conversations.join(_turns, _turns.c.conversation == _conversations.c.id))
    .where(_conversations.c.id == bindparam("id"))
    .order_by(_turns.c.number)
)
_WHOLE = _JOINED
_RECENT = _JOINED.where(_turns.c.number > _conversations.c.turns - _conversations.c.needed)
# the statements of every turn are made once: SQLAlchemy takes longer to make one than the database to run it
_OF_MESSAGE = select(_turns.c.events).where(_turns.c.conversation == bindparam("id"), _turns.c.message == bindparam("message"))
_HERE = _conversations.c.id == bindparam("here")
_SET = {"turns": bindparam("number"), "needed": bindparam("needed_now"), "changed": bindparam("now")}
_GO_ON = _conversations.update().where(_HERE, _conversations.c.turns == bindparam("after")).values(_SET)
_GO_ON_ANYHOW = _conversations.update().where(_HERE).values(_SET)
_THERE = select(_conversations.c.turns).where(_HERE).with_for_update()
_BEGIN = _conversations.insert()
_ADD = _turns.insert()


def _excerpt(rows: Sequence[Any]) -> Optional[Excerpt]:
    return Excerpt(rows[0].turns, tuple((row.slots, row.events) for row in rows)) if rows else None


def _append(connection: Connection, entry: Entry) -> None:
    number, now = entry.after + 1, time.time()
    here = {"here": entry.conversation}
    changed = {**here, "number": number, "needed_now": entry.needed, "now": now}
    if entry.message and connection.execute(_OF_MESSAGE, {"id": entry.conversation, "message": entry.message}).first():
        return
    written = entry.after and connection.execute(_GO_ON, {**changed, "after": entry.after}).rowcount
    if not written:
        there = connection.execute(_THERE, here).scalar()
        if there is None:
            number = 1
            connection.execute(_BEGIN, {"id": entry.conversation, "turns": number, "needed": entry.needed, "changed": now})
        elif there >= number and _is_written(connection, entry, number):
            return
        else:  # it has gone on elsewhere: append to what is there
            number = there + 1
            connection.execute(_GO_ON_ANYHOW, {**changed, "number": number})
    turn = {"conversation": entry.conversation, "number": number, "message": entry.message, "taken": now, "slots": entry.slots, "events": entry.events}
    connection.execute(_ADD, turn)


def _is_written(connection: Connection, entry: Entry, number: int) -> bool:
    """Was this very turn written before, by a try whose success we never heard of?"""
    query = select(_turns.c.events).where(_turns.c.conversation == entry.conversation, _turns.c.number == number)
    return connection.execute(query).scalar() == entry.events
