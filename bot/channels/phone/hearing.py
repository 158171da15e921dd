"""What a caller most likely said: commands, spoken numbers, and the best of what the recogniser offers."""
import re
from dataclasses import dataclass
from typing import Callable, Optional, Sequence

from metaphone import doublemetaphone

from bot.channels.phone.book import PhoneBook
from bot.language.cleaning import clean
from bot.language.understanding import OUT_OF_SCOPE, Understanding

AT_MOST = 5  # alternatives that are looked at
_LONGEST_COMMAND = 8  # words


@dataclass(frozen=True)
class Hypothesis:
    """One reading of what was said, with the recogniser's confidence from 0 to 1 where it gives one."""

    text: str
    confidence: Optional[float] = None


@dataclass(frozen=True)
class Heard:
    """The text that counts as said. `sure`: it need not be confirmed. `reports`: it reports a warning sign."""

    text: str
    sure: bool
    reports: bool = False


class Hearing:
    """`raises` tells whether a text reports a warning sign, `understand` what it asks; neither counts as a turn."""

    def __init__(self, book: PhoneBook, raises: Callable[[str], bool], understand: Callable[[str], Understanding]) -> None:
        self._book, self._raises, self._understand = book, raises, understand
        self._phrases = {" ".join(_words(phrase)): command for command, phrases in book.commands.items() for phrase in phrases}
        self._fillers = {tuple(_words(filler)) for filler in book.fillers}
        self._sounds = {doublemetaphone(word)[0]: str(key) for key, word in enumerate(book.numbers, 1)}

    def heard(self, hypotheses: Sequence[Hypothesis]) -> Optional[Heard]:
        """What counts as said; None where nothing was. A warning sign in any alternative comes before everything else."""
        readings = [each for each in hypotheses if clean(each.text)][:AT_MOST]
        if not readings:
            return None
        confident = self._is_confident(readings[0])
        for reading in readings:
            if self._raises(clean(reading.text)):
                return Heard(reading.text, confident and reading is readings[0], reports=True)
        if confident:
            return Heard(readings[0].text, True)
        understood = [self._understand(clean(reading.text)) for reading in readings]
        asked = {each.questions for each in understood if each.questions}
        agreed = len(readings) > 1 and len(asked) == 1 and all(each.questions for each in understood)
        best = max(range(len(readings)), key=lambda index: (_worth(understood[index], readings[index], index), -index))
        return Heard(readings[best].text, agreed)

    def _is_confident(self, reading: Hypothesis) -> bool:
        return reading.confidence is None or reading.confidence >= self._book.settings["sure"]

    def command(self, hypotheses: Sequence[Hypothesis], expected: Sequence[str]) -> Optional[str]:
        """The command that is said, one of `expected`; the first of the alternatives that is one counts, if the first of all is not sure."""
        looked_at = hypotheses[:1] if hypotheses and self._is_confident(hypotheses[0]) else hypotheses[:AT_MOST]
        for reading in looked_at:
            spoken = _words(reading.text)
            for form in (spoken, self._without_fillers(spoken)):
                command = self._phrases.get(" ".join(form)) if 0 < len(form) <= _LONGEST_COMMAND else None
                if command in expected:
                    return command
        return None

    def key(self, hypotheses: Sequence[Hypothesis], keys: Sequence[str]) -> Optional[str]:
        """The key, one of `keys`, whose number is said alone; a word that sounds like the number does as well ("won", "ate")."""
        for reading in hypotheses[:AT_MOST]:
            spoken = self._without_fillers(_words(reading.text))
            if len(spoken) == 1:
                key = spoken[0] if spoken[0].isdigit() else self._sounds.get(doublemetaphone(spoken[0])[0])
                if key in keys:
                    return key
        return None

    def _without_fillers(self, spoken: list[str]) -> list[str]:
        rest = list(spoken)
        changed = True
        while changed and rest:
            changed = False
            for filler in self._fillers:
                if tuple(rest[: len(filler)]) == filler:
                    rest, changed = rest[len(filler) :], True
                elif tuple(rest[-len(filler) :]) == filler:
                    rest, changed = rest[: -len(filler)], True
        return rest


def _worth(understood: Understanding, reading: Hypothesis, rank: int) -> float:
    """How much speaks for a reading: how clearly it asks something, and how well the recogniser heard it."""
    best, score = understood.ranking[0] if understood.ranking else (OUT_OF_SCOPE, 0.0)
    confidence = reading.confidence if reading.confidence is not None else 1 / (rank + 1)
    return (score if best != OUT_OF_SCOPE else 0.0) + 0.5 * confidence


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", clean(text).lower().replace("’", "'"))
