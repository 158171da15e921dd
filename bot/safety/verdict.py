"""What the screen found in a message and what is in force after it, as plain data that travels with the turn."""
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

LEVELS = ("none", "gp", "ae", "999")
SAFETY, IN_FORCE = "safety", "in_force"  # the keys under which verdict and alarm travel with a message
Ending = Literal["help_under_way", "taken_back", "expected_after_all"]


def higher(first: str, second: str) -> str:
    """The more urgent of two levels."""
    return max(first, second, key=LEVELS.index)


@dataclass(frozen=True)
class Hit:
    """Why a sign was raised: which rule or model, its score, and where in the message (characters; never the words)."""

    sign: str
    cause: str
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """`level` and `flags` are in force after this message; `new` were raised by it; `ended` says why a level ended with it.

    `expected` names topics whose passage explains a complaint that is expected (and so no flag); `ask_time` asks when
    the injection was, since that decides whether a complaint is expected.
    """

    level: str = "none"
    flags: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    ended: Ending | None = None
    ask_time: bool = False
    expected: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = field(default=(), compare=False)

    @property
    def raised(self) -> bool:
        return bool(self.new)

    @property
    def in_force(self) -> bool:
        return self.level != "none"

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return asdict(self)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where in the message the signs stand."""
        return tuple((hit.start, hit.end) for hit in self.hits)

    @classmethod
    def from_data(cls, data: dict[str, Any] | None) -> "Verdict":
        """The verdict that `as_data` wrote; a calm one where there is none."""
        if not data:
            return cls()
        hits = tuple(Hit(**hit) for hit in data.get("hits", ()))
        tuples = {key: tuple(data.get(key, ())) for key in ("flags", "new", "expected")}
        return cls(data["level"], ended=data.get("ended"), ask_time=bool(data.get("ask_time")), hits=hits, **tuples)


CALM = Verdict()
