"""A small copy of the project, for tests that train it: few examples of everything, so that minutes become seconds.

The copy understands less than the whole does; what it is good for is that every command, file and process is the real one.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house import ROOT

_EXAMPLES = 10  # for each intent
_ROWS = 30      # of a table, each so-many-th row stays
_WHOLE = ("bot", "actions", "config.yml", "credentials.yml", "domain.yml", "endpoints.yml", "requirements.txt")


def small_copy(folder: Path) -> Path:
    """The project in `folder`, with a few of its examples and with the encoder that is built already."""
    for name in _WHOLE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copytree(ROOT / "models/encoder", folder / "models/encoder")
    for file in (folder / "data/nlu").glob("*.yml"):
        file.write_text(_with_few_examples(file.read_text(encoding="utf-8")), encoding="utf-8")
    for file in [*(folder / "data/red_flags/training").glob("*.tsv"), *(folder / "data").glob("*.tsv")]:
        head, *rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text(head + "".join(rows[::_ROWS]), encoding="utf-8")
    return folder


def _with_few_examples(nlu: str) -> str:
    """`nlu` with the examples of each intent thinned evenly."""
    head, *intents = nlu.split("- intent: ")
    return head + "".join(f"- intent: {_thinned(intent)}" for intent in intents)


def _thinned(intent: str) -> str:
    lines = intent.splitlines(keepends=True)
    examples = [line for line in lines if line.startswith("    - ")]
    others = [line for line in lines if line not in examples]
    return "".join([*others[:2], *examples[:: max(len(examples) // _EXAMPLES, 1)], *others[2:]])


def command(folder: Path, module: str, *arguments: str, **settings: str) -> str:
    """What `python -m module` in the copy prints. Fails the test if it fails."""
    environment = {key: value for key, value in os.environ.items() if key not in ("ANSWERS", "LEAFLETS", "MODEL_CACHE", "VAR")}
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=folder, env={**environment, **settings}, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{module} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout
