"""The small phrase language of the warning-sign files, so that a clinician can read a pattern as the words it stands for.

    leg (has gone|is) numb      words; alternatives in brackets
    (so|very)? weak             a question mark: may be left out
    swell*                      any ending
    {cannot} ... {pass_urine}   a named word list; up to four words between, never across a sentence's end
    #38-43                      a number in a range

Patterns are matched on `normalised` text: lower case, no apostrophes, every punctuation mark a word of its own.
"""
import re
from collections import deque
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Iterator, Mapping, Sequence

from bot.safety.matching import Choice, Gap, Listed, Node, Number, Optional, Place, Row, Words, places, tokens

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[a-z]+|&|[.?!,;:]")
_PIECE = re.compile(r"\s*(\.\.\.|\{\w+\}|[()|?]|[\w&*,.?!'#-]+?(?=[\s(){}|?]|$))")


# words that stand in so many messages that needing one of them rules hardly any pattern out
_COMMON = frozenset(["a", "am", "and", "are", "at", "be", "been", "do", "for", "get", "got", "had", "has", "have", "he", "her", "his", "i", "im", "in", "is", "it", "its", "me", "my", "no", "not", "of", "off", "on", "or", "out", "she", "so", "that", "the", "they", "this", "to", "up", "was", "we", "with", "you"])


class PhraseError(ValueError):
    """A pattern that can't be read; says which and why."""


@dataclass(frozen=True)
class Normalised:
    """Normalised text, ending and beginning with a space, and for every character of it the place in the message."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original message of `text[start:end]`."""
        inside = self.places[start:end] or (0,)
        return inside[0], inside[-1] + 1


def normalised(message: str) -> Normalised:
    """`message` in lower case without apostrophes, words and punctuation apart by single spaces, with places kept."""
    kept = [(character, place) for place, character in enumerate(message) if character not in "'’‘`´"]
    plain = "".join(character.lower() if len(character.lower()) == 1 else character for character, _ in kept)
    text, places = [" "], [0]
    for found in _TOKEN.finditer(plain):
        text.append(found.group(0) + " ")
        places.extend(kept[index][1] for index in range(found.start(), found.end()))
        places.append(kept[found.end() - 1][1])
    return Normalised("".join(text), tuple(places))


def normalised_words(words: str) -> str:
    """A phrase as it stands in normalised text."""
    return normalised(words).text.strip()


class Phrase:
    """A pattern, ready to be looked for. Knows words of which one must stand in a text for it to match at all, so that most
    patterns are ruled out for most messages by a look at the message's words."""

    def __init__(self, words: str, node: Node, needs: frozenset[str] | None) -> None:
        self.words, self.needs, self._node = words, needs, node
        self._whole = frozenset(word for word in needs or () if not word.endswith("*"))
        self._beginnings = tuple(" " + word[:-1] for word in needs or () if word.endswith("*"))
        self._always = needs is None

    def places(self, text: str, low: int = 0, high: int | None = None) -> Iterator[Place]:
        """Where it matches in normalised text, between the characters `low` and `high`."""
        return places(self._node, tokens(text), low, len(text) if high is None else high) if self._possible(text) else iter(())

    def stands_in(self, text: str) -> bool:
        """Does it match anywhere in normalised text?"""
        return next(self.places(text), None) is not None

    def removed(self, text: str) -> str:
        """Normalised text without the matches."""
        kept, at = [], 0
        for start, end in self.places(text):
            kept.append(text[at:start])
            at = end
        return "".join(kept) + text[at:]

    def _possible(self, text: str) -> bool:
        return self._always or not self._whole.isdisjoint(_words_in(text)) or any(beginning in text for beginning in self._beginnings)


@lru_cache(maxsize=64)
def _words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class _Part:
    """A part of a pattern, and words of which one must be there for it to match (None: none must)."""

    node: Node
    needs: frozenset[str] | None


Lists = Mapping[str, Sequence[str]]


def compiled(pattern: str, lists: Lists) -> Phrase:
    """The pattern, ready to be looked for in normalised text. Raises PhraseError for one that can't be read."""
    part = _read(pattern, lists, _known(lists))
    if part.node.may_be_empty:
        raise PhraseError(f"'{pattern}' would match any message: every word of it may be left out")
    return Phrase(pattern, part.node, part.needs)


_read_lists: list = [None, {}]


