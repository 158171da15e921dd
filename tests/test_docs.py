"""The documents keep up with the code: what exists is described, and what is described exists."""
import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from bot.answers.reply import Choice, Part, Quote, Reply
from bot.catalogue import read_topics
from bot.safety.context import Cue
from bot.safety.signs import read_sign_book
from bot.staff.hazard_log import LOG_FILE, log_text, read_hazards
from bot.staff.stories.expectations import BESIDE, WORDS
from bot.staff.tables import DOCS, signs_text, topics_text

ROOT = Path(__file__).resolve().parents[1]
_ONLY_WHEN_RUN = ("models", "results", "var", ".venv", "build")  # made by the commands, not part of the repository


# ---- What the documents say ---------------------------------------------------------------------


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table(name: str, first_column: str) -> set[str]:
    """The names in backquotes in the first column of the tables of document `name` whose first column is headed so."""
    found: set[str] = set()
    inside = False
    for line in text_of(name).splitlines():
        if line.startswith(f"| {first_column} |"):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside:
            found |= set(re.findall(r"`([^`]+)`", re.split(r"(?<!\\)\|", line)[1]))
    assert found, f"{name} has no table headed '{first_column}'"
    return found


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


# ---- What the code has --------------------------------------------------------------------------


@lru_cache(maxsize=1)
def settings_in_code() -> frozenset[str]:
    """Every environment variable that the product reads."""
    found: set[str] = set()
    for folder in ("bot", "actions"):
        for file in (ROOT / folder).rglob("*.py"):
            found |= set(_settings_of(ast.parse(file.read_text(encoding="utf-8"))))
    script = text_of("scripts/setup") + text_of("scripts/browser")
    found |= set(re.findall(r"\$\{([A-Z][A-Z_]+):?-", script)) | set(re.findall(r"^# ([A-Z][A-Z_]+)  ", script, re.M))
    return frozenset(found - {"HOME", "BASH_SOURCE"})


def _settings_of(tree: ast.Module) -> list[str]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            inside, given = ast.unparse(node), node.args
            reads = re.match(r"[\w.]*environ\.get\(|[\w.]*getenv\(|\w+\((?:os\.)?environ, ", inside)
        elif isinstance(node, ast.Subscript):
            reads, given = re.match(r"[\w.]*environ\[", ast.unparse(node)), [node.slice]
        else:
            continue
        if reads:
            values = [constants.get(arg.id) if isinstance(arg, ast.Name) else getattr(arg, "value", None) for arg in given]
            names += [value for value in values if isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z_]+", value)]
    return names


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z_-]*):", text_of("Makefile"), re.M))


def exists(path: str) -> bool:
    return path.split("/")[0] in _ONLY_WHEN_RUN or (ROOT / path).exists()


# ---- Described ----------------------------------------------------------------------------------


def test_the_search_for_settings_finds_each_way_of_reading_one():
    """Read by name, through a named constant, with a subscript, or by a helper that gets the environment."""
    code = 'X = "BY_NAME"\nos.environ.get("PLAIN")\nenviron.get(X, "")\nos.environ["SUB"]\n_port(environ, "HELPED", 1)\n'
    assert set(_settings_of(ast.parse(code))) == {"BY_NAME", "PLAIN", "SUB", "HELPED"}


def test_every_setting_is_described():
    """docs/settings.md has a row for every environment variable that the code reads, and for no other."""
    assert table("docs/settings.md", "setting") == settings_in_code()


def test_every_field_of_the_custom_object_is_described():
    """docs/architecture.md has a row for every field of the object that travels with each turn."""
    assert table("docs/architecture.md", "field") == set(Reply("answer").as_custom())


def test_every_key_of_a_quote_is_described():
    """docs/architecture.md has a row for every key that a quote can have."""
    assert table("docs/architecture.md", "key of a quote") == set(Quote.__dataclass_fields__)


def test_every_key_of_choices_and_parts_is_named():
    """The rows on choices and parts name what each of them holds."""
    text = text_of("docs/architecture.md")
    for name, keys in (("choices", Choice.__dataclass_fields__), ("parts", set(Part.__dataclass_fields__) - {"text"})):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        assert set(keys) <= set(re.findall(r"`(\w+)`", row)), name


def test_every_command_is_described():
    """docs/contributing.md has a row for every target of the Makefile."""
    assert table("docs/contributing.md", "command") == {f"make {target}" for target in targets()}


@pytest.mark.parametrize("target", sorted(targets()))
def test_every_command_has_a_line_in_help(target):
    """`make help` is made from the comments beside the targets."""
    assert re.search(rf"^{target}:.* ## \S", text_of("Makefile"), re.M)


def test_every_key_of_an_answer_map_is_described():
    """docs/leaflets.md names every key that the shipped maps use."""
    described = table("docs/leaflets.md", "key") | table("docs/leaflets.md", "key of a topic") | table("docs/leaflets.md", "key of a passage")
    for file in (ROOT / "data" / "answers").glob("*.yml"):
        assert set(re.findall(r"^([a-z_]+):", file.read_text(encoding="utf-8"), re.M)) <= described, file.name


def test_every_key_of_a_cue_is_described():
    """docs/safety-screen.md has a row for every key of a cue."""
    assert table("docs/safety-screen.md", "key") == set(Cue.__dataclass_fields__) - {"expression"}


