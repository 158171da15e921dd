"""What patients said of the answers they got, for staff: was it what they asked?

Rows are only added. A row holds the day, the rating, the masked question and what was answered; nothing that ties it to a
conversation, so it stays when the conversation is deleted.
"""
import logging
from dataclasses import dataclass
from datetime import date
from typing import Any, Mapping

from sqlalchemy import Column, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.engines import Tables

logger = logging.getLogger(__name__)

_PATIENCE = 2.0  # seconds
RATINGS = ("yes", "no")
_tables = MetaData()
_ratings = Table(
    "ratings",
    _tables,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("day", String(10), nullable=False),
    Column("rating", String(3), nullable=False),
    Column("question", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("topics", String(1000), nullable=False),
    Column("leaflet", String(100), nullable=False),
)


@dataclass(frozen=True)
class Rating:
    """One rating as staff read it; `question` is masked, `day` is year-month-day."""

    day: str
    rating: str
    question: str
    kind: str
    topics: tuple[str, ...]
    leaflet: str


class FeedbackBook:
    """Ratings in a database that several servers may share. A rating that can't be kept is lost and logged: no patient waits for it."""

    def __init__(self, url: str) -> None:
        self._database = Tables(url, _PATIENCE, _tables)

    def add(self, rating: str, question: str, custom: Mapping[str, Any]) -> bool:
        """Keep what a patient said of the answer `custom` to the masked `question`. False where it could not be kept."""
        row = {
            "day": date.today().isoformat(),
            "rating": rating,
            "question": question,
            "kind": str(custom.get("kind", "")),
            "topics": ",".join(custom.get("topics", ())),
            "leaflet": str(custom.get("leaflet") or ""),
        }
        try:
            self._database.work(lambda connection: _added(connection, row))
        except SQLAlchemyError as error:
            logger.error("A rating could not be kept (%s)", error.__class__.__name__)
            return False
        return True

    def all(self) -> list[Rating]:
        """Every rating, the first one first. Raises SQLAlchemyError."""
        rows = self._database.work(lambda connection: connection.execute(_ratings.select().order_by(_ratings.c.number)).all())
        return [Rating(row.day, row.rating, row.question, row.kind, tuple(filter(None, row.topics.split(","))), row.leaflet) for row in rows]


def _added(connection: Connection, row: Mapping[str, Any]) -> None:
    with connection.begin():
        connection.execute(_ratings.insert().values(row))
