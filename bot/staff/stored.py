"""Stored conversations as staff's tools read them, whichever store keeps them: our own with a row for each turn, or Rasa's with
one for each event. Reads only; who reads notes it in the audit trail first."""
import json
from dataclasses import dataclass
from typing import Any, Callable, Iterator

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.conversations.where import is_missing

Event = dict[str, Any]


class Unreadable(Exception):
    """The conversations can't be read; one sentence says where and why."""


@dataclass(frozen=True)
class _Form:
    """How a store keeps conversations: the queries for one, for a list and for all since a moment, and how a row becomes events."""

    one: str
    many: str
    since: str
    events: Callable[[str], list[Event]]


_FORMS = {
    # by the table that tells them apart
    "turns": _Form(
        "SELECT events FROM turns WHERE conversation = :id ORDER BY number",
        "SELECT conversation, MAX(taken), COUNT(*) FROM turns GROUP BY conversation ORDER BY 2 DESC LIMIT :most",
        "SELECT conversation, taken, events FROM turns WHERE taken >= :since ORDER BY conversation, number",
        json.loads,
    ),
    "events": _Form(
        "SELECT data FROM events WHERE sender_id = :id ORDER BY id",
        "SELECT sender_id, MAX(timestamp), SUM(CASE WHEN type_name = 'user' THEN 1 ELSE 0 END) FROM events GROUP BY sender_id ORDER BY 2 DESC LIMIT :most",
        "SELECT sender_id, timestamp, data FROM events WHERE timestamp >= :since ORDER BY sender_id, id",
        lambda row: [json.loads(row)],
    ),
}


class Stored:
    """The conversations at an SQLAlchemy address. Every method raises Unreadable."""

    def __init__(self, address: str) -> None:
        self._address = address

    def conversation(self, id_: str) -> list[Event]:
        """The events of one conversation, oldest first; empty where it is not known."""
        form, rows = self._asked("one", id=id_)
        return [event for row in rows for event in form.events(row[0])]

    def latest(self, most: int) -> list[tuple[str, float, int]]:
        """The latest conversations: id, time of the last message, number of messages. No words."""
        return [tuple(row) for row in self._asked("many", most=most)[1]]

    def since(self, moment: float) -> Iterator[tuple[str, float, Event]]:
        """Conversation, moment and event of all that was said since `moment`, one conversation after another."""
        form, rows = self._asked("since", since=moment)
        for conversation, said, kept in rows:
            for event in form.events(kept):
                yield conversation, said, event

    def _asked(self, query: str, **values: Any) -> tuple[_Form, list[Any]]:
        if is_missing(self._address):
            raise Unreadable(f"there are no conversations yet: {shown(self._address)} does not exist")
        try:
            with create_engine(self._address).connect() as connection:
                found = next((form for table, form in _FORMS.items() if inspect(connection).has_table(table)), None)
                if found is None:
                    raise Unreadable(f"there are no conversations in {shown(self._address)}")
                return found, list(connection.execute(text(getattr(found, query)), values))
        except (SQLAlchemyError, ImportError) as error:
            raise Unreadable(f"the conversations in {shown(self._address)} can't be read ({error.__class__.__name__})") from error


def shown(address: str) -> str:
    """A database's address without name and password."""
    try:
        url = make_url(address)
    except ArgumentError:
        return "a database whose address can't be read"
    return "/".join(filter(None, [url.host, url.database]))
