"""The house rules of design.md: who may import whom, and that nothing in bot/ knows the subject of the leaflets."""
import ast
import io
import re
import subprocess
import sys
import tokenize
from functools import lru_cache
from pathlib import Path
from typing import Iterator

import pytest

from bot.yaml_file import read_yaml

ROOT = Path(__file__).resolve().parents[1]
BOT = ROOT / "bot"
DATA = ROOT / "data"
FOR_EVERYBODY = {"yaml_file", "catalogue"}
CORE = ("leaflets", "language", "safety", "answers")
MAY_IMPORT = {
    "leaflets": set(),
    "language": set(),
    "safety": {"language"},
    "answers": {"leaflets", "safety"},
    "components": {"language", "safety"},
    "conversations": {"inputs", "rasa_tools"},
    "channels": {"language", "safety", "answers", "conversations", "rasa_repairs", "local_actions", "json_log", "secret"},
    "staff": {"leaflets", "language", "safety", "answers", "components", "conversations", "channels"},
}
MAY_IMPORT["staff"] |= {"inputs", "light_tensorflow", "serve"}  # stories are played against an assistant that the program itself starts
ENGINE = {"rasa", "rasa_sdk", "sqlalchemy", "tensorflow", "sanic"}
SPINAL = [
    "spine", "spines", "spinal", "intraspinal", "vertebra", "vertebrae", "vertebral", "nerve root", "nerve roots", "cervical",
    "lumbar", "thoracic", "sacral", "sacroiliac", "facet", "facets", "epidural", "foraminal", "transforaminal", "dorsal root",
    "ganglion", "sciatica", "sciatic", "cauda equina", "slipped disc", "prolapsed disc", "back pain", "neck pain", "radicular",
]  # fmt: skip


# ordinary words that happen to be ids too, and what they stand for in bot/
ORDINARY = {
    "contact": "the front matter's and the site's field for whom to phone",
    "alternatives": "the branches of a pattern",
    "appointment": "a word that tells a length of time from a time since",
}


def modules() -> list[Path]:
    return sorted(BOT.rglob("*.py"))


def room_of(file: Path) -> str | None:
    """The room that `file` is in; None for a module right under bot/, which is in none."""
    parts = file.relative_to(BOT).parts
    return parts[0] if len(parts) > 1 else None


def imports(source: str) -> set[str]:
    """The full names of everything that `source` imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports are not used in this project"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_imported(source: str) -> set[str]:
    """The rooms and modules right under bot/ that `source` imports, and `actions` or `tests`."""
    parts = [name.split(".") for name in imports(source)]
    return {part[1] for part in parts if part[0] == "bot"} | {part[0] for part in parts if part[0] in ("actions", "tests")}


def words_in(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every name, string and comment of `source`, in lower case."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NAME, tokenize.STRING, tokenize.COMMENT):
            yield token.start[0], token.string.lower()


def found_in(source: str, words: list[str]) -> list[str]:
    """Each of `words` that stands in `source` as a whole word or as a part of a name, with its line."""
    pattern = re.compile(r"(?<![a-z0-9])(" + "|".join(re.escape(word).replace(r"\ ", "[-_ ]") for word in words) + r")(?![a-z0-9])")
    return [f"line {line}: {found.group(0)}" for line, text in words_in(source) for found in pattern.finditer(text)]


@lru_cache(maxsize=1)
def subject_words() -> dict[str, list[str]]:
    """What no module of bot/ may name, by kind; the ids as the data files hold them."""
    topics = [topic for group in read_yaml(DATA / "topics.yml").values() for topic in group]
    return {
        "spinal word": SPINAL,
        "topic": [topic for topic in topics if topic not in ORDINARY],
        "sign": list(read_yaml(DATA / "red_flags/floor.yml")["least"]),
        "leaflet": [file.stem for file in (DATA / "answers").glob("*.yml")],
        "region": list(read_yaml(DATA / "regions.yml")["regions"]),
    }


@pytest.mark.parametrize("file", [file for file in modules() if room_of(file)], ids=lambda file: str(file.relative_to(BOT)))
def test_room_imports_only_what_it_may_know(file):
    """A room imports itself, the rooms that design.md allows it, and the two modules that everybody may use."""
    assert rooms_imported(file.read_text()) <= MAY_IMPORT[room_of(file)] | FOR_EVERYBODY | {room_of(file)}


def test_actions_import_answers_and_nothing_behind_them():
    """Custom actions know the answer desk, and of the other rooms at most the verdict that a turn carries."""
    for file in (ROOT / "actions").glob("*.py"):
        found = {name for name in imports(file.read_text()) if name.startswith("bot.")}
        assert {name for name in found if not name.startswith("bot.answers.")} <= {"bot.safety.verdict.Verdict"}, file.name


@pytest.mark.parametrize("module", sorted(FOR_EVERYBODY))
def test_modules_for_everybody_know_no_room(module):
    """What every room may import imports no room itself."""
    assert rooms_imported((BOT / f"{module}.py").read_text()) <= FOR_EVERYBODY


@pytest.mark.parametrize("file", [file for file in modules() if room_of(file) in CORE], ids=lambda file: str(file.relative_to(BOT)))
def test_core_imports_no_engine(file):
    """The core imports neither Rasa nor what comes with it."""
    assert {name.split(".")[0] for name in imports(file.read_text())} & ENGINE == set()


def test_core_runs_without_the_engine():
    """Every module of the core can be imported where Rasa, its SDK, SQLAlchemy, Sanic and TensorFlow are not to be had."""
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in modules() if room_of(file) in CORE]
    code = f"import sys\nsys.modules.update(dict.fromkeys({sorted(ENGINE)}))\nfrom importlib import import_module\nfor name in {names}: import_module(name)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(BOT)))
def test_code_does_not_name_the_subject(file):
    """No name, string or comment of bot/ holds a spinal word, or a topic's, sign's, leaflet's or region's id."""
    assert {kind: found for kind, words in subject_words().items() if (found := found_in(file.read_text(), words))} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('TOPIC = "driving"', ["line 1: driving"]),
        ("def answer_driving(): pass", ["line 1: driving"]),
        ("x = 1\n# as for driving", ["line 2: driving"]),
        ('"""The nerve-root leaflet."""', ["line 1: nerve-root"]),
        ('f"{x} nerve root"', ["line 1: nerve root"]),
        ("screwdriving = 1", []),
    ],
)
def test_subject_is_found_wherever_it_is_named(source, found):
    """The search sees strings, names, comments and docstrings, and takes whole words only."""
    assert found_in(source, ["driving", "nerve root"]) == found


@pytest.mark.parametrize(
    ("source", "rooms"),
    [
        ("from bot.leaflets.blocks import Block", {"leaflets"}),
        ("from bot import safety", {"safety"}),
        ("import bot.language.cleaning", {"language"}),
        ("def f():\n    from bot.answers.desk import Desk", {"answers"}),
        ("import actions.turn", {"actions"}),
        ("import re", set()),
    ],
)
def test_import_is_found_however_it_is_written(source, rooms):
    """The search sees every form of import, inside functions too."""
    assert rooms_imported(source) == rooms
