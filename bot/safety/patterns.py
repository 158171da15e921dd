"""The first opinion: which signs a message names by the clinicians' patterns, and which of them a cue cancels."""
from dataclasses import dataclass

from bot.safety.context import ContextRules, Cue
from bot.safety.phrases import Normalised
from bot.safety.signs import Pattern, Sign, SignBook


@dataclass(frozen=True)
class Named:
    """A sign named in a message at `start:end` of its normalised text; `cancelled` is the cue that takes it back, if any."""

    sign: str
    pattern: Pattern
    start: int
    end: int
    cancelled: Cue | None


def named_signs(text: Normalised, book: SignBook, rules: ContextRules) -> list[Named]:
    """Every place where a pattern matches, with the cue that cancels it, in the order of the signs' files."""
    return [named for sign in book.signs.values() for named in _named(text.text, sign, rules)]


def _named(text: str, sign: Sign, rules: ContextRules) -> list[Named]:
    found = []
    for pattern in sign.patterns:
        for match in pattern.expression.finditer(text):
            found.append(Named(sign.id, pattern, match.start(), match.end(), rules.cancelling(text, sign.id, match.start(), match.end())))
    return found
