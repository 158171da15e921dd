"""Which lines of a PDF begin a bullet: by a glyph, a drawn dot, a dash, a running number, or by indent alone."""
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Iterable, Sequence

from bot.leaflets.fragments import GLYPH, has_ended
from bot.leaflets.pdf_layout import Region
from bot.leaflets.pdf_page import Line, Word
from bot.leaflets.signs import UNKNOWN

_NUMBER = re.compile(r"\(?(\d{1,2})[.)]")
_DASHES = ("-", "–", "—", "*")
_INDENT = 8  # points; less is a slip of the layout or an optical correction


@dataclass(frozen=True)
class Bullet:
    """A line that begins a bullet: where its mark and its words stand, and the words without the mark."""

    mark_x: float
    text_x: float
    text: str

    def hangs_at(self, x: float) -> bool:
        """True if `x` is where the words stand, set in from the mark: a line that begins there belongs to this bullet."""
        return self.text_x > self.mark_x + 3 and abs(x - self.text_x) < 3


def bullets_of(regions: Sequence[Region], size: float) -> dict[int, Bullet]:
    """The bullets by the id of their first line; `size` is the size of the body's type."""
    lines = [line for region in regions for line in region.lines]
    found = {id(line): bullet for line in lines if (bullet := _by_glyph(line)) is not None}
    found |= _by_dash(regions)
    plain = [(line, region.left) for region in regions for line in region.lines if line.size < 1.1 * size and not line.bold]
    found |= _by_number(plain)
    for region, margin in zip(regions, _body_margins(regions), strict=True):
        found |= _by_indent(region, margin, size, found)
    return found


def lone_glyphs_joined(regions: Sequence[Region]) -> None:
    """Put a glyph that stands alone, a little higher or lower than its text, in front of that text."""
    for region in regions:
        for glyph in [line for line in region.lines if GLYPH.match(line.text + " x") and len(line.text) == 1]:
            middle = (glyph.top + glyph.bottom) / 2
            for number, line in enumerate(region.lines):
                if line is not glyph and line.top < middle < line.bottom and line.x0 > glyph.x0:
                    region.lines[number] = replace(line, words=glyph.words + line.words)
                    region.lines.remove(glyph)
                    break


def _by_glyph(line: Line) -> Bullet | None:
    first = line.words[0]
    if line.dotted:
        return Bullet(line.x0, line.x0, line.text)
    if GLYPH.match(line.text):
        glued = len(first.text) > 1
        return Bullet(line.x0, line.x0 + line.size if glued else line.words[1].x0, GLYPH.sub("", line.text))
    kept = _kept_of_sign(first, line.words[1]) if len(line.words) > 1 and len(first.text) == 1 else None
    if kept is None:
        return None
    rest = " ".join(word.text for word in line.words[1:])
    return Bullet(line.x0, line.words[1].x0, f"{kept} {rest}".strip())


def _kept_of_sign(sign: Word, after: Word) -> str | None:
    """What stays in the text of a lone sign before a bullet's words ("" if nothing); None if it is a word itself."""
    if sign.text == UNKNOWN or (sign.text == "o" and "Courier" in sign.font and sign.font != after.font):
        return ""  # a dot whose font does not name it; the word processor's mark for the second level
    if unicodedata.category(sign.text) != "So" or sign.text in "©®":
        return None
    return sign.text  # a tick or a cross says "do" or "don't"


def _by_dash(regions: Sequence[Region]) -> dict[int, Bullet]:
    """Dashes at the beginning of lines, if there are several and no sentence runs on across them."""
    found: dict[int, Bullet] = {}
    for region in regions:
        before = None
        for line in region.lines:
            if line.words[0].text in _DASHES and len(line.words) > 1:
                starts = before is None or has_ended(before.text) or id(before) in found or region.had_room(before, line)
                if starts or line.words[1].x0 - line.words[0].x1 > 0.5 * line.size:
                    rest = " ".join(word.text for word in line.words[1:])
                    found[id(line)] = Bullet(line.x0, line.words[1].x0, rest)
            before = line
    return found if len(found) > 1 else {}


def _by_number(lines: Iterable[tuple[Line, float]]) -> dict[int, Bullet]:
    """Lines numbered 1, 2 and so on at the same indent; the number is printed wording and stays."""
    indents: dict[int, list[tuple[int, Line]]] = defaultdict(list)
    for line, left in lines:
        number = _NUMBER.fullmatch(line.words[0].text)
        if number and len(line.words) > 1:
            indents[round((line.x0 - left) / 6)].append((int(number.group(1)), line))
    found: dict[int, Bullet] = {}
    for numbered in indents.values():
        for run in _counted(numbered):
            found |= {id(line): Bullet(line.x0, line.words[1].x0, line.text) for line in run}
    return found


def _counted(numbered: Sequence[tuple[int, Line]]) -> list[list[Line]]:
    """Runs of two lines or more that count from 1."""
    runs: list[list[Line]] = []
    for number, line in numbered:
        if number == 1:
            runs.append([])
        if runs and number == len(runs[-1]) + 1:
            runs[-1].append(line)
    return [run for run in runs if len(run) > 1]


def _body_margins(regions: Sequence[Region]) -> list[float]:
    """For each region the leftmost place where much of the text begins, in all regions with the same left edge."""
    weights: dict[int, Counter] = defaultdict(Counter)
    for region in regions:
        for line in region.lines:
            weights[round(region.left / 5)][round(line.x0)] += len(line.text)
    return [_leftmost(weights[round(region.left / 5)]) for region in regions]


def _leftmost(places: Counter) -> float:
    return min((x for x, weight in places.items() if weight > 0.15 * sum(places.values())), default=min(places))


def _by_indent(region: Region, margin: float, size: float, found: dict[int, Bullet]) -> dict[int, Bullet]:
    """Items set in from the margin without any mark: two of them behind a colon, else three."""
    result: dict[int, Bullet] = {}
    run: list[Line] = []
    before: Line | None = None
    for line in [*region.lines, None]:
        set_in = line is not None and line.x0 > margin + _INDENT and line.size < 1.1 * size
        if set_in and (not run or line.x0 > run[0].x0 - 2):
            run.append(line)
            continue
        if id(before) not in found and not any(id(item) in found for item in run):
            starts = _item_starts(run, region)
            if before is not None and len(starts) >= (2 if before.text.endswith(":") else 3):
                result |= {id(item): Bullet(item.x0, item.x0, item.text) for item in starts}
        run, before = [], line
    return result


def _item_starts(run: Sequence[Line], region: Region) -> list[Line]:
    starts = list(run[:1])
    for line, next_line in pairwise(run):
        apart = next_line.base - line.base > 1.5 * line.size
        if abs(next_line.x0 - run[0].x0) < 2 and (apart or line.x0 > run[0].x0 + 2 or region.had_room(line, next_line)):
            starts.append(next_line)
    return starts
