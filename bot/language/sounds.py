"""What a message sounds like: a recogniser that takes "ticagrelor" for "tick a grill or" keeps the sounds, not the words."""
import re
from functools import lru_cache

from metaphone import doublemetaphone

_WORD = re.compile(r"\w+")
_REMEMBERED = 20_000  # words


def sounding(text: str) -> str:
    """The sounds of `text` in one row, without spaces, since a recogniser cuts long words up: double-metaphone keys (Philips 2000)."""
    return "".join(map(_sound, _WORD.findall(text)))


@lru_cache(maxsize=_REMEMBERED)
def _sound(word: str) -> str:
    return (doublemetaphone(word)[0] or word[0].upper()) if word.isalpha() else word
