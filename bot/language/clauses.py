"""Split a message into the parts in which separate questions may stand."""
import re
from functools import lru_cache

import spacy
from spacy.language import Language

_JOINT = re.compile(r"\s*[;,]\s*(?:and|also|but|or|plus)?\s+|\s+(?:and also|and then|and|also|plus|as well as|oh and|another thing|secondly)\s+", re.I)
_SHORTEST = 3


@lru_cache(maxsize=1)
def _splitter() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


@lru_cache(maxsize=64)  # screen and understanding ask for the same message
def clauses(text: str) -> tuple[str, ...]:
    """The parts of `text` between sentence ends, commas and joining words; parts of under three words join the next."""
    parts = [part.strip() for sentence in _splitter()(text).sents for part in _JOINT.split(sentence.text)]
    joined: list[str] = []
    carried = ""
    for part in filter(None, parts):
        carried = f"{carried} {part}".strip()
        if len(carried.split()) >= _SHORTEST:
            joined.append(carried)
            carried = ""
    if carried:
        joined[-1:] = [f"{joined[-1]} {carried}"] if joined else [carried]
    return tuple(joined)
