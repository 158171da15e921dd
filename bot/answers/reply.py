"""The Reply: one turn's answer as plain data. The composer makes it, every channel only renders it."""
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["answer", "escalate", "clarify", "not_covered", "handoff", "smalltalk"]
MAX_CANDIDATES = 5


@dataclass(frozen=True)
class Quote:
    """Exact words of a leaflet with their source. `canonical[start:end] == text`, counted in characters."""

    topic: str
    leaflet: str
    section: str
    text: str
    start: int
    end: int
    source: str
    title: str
    publisher: str = ""
    version: str = ""
    issued: str | None = None
    review_due: str | None = None

    def as_data(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if value not in ("", None) or key in ("section",)}


@dataclass(frozen=True)
class Choice:
    """Something offered: `title` is what the patient reads and what is sent back when they choose it."""

    title: str
    topic: str | None = None
    leaflet: str | None = None
    region: str | None = None

    def as_data(self) -> dict[str, str]:
        return {key: value for key, value in self.__dict__.items() if value is not None}


@dataclass(frozen=True)
class Part:
    """One piece of what the patient reads, in order: our own words, or a quote with its source line."""

    role: Literal["reminder", "advice", "notice", "own", "quote", "choices"]
    text: str


@dataclass
class Reply:
    """One turn's answer (contract: kind, topics, candidates, escalation, red_flags, quotes), with all a channel shows."""

    kind: Kind
    topics: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    escalation: str = "none"
    red_flags: list[str] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    advice: list[dict[str, Any]] = field(default_factory=list)
    leaflet: str | None = None
    region: str | None = None
    given: dict[str, str | None] = field(default_factory=dict)

    def add(self, role: str, *texts: str) -> None:
        """Append own words in the given role."""
        self.parts.extend(Part(role, text) for text in texts if text)

    def put_first(self, role: str, *texts: str) -> None:
        """Put own words before everything that is there."""
        self.parts[:0] = [Part(role, text) for text in texts if text]

    @property
    def texts(self) -> list[str]:
        """What the patient reads, one text message after another."""
        texts = [part.text for part in self.parts if part.role != "choices"]
        if self.choices:
            asked = "\n".join(part.text for part in self.parts if part.role == "choices")
            texts.append((asked + "\n" if asked else "") +"\n".join(f"{number}. {choice.title}" for number, choice in enumerate(self.choices, 1)))
        return texts

    @classmethod
    def from_custom(cls, data: dict[str, Any]) -> "Reply":
        """The Reply that `as_custom` wrote."""
        plain = {key: data.get(key) for key in ("kind", "escalation", "leaflet", "region")}
        lists = {key: list(data.get(key, ())) for key in ("topics", "candidates", "red_flags", "advice")}
        return cls(
            **plain,
            **lists,
            quotes=[Quote(**quote) for quote in data.get("quotes", ())],
            parts=[Part(**part) for part in data.get("parts", ())],
            choices=[Choice(**choice) for choice in data.get("choices", ())],
        )

    def as_custom(self) -> dict[str, Any]:
        """The one `custom` object of the turn."""
        return {
            "kind": self.kind,
            "topics": list(self.topics),
            "candidates": list(self.candidates)[:MAX_CANDIDATES],
            "escalation": self.escalation,
            "red_flags": list(self.red_flags),
            "quotes": [quote.as_data() for quote in self.quotes],
            "parts": [{"role": part.role, "text": part.text} for part in self.parts],
            "choices": [choice.as_data() for choice in self.choices],
            "advice": list(self.advice),
            "leaflet": self.leaflet,
            "region": self.region,
            "given": dict(self.given),
        }
