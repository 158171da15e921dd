"""How words are to be spoken: the same words, with marks for numbers, telephone numbers and abbreviations.

A mark never changes the words it stands on: `words(marks)` gives them back letter by letter. The marks are SSML's `sub` and
`say-as`; `sub` is preferred, because every voice speaks its alias alike, and says nothing else.
"""
import re
from dataclasses import dataclass
from typing import Any, Iterable, Literal, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import phonenumbers

from bot.language.masking import REGION

WORDS_A_SECOND = 2.5  # 150 words a minute, the slow end of reading aloud: callers are older and hear badly
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SHORT_NUMBER = re.compile(r"(?<![\d.,/-])(?:999|111|112|101)(?![\d.,/-]\d|\d)")
_RANGE = re.compile(r"(?<![\d.,/-])(\d+(?:\.\d+)?) ?[-–—] ?(\d+(?:\.\d+)?)(?![\d/-])")
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CLOCK = re.compile(r"(?<![\d.:])(\d{1,2})(?:[.:](\d{2}))? ?(am|pm)\b", re.I)

How = Literal["plain", "sub", "characters"]


@dataclass(frozen=True)
class Mark:
    """Words and how they are spoken: as they stand, as `alias` instead, or letter by letter."""

    words: str
    how: How = "plain"
    alias: str = ""

    @property
    def aloud(self) -> str:
        """What is heard."""
        if self.how == "sub":
            return self.alias
        return " ".join(self.words) if self.how == "characters" else self.words


Abbreviations = Mapping[str, str]  # the abbreviation as printed: what is said, or "" for letter by letter


def marked(text: str, abbreviations: Abbreviations) -> tuple[Mark, ...]:
    """`text` with every number, address of mail and abbreviation that a voice would get wrong marked."""
    found: list[tuple[int, int, Mark]] = []
    for start, end, mark in _candidates(text, abbreviations):
        if all(end <= first or start >= last for first, last, _ in found):
            found.append((start, end, mark))
    marks, at = [], 0
    for start, end, mark in sorted(found, key=lambda each: each[0]):
        marks += [Mark(text[at:start])] if at < start else []
        marks.append(mark)
        at = end
    return (*marks, *([Mark(text[at:])] if at < len(text) else []))


def _candidates(text: str, abbreviations: Abbreviations) -> Iterable[tuple[int, int, Mark]]:
    """What may be marked, the surest first."""
    for match in phonenumbers.PhoneNumberMatcher(text, REGION, leniency=phonenumbers.Leniency.POSSIBLE):
        if sum(character.isdigit() for character in match.raw_string) >= 9:
            yield match.start, match.end, Mark(match.raw_string, "sub", digit_by_digit(match.raw_string))
    for found in _SHORT_NUMBER.finditer(text):
        yield found.start(), found.end(), Mark(found.group(), "sub", digit_by_digit(found.group()))
    for found in _MAIL.finditer(text):
        yield found.start(), found.end(), Mark(found.group(), "sub", found.group().replace("@", " at ").replace(".", " dot "))
    for found in _CLOCK.finditer(text):
        minutes = f" {found[2]}" if found[2] and found[2] != "00" else ""
        yield found.start(), found.end(), Mark(found.group(), "sub", f"{found[1]}{minutes} {' '.join(found[3].lower())}")
    for found in _RANGE.finditer(text):
        yield found.start(), found.end(), Mark(found.group(), "sub", f"{found[1]} to {found[2]}")
    for short, said in sorted(abbreviations.items(), key=lambda item: -len(item[0])):
        # a unit may follow its number directly: "3ml"
        before = r"(?<![A-Za-z])" if short[:1].islower() else r"(?<!\w)"
        for found in re.finditer(before + re.escape(short) + r"(?!\w)", text):
            space = " " if found.start() and text[found.start() - 1].isdigit() else ""
            yield found.start(), found.end(), Mark(short, "sub", space + said) if said else Mark(short, "characters")


def digit_by_digit(number: str) -> str:
    """A telephone number as it is read out: each digit by its name, a short stop where a space stood."""
    groups = re.findall(r"\d+", number)
    aloud = ", ".join(" ".join(_DIGITS[int(digit)] for digit in group) for group in groups)
    return f"plus {aloud}" if number.lstrip().startswith("+") else aloud


def words(marks: Sequence[Mark]) -> str:
    """The words that the marks stand on, unchanged."""
    return "".join(mark.words for mark in marks)


def aloud(marks: Sequence[Mark]) -> str:
    """What is heard."""
    return "".join(mark.aloud for mark in marks)


def seconds(marks: Sequence[Mark]) -> float:
    """How long it takes to say, at `WORDS_A_SECOND`."""
    return len(re.findall(r"[\w'’.&]+", aloud(marks))) / WORDS_A_SECOND


def ssml(marks: Sequence[Mark]) -> str:
    """The words with their marks as SSML, without a `speak` element around them."""
    return "".join(_element(mark) for mark in marks)


def _element(mark: Mark) -> str:
    if mark.how == "sub":
        return f"<sub alias={quoteattr(mark.alias)}>{escape(mark.words)}</sub>"
    if mark.how == "characters":
        return f'<say-as interpret-as="characters">{escape(mark.words)}</say-as>'
    return escape(mark.words)


def as_data(marks: Sequence[Mark]) -> list[list[str]]:
    """JSON-ready form."""
    return [[mark.words, mark.how, mark.alias] if mark.alias else [mark.words, mark.how] for mark in marks]


def from_data(data: Iterable[Sequence[Any]]) -> tuple[Mark, ...]:
    """The marks that `as_data` wrote."""
    return tuple(Mark(*each) for each in data)
