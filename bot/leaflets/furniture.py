"""Page furniture: lines a page's layout added, which are no part of what the leaflet says."""
import re
from dataclasses import dataclass
from pathlib import Path

from bot.leaflets.blocks import one_space
from bot.leaflets.errors import LeafletError
from bot.leaflets.import_report import ImportReport
from bot.yaml_file import check_keys, read_yaml

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "data" / "furniture.yml"


@dataclass(frozen=True)
class Furniture:
    """Patterns of whole lines to leave out."""

    patterns: tuple[re.Pattern, ...] = ()

    @classmethod
    def from_file(cls, file: Path = DEFAULT_FILE) -> "Furniture":
        """Read the patterns staff keep. Raises LeafletError for one that is no regular expression."""
        entry = check_keys(file, read_yaml(file), "furniture", ["lines"])
        try:
            return cls(tuple(re.compile(str(line), re.I) for line in entry["lines"]))
        except re.error as error:
            raise LeafletError(file, f"'lines' holds '{error.pattern}', which is no regular expression: {error}") from error

    def without(self, lines: list[str], report: ImportReport) -> list[str]:
        """`lines` with furniture blanked; each line left out is listed in `report`."""
        kept = []
        for line in lines:
            words = one_space(line)
            if words and any(pattern.fullmatch(words) for pattern in self.patterns):
                report.furniture.append(words)
                line = ""
            kept.append(line)
        return kept
