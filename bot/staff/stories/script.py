"""A story as read from a script: who the patient is, and step by step what they say and what must come."""
from dataclasses import dataclass

from bot.staff.stories.expectations import Expectation

CHANNELS = ("rest", "web", "phone")


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a script, where, and what was probably meant."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True)
class Step:
    """One thing the patient does - says, presses, or stays silent - and what is expected then."""

    said: str
    line: int
    how: str = "patient"
    expected: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Story:
    """One conversation. `leaflet` and `region` are what the caller's metadata names; `channel` is None where any will do."""

    name: str
    about: str
    file: str
    line: int
    steps: tuple[Step, ...]
    leaflet: str | None = None
    region: str | None = None
    channel: str | None = None
