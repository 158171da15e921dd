"""The page's script and style sheets: read once, compressed once, under addresses that change with their content."""
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent. `tag` names its content."""

    name: str
    content: bytes
    compressed: bytes
    type: str
    tag: str

    @property
    def address(self) -> str:
        """Where it may be kept for ever, because other content has another address."""
        stem, _, suffix = self.name.rpartition(".")
        return f"/assets/{stem}.{self.tag}.{suffix}"


def read_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """All assets by file name."""
    return {file.name: _asset(file) for file in sorted(folder.iterdir()) if file.suffix in _TYPES}


def _asset(file: Path) -> Asset:
    content = file.read_bytes()
    tag = hashlib.sha256(content).hexdigest()[:12]
    return Asset(file.name, content, gzip.compress(content, 9, mtime=0), _TYPES[file.suffix], tag)
