"""Typing errors and mis-hearings, made the same way each time: fixed generator, fixed seed."""
import random
from functools import lru_cache

from metaphone import doublemetaphone

from bot.language.spelling import common_words

_NEXT_KEYS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
    "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil", "l": "ko",
    "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip


def with_typing_errors(message: str, seed: int, one_in: int = 15) -> str:
    """`message` with about one letter in `one_in` dropped, doubled, swapped with its neighbour, or hit beside."""
    chance, letters = random.Random(f"{seed}:{message}"), list(message)
    index = 0
    while index < len(letters):
        if letters[index].isalpha() and chance.random() < 1 / one_in:
            index += _one_error(letters, index, chance)
        index += 1
    return "".join(letters)


def _one_error(letters: list[str], index: int, chance: random.Random) -> int:
    kind = chance.choice(["drop", "double", "swap", "beside"])
    letter = letters[index]
    if kind == "drop":
        letters[index] = ""
    elif kind == "double":
        letters[index] = letter * 2
    elif kind == "swap" and index + 1 < len(letters):
        letters[index], letters[index + 1] = letters[index + 1], letter
        return 1
    else:
        letters[index] = chance.choice(_NEXT_KEYS.get(letter.lower(), letter))
    return 0


def misheard(message: str, seed: int, share: float = 0.15) -> str:
    """`message` as a recogniser might write it: no punctuation, lower case, `share` of the longer words replaced by one
    that sounds alike (same double-metaphone key) where English has one, else left out or cut short."""
    chance = random.Random(f"{seed}:{message}")
    words = "".join(character for character in message.lower() if character.isalnum() or character in " '").split()
    heard = [_heard(word, chance) if len(word) > 2 and chance.random() < share else word for word in words]
    return " ".join(filter(None, heard))


def _heard(word: str, chance: random.Random) -> str:
    alike = [other for other in _sounding_like().get(doublemetaphone(word)[0], ()) if other != word and abs(len(other) - len(word)) <= 2]
    if alike:
        return chance.choice(alike)
    return word[:-1] if chance.random() < 0.7 else ""


@lru_cache(maxsize=1)
def _sounding_like() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted(common_words()):
        if len(word) > 2:
            found.setdefault(doublemetaphone(word)[0], []).append(word)
    return found
