"""Split a message into the parts in which separate questions may stand."""
import re
from functools import lru_cache
from typing import Iterator

import spacy
from spacy.language import Language

from bot.language.vectors import Span

_JOINT = re.compile(r"\s*[;,]\s*(?:and|also|but|or|plus)?\s+|\s+(?:and also|and then|and|also|plus|as well as|oh and|another thing|secondly)\s+", re.I)
_SHORTEST = 3


@lru_cache(maxsize=1)
def _splitter() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


@lru_cache(maxsize=64)  # screen and understanding ask for the same message
def clauses(text: str) -> tuple[Span, ...]:
    """Where the parts of `text` stand between sentence ends, commas and joining words; those of under three words join the next."""
    joined: list[Span] = []
    begun: int | None = None
    for start, end in _pieces(text):
        begun = start if begun is None else begun
        if len(text[begun:end].split()) >= _SHORTEST:
            joined.append((begun, end))
            begun = None
    if begun is not None:
        joined[-1:] = [(joined[-1][0], end)] if joined else [(begun, end)]
    return tuple(joined)


def _pieces(text: str) -> Iterator[Span]:
    """Where anything stands between one end or joining word and the next."""
    for sentence in _splitter()(text).sents:
        at = sentence.start_char
        for joint in (*_JOINT.finditer(sentence.text), None):
            end = sentence.start_char + joint.start() if joint else sentence.end_char
            if text[at:end].strip():
                yield _trimmed(text, at, end)
            at = sentence.start_char + joint.end() if joint else end


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
