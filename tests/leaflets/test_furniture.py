"""Page furniture: lines that are left out and listed, and lines that only look like it and stay."""
import pytest

from bot.leaflets.errors import LeafletError
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport


def furniture(tmp_path, *patterns: str) -> Furniture:
    file = tmp_path / "furniture.yml"
    file.write_text("lines:\n" + "".join(f"  - '{pattern}'\n" for pattern in patterns))
    return Furniture.from_file(file)


@pytest.mark.parametrize("line", ["Sidebar Block 1", "  SIDEBAR  block 12 ", "sidebar\u00a0block 3"])
def test_listed_line_is_blanked_and_reported(tmp_path, line):
    """A line that matches a pattern is blanked, however it is spaced or written, and listed."""
    report = ImportReport()
    assert furniture(tmp_path, r"sidebar block \d+").without(["Tea.", line, "Milk."], report) == ["Tea.", "", "Milk."]
    assert len(report.furniture) == 1


def test_line_that_holds_more_than_the_pattern_stays(tmp_path):
    """A sentence that only begins like furniture stays."""
    report = ImportReport()
    lines = ["Sidebar block 1 stands by the door."]
    assert furniture(tmp_path, r"sidebar block \d+").without(lines, report) == lines
    assert report.furniture == []


def test_short_numbered_lines_of_the_leaflet_stay():
    """Lines that differ only in their number may be the leaflet's own ("Day 1"), so only the listed patterns go."""
    lines = ["Day 1", "Rest.", "Day 2", "Walk.", "Day 3", "Bathe."]
    assert Furniture().without(lines, ImportReport()) == lines


def test_numbered_line_that_comes_twice_stays():
    """Two lines that differ only in their number may be what the leaflet says."""
    lines = ["Take 1 cup.", "Take 2 cups.", "Tea 1", "Tea 2"]
    assert Furniture().without(lines, ImportReport()) == lines


def test_repeated_line_without_number_stays():
    """A heading that stands there three times is no page number."""
    assert Furniture().without(["Tea", "Tea", "Tea"], ImportReport()) == ["Tea"] * 3


def test_pattern_that_is_no_regular_expression_is_refused(tmp_path):
    """A broken pattern is refused with the file's name and the pattern."""
    with pytest.raises(LeafletError, match=r"furniture\.yml.*tea\("):
        furniture(tmp_path, "tea(")


@pytest.mark.parametrize("line", ["Page 3 of 8", "Accessibility Tools", "Skip to content", "Sidebar Block 2"])
def test_shipped_list_knows_common_furniture(line):
    """The list in data/ knows what web pages and print layouts commonly add."""
    assert Furniture.from_file().without([line], ImportReport()) == [""]
