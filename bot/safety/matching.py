"""Match phrases against the words of a message, without regular expressions: a word list is tried once at each word of a
message, however many patterns name it, and nothing needs compiling when the assistant starts.

Every node tells where a match that begins at a word may end, in the order in which a regular expression would try it: the
first alternative first, an optional part taken before it is left out, the widest gap first.
"""
import re
from functools import lru_cache
from typing import Iterable, Iterator, NamedTuple, Sequence

GAP = 4
_TOKEN = re.compile(r"\S+ ")
_BRIDGED = re.compile(r"[a-z0-9&.]*[a-z0-9&]")  # what a gap may run over: words and numbers, never a punctuation mark
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(?:[.,][0-9]+)?")
_LETTERS = re.compile(r"[a-z]*")


class Place(NamedTuple):
    """Where a match stands in normalised text; `end` lies behind the space that follows its last word."""

    start: int
    end: int


class Tokens:
    """The words of a normalised text, where each begins and ends, and which word lists matched at which of them."""

    __slots__ = ("words", "starts", "ends", "known")

    def __init__(self, text: str) -> None:
        found = list(_TOKEN.finditer(text))
        self.words = tuple(token.group(0)[:-1] for token in found)
        self.starts = [token.start() for token in found]
        self.ends = [token.end() for token in found]
        self.known: dict[tuple[Node, int], Sequence[int]] = {}


@lru_cache(maxsize=256)
def tokens(text: str) -> Tokens:
    """The words of `text`; those of the last few texts are remembered, since every pattern looks at the same message."""
    return Tokens(text)


class Node:
    """A part of a pattern. `firsts`: the words of which one must stand where it begins (None: that can't be told)."""

    __slots__ = ("firsts",)
    firsts: frozenset[str] | None

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        """The numbers of the words behind each possible match that begins at word number `at`, best first."""
        raise NotImplementedError

    @property
    def may_be_empty(self) -> bool:
        """Can it match no word at all?"""
        return False


class Words(Node):
    """Words in a row; the last may be any that begins with `beginning`."""

    __slots__ = ("_words", "_beginning")

    def __init__(self, words: Sequence[str], beginning: str | None = None) -> None:
        self._words, self._beginning = tuple(words), beginning
        self.firsts = frozenset(self._words[:1]) or None

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        behind = at + len(self._words)
        if text.words[at:behind] != self._words:
            return ()
        if self._beginning is None:
            return (behind,)
        begins = behind < len(text.words) and text.words[behind].startswith(self._beginning)
        return (behind + 1,) if begins and _LETTERS.fullmatch(text.words[behind], len(self._beginning)) else ()


class Number(Node):
    """A number whose whole part lies in a range, with any decimals."""

    __slots__ = ("_low", "_high")

    def __init__(self, low: int, high: int) -> None:
        self._low, self._high, self.firsts = low, high, None

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        found = _NUMBER.fullmatch(text.words[at]) if at < len(text.words) else None
        return (at + 1,) if found and self._low <= int(found[1]) <= self._high else ()


class Gap(Node):
    """Up to four words of any kind, within a sentence."""

    __slots__ = ()

    def __init__(self) -> None:
        self.firsts = None

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        furthest = at
        while furthest < min(at + GAP, len(text.words)) and _BRIDGED.fullmatch(text.words[furthest]):
            furthest += 1
        return range(furthest, at - 1, -1)

    @property
    def may_be_empty(self) -> bool:
        return True


class Optional(Node):
    """A part that may be left out."""

    __slots__ = ("_part",)

    def __init__(self, part: Node) -> None:
        self._part, self.firsts = part, None

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        return _each_once((*self._part.ends(text, at), at))

    @property
    def may_be_empty(self) -> bool:
        return True


class Row(Node):
    """Parts that follow one another."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Sequence[Node]) -> None:
        self._parts = tuple(parts)
        self.firsts = _firsts_of_row(self._parts)

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        places: Sequence[int] = (at,)
        for part in self._parts:
            places = part.ends(text, places[0]) if len(places) == 1 else _each_once(end for place in places for end in part.ends(text, place))
            if not places:
                return ()
        return places

    @property
    def may_be_empty(self) -> bool:
        return all(part.may_be_empty for part in self._parts)


class Choice(Node):
    """Alternatives. Only those are tried that may begin with the word that stands there."""

    __slots__ = ("_by_first", "_anywhere", "_may_be_empty")

    def __init__(self, branches: Sequence[Node]) -> None:
        self._anywhere = tuple(branch for branch in branches if branch.firsts is None)
        words = frozenset().union(*(branch.firsts or () for branch in branches))
        likely: dict[str, list[Node]] = {word: [] for word in words}
        for branch in branches:
            for word in words if branch.firsts is None else branch.firsts:
                likely[word].append(branch)
        self._by_first = {word: tuple(some) for word, some in likely.items()}
        self.firsts = None if self._anywhere else words
        self._may_be_empty = any(branch.may_be_empty for branch in branches)

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        likely = self._by_first.get(text.words[at], self._anywhere) if at < len(text.words) else self._anywhere
        if len(likely) == 1:
            return likely[0].ends(text, at)
        return _each_once(end for branch in likely for end in branch.ends(text, at)) if likely else ()

    @property
    def may_be_empty(self) -> bool:
        return self._may_be_empty


class Listed(Node):
    """A named word list: tried once at each word of a text, whichever pattern asks first."""

    __slots__ = ("_words",)

    def __init__(self, words: Node) -> None:
        self._words, self.firsts = words, words.firsts

    def ends(self, text: Tokens, at: int) -> Sequence[int]:
        if self.firsts is not None and (at >= len(text.words) or text.words[at] not in self.firsts):
            return ()
        key = (self, at)
        if key not in text.known:
            text.known[key] = self._words.ends(text, at)
        return text.known[key]

    @property
    def may_be_empty(self) -> bool:
        return self._words.may_be_empty


def places(node: Node, text: Tokens, low: int, high: int) -> Iterator[Place]:
    """Every match between the characters `low` and `high`, from left to right, none overlapping another."""
    starts, ends, begin_with = text.starts, text.ends, node.firsts
    at, count = 0, len(starts)
    while at < count:
        if starts[at] >= low and (begin_with is None or text.words[at] in begin_with):
            end = next((end for end in node.ends(text, at) if end > at and ends[end - 1] <= high), None)
            if end is not None:
                yield Place(starts[at], ends[end - 1])
                at = end
                continue
        at += 1


def _firsts_of_row(parts: Sequence[Node]) -> frozenset[str] | None:
    """Those of its first part; parts that may be left out can't tell theirs."""
    return parts[0].firsts if parts else None


def _each_once(ends: Iterable[int]) -> Sequence[int]:
    return tuple(dict.fromkeys(ends))
