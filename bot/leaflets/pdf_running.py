"""Running headers, footers and page numbers of a PDF, found by where they stand and by their coming back."""
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Sequence

from bot.leaflets.import_report import ImportReport
from bot.leaflets.pdf_layout import rows_of
from bot.leaflets.pdf_page import Line, PageLines

_MARGIN = 0.15  # of the page's height; running lines stand above or below it
_GAP = 1.6  # of the type's size; wider than the distance of lines in a paragraph
_WIDE = 2.5  # of the type's size; wider than any space in a justified line
_PAGE_NUMBER = re.compile(r"[-–—|\s]*(?:page\s*)?(\d+)(?:\s*(?:of|/)\s*\d+)?[-–—|\s]*", re.I)


def without_running_lines(pages: Sequence[PageLines], report: ImportReport) -> list[PageLines]:
    """The pages without what repeats at their edges; each distinct line left out is listed in `report`."""
    running = [*_running(pages, True), *_running(pages, False), *_margin_prints(pages)]
    report.furniture.extend(dict.fromkeys(piece.text for piece in running))
    left_out = {id(line) for piece in running for line in piece.lines}
    return [replace(page, lines=[line for line in page.lines if id(line) not in left_out]) for page in pages]


@dataclass(frozen=True)
class _EdgePiece:
    """Words that stand close together near a page's edge, and how far from it."""

    lines: tuple[Line, ...]
    page: int
    distance: float

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def is_page_number(self) -> bool:
        found = _PAGE_NUMBER.fullmatch(self.text)
        return found is not None and int(found.group(1)) == self.page


@dataclass(frozen=True)
class _EdgeRow:
    """The pieces on one base line near a page's edge; `apart` if a gap parts the row from the next one inwards."""

    pieces: tuple[_EdgePiece, ...]
    apart: bool


def _running(pages: Sequence[PageLines], from_top: bool) -> list[_EdgePiece]:
    """What repeats at one edge, peeled row by row until a row holds something else."""
    edges = [_edge_rows(page, from_top) for page in pages]
    repeated = _repeated([piece for rows in edges for row in rows for piece in row.pieces], len(pages))
    return [piece for rows in edges for piece in _peeled(rows, repeated)]


def _peeled(rows: Sequence[_EdgeRow], repeated: set[_EdgePiece]) -> list[_EdgePiece]:
    found: list[_EdgePiece] = []
    waiting: list[_EdgePiece] = []
    for row in rows:
        running = [piece for piece in row.pieces if piece in repeated or piece.is_page_number]
        waiting += running
        if row.apart:  # a line with text close below it is that text's first line, however often it comes
            found, waiting = found + waiting, []
        if len(running) < len(row.pieces):
            break
    return found


def _edge_rows(page: PageLines, from_top: bool) -> list[_EdgeRow]:
    """The rows near one edge, from the edge inwards."""
    rows = rows_of([line for line in page.lines if not line.is_turned])
    inwards = rows if from_top else rows[::-1]
    result: list[_EdgeRow] = []
    for row, inner in pairwise([*inwards, None]):
        distance = min(line.top for line in row) if from_top else page.height - max(line.bottom for line in row)
        if distance >= _MARGIN * page.height:
            break
        apart = inner is None or abs(inner[0].base - row[0].base) > _GAP * max(row[0].size, inner[0].size)
        pieces = tuple(_EdgePiece(tuple(lines), page.number, distance) for lines in _close_together(row))
        result.append(_EdgeRow(pieces, apart))
    return result


def _margin_prints(pages: Sequence[PageLines]) -> list[_EdgePiece]:
    """Turned text that repeats, such as a printer's code along the margin."""
    turned = [_EdgePiece((line,), page.number, 0) for page in pages for line in page.lines if line.is_turned]
    return [piece for piece in turned if piece in _repeated(turned, len(pages))]


def _close_together(row: Sequence[Line]) -> list[list[Line]]:
    """A row's lines parted only at wide gaps: a word of a spaced-out line is no line of its own."""
    groups = [[row[0]]]
    for before, line in pairwise(row):
        if line.x0 - before.x1 > _WIDE * line.size:
            groups.append([])
        groups[-1].append(line)
    return groups


def _repeated(pieces: Sequence[_EdgePiece], pages: int) -> set[_EdgePiece]:
    """Those that stand at the same height on several pages with the same words, apart from page numbers."""
    alike: dict[tuple[str, int], list[_EdgePiece]] = defaultdict(list)
    for piece in pieces:
        alike[re.sub(r"\d+", "#", piece.text), round(piece.distance / 4)].append(piece)
    enough = 2 if pages < 9 else 3
    return {p for group in alike.values() if len({p.page for p in group}) >= enough and _counts_pages(group) for p in group}


def _counts_pages(pieces: Sequence[_EdgePiece]) -> bool:
    """True if each number in these pieces is always the same or rises with the page; 'Step 1' and 'Step 4' are no footer."""
    columns = zip(*([int(number) for number in re.findall(r"\d+", piece.text)] for piece in pieces), strict=True)
    pages = [piece.page for piece in pieces]
    return all(len(set(column)) == 1 or len({n - page for n, page in zip(column, pages, strict=True)}) == 1 for column in columns)
