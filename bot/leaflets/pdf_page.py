"""One page of a PDF as lines: which letters stand side by side, in which type, and inside which box or table cell.

A PDF holds letters at places, nothing more. What the lines mean is decided elsewhere (`pdf_layout`, `pdf_fragments`).
"""
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any, Sequence

from bot.leaflets.pdf_frames import Char, Frame, framed, inside
from bot.leaflets.signs import UNKNOWN, sign

_BOLD = re.compile(r"bold|black|heavy|demi|BX\d|-Bd", re.I)
_WORD_GAP = 0.17  # of the type's size; the narrowest justified spaces are wider, kerned letters stand closer
_NO_WIDTH = ("", "\u200b", "\u200c", "\u200d", "\ufeff")
_LINE_GAP = 0.7  # of the type's size; wider than any space inside a line, narrower than any gutter between columns


@dataclass(frozen=True)
class Word:
    """Letters without a space between them; `font` is the first one's."""

    text: str
    x0: float
    x1: float
    font: str


@dataclass(frozen=True)
class Line:
    """Words side by side.

    `frame` says what they stand in: () running text, (number, column) a box, (number, row, column) a table's cell,
    (-1,) to (-3,) text that is turned.
    """

    words: tuple[Word, ...]
    page: int
    top: float
    bottom: float
    base: float
    size: float
    bold: bool
    frame: Frame = ()
    dotted: bool = False  # a drawn dot, not a letter, stands in front as bullet

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def is_turned(self) -> bool:
        return len(self.frame) == 1


@dataclass
class PageLines:
    """The lines of one page in no order yet, and its height."""

    number: int
    height: float
    lines: list[Line]


def page_lines(page: Any) -> PageLines:
    """All lines of a pdfplumber page; text that stands sideways or upside down comes as lines in a frame of its own."""
    ways: dict[Frame, list[Char]] = defaultdict(list)
    for char in _printed_once(inside(page.chars, page.cropbox)):  # printer's marks stand outside the crop box
        ways[_turn(char)].append(char)
    frames = framed(ways.pop((), []), page)
    frames |= {turn: [_turned_back(char, turn) for char in chars] for turn, chars in ways.items()}
    dots = _dots(page)
    lines = [_line(run, page.page_number, frame, dots) for frame, chars in frames.items() for run in _runs(chars)]
    return PageLines(page.page_number, page.height, lines)


def _turn(char: Char) -> Frame:
    """() for a letter that stands upright; the frames -1, -2 and -3 for one turned left, turned right or upside down."""
    a, b = char["matrix"][:2]
    if abs(b) > abs(a):
        return (-1,) if b > 0 else (-2,)
    return () if a >= 0 else (-3,)


def _turned_back(char: Char, turn: Frame) -> Char:
    """The letter as it would stand if the sheet were turned until it reads from left to right."""
    x0, top, x1, bottom, (*_, x, y) = char["x0"], char["top"], char["x1"], char["bottom"], char["matrix"]
    if turn == (-1,):
        place, base = (-bottom, x0, -top, x1), -x
    elif turn == (-2,):
        place, base = (top, -x1, bottom, -x0), x
    else:
        place, base = (-x1, -bottom, -x0, -top), -y
    return {**char, **dict(zip(("x0", "top", "x1", "bottom"), place, strict=True)), "matrix": (1, 0, 0, 1, 0, base)}


def _printed_once(chars: Sequence[Char]) -> list[Char]:
    """Without the second copy of a letter that is printed twice, a hair apart, to look bold or to throw a shadow."""
    seen: dict[tuple, list[Char]] = defaultdict(list)  # by letter and neighbourhood, as a page has thousands of letters
    result = []
    for char in (char for char in chars if char["text"] not in _NO_WIDTH):
        letter, hair = (char["text"], round(char["size"])), max(0.12 * char["size"], 0.1)
        x, y = int(char["x0"] / hair), int(char["top"] / hair)
        near = [twin for right in (-1, 0, 1) for down in (-1, 0, 1) for twin in seen.get((letter, x + right, y + down), [])]
        if any(abs(twin["x0"] - char["x0"]) < hair and abs(twin["top"] - char["top"]) < hair for twin in near):
            continue
        seen[letter, x, y].append(char)
        result.append(char)
    return result


