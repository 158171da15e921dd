"""A call between two turns: what is still to be said, what the keys mean, what was held back; no word that the caller said."""
from dataclasses import dataclass, field
from typing import Any, Optional

from bot.channels.phone.spoken import Segment, Spoken

_REMEMBERED_REQUESTS = 3


@dataclass(frozen=True)
class Part:
    """What is said before the caller may go on: its segments, what keys stand for after it, web addresses it did not read out."""

    say: tuple[Segment, ...]
    keys: dict[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        return {"say": [segment.kept() for segment in self.say], "keys": self.keys, "addresses": list(self.addresses)}

    @classmethod
    def from_kept(cls, data: dict[str, Any]) -> "Part":
        return cls(tuple(map(Segment.from_kept, data["say"])), data["keys"], tuple(data["addresses"]))


@dataclass
class Call:
    """The state of one call. `id` is a hash; `line` names a line of data/phone.yml.

    `parts` and `at`: the answer being read out and the part said last. `last` and `keys`: the last document, for "repeat".
    `held`: a reply that waits for the caller's yes. `alarm`: the advice in force; `doubted`: it came from unsure hearing.
    `given`: the leaflet known from the line or the keys; `leaflet`: the one the replies are from.
    """

    id: str
    turn: int = 0
    line: Optional[str] = None
    given: Optional[str] = None
    region: Optional[str] = None
    leaflet: Optional[str] = None
    parts: list[Part] = field(default_factory=list)
    at: int = -1
    last: tuple[Segment, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    slower: int = 0
    misses: int = 0
    held: Optional[dict[str, Any]] = None
    alarm: tuple[Segment, ...] = ()
    doubted: bool = False
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)

    def remember(self, request: str, spoken: Spoken) -> None:
        """Keep what was answered to a request, for the case that it is sent again."""
        self.answered[request] = spoken.kept()
        for old in list(self.answered)[:-_REMEMBERED_REQUESTS]:
            del self.answered[old]

    def answer_to(self, request: str) -> Optional[Spoken]:
        """What was answered to this very request before."""
        return Spoken.from_kept(self.answered[request]) if request in self.answered else None

    def kept(self) -> dict[str, Any]:
        """JSON-ready form from which `from_kept` makes it again."""
        return {
            **self.__dict__,
            "parts": [part.kept() for part in self.parts],
            "last": [segment.kept() for segment in self.last],
            "alarm": [segment.kept() for segment in self.alarm],
        }

    @classmethod
    def from_kept(cls, data: dict[str, Any]) -> "Call":
        segments = {key: tuple(map(Segment.from_kept, data[key])) for key in ("last", "alarm")}
        return cls(**{**data, **segments, "parts": [Part.from_kept(part) for part in data["parts"]]})
