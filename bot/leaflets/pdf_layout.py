"""Lines of PDF pages without running headers and footers, in the order in which a person reads them.

A region is a list of lines read from top to bottom: a column, what stands above or below columns, a box, a table's cell.
"""
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import mean
from typing import Sequence

from bot.leaflets.import_report import ImportReport
from bot.leaflets.pdf_page import Line, PageLines

_MARGIN = 0.15  # of the page's height; running lines stand above or below it
_PAGE_NUMBER = re.compile(r"[-–—|\s]*(?:page\s*)?(\d+)(?:\s*(?:of|/)\s*\d+)?[-–—|\s]*", re.I)

Region = list[Line]


def without_running_lines(pages: Sequence[PageLines], report: ImportReport) -> list[PageLines]:
    """The pages without what repeats at their edges; each distinct line left out is listed in `report`."""
    left_out: set[int] = set()
    for from_top in (True, False):
        left_out |= _running(pages, from_top)
    names = [line.text for page in pages for line in sorted(page.lines, key=_place) if id(line) in left_out]
    report.furniture.extend(dict.fromkeys(names))
    return [replace(page, lines=[line for line in page.lines if id(line) not in left_out]) for page in pages]


def _running(pages: Sequence[PageLines], from_top: bool) -> set[int]:
    """The ids of running lines at one edge, peeled row by row until a row holds something else."""
    repeated = _repeated(pages, from_top)
    found: set[int] = set()
    for page in pages:
        for row in _rows_from_edge(page, from_top):
            running = [line for line in row if id(line) in repeated or _is_page_number(line)]
            found.update(map(id, running))
            if len(running) < len(row):
                break
    return found


def _rows_from_edge(page: PageLines, from_top: bool) -> list[list[Line]]:
    near = [line for line in page.lines if line.size and _from_edge(line, page, from_top) < _MARGIN * page.height]
    rows = [list(row) for _, row in groupby(sorted(near, key=_place), key=lambda line: round(line.base))]
    return rows if from_top else rows[::-1]


def _from_edge(line: Line, page: PageLines, from_top: bool) -> float:
    return line.top if from_top else page.height - line.bottom


def _is_page_number(line: Line) -> bool:
    found = _PAGE_NUMBER.fullmatch(line.text)
    return found is not None and int(found.group(1)) == line.page


