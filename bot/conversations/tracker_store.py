"""Rasa's conversations in our own store: a turn reads the last turns and appends one, however long the conversation is.

In `endpoints.yml`: `type: bot.conversations.tracker_store.ConversationStore` and `url`, an SQLAlchemy address. The environment
variable CONVERSATION_STORE overrules the address.
"""
import asyncio
import json
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.database import Database, Entry, Excerpt
from bot.conversations.queue import Deletion, WriteQueue
from bot.conversations.retention import Retention, retention_days
from bot.conversations.transcript import sent, transcript
from bot.rasa_tools import unwrapped

logger = logging.getLogger(__name__)

DEFAULT_URL = "sqlite:///var/conversations.db"
TURNS_READ = 1  # the turn before: three states with the one at hand, which is as far as the policies look back (max_history)
_PATIENCE = 1.0  # seconds a turn waits for the database; well below the guard's deadline
_READERS = 4
_MARK = "conversation_store_mark"


class StoreUnavailable(Exception):
    """The database does not answer; what was asked for is done once it does, where that is possible."""


@dataclass(frozen=True)
class _Mark:
    """What of a tracker is stored: how many turns there are, how many of its events, and the slots as they are there."""

    turns: int = 0
    events: int = 0
    slots: str = "{}"
    rows: tuple[tuple[str, str], ...] = ()


class ConversationStore(TrackerStore):
    """Appends each turn; reads what a turn needs; never raises for a database that is away, so nobody is left without an answer."""

    def __init__(self, domain: Optional[Domain] = None, host: Optional[str] = None, event_broker: Optional[EventBroker] = None, **kwargs: Dict[str, Any]) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.database = Database(os.environ.get("CONVERSATION_STORE") or host or DEFAULT_URL)
        self._queue = WriteQueue(self.database)
        self._readers = ThreadPoolExecutor(_READERS, "conversations-read")
        self._retention = Retention(self.database, retention_days())
        self._retention.start()
        _opened[:] = [self]

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what is new since `tracker` was read. Returns once it is safe, or after a second if the database does not answer."""
        mark = getattr(tracker, _MARK, _Mark())
        events = list(tracker.events)[mark.events :]
        if not events:
            return
        if self.event_broker:
            await self._stream_new_events(self.event_broker, events, tracker.sender_id)
        text = json.dumps([event.as_dict() for event in events])
        entry = Entry(tracker.sender_id, mark.turns, _needed(tracker, mark), mark.slots, text, _message_id(events))
        done = self._queue.submit(entry, mark.rows)
        rows = (*mark.rows, (mark.slots, text))[-entry.needed :]
        setattr(tracker, _MARK, _Mark(mark.turns + 1, len(tracker.events), _slots(tracker), rows))
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(done)), _PATIENCE)
        except (asyncio.TimeoutError, SQLAlchemyError, OverflowError) as error:
            logger.error("A turn is not stored yet (%s)", error.__class__.__name__)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as the next turn needs it: its last turns, with the slots as they were before them."""
        excerpt = self._queue.remembered(sender_id, unwritten_only=True)
        if not excerpt:
            try:
                excerpt = await self._read(self.database.recent, sender_id)
            except StoreUnavailable:
                excerpt = self._queue.remembered(sender_id, unwritten_only=False)
        return self._tracker(sender_id, excerpt, is_whole=False) if excerpt else None

    async def retrieve_full_tracker(self, conversation_id: str) -> Optional[DialogueStateTracker]:
        """The whole conversation, with all its sessions."""
        await self._written(conversation_id)
        try:
            excerpt = await self._read(self.database.whole, conversation_id)
        except StoreUnavailable:
            excerpt = self._queue.remembered(conversation_id, unwritten_only=False)
        return self._tracker(conversation_id, excerpt, is_whole=True) if excerpt else None

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""
        return await self._read(self.database.ids)

    async def delete(self, sender_id: str) -> None:
        """Remove all of a conversation, also what is still to be written of it.

        Raises StoreUnavailable if the database does not answer within a second; it is then deleted as soon as it does.
        """
        done = self._queue.submit(Deletion(sender_id))
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(done)), _PATIENCE)
        except (asyncio.TimeoutError, SQLAlchemyError) as error:
            raise StoreUnavailable("the conversation will be deleted once the database answers again") from error

    async def export(self, sender_id: str) -> List[Dict[str, Any]]:
        """What was said, oldest first (see `transcript`). Empty for an unknown conversation; raises StoreUnavailable."""
        await self._written(sender_id)
        excerpt = await self._read(self.database.whole, sender_id)
        return transcript(event for _, events in (excerpt.rows if excerpt else ()) for event in json.loads(events))

    async def reply_to(self, sender_id: str, message_id: str) -> Optional[List[Dict[str, Any]]]:
        """The messages sent in reply to the message with the caller's id `message_id`, whichever worker sent them; None where
        there was no such message, or where the database does not answer."""
        try:
            events = await self._read(self.database.turn_of, sender_id, message_id)
        except StoreUnavailable:
            return None
        messages = [sent(event) for event in json.loads(events or "[]") if event["event"] == "bot"]
        return [{"recipient_id": sender_id, **message} for message in messages] or None

    @property
    def unwritten(self) -> int:
        """How many turns wait for the database."""
        return len(self._queue)

    def connect(self) -> None:
        """Open a connection, so that the first turn need not. Raises SQLAlchemyError where the database does not answer."""
        self.database.check()

    async def _written(self, conversation: str) -> None:
        """Return once nothing of `conversation` waits to be written, or when a turn may wait no longer."""
        until = time.monotonic() + _PATIENCE
        while self._queue.is_waiting(conversation) and time.monotonic() < until:
            await asyncio.sleep(0.02)

    async def _read(self, read: Callable[..., Any], *arguments: Any) -> Any:
        """What `read` returns. Raises StoreUnavailable, which the log is told, if it fails or does not answer in time."""
        try:
            return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(self._readers, read, *arguments), _PATIENCE)
        except (asyncio.TimeoutError, SQLAlchemyError) as error:
            logger.error("Conversations can't be read (%s)", error.__class__.__name__)
            raise StoreUnavailable("the conversation can't be read now") from error

    def _tracker(self, sender_id: str, excerpt: Excerpt, is_whole: bool) -> DialogueStateTracker:
        stored = [event for _, events in excerpt.rows for event in json.loads(events)]
        events = deserialise_events(stored)
        if not is_whole:
            events = _since_session_start(events) or [*_before(excerpt.rows[0][0]), *events]
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots, self.max_event_history)
        setattr(tracker, _MARK, _Mark(excerpt.turns, len(tracker.events), _slots(tracker), excerpt.rows))
        return tracker