def test_every_topic_is_described():
    """docs/topics.md is what `make tables` writes now."""
    assert text_of("docs/topics.md") == topics_text(read_topics()), "run 'make tables'"
    assert table("docs/topics.md", "topic") == set(read_topics())


def test_every_sign_is_described():
    """docs/signs.md is what `make tables` writes now."""
    assert text_of("docs/signs.md") == signs_text(read_sign_book()), "run 'make tables'"
    assert table("docs/signs.md", "sign") == set(read_sign_book().signs)


# ---- Still there --------------------------------------------------------------------------------


def test_every_path_in_the_readme_exists():
    """Paths in backquotes and links of the README lead somewhere."""
    text = text_of("README.md")
    paths = set(re.findall(r"`((?:\.ci|[a-z_]+)/[\w./-]*|[\w-]+\.(?:txt|yml|toml|md))`", text))
    paths |= {link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link}
    assert len(paths) > 10
    assert [path for path in sorted(paths) if not exists(path)] == []


def test_every_command_in_the_readme_exists():
    """Every `make …` of the README is a target."""
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)\b", text_of("README.md"))) <= targets()


@pytest.mark.parametrize("document", [file.relative_to(ROOT).as_posix() for file in documents()])
def test_links_and_paths_of_every_document_lead_somewhere(document):
    """Links are followed from the document's own folder; paths in backquotes from the project's root."""
    text, folder = text_of(document), (ROOT / document).parent
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    paths = re.findall(r"`((?:actions|bot|data|docs|scripts|tests)/[\w./-]+)`", text)
    broken = [link for link in links if not (folder / link).exists()] + [path for path in paths if not exists(path)]
    assert broken == []


def test_the_readme_is_short():
    """Under 120 lines: it shows the one way to start and links the rest."""
    assert len(text_of("README.md").splitlines()) < 120


# ---- The hazard log -----------------------------------------------------------------------------


def test_the_hazard_log_is_current():
    """docs/safety/hazard-log.md is what `make hazard-log` writes now."""
    assert LOG_FILE.read_text(encoding="utf-8") == log_text(read_hazards()), "run 'make hazard-log'"


@pytest.mark.parametrize("hazard", read_hazards(), ids=lambda hazard: hazard.id)
def test_the_evidence_of_every_hazard_exists(hazard):
    """Every control names code and tests, and all that it names is there: a control without a test is a promise."""
    assert [control.does for control in hazard.controls if not control.code or not control.tests] == []
    assert [path for control in hazard.controls for path in control.code if not (ROOT / path).exists()] == []
    assert missing_tests([name for control in hazard.controls for name in control.tests]) == []


def test_every_hazard_can_be_assessed():
    """The two risks have the columns that the Clinical Safety Officer fills in."""
    for hazard in read_hazards():
        assert set(hazard.initial_risk) == {"severity", "likelihood", "rating"}
        assert set(hazard.residual_risk) == {"severity", "likelihood", "rating", "accepted_by", "date"}


_PROGRAMS = {"tests/fuzz.py", "tests/cluster.py", "tests/measure.py", "tests/bench.py"}  # run as they are, by a command of their own


def named_tests(document: str, head: str) -> list[tuple[str, list[str]]]:
    """Each row of the tables headed so, with the tests that its last column names as `file::test` or as a file."""
    rows, inside = [], False
    for line in text_of(document).splitlines():
        if line.startswith(f"| {head} |"):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("| ---"):
            rows.append((line, re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", line.split(" | ")[-1])))
    return rows


def missing_tests(named: list[str]) -> list[str]:
    """Those that do not exist; a file alone counts only where it is a program, or has tests and nothing but its subject."""
    missing = []
    for name in named:
        file, _, test = name.partition("::")
        there = (ROOT / file).exists()
        code = text_of(file) if there else ""
        if not there or (test and not re.search(rf"^ *(?:async )?def {test}\(", code, re.M)) or (not test and file not in _PROGRAMS and "def test_" not in code):
            missing.append(name)
    return missing


@pytest.mark.parametrize(("document", "head", "least"), [("docs/safety/threat-model.md", "threat", 25), ("docs/operations.md", "fault", 12)])
def test_every_control_and_every_fault_names_tests_that_exist(document, head, least):
    """A control without a test is a promise, and so is a fault that nobody has tried."""
    rows = named_tests(document, head)
    assert len(rows) >= least
    assert [row for row, named in rows if not named] == []
    assert [name for _, named in rows for name in missing_tests(named)] == []


@pytest.mark.parametrize("name", ["tests/test_docs.py::test_that_is_not_there", "tests/test_no_such_file.py", "tests/test_no_such_file.py::test_x", "tests/house.py"])
def test_a_test_that_does_not_exist_is_missed(name):
    """Else the search would find nothing amiss."""
    assert missing_tests([name]) == [name] and missing_tests(["tests/test_docs.py::test_the_readme_is_short", "tests/fuzz.py"]) == []


# ---- Stories ------------------------------------------------------------------------------------


def test_every_word_of_a_story_is_described():
    """docs/stories.md has a row for every word that may stand under `expect`."""
    assert table("docs/stories.md", "word") == {*WORDS, *BESIDE}
