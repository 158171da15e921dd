"""What stays in force from turn to turn: a level ends only when help is under way or the report is taken back, never by time."""
from dataclasses import dataclass
from typing import Any

from bot.safety.screen import BY_MODEL, Screen, Screening
from bot.safety.verdict import Verdict, higher


@dataclass(frozen=True)
class InForce:
    """The alarm of a conversation between two turns. `awaits_time`: asked when it was done, since that may settle it."""

    level: str = "none"
    flags: tuple[str, ...] = ()
    awaits_time: bool = False

    def as_data(self) -> dict[str, Any]:
        return {"level": self.level, "flags": list(self.flags), "awaits_time": self.awaits_time}

    @classmethod
    def from_data(cls, data: dict[str, Any] | None) -> "InForce":
        return cls(data["level"], tuple(data["flags"]), bool(data["awaits_time"])) if data else cls()


def next_verdict(before: InForce, screening: Screening, screen: Screen) -> Verdict:
    """The verdict on this turn, from what was in force and what the message reports."""
    if screening.flags and not _only_repeats_what_it_takes_back(before, screening):
        return _raised(before, screening, screen)
    if before.level == "none":
        return Verdict(expected=screening.expected)
    if before.awaits_time and screening.hours is not None and _settled(before, screening.hours, screen):
        return Verdict(ended="expected_after_all", expected=(screen.expected_topic(before.flags[0]),))
    if screening.ending:
        return Verdict(ended=screening.ending)
    return Verdict(before.level, before.flags)


def _only_repeats_what_it_takes_back(before: InForce, screening: Screening) -> bool:
    """Is the report taken back in so many words, and does only the model see one, of a sign that is in force already?
    "Sorry, I got that wrong, I only took the one" speaks of the tablets too."""
    by_model_alone = all(hit.cause == BY_MODEL for hit in screening.hits)
    return screening.ending == "taken_back" and screening.ends_in_words and by_model_alone and screening.hits[0].sign in before.flags


def _raised(before: InForce, screening: Screening, screen: Screen) -> Verdict:
    flags = tuple(dict.fromkeys([*before.flags, *screening.flags]))
    level = screen.level_of(flags, higher(before.level, screening.level))
    ask_time = screening.ask_time and before.level == "none"
    return Verdict(level, flags, screening.flags, ask_time=ask_time, hits=screening.hits)


def _settled(before: InForce, hours: float, screen: Screen) -> bool:
    limit = screen.expected_hours(before.flags[0]) if len(before.flags) == 1 else None
    return limit is not None and hours <= limit


def after(verdict: Verdict, before: InForce = InForce()) -> InForce:
    """What is in force once this turn is over; the question for the time stays open until something settles it."""
    still_open = before.awaits_time and verdict.in_force and not verdict.raised
    return InForce(verdict.level, verdict.flags, verdict.ask_time or still_open)
