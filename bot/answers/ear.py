"""A quotation cut for the ear: into sentences, and sentences into parts short enough to listen to.

Nothing is changed and nothing is lost. What is not said aloud is exactly this: white space between lines, bullet marks,
pictures and signs that are no words, and addresses of web pages, whose places are kept so that another word can stand there.
"""
import re
import unicodedata
from dataclasses import dataclass
from typing import Callable, Iterable, Sequence, TypeVar

from bot.leaflets.sentences import sentence_spans

# the same address that a browser would open: with its scheme, beginning with www., or ending like a host with a path
WEB_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"”)\]]*[^\s<>\"”)\].,;:!?]|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+/[^\s<>\"”)\]]*[^\s<>\"”)\].,;:!?]", re.I)
Unit = TypeVar("Unit")
_BULLET = re.compile(r"[ \t]*- ")
_PICTURES = ("So", "Sk", "Cs", "Cn")  # Unicode's categories of signs that are no words


@dataclass(frozen=True)
class Piece:
    """`text[start:end]` of a quotation: words to be said, or the address of a web page, which is not read out."""

    start: int
    end: int
    is_address: bool = False


Sentence = tuple[Piece, ...]


def sentences_for_the_ear(text: str) -> list[Sentence]:
    """The sentences of `text` in order, each as its pieces; a bullet is at least a sentence of its own."""
    found: list[Sentence] = []
    start = 0
    for line in text.split("\n"):
        mark = _BULLET.match(line)
        skipped = mark.end() if mark else 0
        for first, last in sentence_spans(line[skipped:]):
            pieces = tuple(_pieces(text, start + skipped + first, start + skipped + last))
            if pieces:
                found.append(pieces)
        start += len(line) + 1
    return found


def _pieces(text: str, start: int, end: int) -> Iterable[Piece]:
    at = start
    for address in WEB_ADDRESS.finditer(text, start, end):
        yield from _words(text, at, address.start())
        yield Piece(address.start(), address.end(), is_address=True)
        at = address.end()
    yield from _words(text, at, end)


def _words(text: str, start: int, end: int) -> Iterable[Piece]:
    """The piece without white space and pictures at its ends and inside; nothing where no word or sign is left."""
    at = start
    for place in [index for index in range(start, end) if unicodedata.category(text[index]) in _PICTURES] + [end]:
        words = text[at:place]
        first, last = at + len(words) - len(words.lstrip()), place - (len(words) - len(words.rstrip()))
        if first < last:
            yield Piece(first, last)
        at = place + 1


def may_be_left_out(text: str) -> bool:
    """Is `text`, which stands between two pieces of a quotation or at its ends, something that is never said aloud?"""
    rest = WEB_ADDRESS.sub("", text)
    lines = [_BULLET.sub("", line, count=1) if _BULLET.match(line) else line for line in rest.split("\n")]
    return all(character.isspace() or unicodedata.category(character) in _PICTURES for line in lines for character in line)


def parts_for_the_ear(units: Sequence[Unit], seconds: Callable[[Unit], float], leads_on: Callable[[Unit], bool], at_most: float) -> list[list[Unit]]:
    """`units` (what is said without a break) in parts of at most `at_most` seconds; one that takes longer is a part of its own.

    A unit that only leads on to the next ("If it is in the neck:") is never the last of a part while another stands before it.
    """
    parts: list[list[Unit]] = []
    for unit in units:
        if parts and sum(map(seconds, parts[-1])) + seconds(unit) <= at_most:
            parts[-1].append(unit)
            continue
        carried: list[Unit] = []
        while parts and len(parts[-1]) > 1 and leads_on(parts[-1][-1]):
            carried.insert(0, parts[-1].pop())
        parts.append([*carried, unit])
    return parts
