"""The phrase language as regular expressions: what each pattern stands for, written a second time and in another way, so
that the matcher can be held against it. Slow to compile and large, which is why the assistant does not use it."""
import re
from typing import Mapping, Sequence

from bot.safety.phrases import normalised_words

_PIECE = re.compile(r"\s*(\.\.\.|\{\w+\}|[()|?]|[\w&*,.?!'#-]+?(?=[\s(){}|?]|$))")
_BETWEEN = r"(?:[a-z0-9&.]*[a-z0-9&] ){0,4}"


def as_expression(pattern: str, lists: Mapping[str, Sequence[str]]) -> re.Pattern:
    """The regular expression, over normalised text, that `pattern` stands for."""
    return re.compile(r"(?<= )" + _read(pattern, lists))


def _read(pattern: str, lists: Mapping[str, Sequence[str]]) -> str:
    pieces = [found.group(1) for found in _PIECE.finditer(pattern.replace("'", "").strip())]
    return "(?:" + "".join(_part(piece, lists) for piece in pieces) + ")"


def _part(piece: str, lists: Mapping[str, Sequence[str]]) -> str:
    if piece in "()|?":
        return piece.replace("(", "(?:")
    if piece == "...":
        return _BETWEEN
    if piece.startswith("{"):
        return "(?:" + "|".join(_read(words, lists) for words in sorted(lists[piece[1:-1]], key=len, reverse=True)) + ")"
    return f"(?:{_word(piece)})"


def _word(piece: str) -> str:
    if piece.startswith("#"):
        low, high = piece[1:].split("-")
        return "(?:" + "|".join(str(number) for number in range(int(low), int(high) + 1)) + r")(?:[.,]\d+)? "
    if piece.endswith("*"):
        return re.escape(normalised_words(piece[:-1])) + "[a-z]* "
    return re.escape(normalised_words(piece)) + " "
