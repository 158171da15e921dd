"""`make unanswered`: what patients asked and got no answer to, or said was not what they asked; counted, by nearest topic.

Read from the conversations' store and, where there is one, from the ratings that patients gave on the web page. Messages were
masked before they were stored; they are masked once more here, since this page leaves the database.
"""
import json
import os
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from bot.light_tensorflow import without_tensorflow

ROOT = Path(__file__).resolve().parents[3]
REASONS = {
    "not_covered": "no leaflet says anything on it",
    "clarify": "the assistant asked which question was meant",
    "not_asked": "the patient said that the answer was not what they asked",
    "thumbs_down": "the patient rated the answer as no help",
}
DAYS = 7
NOT_ASKED = "not_what_i_asked"  # the intent of data/nlu/talk.yml


@dataclass(frozen=True)
class Asked:
    """A masked message that went without a good answer: the day, why, and the topics thought of, best first."""

    day: str
    reason: str
    message: str
    candidates: tuple[str, ...] = ()


@dataclass
class Group:
    """Messages nearest to one topic (empty where none is near), each with how often it came and why."""

    topic: str
    messages: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(self.reasons.values())


def from_conversations(database: Path, since: date) -> Iterator[Asked]:
    """Every turn since that day that ended without an answer. Raises sqlite3.Error for a file that is no such database."""
    with _read_only(database) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        read = _turns if "turns" in tables else _events
        sender, said, before = None, None, None
        for current, moment, event in read(connection, _timestamp(since)):
            if current != sender:
                sender, said, before = current, None, None
            if event.get("event") == "user":
                said = event
            custom = event.get("event") == "bot" and (event.get("data") or {}).get("custom")
            if custom and said:
                yield from _of_turn(said, custom, before, _day(moment))
                before, said = (said, custom), None


def _events(connection: sqlite3.Connection, since: float) -> Iterator[tuple[str, float, dict]]:
    """Conversation, moment and event from a store that has a row for each event, as Rasa's own."""
    for sender, moment, data in connection.execute("select sender_id, timestamp, data from events where timestamp >= ? order by sender_id, id", (since,)):
        yield sender, moment, json.loads(data)


def _turns(connection: sqlite3.Connection, since: float) -> Iterator[tuple[str, float, dict]]:
    """The same from a store that has a row for each turn, with its events as one list."""
    for sender, moment, events in connection.execute("select conversation, taken, events from turns where taken >= ? order by conversation, number", (since,)):
        for event in json.loads(events):
            yield sender, moment, event


def _of_turn(said: Mapping, custom: Mapping, before: tuple[Mapping, Mapping] | None, day: str) -> Iterator[Asked]:
    """What one turn tells: its own question went unanswered, or it says so of the turn before."""
    if (said.get("parse_data") or {}).get("intent", {}).get("name") == NOT_ASKED:
        if before:
            yield Asked(day, "not_asked", before[0].get("text") or "", tuple(before[1].get("candidates", ())))
        return
    if custom.get("kind") in ("not_covered", "clarify"):
        yield Asked(day, custom["kind"], said.get("text") or "", tuple(custom.get("candidates", ())))


def from_ratings(database: Path, since: date) -> Iterator[Asked]:
    """Every answer that a patient rated as no help since that day."""
    with _read_only(database) as connection:
        for day, question, topics in connection.execute("select day, question, topics from ratings where rating = 'no' and day >= ?", (since.isoformat(),)):
            yield Asked(day, "thumbs_down", question, tuple(filter(None, topics.split(","))))


def grouped(asked: Sequence[Asked]) -> list[Group]:
    """By nearest topic, the fullest group first; the same words in other case or spacing count together."""
    from bot.language.masking import mask

    groups: dict[str, Group] = {}
    for entry in asked:
        words = mask(" ".join(entry.message.lower().split()))
        if not words:
            continue
        topic = entry.candidates[0] if entry.candidates else ""
        group = groups.setdefault(topic, Group(topic))
        group.messages[words] += 1
        group.reasons[entry.reason] += 1
    return sorted(groups.values(), key=lambda group: (-group.count, group.topic))


def _read_only(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True)


def _timestamp(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp()


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).date().isoformat()


def page(groups: Sequence[Group], topics: Mapping, since: date, today: date) -> str:
    """The weekly page: self-contained HTML."""
    from bot.staff.leaflets.pages import TEMPLATES, environment

    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    return environment().get_template("unanswered.html").render(
        root="", inline_style=style, error="", groups=groups, topics=topics, reasons=REASONS, since=since.isoformat(), today=today.isoformat(), total=sum(group.count for group in groups)
    )


def main() -> None:
    """Command line of `make unanswered`; settings from the environment: DAYS, VAR."""
    without_tensorflow()
    from bot.catalogue import read_topics
    from bot.staff.leaflets.drafts import write_whole

    days = os.environ.get("DAYS") or str(DAYS)
    if not days.isdecimal() or not 0 < int(days) < 3660:
        sys.exit(f"unanswered: DAYS has the value '{days}'; expected a number of days, like {DAYS}")
    today, topics, var = date.today(), read_topics(), Path(os.environ.get("VAR") or ROOT / "var")
    since = today - timedelta(days=int(days))
    asked: list[Asked] = []
    for name, read in (("conversations.db", from_conversations), ("feedback.db", from_ratings)):
        if not (var / name).exists():
            continue
        try:
            asked += list(read(var / name, since))
        except sqlite3.Error as error:
            print(f"Attention: {var / name} can't be read ({error}).")
    groups = grouped(asked)
    for group in groups:
        title = topics[group.topic].title if group.topic in topics else "Near no topic"
        print(f"{group.count:4}  {title}: " + ", ".join(f"{count} × {REASONS[reason]}" for reason, count in group.reasons.most_common()))
    print(f"{sum(group.count for group in groups)} questions since {since} without a good answer. The messages, masked: results/unanswered.html")
    write_whole(ROOT / "results" / "unanswered.html", page(groups, topics, since, today))


if __name__ == "__main__":
    main()
