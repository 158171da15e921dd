"""Which alarms are in force, kept apart from Rasa's conversations, so that no failure there makes an escalation forgotten.

Holds a hash of the conversation's id, level, sign ids and a time; no word of any patient.
"""
import hashlib
import logging
import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Unanswered
from typing import Any, Callable, Optional

from sqlalchemy import Boolean, Column, Float, MetaData, String, Table, bindparam
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.engines import Tables
from bot.safety.in_force import InForce

logger = logging.getLogger(__name__)

_REMEMBERED = 20_000
_PATIENCE = 0.5  # seconds a turn waits for the database; the turn's answer must not wait for a database that hangs
_NO_ANSWER = object()
_alarms = Table(
    "alarms",
    MetaData(),
    Column("conversation", String(64), primary_key=True),
    Column("level", String(8), nullable=False),
    Column("flags", String(1000), nullable=False),
    Column("awaits_time", Boolean, nullable=False),
    Column("changed", Float, nullable=False),
)
_ONE = _alarms.select().where(_alarms.c.conversation == bindparam("key"))
_REMOVE = _alarms.delete().where(_alarms.c.conversation == bindparam("key"))
_ADD = _alarms.insert()


class AlarmStore:
    """Alarms in a database that several servers may share, and in memory for the time when that database fails or hangs.

    What could not be written is kept and written once the database works again. An alarm that ended leaves a row that says
    so: a missing row says nothing, and never overrules an alarm known here.
    """

    def __init__(self, url: str) -> None:
        self._memory: OrderedDict[str, InForce] = OrderedDict()
        self._unwritten: dict[str, InForce] = {}
        self._desk = ThreadPoolExecutor(1, "alarms")  # one after another, in order
        self._unanswered: Optional[Future] = None  # the last work that somebody waited for in vain
        self._tables = Tables(url, _PATIENCE, _alarms.metadata)
        self._ask("prepared", lambda connection: None)

    def read(self, conversation: str) -> InForce:
        """What is in force in `conversation`."""
        return self.reading(conversation)()

    def reading(self, conversation: str) -> Callable[[], InForce]:
        """Have the database look up what is in force in `conversation`; the function returned waits for it, and returns it."""
        key = _key(conversation)
        answer = None if key in self._unwritten else self._asked("read", lambda connection: connection.execute(_ONE, {"key": key}).first())

        def known() -> InForce:
            row = answer() if answer else _NO_ANSWER
            if row is not _NO_ANSWER:
                self._remember(key, _in_force(row) if row else self._memory.get(key, InForce()))
            return self._memory.get(key, InForce())

        return known

    def write(self, conversation: str, in_force: InForce) -> None:
        """Keep what is in force; nothing is written where nothing changed."""
        key = _key(conversation)
        before = self._memory[key] if key in self._memory else self.read(conversation)
        if before != in_force:
            self._remember(key, in_force)
            self._unwritten[key] = in_force
        if self._unwritten:
            self._ask("written", self._write_all)

    def forget(self, conversation: str) -> None:
        """Delete what is known of `conversation`, here and in the database."""
        key = _key(conversation)
        self._memory.pop(key, None)
        self._unwritten.pop(key, None)
        self._ask("deleted", lambda connection: _delete(connection, key))

    def _write_all(self, connection: Connection) -> None:
        for key, in_force in list(self._unwritten.items()):
            with connection.begin():
                connection.execute(_REMOVE, {"key": key})
                connection.execute(_ADD, _row(key, in_force))
            if self._unwritten.get(key) == in_force:
                del self._unwritten[key]

    def _ask(self, what: str, work: Callable[[Connection], Any]) -> Any:
        """What `work` returns; _NO_ANSWER where the database fails or does not answer in time, which staff are told."""
        return self._asked(what, work)()

    def _asked(self, what: str, work: Callable[[Connection], Any]) -> Callable[[], Any]:
        """As `_ask`, for later: the database sets to work at once."""
        hanging = self._unanswered is not None and not self._unanswered.done()
        if hanging and what == "read":
            return lambda: _NO_ANSWER
        asked = self._desk.submit(self._tables.work, work)

        def answer() -> Any:
            try:
                return asked.result(0 if hanging else _PATIENCE)
            except (SQLAlchemyError, Unanswered) as error:
                self._unanswered = asked
                logger.error("Alarms can't be %s in the database (%s); meanwhile they are kept in memory alone", what, error.__class__.__name__)
                return _NO_ANSWER

        return answer

    def _remember(self, key: str, in_force: InForce) -> None:
        self._memory[key] = in_force
        self._memory.move_to_end(key)
        # only calm conversations may be forgotten: an alarm in force is kept whatever the store can do
        while len(self._memory) > _REMEMBERED:
            calm = next((known for known, state in self._memory.items() if state.level == "none"), None)
            if calm is None:
                return
            del self._memory[calm]


def _delete(connection: Connection, key: str) -> None:
    with connection.begin():
        connection.execute(_REMOVE, {"key": key})


def _in_force(row: Any) -> InForce:
    return InForce(row.level, tuple(flag for flag in row.flags.split(",") if flag), row.awaits_time)


def _row(key: str, in_force: InForce) -> dict[str, object]:
    return {
        "conversation": key,
        "level": in_force.level,
        "flags": ",".join(in_force.flags),
        "awaits_time": in_force.awaits_time,
        "changed": time.time(),
    }


def _key(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()
