"""Which letters of a PDF page stand inside a ruled box or a table's cell, and which are running text."""
from collections import defaultdict
from typing import Any, Sequence

Char = dict[str, Any]
Frame = tuple[int, ...]
Box = tuple[float, float, float, float]  # x0, top, x1, bottom

_NEXT_TO = 0.7  # of the type's size; text this close on the same line belongs to the same sentence


def framed(chars: Sequence[Char], page: Any) -> dict[Frame, list[Char]]:
    """The letters by frame: () running text, (number, column) a box, (number, row, column) a table's cell."""
    frames: dict[Frame, list[Char]] = defaultdict(list)
    rest = list(chars)
    for number, rows in enumerate(_tables(page)):
        filled = [[cell for cell in row if inside(rest, cell)] for row in rows]
        is_table = sum(map(bool, filled)) >= 2 and max(map(len, filled)) >= 2
        for row_number, row in enumerate(filled):
            for column, cell in enumerate(row):
                if is_table or _is_box(cell, rest, page.width * page.height):
                    frames[(number, row_number, column) if is_table else (number, column)] += inside(rest, cell)
                    rest = _outside(rest, cell)
    return {(): rest, **frames}


def _tables(page: Any) -> list[list[list[Box]]]:
    """Ruled areas as rows of cells; a lone box is a table of one cell."""
    finder = page.debug_tablefinder()  # unlike find_tables, it keeps lone boxes
    tables = [[[cell for cell in row.cells if cell] for row in table.rows] for table in finder.tables]
    in_tables = {cell for rows in tables for row in rows for cell in row}
    return tables + [[[cell]] for cell in finder.cells if cell not in in_tables]


def _is_box(cell: Box, chars: Sequence[Char], area: float) -> bool:
    """False for a page's background and for a tint behind some words of a line: neither sets its text apart."""
    if (cell[2] - cell[0]) * (cell[3] - cell[1]) > area / 2:
        return False
    beside = [char for char in _outside(chars, cell) if cell[1] - 2 < char["bottom"] < cell[3] + 2 and not char["text"].isspace()]
    return not any(_touches(a, b) for a in inside(chars, cell) for b in beside)


def _touches(a: Char, b: Char) -> bool:
    return abs(a["bottom"] - b["bottom"]) < 2 and max(a["x0"], b["x0"]) - min(a["x1"], b["x1"]) < _NEXT_TO * a["size"]


def inside(chars: Sequence[Char], box: Box) -> list[Char]:
    """The letters whose middle lies in `box`."""
    return [char for char in chars if _is_inside(char, box)]


def _outside(chars: Sequence[Char], box: Box) -> list[Char]:
    return [char for char in chars if not _is_inside(char, box)]


def _is_inside(char: Char, box: Box) -> bool:
    return box[0] <= (char["x0"] + char["x1"]) / 2 <= box[2] and box[1] <= (char["top"] + char["bottom"]) / 2 <= box[3]
