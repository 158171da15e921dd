"""The first opinion: which signs a message names by the clinicians' patterns, and which of them a cue cancels."""
from dataclasses import dataclass

from bot.safety.context import ContextRules, Cue
from bot.safety.phrases import Normalised
from bot.safety.signs import Pattern, SignBook


@dataclass(frozen=True)
class Named:
    """A sign named in a message at `start:end` of its normalised text; `cancelled` is the cue that takes it back, if any."""

    sign: str
    pattern: Pattern
    start: int
    end: int
    cancelled: Cue | None


class PatternIndex:
    """The patterns of all signs by the words they need, so that a message is held only against those that it may match."""

    def __init__(self, book: SignBook) -> None:
        self._all = [(sign.id, pattern) for sign in book.signs.values() for pattern in sign.patterns]
        self._by_word: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, (_, pattern) in enumerate(self._all):
            if pattern.expression.needs is None:
                self._always.append(number)
            for word in pattern.expression.needs or ():
                self._by_word.setdefault(word, []).append(number)
        self._longest_beginning = max((len(word) - 1 for word in self._by_word if word.endswith("*")), default=0)

    def possible(self, text: str) -> list[tuple[str, Pattern]]:
        """Sign ids and patterns that normalised `text` may match, in the order of the signs' files."""
        numbers = set(self._always)
        for word in set(text.split()):
            numbers.update(self._by_word.get(word, ()))
            for length in range(1, min(len(word), self._longest_beginning) + 1):
                numbers.update(self._by_word.get(word[:length] + "*", ()))
        return [self._all[number] for number in sorted(numbers)]


def named_signs(text: Normalised, index: PatternIndex, rules: ContextRules) -> list[Named]:
    """Every place where a pattern matches, with the cue that cancels it, in the order of the signs' files."""
    return [
        Named(sign, pattern, start, end, None if pattern.asked_too else rules.cancelling(text.text, sign, start, end))
        for sign, pattern in index.possible(text.text)
        for start, end in pattern.expression.places(text.text)
    ]
