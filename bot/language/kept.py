"""What was learnt, kept on disk under a name made from everything it depends on, so that nothing is learnt or loaded twice."""
import os
import pickle
import tempfile
from pathlib import Path
from typing import Any, Callable, TypeVar

Learnt = TypeVar("Learnt")

# by name: the same name is the same content, in whichever folder it lies; the parts of one process share it
_in_use: dict[str, Any] = {}


def keep(learnt: Any, file: Path) -> None:
    """Write `learnt` to `file`; it appears whole or not at all, so several processes may try."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        with (Path(folder) / "learnt").open("wb") as to:
            pickle.dump(learnt, to, protocol=5)
        os.replace(Path(folder) / "learnt", file)
    _in_use[file.name] = learnt


def kept(file: Path) -> Any | None:
    """What was kept in `file`; None where nothing was. Files are pickles: `bot.inputs` notes their checksums."""
    if not file.exists():
        return None
    if file.name not in _in_use:
        with file.open("rb") as source:
            _in_use[file.name] = pickle.load(source)
    return _in_use[file.name]


def kept_or_learnt(file: Path, learn: Callable[[], Learnt]) -> Learnt:
    """What is kept in `file`; learnt, and kept there, where nothing is."""
    known = kept(file)
    if known is None:
        known = learn()
        keep(known, file)
    return known
