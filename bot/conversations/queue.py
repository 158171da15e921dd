"""Writes conversations one after another in a thread of their own, and keeps what can't be written until it can be.

A database that is away or hangs costs no turn and silences nobody: turns wait in memory, the patient's next turn finds them
there, and they are written, in order, as soon as the database answers again.
"""
import logging
import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import Future
from typing import Callable, Optional, Union

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.conversations.database import Database, Entry, Excerpt

logger = logging.getLogger(__name__)

_WAITING_AT_MOST = 20_000  # turns; some 200 MB
_REMEMBERED = 500  # conversations of which the last turns are kept in memory, for the time when nothing can be read
_AGAIN_AFTER = 1.0  # seconds
_BATCH = 64


class Deletion(str):
    """The id of a conversation that is to be deleted; stands in the queue between turns."""


Job = Union[Entry, Deletion]


class WriteQueue:
    """Appends turns to `database`. `submit` returns at once; its future is done when the turn is safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: deque[tuple[Job, Future]] = deque()
        self._waiting: dict[str, int] = {}
        self._recent: OrderedDict[str, Excerpt] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: Optional[threading.Thread] = None
        self._is_failing = False

    def submit(self, job: Job, known: tuple[tuple[str, str], ...] = ()) -> Future:
        """Have `job` done after all that were submitted before. `known` are the rows that its writer read before it."""
        done: Future = Future()
        with self._changed:
            self._remember(job, known)
            self._jobs.append((job, done))
            name = _conversation(job)
            self._waiting[name] = self._waiting.get(name, 0) + 1
            if len(self._jobs) > _WAITING_AT_MOST:
                self._give_up_oldest()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="conversations", daemon=True)
                self._thread.start()
            self._changed.notify()
        return done

    def remembered(self, conversation: str, unwritten_only: bool) -> Optional[Excerpt]:
        """The last turns of `conversation` as memory has them; with `unwritten_only` only where the database lags behind."""
        with self._changed:
            return None if unwritten_only and conversation not in self._waiting else self._recent.get(conversation)

    def is_waiting(self, conversation: str) -> bool:
        """Has `conversation` something that is not written yet?"""
        return conversation in self._waiting

    def __len__(self) -> int:
        return len(self._jobs)

    def drain(self, seconds: float) -> bool:
        """Wait until everything is written, at most `seconds`; whether it is."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._jobs and time.monotonic() < until:
                self._changed.wait(0.05)
            return not self._jobs

    def _remember(self, job: Job, known: tuple[tuple[str, str], ...]) -> None:
        name = _conversation(job)
        if isinstance(job, Deletion):
            self._recent.pop(name, None)
            return
        self._recent[name] = Excerpt(job.after + 1, (*known, (job.slots, job.events))[-job.needed :])
        self._recent.move_to_end(name)
        while len(self._recent) > _REMEMBERED:
            oldest = next((known for known in self._recent if known not in self._waiting), None)
            if oldest is None:
                return
            del self._recent[oldest]

    def _give_up_oldest(self) -> None:
        job, done = self._jobs.popleft()
        self._finish(job, done, OverflowError("too many turns wait for the database"))
        logger.error("A turn is given up: %d turns wait for the database, more can't be kept", _WAITING_AT_MOST)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._jobs:
                    self._changed.wait()
                batch = [self._jobs[number] for number in range(min(_BATCH, len(self._jobs)))]
            if not self._written(batch):
                time.sleep(_AGAIN_AFTER)

    def _written(self, batch: list[tuple[Job, Future]]) -> bool:
        """Write `batch` or its beginning. False where the database does not answer."""
        entries = []
        for job, _ in batch:
            if isinstance(job, Deletion):
                break
            entries.append(job)
        count, work = (len(entries), lambda: self._database.append(entries)) if entries else (1, lambda: self._database.delete(_conversation(batch[0][0])))
        trouble = self._tried(work)
        if trouble and count > 1 and not _is_down(trouble):
            count, trouble = 1, self._tried(lambda: self._database.append(entries[:1]))  # which of them is it?
        if trouble and _is_down(trouble):
            return False
        if trouble:
            logger.error("A turn can't be written (%s) and is given up", trouble.__class__.__name__)
        with self._changed:
            for job, done in batch[:count]:
                if self._jobs and self._jobs[0][1] is done:
                    self._jobs.popleft()
                    self._finish(job, done, trouble)
            self._changed.notify_all()
        return True

    def _tried(self, work: Callable[[], None]) -> Optional[SQLAlchemyError]:
        try:
            work()
        except SQLAlchemyError as error:
            if not self._is_failing:
                logger.error("Conversations can't be written (%s); meanwhile they are kept in memory", error.__class__.__name__)
            self._is_failing = True
            return error
        if self._is_failing:
            logger.warning("Conversations can be written again")
        self._is_failing = False
        return None

    def _finish(self, job: Job, done: Future, trouble: Optional[Exception]) -> None:
        name = _conversation(job)
        self._waiting[name] -= 1
        if not self._waiting[name]:
            del self._waiting[name]
        if trouble:
            done.set_exception(trouble)
        else:
            done.set_result(None)


def _conversation(job: Job) -> str:
    return str(job) if isinstance(job, Deletion) else job.conversation


def _is_down(error: SQLAlchemyError) -> bool:
    """Is the database itself at fault, so that the same turn may be written later? Else it is the turn."""
    return not isinstance(error, DBAPIError) or error.connection_invalidated or error.__class__.__name__ in ("OperationalError", "InternalError", "InterfaceError")
