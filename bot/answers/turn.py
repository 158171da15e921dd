"""What the composer must know of a turn: what was understood, what the screen found, and what went before."""
from dataclasses import dataclass, field
from typing import Any

from bot.answers.reply import Choice
from bot.safety.verdict import CALM, Verdict


@dataclass(frozen=True)
class Turn:
    """One message as understood. `chosen` is what the patient picked of the choices offered in the turn before;
    `previous` is the last `custom` object of the conversation, None at its start."""

    intent: str
    questions: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    text: str = ""
    leaflet: str | None = None
    region: str | None = None
    named_region: str | None = None
    asks_dose: bool = False
    chosen: Choice | None = None
    verdict: Verdict = field(default=CALM)
    previous: dict[str, Any] | None = None

    @property
    def is_first(self) -> bool:
        return self.previous is None
