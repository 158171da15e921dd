"""Our own assistant, in a copy of the project, so that nothing of the working tree is written and nobody's edits disturb a run."""
import json
import shutil
from pathlib import Path
from typing import Any

from tests.bench_parts.common import NotMeasured, say
from tests.bench_parts.processes import Programs

_LEFT_OUT = {".git", ".venv", "var", "results", "build", ".rasa", ".pytest_cache", ".ruff_cache", ".hypothesis"}
_TRAINING_LIMIT = 30 * 60
_ALONE_LIMIT = 10 * 60


class OurBot:
    """This project as `make serve` starts it, on the sample leaflets, with as many `workers`."""

    @property
    def name(self) -> str:
        return "our assistant" if self.workers == 1 else f"our assistant with {self.workers} workers"

    def __init__(self, root: Path, folder: Path, with_models: bool) -> None:
        self.folder, self.workers = folder, 1
        _copy(root, folder, _LEFT_OUT if with_models else {*_LEFT_OUT, "models"})

    def train(self) -> float:
        """Train with everything that is not there yet; the seconds it took."""
        say("Training our assistant where needed (everything from scratch unless --quick).")
        with Programs(self.folder) as programs:
            return round(programs.finish("train", "-m", "bot.train", limit=_TRAINING_LIMIT), 1)

    def launch(self, programs: Programs, port: int, action_port: int) -> None:
        programs.start("serve", "-m", "bot.serve", PORT=str(port), ACTION_PORT=str(action_port), WORKERS=str(self.workers))

    def read_alone(self, count: int) -> dict[str, Any]:
        """What tests.bench_parts.alone measures, in a process of its own."""
        say(f"Reading {count} messages without Rasa.")
        with Programs(self.folder) as programs:
            programs.finish("alone", "-m", "tests.bench_parts.alone", str(count), limit=_ALONE_LIMIT)
            return json.loads(programs.printed("alone").splitlines()[-1])


def _copy(root: Path, folder: Path, left_out: set[str]) -> None:
    def ignored(directory: str, names: list[str]) -> set[str]:
        top = left_out & set(names) if Path(directory) == root else set()
        return top | ({"__pycache__"} & set(names))

    try:
        shutil.copytree(root, folder, ignore=ignored, symlinks=True)
    except (shutil.Error, OSError) as error:
        raise NotMeasured(f"the project could not be copied ({error.__class__.__name__}); was a file being written just now?") from error
