"""What reading a leaflet file left out, joined or found odd, for the person who checks the import."""
import re
from dataclasses import dataclass, field


@dataclass
class ImportReport:
    """Lists of plain sentences or lines; empty lists where nothing was done."""

    furniture: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


_ODD = [
    (re.compile(r"\b(\d+)[^\S\n]*[-–][^\S\n]*\1(?!\d)\S*"), "a range from a number to the same number"),
    (re.compile(r"\b([a-z]{2,})[^\S\n]+\1\b", re.I), "a word standing twice"),
    (re.compile(r"\ufffd"), "a character that could not be decoded"),
]


def odd_wording(text: str) -> list[str]:
    """Wording that looks like a slip of the leaflet's author, within one line of `text`; it is kept as printed and only reported."""
    return [f"'{found.group(0)}': {why}" for pattern, why in _ODD for found in pattern.finditer(text)]