def _known(lists: Lists) -> dict[str, _Part]:
    """The word lists that earlier patterns have read already, if those were given the same lists."""
    if _read_lists[0] is not lists:
        _read_lists[:] = [lists, {}]
    return _read_lists[1]


def any_of(patterns: Sequence[str], lists: Lists) -> Phrase:
    """One pattern that matches where any of `patterns` does."""
    return compiled("|".join(f"({pattern})" for pattern in patterns), lists)


def _read(pattern: str, lists: Lists, known: dict[str, _Part]) -> _Part:
    pieces = [found.group(1) for found in _PIECE.finditer(pattern.replace("'", "").strip())]
    if "".join(pieces).replace(" ", "") != re.sub(r"[\s']", "", pattern):
        raise PhraseError(f"'{pattern}' holds a character the phrase language does not know")
    rest = deque(pieces)
    part = _alternatives(rest, lists, pattern, known)
    if rest:
        raise PhraseError(f"'{pattern}' has a bracket too many")
    return part


def _alternatives(pieces: deque[str], lists: Lists, pattern: str, known: dict[str, _Part]) -> _Part:
    """Everything up to the bracket that closes, or to the end; takes it off `pieces`."""
    branches: list[list[_Part]] = [[]]
    while pieces and pieces[0] != ")":
        piece = pieces.popleft()
        if piece == "|":
            branches.append([])
            continue
        part = _part(piece, pieces, lists, pattern, known)
        if pieces and pieces[0] == "?":
            pieces.popleft()
            part = _Part(Optional(part.node), None)
        branches[-1].append(part)
    return _joined(branches)


def _joined(branches: list[list[_Part]]) -> _Part:
    """The alternatives as one part; it needs a word of each branch, and is free if any branch is."""
    rows = [Row([part.node for part in branch]) if len(branch) != 1 else branch[0].node for branch in branches]
    needs = [_rarest([part.needs for part in branch if part.needs is not None]) for branch in branches]
    return _Part(rows[0] if len(rows) == 1 else Choice(rows), None if any(need is None for need in needs) else frozenset().union(*needs))


def _rarest(needs: list[frozenset[str]]) -> frozenset[str] | None:
    """Of the sets of which each must be met, the one that the fewest messages meet."""
    return min(needs, key=lambda words: (sum(word in _COMMON for word in words), len(words), sorted(words)), default=None)


def _part(piece: str, pieces: deque[str], lists: Lists, pattern: str, known: dict[str, _Part]) -> _Part:
    if piece == "(":
        inner = _alternatives(pieces, lists, pattern, known)
        if not pieces:
            raise PhraseError(f"'{pattern}' has a bracket that is not closed")
        pieces.popleft()
        return inner
    if piece == "...":
        return _Part(Gap(), None)
    if piece.startswith("{"):
        return _listed(piece[1:-1], lists, pattern, known)
    return _word(piece)


def _listed(name: str, lists: Lists, pattern: str, known: dict[str, _Part]) -> _Part:
    if name not in lists:
        raise PhraseError(f"'{pattern}' names the word list '{name}', which no file in data/red_flags/words/ has")
    if name not in known:
        others = {key: words for key, words in lists.items() if key != name}
        longest_first = sorted(lists[name], key=len, reverse=True)
        part = _joined([[_read(words, others, known)] for words in longest_first])
        known[name] = _Part(Listed(part.node), part.needs)
    return known[name]


@cache
def _word(piece: str) -> _Part:
    if piece.startswith("#"):
        return _Part(_number(piece), None)
    words, is_open = (normalised_words(piece[:-1]), True) if piece.endswith("*") else (normalised_words(piece), False)
    if not words:
        raise PhraseError(f"'{piece}' is nothing that can stand in a message")
    first, *more = words.split()  # "a&e" and "20s" are several words in normalised text
    if is_open:
        *whole, beginning = words.split()
        return _Part(Words(whole, beginning), frozenset({first if more else first + "*"}))
    return _Part(Words([first, *more]), frozenset({first}))


def _number(piece: str) -> Number:
    """A whole number in the range, with any decimals: `#38-43` matches "38", "38.5" and "43.0"."""
    found = re.fullmatch(r"#(\d+)-(\d+)", piece)
    if not found or int(found[1]) > int(found[2]):
        raise PhraseError(f"'{piece}' is no range of numbers; expected like #38-43")
    return Number(int(found[1]), int(found[2]))
