"""`make unanswered`: what patients asked and got no answer to, or said was not what they asked; counted, by nearest topic.

Read from the conversations' store and, where there is one, from the ratings that patients gave on the web page. Messages were
masked before they were stored; they are masked once more here, since this page leaves the database.
"""
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.feedback import FeedbackBook
from bot.conversations.audit import AuditError, note
from bot.conversations.where import address, conversations, is_missing
from bot.light_tensorflow import without_tensorflow
from bot.staff.stored import Stored, Unreadable, shown

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


def from_conversations(store: str, since: date) -> Iterator[Asked]:
    """Every turn since that day that ended without an answer. `store` is an SQLAlchemy address. Raises Unreadable."""
    sender, said, before = None, None, None
    for current, moment, event in Stored(store).since(_timestamp(since)):
        if current != sender:
            sender, said, before = current, None, None
        if event.get("event") == "user":
            said = event
        custom = event.get("event") == "bot" and (event.get("data") or {}).get("custom")
        if custom and said:
            yield from _of_turn(said, custom, before, _day(moment))
            before, said = (said, custom), None


def _of_turn(said: Mapping, custom: Mapping, before: tuple[Mapping, Mapping] | None, day: str) -> Iterator[Asked]:
    """What one turn tells: its own question went unanswered, or it says so of the turn before."""
    if (said.get("parse_data") or {}).get("intent", {}).get("name") == NOT_ASKED:
        if before:
            yield Asked(day, "not_asked", before[0].get("text") or "", tuple(before[1].get("candidates", ())))
        return
    if custom.get("kind") in ("not_covered", "clarify"):
        yield Asked(day, custom["kind"], said.get("text") or "", tuple(custom.get("candidates", ())))


def from_ratings(store: str, since: date) -> Iterator[Asked]:
    """Every answer that a patient rated as no help since that day. `store` is an SQLAlchemy address. Raises Unreadable."""
    try:
        ratings = FeedbackBook(store).all()
    except SQLAlchemyError as error:
        raise Unreadable(f"the ratings in {shown(store)} can't be read ({error.__class__.__name__})") from error
    for row in ratings:
        if row.rating == "no" and row.day >= since.isoformat():
            yield Asked(row.day, "thumbs_down", row.question, row.topics)


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
    """Command line of `make unanswered`; settings from the environment: DAYS, CONVERSATION_STORE, FEEDBACK_STORE, VAR."""
    without_tensorflow()
    from bot.catalogue import read_topics
    from bot.staff.leaflets.drafts import write_whole

    days = os.environ.get("DAYS") or str(DAYS)
    if not days.isdecimal() or not 0 < int(days) < 3660:
        sys.exit(f"unanswered: DAYS has the value '{days}'; expected a number of days, like {DAYS}")
    try:
        note("read unanswered questions")
    except AuditError as error:
        sys.exit(f"unanswered: {error}")
    today, topics = date.today(), read_topics()
    since = today - timedelta(days=int(days))
    asked: list[Asked] = []
    for store, read in ((conversations(), from_conversations), (address("FEEDBACK_STORE", "feedback.db"), from_ratings)):
        if is_missing(store):  # nobody has asked or rated anything yet
            continue
        try:
            asked += list(read(store, since))
        except Unreadable as error:
            print(f"Attention: {error}.")
    groups = grouped(asked)
    for group in groups:
        title = topics[group.topic].title if group.topic in topics else "Near no topic"
        print(f"{group.count:4}  {title}: " + ", ".join(f"{count} × {REASONS[reason]}" for reason, count in group.reasons.most_common()))
    print(f"{sum(group.count for group in groups)} questions since {since} without a good answer. The messages, masked: results/unanswered.html")
    write_whole(ROOT / "results" / "unanswered.html", page(groups, topics, since, today))


if __name__ == "__main__":
    main()
