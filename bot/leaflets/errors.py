"""What can go wrong with a leaflet or its answer map, each in a sentence staff can act on."""
from pathlib import Path


class LeafletError(Exception):
    """A leaflet file that can't be read; names the file and says why."""

    def __init__(self, file: Path | str, reason: str) -> None:
        self.file, self.reason = str(file), reason
        super().__init__(f"{self.file}: {reason}")


class MapError(Exception):
    """An answer map that can't be trusted; names file, line, and what was expected."""

    def __init__(self, file: Path | str, line: int | None, reason: str) -> None:
        self.file, self.line, self.reason = str(file), line, reason
        where = f"{self.file}:{line}" if line else self.file
        super().__init__(f"{where}: {reason}")
