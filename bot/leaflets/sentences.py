"""Where sentences begin and end, the same for every program that names a passage by sentence number."""
from functools import lru_cache

import spacy
from spacy.language import Language


@lru_cache(maxsize=1)
def _splitter() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The (start, end) character offsets of each sentence in one line of text, white space left outside."""
    if not text.strip():
        return []
    starts = [_before_opening_bracket(text, sent.start_char) for sent in _splitter()(text).sents if sent.text.strip()]
    spans = [_trimmed(text, start, end) for start, end in zip(starts, [*starts[1:], len(text)])]
    return [(start, end) for start, end in spans if start < end]


def _before_opening_bracket(text: str, start: int) -> int:
    """An opening bracket or quotation mark belongs to the sentence it opens; the splitter leaves it at the one before."""
    while start and text[start - 1] in "([“‘ ":
        start -= 1
    return start


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