def _runs(chars: Sequence[Char]) -> list[list[Char]]:
    """Letters on one base line without a wide gap, from left to right; raised and lowered letters put where they belong."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=_base):
        if rows and _base(char) - _base(rows[-1][0]) <= 0.2 * min(char["size"], rows[-1][0]["size"]):
            rows[-1].append(char)
        else:
            rows.append([char])
    runs = [run for row in rows for run in _split_at_gaps(row) if any(not char["text"].isspace() for char in run)]
    return _with_raised(runs)


def _base(char: Char) -> float:
    return -char["matrix"][5]


def _split_at_gaps(row: list[Char]) -> list[list[Char]]:
    runs: list[list[Char]] = []
    end = 0.0
    for char in sorted((char for char in row if not char["text"].isspace()), key=lambda c: c["x0"]):
        if not runs or char["x0"] - end > _LINE_GAP * char["size"]:
            runs.append([])
        runs[-1].append(char)
        end = char["x1"]
    for space in (char for char in row if char["text"].isspace()):
        for run in runs:
            if run[0]["x0"] <= space["x0"] <= run[-1]["x1"]:
                run.append(space)
                break
    return [sorted(run, key=lambda c: c["x0"]) for run in runs]


def _with_raised(runs: list[list[Char]]) -> list[list[Char]]:
    """Put the small 'th' of a date and the small '2' of a formula into the run of full-size letters they stand at."""
    result = sorted(runs, key=lambda run: (-run[0]["size"], -len(run)))
    for run in list(result):
        host = next((other for other in result if other is not run and _is_host(other, run)), None)
        if host is not None:
            host.extend(run)
            host.sort(key=lambda c: c["x0"])
            result = [other for other in result if other is not run]
    return result


def _is_host(host: list[Char], run: list[Char]) -> bool:
    size = host[0]["size"]
    small = run[0]["size"] < 0.85 * size or (len(run) <= 4 < len(host) and run[0]["size"] <= size)
    if not small or not 0 < abs(_base(host[0]) - _base(run[0])) < 0.7 * size:
        return False
    printed = [char for char in host if not char["text"].isspace()]
    if any(min(char["x1"], run[-1]["x1"]) - max(char["x0"], run[0]["x0"]) > 1 for char in printed):
        return False
    return any(abs(run[0]["x0"] - char["x1"]) < _WORD_GAP * size for char in printed)


def _line(run: list[Char], page: int, frame: Frame, dots: list[tuple[float, float]]) -> Line:
    printed = [char for char in run if not char["text"].isspace()]
    letters = [char for char in printed if char["text"].isalnum()] or printed
    size = Counter(round(char["size"] * 2) / 2 for char in letters).most_common(1)[0][0]
    bold = sum(bool(_BOLD.search(char["fontname"])) for char in letters) >= 0.9 * len(letters)
    base = Counter(round(_base(char), 1) for char in letters if abs(char["size"] - size) <= 0.5).most_common(1)[0][0]
    top, bottom = min(char["top"] for char in printed), max(char["bottom"] for char in printed)
    words = tuple(_words(run))
    dotted = any(words[0].x0 - 30 < x1 <= words[0].x0 + 1 and top < y < bottom for x1, y in dots)
    return Line(words, page, top, bottom, base, size, bold, frame, dotted)


def _words(run: list[Char]) -> list[Word]:
    """Letters parted at spaces and at gaps; in a heading set with wide letter-spacing a gap has to be wider still."""
    gaps = [max(0.0, b["x0"] - a["x1"]) for a, b in pairwise(run) if a["text"].isalpha() and b["text"].isalpha()]
    spacing = median(gaps) if len(gaps) >= 6 else 0.0
    words: list[list[Char]] = [[]]
    for char in run:
        last = words[-1]
        if char["text"].isspace() or (last and char["x0"] - last[-1]["x1"] > spacing + _WORD_GAP * char["size"]):
            words.append([])
        if not char["text"].isspace():
            words[-1].append(char)
    return [_word(chars) for chars in words if chars]


def _word(chars: list[Char]) -> Word:
    text = "".join(_decoded(char["text"], char["fontname"]) for char in chars)
    return Word(text, chars[0]["x0"], chars[-1]["x1"], chars[0]["fontname"])


def _decoded(text: str, font: str) -> str:
    """The letters a sign stands for; one whose font does not say so is marked, so that staff are told of it."""
    if text.startswith("(cid:") or (text and text < " "):
        return UNKNOWN
    if "\ufb00" <= text <= "\ufb06":
        return unicodedata.normalize("NFKC", text)  # a ligature is one sign for two letters
    return "-" if text == "\u00ad" else sign(text, font)  # a soft hyphen that is drawn is a hyphen


def _dots(page: Any) -> list[tuple[float, float]]:
    """Right edge and middle of every drawn shape that is small and about as high as wide."""
    shapes = [s for s in (*page.curves, *page.rects, *page.images) if 1 < s["width"] < 9 and 1 < s["height"] < 9]
    return [(s["x1"], (s["top"] + s["bottom"]) / 2) for s in shapes if 0.6 < s["width"] / s["height"] < 1.7]
