"""The warning signs as data: one file each in data/red_flags/signs/, strictly read. A mistake refuses to start."""
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

from bot.catalogue import DATA
from bot.safety.phrases import Phrase, PhraseError, compiled
from bot.safety.verdict import LEVELS
from bot.yaml_file import Lined, YamlError, check_keys, read_yaml

FOLDER = DATA / "red_flags"


@dataclass(frozen=True)
class Pattern:
    """A way patients say a sign; `words` as written in the file, `expression` as matched; `level` where it alone raises it;
    `asked_too` where who asks may mean it ("if I kill myself, who feeds the dog"), so that asking takes nothing back."""

    words: str
    expression: Phrase
    level: str | None = None
    asked_too: bool = False


@dataclass(frozen=True)
class Expected:
    """A complaint that is expected for the first hours: the topic that explains it, how many hours, which patterns."""

    topic: str
    hours: float
    patterns: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]


@dataclass(frozen=True)
class Sign:
    """A warning sign: lowest safe level, the words it is named by to patients, its patterns and its examples."""

    id: str
    least: str
    title: str
    source: str
    patterns: tuple[Pattern, ...]
    fires: tuple[str, ...]
    near_misses: tuple[str, ...]
    advice: str | None = None
    expected: Expected | None = None


@dataclass(frozen=True)
class Pair:
    """Signs that together raise the level."""

    signs: frozenset[str]
    level: str


@dataclass(frozen=True)
class SignBook:
    """All signs by id, the pairs, and the word lists their patterns use."""

    signs: dict[str, Sign]
    pairs: tuple[Pair, ...]
    lists: Mapping[str, Sequence[str]]

    def level_of(self, flags: Sequence[str], extra: str = "none") -> str:
        """The level that `flags` ask for together, never below the floor of any of them."""
        levels = [self.signs[flag].least for flag in flags] + [extra]
        levels += [pair.level for pair in self.pairs if pair.signs <= set(flags)]
        return max(levels, key=LEVELS.index)


def read_sign_book(folder: Path = FOLDER) -> SignBook:
    """All signs, pairs and word lists. Raises YamlError (file, line, key, what was expected) for any mistake."""
    lists = read_word_lists(folder / "words")
    floor, pairs = _floor(folder / "floor.yml")
    signs: dict[str, Sign] = {}
    for file in sorted((folder / "signs").glob("*.yml")):
        sign = _sign(file, lists)
        if sign.id in signs:
            raise YamlError(file, 1, f"the sign '{sign.id}' stands in two files")
        if sign.id in floor and LEVELS.index(sign.least) < LEVELS.index(floor[sign.id]):
            raise YamlError(file, 1, f"'least' of '{sign.id}' is {sign.least}, below the floor {floor[sign.id]} in floor.yml")
        signs[sign.id] = sign
    missing = [sign for sign in floor if sign not in signs]
    if missing:
        raise YamlError(folder / "signs", None, f"no file for {', '.join(missing)}, which floor.yml asks for")
    return SignBook(signs, pairs, lists)


def read_word_lists(folder: Path) -> dict[str, list[str]]:
    """Named lists of words and phrases that patterns may refer to, from every file in `folder`."""
    lists: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.yml")):
        entry = read_yaml(file)
        for name in check_keys(file, entry, "word lists", [], list(entry or ())):
            if not isinstance(entry[name], list) or not entry[name]:
                raise YamlError(file, entry.lines[name], f"'{name}' should be a list of words")
            if name in lists:
                raise YamlError(file, entry.lines[name], f"the word list '{name}' stands in two files")
            lists[name] = [_text(file, entry.lines[name], name, words) for words in entry[name]]
    return lists


def _floor(file: Path) -> tuple[dict[str, str], tuple[Pair, ...]]:
    entry = check_keys(file, read_yaml(file), "floor", ["least", "pairs"])
    check_keys(file, entry["least"], "least", [], list(entry["least"] or ()))
    for sign in entry["least"]:
        _level(file, entry["least"], sign)
    pairs = []
    for pair in entry["pairs"]:
        check_keys(file, pair, "pair", ["signs", "level"])
        for sign in pair["signs"]:
            if sign not in entry["least"]:
                raise YamlError(file, pair.lines["signs"], f"'signs' of a pair names '{sign}', which 'least' does not have")
        pairs.append(Pair(frozenset(pair["signs"]), _level(file, pair, "level")))
    return dict(entry["least"]), tuple(pairs)


def _sign(file: Path, lists: Mapping[str, Sequence[str]]) -> Sign:
    entry = check_keys(file, read_yaml(file), "sign", ["id", "least", "title", "source", "patterns", "fires", "near_misses"], ["advice", "expected"])
    if entry["id"] != file.stem:
        raise YamlError(file, entry.lines["id"], f"'id' is '{entry['id']}'; expected '{file.stem}', as the file is named")
    _level(file, entry, "least")
    for key in ("patterns", "fires", "near_misses"):
        if not isinstance(entry[key], list) or not entry[key]:
            raise YamlError(file, entry.lines[key], f"'{key}' of '{entry['id']}' should be a list that is not empty, but is {entry[key]!r}")
    patterns = [_pattern(file, entry, pattern, lists) for pattern in entry["patterns"]]
    fires, near_misses = (tuple(_text(file, entry.lines[key], key, message) for message in entry[key]) for key in ("fires", "near_misses"))
    return Sign(
        entry["id"], entry["least"], entry["title"], entry["source"], tuple(patterns), fires, near_misses,
        entry.get("advice"), _expected(file, entry.get("expected"), lists),
    )  # fmt: skip


def _pattern(file: Path, entry: Lined, pattern, lists: Mapping[str, Sequence[str]]) -> Pattern:
    if isinstance(pattern, str):
        return Pattern(pattern, _expression(file, entry.lines["patterns"], pattern, lists))
    check_keys(file, pattern, "pattern", *((["words", "asked_too"], ["level"]) if "asked_too" in pattern else (["words", "level"], ["asked_too"])))
    if pattern.get("asked_too", False) not in (True, False):
        raise YamlError(file, pattern.lines["asked_too"], f"'asked_too' has the value {pattern['asked_too']!r}; expected true or false")
    level = _level(file, pattern, "level") if "level" in pattern else None
    return Pattern(pattern["words"], _expression(file, pattern.lines["words"], pattern["words"], lists), level, bool(pattern.get("asked_too")))


def _level(file: Path, entry: Lined, key: str) -> str:
    if entry[key] not in LEVELS[1:]:
        raise YamlError(file, entry.lines[key], f"'{key}' has the value {entry[key]!r}; expected one of {', '.join(LEVELS[1:])}")
    return entry[key]


def _text(file: Path, line: int, name: str, value: object) -> str:
    """`value` as text; plain YAML reads no, on and off as truth values, and the word would be lost."""
    if isinstance(value, (bool, dict, list)) or value is None:
        raise YamlError(file, line, f"'{name}' holds {value!r} where words are expected; put them between quotation marks")
    return str(value)


def _expected(file: Path, entry: Lined | None, lists: Mapping[str, Sequence[str]]) -> Expected | None:
    if entry is None:
        return None
    check_keys(file, entry, "expected", ["topic", "hours", "patterns", "unless"])
    both = [tuple(_expression(file, entry.lines[key], words, lists) for words in entry[key]) for key in ("patterns", "unless")]
    return Expected(entry["topic"], float(entry["hours"]), *both)


def _expression(file: Path, line: int, words: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    try:
        return compiled(words, lists)
    except PhraseError as error:
        raise YamlError(file, line, str(error)) from error
