"""Reads a script kept as a spreadsheet: a row for each step, a column for each word. Gives the same shape as a YAML script."""
import csv
from pathlib import Path
from typing import Iterator

from bot.yaml_file import Lined, YamlError

SHEETS = (".csv", ".xlsx")
_OF_THE_STORY = ("leaflet", "region", "channel")
_OF_THE_STEP = ("patient", "presses", "stays silent")
_Row = tuple[int, list[str]]


def read_sheet(file: Path) -> Lined:
    """A script from `file`. The first row names the columns; a row without a story's name goes on with the one above.

    Raises YamlError where the file can't be read or lacks the columns 'story' and 'patient'.
    """
    rows = _rows_of_workbook(file) if file.suffix.lower() == ".xlsx" else _rows_of_csv(file)
    filled = [(line, cells) for line, cells in rows if any(cells)]
    if not filled:
        raise YamlError(file, None, "the sheet is empty")
    (head_line, head), *rest = filled
    columns = [" ".join(cell.lower().replace("_", " ").split()) for cell in head]
    missing = [name for name in ("story", "patient") if name not in columns]
    if missing:
        raise YamlError(file, head_line, f"the first row should name the columns, among them 'story' and 'patient'; missing: {', '.join(missing)}")
    for name in filter(None, columns):
        if columns.count(name) > 1:
            raise YamlError(file, head_line, f"the column '{name}' stands there twice")
    script = _lined(head_line)
    _put(script, "about", file.stem.replace("_", " ").replace("-", " "), head_line)
    _put(script, "stories", list(_stories(file, columns, rest)), head_line)
    return script


def _stories(file: Path, columns: list[str], rows: list[_Row]) -> Iterator[Lined]:
    story: Lined | None = None
    for line, cells in rows:
        row = {name: cell for name, cell in zip(columns, cells) if name and cell}
        if row.get("story"):
            if story is not None:
                yield story
            story = _lined(line)
            _put(story, "name", row["story"], line)
            _put(story, "steps", [], line)
        if story is None:
            raise YamlError(file, line, "the first story has no name in the column 'story'")
        for name in _OF_THE_STORY:
            if name in row:
                _put(story, name, row[name], line)
        story["steps"].append(_step(row, line))
    if story is not None:
        yield story


def _step(row: dict[str, str], line: int) -> Lined:
    step, expect = _lined(line), _lined(line)
    for name, cell in row.items():
        if name in _OF_THE_STEP:
            _put(step, name, cell, line)
        elif name != "story" and name not in _OF_THE_STORY:
            _put(expect, name, cell, line)
    if expect:
        _put(step, "expect", expect, line)
    return step


def _lined(line: int) -> Lined:
    entry = Lined()
    entry.line, entry.lines = line, {}
    return entry


def _put(entry: Lined, key: str, value: object, line: int) -> None:
    entry[key], entry.lines[key] = value, line


def _rows_of_csv(file: Path) -> list[_Row]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_bytes().decode("cp1252", errors="replace")  # what a spreadsheet program on Windows writes by default
    except OSError as error:
        raise YamlError(file, None, f"can't be read ({error.__class__.__name__})") from error
    first = text.split("\n", 1)[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count))
    rows: list[_Row] = []
    begins = 1
    try:
        for cells in reader:
            rows.append((begins, [cell.strip() for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise YamlError(file, begins, f"can't be read as a table: {error}") from error
    return rows


def _rows_of_workbook(file: Path) -> list[_Row]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl and zipfile raise whatever a broken file makes them
        raise YamlError(file, None, f"can't be read as a workbook ({error.__class__.__name__})") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    found = [(line, [_cell(value) for value in row]) for line, row in enumerate(rows, 1)]
    book.close()
    return found


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
