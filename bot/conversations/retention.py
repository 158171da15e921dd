"""Deletes conversations that are older than the hospital keeps them."""
import logging
import os
import threading
from typing import Mapping, Optional

from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.clock import Clock
from bot.conversations.database import Database

logger = logging.getLogger(__name__)

_EVERY = 60 * 60.0  # seconds
_DEFAULT_DAYS = 30.0


class RetentionError(Exception):
    """RETENTION_DAYS is no number of days."""


def retention_days(environ: Mapping[str, str] = os.environ) -> float:
    """The days a conversation is kept after its last turn, from RETENTION_DAYS or 30. Raises RetentionError."""
    given = environ.get("RETENTION_DAYS", "").strip()
    try:
        days = float(given) if given else _DEFAULT_DAYS
    except ValueError:
        days = 0.0
    if not 0 < days < float("inf"):
        raise RetentionError(f"RETENTION_DAYS has the value '{given}'; expected a number of days above 0")
    return days


class Retention:
    """Looks once an hour, in a thread of its own, and at the start.

    Deletes nothing once the clock has jumped.
    """

    def __init__(self, database: Database, days: float, clock: Optional[Clock] = None) -> None:
        self._database, self._days, self._clock = database, days, clock or Clock()
        self._stopped = threading.Event()
        self._thread: Optional[threading.Thread] = None

    def start(self) -> None:
        """Begin; the thread ends with the process."""
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stopped.set()

    def once(self) -> None:
        """Delete what is too old now; where the database does not answer, the next hour will do."""
        if self._clock.has_jumped:
            logger.error("The clock has jumped by %+.0f s since the start; no old conversation is deleted until the assistant is started again", self._clock.moved)
            return
        try:
            count = self._database.delete_older_than(self._days, self._clock.now())
        except SQLAlchemyError as error:
            logger.error("Old conversations can't be deleted now (%s)", error.__class__.__name__)
            return
        if count:
            logger.info("Deleted %d conversations without a turn for %g days", count, self._days)

    def _run(self) -> None:
        self.once()
        while not self._stopped.wait(_EVERY):
            self.once()
