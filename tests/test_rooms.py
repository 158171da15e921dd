"""The house rules of design.md: who may import whom, and that nothing in bot/ knows the subject of the leaflets."""
import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import Iterator

import pytest
import yaml

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
    "channels": {"language", "safety", "answers", "rasa_repairs"},
    "staff": {"leaflets", "language", "safety", "answers", "components", "channels"},
}
ENGINE = {"rasa", "rasa_sdk", "sqlalchemy", "tensorflow", "sanic"}
SPINAL = [
    "spine", "spines", "spinal", "intraspinal", "vertebra", "vertebrae", "vertebral", "nerve root", "nerve roots", "cervical",
    "lumbar", "thoracic", "sacral", "sacroiliac", "facet", "facets", "epidural", "foraminal", "transforaminal", "dorsal root",
    "ganglion", "sciatica", "sciatic", "cauda equina", "slipped disc", "prolapsed disc", "back pain", "neck pain", "radicular",
]  # fmt: skip


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
    """The rooms and modules right under bot/ (and `actions`) that `source` imports."""
    parts = [name.split(".") for name in imports(source)]
    return {part[1] for part in parts if part[0] == "bot"} | {part[0] for part in parts if part[0] in ("actions", "tests")}


def words_in(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every name, string and comment of `source`, in lower case, with names' parts as words."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NAME, tokenize.STRING, tokenize.COMMENT):
            yield token.start[0], token.string.lower()


def subject_words(source: str, words: list[str]) -> list[str]:
    """Each of `words` that stands in `source` as a whole word, with its line; '_' , '-' and ' ' are the same."""
    any_word = re.compile(r"(?<![a-z0-9])(" + "|".join(re.escape(word).replace("_", "[-_ ]").replace(r"\ ", "[-_ ]") for word in words) + r")(?![a-z0-9])")
    return [f"line {line}: {found.group(0)}" for line, text in words_in(source) for found in any_word.finditer(text)]


def topic_ids() -> list[str]:
    return [topic for group in yaml.safe_load((DATA / "topics.yml").read_text()).values() for topic in group]


def modules(folder: Path = BOT) -> list[Path]:
    return sorted(folder.rglob("*.py"))
