"""Examples that staff keep as a table: one row a line, tabs between the columns, the first line names them."""
import csv
from pathlib import Path
from typing import Collection, Iterable, Iterator, Sequence

from bot.yaml_file import YamlError


def example_rows(file: Path, columns: Sequence[str], form: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line. Raises YamlError for other columns, or a row that is not complete; `form` says what one holds."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if reader.fieldnames != list(columns):
            raise YamlError(file, 1, f"the first line should name the columns {', '.join(columns)}, but is {reader.fieldnames}")
        for number, row in enumerate(reader, 2):
            if None in row or not all(row[column] for column in columns):
                raise YamlError(file, number, f"a row should hold {form}")
            yield number, row


def check_topics(file: Path, line: int, named: Iterable[str], topics: Collection[str]) -> None:
    """Raises YamlError for a topic that there is not."""
    for topic in named:
        if topic not in topics:
            raise YamlError(file, line, f"'{topic}' is no topic; expected an id of data/topics.yml")
