"""What came back in one turn: what the patient reads or hears, and the same turn as data."""
from dataclasses import dataclass, field
from typing import Any

Span = tuple[str, int, int]  # a leaflet's id, and from where to where


@dataclass(frozen=True)
class Heard:
    """`texts` as the patient gets them, the turn's `custom` object, the seconds it took, and what was wrong with its form.

    `read`: where a voice says of itself which part of which leaflet it reads, those parts.
    `roles`: where the channel itself tells them, what each of `texts` is, in the words of a reply's parts.
    `your_leaflet`: a voice has said that it reads from the patient's own leaflet, which it then does not name.
    """

    texts: tuple[str, ...]
    custom: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    wrong: str = ""
    read: tuple[Span, ...] = ()
    your_leaflet: bool = False
    roles: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.custom.get("kind", "")

    @property
    def level(self) -> str:
        return self.custom.get("escalation", "none")

    @property
    def topics(self) -> list[str]:
        return list(self.custom.get("topics", ()))

    @property
    def quotes(self) -> list[dict[str, Any]]:
        return list(self.custom.get("quotes", ()))

    @property
    def choices(self) -> list[dict[str, Any]]:
        return list(self.custom.get("choices", ()))

    @property
    def reminded(self) -> bool:
        """True where the turn begins with the reminder of an alarm in force, or with its advice."""
        parts = self.custom.get("parts") or [{}]
        return parts[0].get("role") in ("reminder", "advice")

    @property
    def shown(self) -> str:
        """All that the patient reads, as one text."""
        return "\n".join(self.texts)


def unanswered(reason: str, seconds: float = 0.0) -> Heard:
    """A turn in which nothing came that could be looked at."""
    return Heard((), {}, seconds, reason)


def quotes_to_patient(heard: Heard, quote: dict[str, Any]) -> bool:
    """True where the patient reads the quotation's words, or hears all of it read out."""
    if shows(heard, quote.get("text", "")):
        return True
    spans = sorted((start, end) for leaflet, start, end in heard.read if leaflet == quote.get("leaflet"))
    reached = quote.get("start", 0)
    for start, end in spans:
        if start <= reached + len(_BETWEEN) and end > reached:
            reached = end
    return bool(spans) and reached >= quote.get("end", 0)


def names_source(heard: Heard, leaflet: str, title: str) -> bool:
    """True where the patient is told which leaflet a quotation is from."""
    return title in heard.shown or (heard.your_leaflet and heard.custom.get("leaflet") == leaflet)


def shows(heard: Heard, words: str) -> bool:
    """True where `words` stand in what the patient reads; line ends and bullets may be set differently by a channel."""
    return _plain(words) in _plain(heard.shown)


_BETWEEN = "\n\n    - "  # the most that stands between two blocks and is not read out


def _plain(text: str) -> str:
    return " ".join(word for word in text.split() if word not in ("-", "•"))
