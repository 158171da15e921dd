"""Lines of a PDF page in the order in which a person reads them: columns, boxes and tables one after another.

A region is a list of lines read from top to bottom: a column, what stands above or below columns, a box, a table's cell.
"""
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import mean, median
from typing import Sequence

from bot.leaflets.pdf_frames import Frame
from bot.leaflets.pdf_page import Line, PageLines


@dataclass
class Region:
    """Lines read from top to bottom between two margins."""

    lines: list[Line]
    left: float
    right: float

    def had_room(self, before: Line, line: Line) -> bool:
        """True if the first word of `line` would have fitted behind `before`: the break between them was meant."""
        if before.frame and len(self.lines) == 1:
            return True  # one line alone does not show how wide its box is
        first = line.words[0]
        return before.x1 + 0.3 * line.size + first.x1 - first.x0 < self.right - 1

    @property
    def is_justified(self) -> bool:
        """True if many lines end exactly at the right margin."""
        return len(self.lines) > 3 and mean(line.x1 > self.right - 1 for line in self.lines) > 0.4


def rows_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines on one base line, from left to right; the rows from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.base):
        if rows and line.base - rows[-1][0].base < 0.25 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


@dataclass
class _Piece:
    """What is put in order as a whole: one line of running text, or all lines of a box or table."""

    lines: list[Line]
    x0: float
    x1: float
    top: float
    bottom: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Piece":
        return cls(
            list(lines),
            min(line.x0 for line in lines),
            max(line.x1 for line in lines),
            min(line.top for line in lines),
            max(line.bottom for line in lines),
        )

    @property
    def is_frame(self) -> bool:
        return self.lines[0].frame != ()


def regions_of(pages: Sequence[PageLines]) -> list[Region]:
    """The pages' lines in reading order, parts of one row put together again; turned text comes last on its page."""
    gutters: list[float] = []
    for page in pages:
        _regions_of_page(page, gutters)  # first look where columns are, so that a page with a few lines is read alike
    return [region for page in pages for region in _regions_of_page(page, gutters)]


def _regions_of_page(page: PageLines, gutters: list[float]) -> list[Region]:
    pieces = [_Piece.of([line]) for line in page.lines if line.frame == ()]
    frames: dict[Frame, list[Line]] = defaultdict(list)
    for line in page.lines:
        if line.frame:
            frames[line.frame[:1] if len(line.frame) == 3 else line.frame].append(line)
    turned = [_Piece.of(frames.pop(frame)) for frame in sorted(frames) if frame[0] < 0]
    pieces += [_Piece.of(lines) for lines in frames.values()]
    regions: list[Region] = []
    above, middle, below = _parted_from_edges(pieces)
    for group in [*above, *_in_order(middle, gutters), *below, *([piece] for piece in turned)]:
        left, right = _margins(group)
        for is_frame, run in groupby(group, key=lambda piece: piece.is_frame):
            if is_frame:
                regions += [region for piece in run for region in _inside_frame(piece, gutters)]
            else:
                regions.append(Region(_rows_joined([piece.lines[0] for piece in run]), left, right))
    return regions


def _parted_from_edges(pieces: list[_Piece]) -> tuple[list[list[_Piece]], list[_Piece], list[list[_Piece]]]:
    """Small print above and below all else is no part of the columns between."""
    if not pieces:
        return [], [], []
    sizes = Counter(line.size for piece in pieces for line in piece.lines for _ in line.text)
    body = [piece for piece in pieces if max(line.size for line in piece.lines) > 0.9 * sizes.most_common(1)[0][0]]
    top, bottom = min(piece.top for piece in body), max(piece.bottom for piece in body)
    above = sorted((piece for piece in pieces if piece.bottom <= top), key=_row)
    below = sorted((piece for piece in pieces if piece.top >= bottom), key=_row)
    middle = [piece for piece in pieces if piece.bottom > top and piece.top < bottom]
    return [above] if above else [], middle, [below] if below else []


def _margins(group: Sequence[_Piece]) -> tuple[float, float]:
    text = [piece for piece in group if not piece.is_frame] or group
    return min(piece.x0 for piece in text), max(piece.x1 for piece in text)


def _inside_frame(piece: _Piece, gutters: list[float]) -> list[Region]:
    regions: list[Region] = []
    for cell in sorted({line.frame for line in piece.lines}):
        inner = [_Piece.of([line]) for line in piece.lines if line.frame == cell]
        for group in _in_order(inner, gutters):
            regions.append(Region(_rows_joined([p.lines[0] for p in group]), *_margins(group)))
    return regions


def _in_order(pieces: Sequence[_Piece], gutters: list[float]) -> list[list[_Piece]]:
    """Groups of pieces, each read from top to bottom; where there are columns, a group for each."""
    ordered = sorted(pieces, key=lambda piece: (_row(piece), piece.x0))
    gutter = _gutter([piece for piece in ordered if len(piece.lines) == 1], gutters)
    if gutter is None:
        return [ordered] if ordered else []
    groups: list[list[_Piece]] = []
    bands = [(crosses, list(band)) for crosses, band in groupby(ordered, lambda piece: piece.x0 < gutter < piece.x1)]
    for crosses, band in bands:
        sides = [] if crosses else _sides(band, gutter, is_last=band is bands[-1][1])
        groups += [band] if crosses else [group for side in sides for group in _in_order(side, gutters)]
    return groups