def _repeated(pages: Sequence[PageLines], from_top: bool) -> set[int]:
    """The ids of lines that stand at the same height on a third of the pages, on two at least, apart from page numbers."""
    alike: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for page in pages:
        for line in page.lines:
            if _from_edge(line, page, from_top) < _MARGIN * page.height:
                height = round(_from_edge(line, page, from_top) / 4)
                alike[re.sub(r"\d+", "#", line.text), height].append(line)
    enough = max(2, len(pages) // 3)
    groups = [lines for lines in alike.values() if len({line.page for line in lines}) >= enough and _counts_pages(lines)]
    return {id(line) for lines in groups for line in lines}


def _counts_pages(lines: Sequence[Line]) -> bool:
    """True if each number in these lines is always the same or rises with the page; 'Step 1' and 'Step 4' are no footer."""
    columns = zip(*([int(number) for number in re.findall(r"\d+", line.text)] for line in lines))
    pages = [line.page for line in lines]
    return all(len(set(column)) == 1 or len({n - page for n, page in zip(column, pages)}) == 1 for column in columns)


def _place(line: Line) -> tuple[float, float]:
    return line.base, line.x0


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


def regions_of(page: PageLines) -> list[Region]:
    """The page's lines in reading order, parts of one row put together again."""
    pieces = [_Piece.of([line]) for line in page.lines if line.frame == ()]
    frames: dict[int, list[Line]] = defaultdict(list)
    for line in page.lines:
        if line.frame:
            frames[_frame_id(line)].append(line)
    turned = [frames.pop(number) for number in sorted(frames, reverse=True) if number < 0]
    pieces += [_Piece.of(lines) for lines in frames.values()]
    regions: list[Region] = []
    for group in [*_in_order(pieces), *([_Piece.of(lines)] for lines in turned)]:
        for is_frame, run in groupby(group, key=lambda piece: piece.is_frame):
            regions += _regions_of_run(list(run), is_frame)
    return regions


def _frame_id(line: Line) -> int:
    """One number for all cells of a table, one for each box beside another."""
    return line.frame[0] if len(line.frame) != 2 else 1000 * (line.frame[0] + 1) + line.frame[1]


def _regions_of_run(run: Sequence[_Piece], is_frame: bool) -> list[Region]:
    if not is_frame:
        return [_rows_joined([line for piece in run for line in piece.lines])]
    return [region for piece in run for region in _inside_frame(piece)]


def _inside_frame(piece: _Piece) -> list[Region]:
    cells = sorted({line.frame for line in piece.lines})
    inner = [[_Piece.of([line]) for line in piece.lines if line.frame == cell] for cell in cells]
    return [_rows_joined([line for p in group for line in p.lines]) for pieces in inner for group in _in_order(pieces)]


def _in_order(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Groups of pieces, each read from top to bottom; where there are columns, a group for each."""
    ordered = sorted(pieces, key=lambda piece: (_row(piece), piece.x0))
    gutter = _gutter([piece for piece in ordered if not piece.is_frame])
    if gutter is None:
        return [ordered] if ordered else []
    groups: list[list[_Piece]] = []
    for crosses, band in groupby(ordered, key=lambda piece: piece.x0 < gutter < piece.x1):
        sides = [list(band)] if crosses else _sides(list(band), gutter)
        groups += sides if crosses else [group for side in sides for group in _in_order(side)]
    return groups


def _row(piece: _Piece) -> float:
    return piece.top if piece.is_frame else piece.lines[0].base - 0.8 * piece.lines[0].size


def _sides(band: Sequence[_Piece], gutter: float) -> list[list[_Piece]]:
    left = [piece for piece in band if piece.x1 <= gutter]
    return [side for side in (left, [piece for piece in band if piece.x1 > gutter]) if side]


def _gutter(pieces: Sequence[_Piece]) -> float | None:
    """The place of the white strip between two columns, or None where lines run across the page."""
    best, place = 2, None
    for start in sorted({piece.x0 for piece in pieces}):
        left = [piece for piece in pieces if piece.x1 < start - 4]
        right = [piece for piece in pieces if piece.x0 >= start - 1]
        beside = min(len(_facing(left, right)), len(_facing(right, left)))
        if beside > best and _are_columns(_facing(left, right), _facing(right, left)):
            best, place = beside, start - 2
    return place


def _facing(pieces: Sequence[_Piece], others: Sequence[_Piece]) -> list[_Piece]:
    """Those of `pieces` that have one of `others` on their own height."""
    return [piece for piece in pieces if any(piece.top < other.bottom and other.top < piece.bottom for other in others)]


def _are_columns(left: Sequence[_Piece], right: Sequence[_Piece]) -> bool:
    """False for a list of labels with their values beside them, which is read row by row."""
    width = max(piece.x1 for piece in left) - min(piece.x0 for piece in left)
    total = max(piece.x1 for piece in right) - min(piece.x0 for piece in left)
    if width < 0.2 * total or width > 0.8 * total:
        return False
    bases = {round(piece.lines[0].base) for piece in right}
    same_rows = mean(round(piece.lines[0].base) in bases for piece in left)
    full = mean((piece.x1 - piece.x0) / width for piece in left)
    return same_rows < 0.8 or full > 0.6


def _rows_joined(lines: Sequence[Line]) -> Region:
    """Neighbours on one base line as one line: they were parted only by a wide space."""
    region: Region = []
    for line in sorted(lines, key=lambda line: (round(line.base), line.x0)):
        before = region[-1] if region else None
        if before is not None and abs(before.base - line.base) < 0.25 * line.size and before.x1 <= line.x0 + 1:
            region[-1] = _joined(before, line)
        else:
            region.append(line)
    return region


def _joined(a: Line, b: Line) -> Line:
    main = max((a, b), key=lambda line: len(line.text))
    bold = a.bold and b.bold or main.bold and not any(map(str.isalnum, min((a, b), key=lambda l: len(l.text)).text))
    return replace(
        main, words=a.words + b.words, top=min(a.top, b.top), bottom=max(a.bottom, b.bottom), bold=bold, dotted=a.dotted
    )