def _message_id(events: List[Event]) -> Optional[str]:
    """The caller's own id of the message that these events answer."""
    for event in events:
        if isinstance(event, UserUttered):
            return (event.metadata or {}).get("message_id") or None
    return None


def opened_store() -> Optional[ConversationStore]:
    """The store of this process, once Rasa has opened it."""
    return _opened[-1] if _opened else None


_opened: List[ConversationStore] = []


def conversation_store(agent: Any) -> Optional[ConversationStore]:
    """The store behind Rasa's `agent` (`request.app.ctx.agent` in a channel); None where Rasa was given another one."""
    store = unwrapped(agent.tracker_store)
    return store if isinstance(store, ConversationStore) else None


def _slots(tracker: DialogueStateTracker) -> str:
    """The slots that differ from their start, as JSON."""
    return json.dumps({slot.name: slot.value for slot in tracker.slots.values() if slot.value != slot.initial_value})


def _before(slots: str) -> List[Event]:
    """What stands for all that came before the turns that are read: the slots, and that the assistant was listening."""
    return [*(SlotSet(name, value) for name, value in json.loads(slots).items()), ActionExecuted(ACTION_LISTEN_NAME)]


def _since_session_start(events: List[Event]) -> List[Event]:
    """`events` from the last session's start on; empty where none starts in them."""
    for number in range(len(events) - 1, -1, -1):
        if isinstance(events[number], SessionStarted):
            return events[number:]
    return []


def _needed(tracker: DialogueStateTracker, mark: _Mark) -> int:
    """How many of the last turns the next one must read: as many as usual, and further back to the last `custom` that the
    actions lean on, or to where a form or pause began."""
    recent: List[Event] = []
    turns = 0
    for event in reversed(tracker.events):
        recent.append(event)
        turns += isinstance(event, UserUttered)
        if turns == TURNS_READ:
            break
    has_custom = any(isinstance(event, BotUttered) and event.data.get("custom") for event in recent)
    if tracker.active_loop or tracker.is_paused() or not has_custom:
        return max(TURNS_READ, len(mark.rows) + 1)
    return TURNS_READ