def _row(piece: _Piece) -> float:
    return min(line.base - 0.8 * line.size for line in piece.lines)


def _sides(band: Sequence[_Piece], gutter: float, is_last: bool) -> list[list[_Piece]]:
    left = [piece for piece in band if piece.x1 <= gutter]
    right = [piece for piece in band if piece.x1 > gutter]
    if not _facing(left, right):
        return [list(band)]
    end, foot = max(piece.bottom for piece in right), len(left)
    size = median(piece.lines[0].size for piece in left)
    while foot and not is_last and left[foot - 1].top > end and _stands_out(left[foot - 1], size):
        foot -= 1  # a heading below both columns belongs to what follows across the page
    return [side for side in (left[:foot], right, left[foot:]) if side]


def _stands_out(piece: _Piece, size: float) -> bool:
    return piece.lines[0].bold or piece.lines[0].size > size


def _gutter(pieces: Sequence[_Piece], known: list[float]) -> float | None:
    """The place of the white strip between two columns, or None where lines run across the page.

    It takes three lines side by side to see a strip; one is enough where another page has it (`known`, which is added to).
    """
    best, place = 0, None
    for start in sorted({round(piece.x0 / 2): piece.x0 for piece in pieces}.values()):
        left = [piece for piece in pieces if piece.x1 < start - 4]
        right = [piece for piece in pieces if piece.x0 >= start - 2]
        facing = _facing(left, right), _facing(right, left)
        score = min(map(_count_rows, facing)) - _count_rows(_crossing(pieces, start - 2, [*facing[0], *facing[1]]))
        seen = any(abs(start - 2 - gutter) < 3 for gutter in known)
        if score > best and (seen or (score > 2 and _are_columns(*facing))):
            best, place = score, start - 2
    if place is not None:
        known.append(place)
    return place


def _crossing(pieces: Sequence[_Piece], gutter: float, columns: Sequence[_Piece]) -> list[_Piece]:
    """Pieces that stand on the height of `columns` and run across the strip between them."""
    top, bottom = min((p.top for p in columns), default=0.0), max((p.bottom for p in columns), default=0.0)
    return [p for p in pieces if p.x0 < gutter < p.x1 and top < (p.top + p.bottom) / 2 < bottom]


def _count_rows(pieces: Sequence[_Piece]) -> int:
    return len({round(piece.lines[0].base) for piece in pieces})


def _facing(pieces: Sequence[_Piece], others: Sequence[_Piece]) -> list[_Piece]:
    """Those of `pieces` that have one of `others` on their own height."""
    spans = sorted((other.top, other.bottom) for other in others)
    tallest = max((bottom - top for top, bottom in spans), default=0.0)
    result = []
    for piece in pieces:  # of the spans in order only those are looked at that can reach the piece: pages can be crowded
        near = spans[bisect_left(spans, (piece.top - tallest, 0.0)) : bisect_left(spans, (piece.bottom, 0.0))]
        if any(bottom > piece.top for _, bottom in near):
            result.append(piece)
    return result


def _are_columns(left: Sequence[_Piece], right: Sequence[_Piece]) -> bool:
    """False for labels with values beside them, which are read row by row, and for gaps one below the other by chance."""
    starts: dict[int, float] = {}
    for piece in right:
        row = round(piece.lines[0].base)
        starts[row] = min(piece.x0, starts.get(row, piece.x0))
    aligned = Counter(round(x0 / 2) for x0 in starts.values()).most_common(1)[0][1]
    if aligned < max(3, 0.4 * len(starts)):
        return False
    width = max(piece.x1 for piece in left) - min(piece.x0 for piece in left)
    total = max(piece.x1 for piece in right) - min(piece.x0 for piece in left)
    if width < 0.2 * total or width > 0.8 * total:
        return False
    bases = {round(piece.lines[0].base) for piece in right}
    same_rows = mean(round(piece.lines[0].base) in bases for piece in left)
    full = sum(piece.x1 - piece.x0 for piece in left) / width / _count_rows(left)
    words = sum(len(piece.lines[0].words) for piece in left) / _count_rows(left)
    return same_rows < 0.8 or (full > 0.6 and words > 2.5)


def _rows_joined(lines: Sequence[Line]) -> list[Line]:
    """Neighbours on one base line as one line: they were parted only by a wide space."""
    result: list[Line] = []
    for row in rows_of(lines):
        for number, line in enumerate(row):
            if number and result[-1].x1 <= line.x0 + 1:
                result[-1] = _joined(result[-1], line)
            else:
                result.append(line)
    return result


def _joined(a: Line, b: Line) -> Line:
    small, main = sorted((a, b), key=lambda line: len(line.text))
    bold = main.bold and (small.bold or not any(map(str.isalnum, small.text)))
    top, bottom = min(a.top, b.top), max(a.bottom, b.bottom)
    return replace(main, words=a.words + b.words, top=top, bottom=bottom, bold=bold, dotted=a.dotted)
