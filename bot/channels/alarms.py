"""Which alarms are in force, kept apart from Rasa's conversations, so that no failure there makes an escalation forgotten.

Holds a hash of the conversation's id, level, sign ids and a time; no word of any patient.
"""
import hashlib
import logging
import time
from collections import OrderedDict
from pathlib import Path

from sqlalchemy import Boolean, Column, Float, MetaData, String, Table, create_engine
from sqlalchemy.exc import SQLAlchemyError

from bot.safety.in_force import InForce

logger = logging.getLogger(__name__)

_REMEMBERED = 20_000
_alarms = Table(
    "alarms",
    MetaData(),
    Column("conversation", String(64), primary_key=True),
    Column("level", String(8), nullable=False),
    Column("flags", String(1000), nullable=False),
    Column("awaits_time", Boolean, nullable=False),
    Column("changed", Float, nullable=False),
)


class AlarmStore:
    """Reads from memory, writes through to a database; when the database fails, memory goes on and staff are told."""

    def __init__(self, url: str) -> None:
        self._memory: OrderedDict[str, InForce] = OrderedDict()
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(url, future=True)
        try:
            _alarms.metadata.create_all(self._engine)
        except SQLAlchemyError as error:
            logger.error("Alarms can't be written to the database (%s); they are kept in memory alone", error.__class__.__name__)

    def read(self, conversation: str) -> InForce:
        """What is in force in `conversation`."""
        key = _key(conversation)
        if key not in self._memory:
            self._remember(key, self._stored(key))
        return self._memory[key]

    def write(self, conversation: str, in_force: InForce) -> None:
        """Keep what is in force; nothing is written where nothing changed."""
        key = _key(conversation)
        if self.read(conversation) == in_force:
            return
        self._remember(key, in_force)
        try:
            with self._engine.begin() as connection:
                connection.execute(_alarms.delete().where(_alarms.c.conversation == key))
                if in_force.level != "none":
                    connection.execute(_alarms.insert().values(_row(key, in_force)))
        except SQLAlchemyError as error:
            logger.error("An alarm can't be written to the database (%s); it is kept in memory alone", error.__class__.__name__)

    def _stored(self, key: str) -> InForce:
        try:
            with self._engine.connect() as connection:
                row = connection.execute(_alarms.select().where(_alarms.c.conversation == key)).first()
        except SQLAlchemyError as error:
            logger.error("Alarms can't be read from the database (%s)", error.__class__.__name__)
            row = None
        return InForce(row.level, tuple(row.flags.split(",")), row.awaits_time) if row else InForce()

    def _remember(self, key: str, in_force: InForce) -> None:
        self._memory[key] = in_force
        self._memory.move_to_end(key)
        # only calm conversations may be forgotten: an alarm in force is kept whatever the store can do
        while len(self._memory) > _REMEMBERED:
            calm = next((known for known, state in self._memory.items() if state.level == "none"), None)
            if calm is None:
                return
            del self._memory[calm]


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
