"""The fixed words said when a sign is reported (data/red_flags/advice.yml): which service, how soon, and never a condition."""
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from bot.safety.signs import FOLDER, SignBook
from bot.safety.verdict import LEVELS
from bot.yaml_file import Lined, YamlError, check_keys, read_yaml

_FILLED_IN = {"signs", "emergency", "urgent", "listeners"}


@dataclass(frozen=True)
class Advice:
    """What a care card shows: the level, a title, and its lines."""

    level: str
    title: str
    lines: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        return {"level": self.level, "title": self.title, "lines": list(self.lines)}


class AdviceBook:
    """All advice wording. `titles` are the signs' own words by id, `numbers` the telephone numbers by name."""

    def __init__(self, entry: Mapping[str, Any], titles: Mapping[str, str], numbers: Mapping[str, str]) -> None:
        self._entry, self._titles = entry, titles
        self._numbers = {**numbers, "listeners": str(entry["listeners"])}

    @property
    def look_out_topic(self) -> str:
        """The topic whose passage goes with every advice."""
        return self._entry["look_out"]

    def advice(self, level: str, flags: Sequence[str]) -> list[Advice]:
        """One card for the level, and before it one for every sign that has wording of its own."""
        own = [flag for flag in flags if flag in self._entry["signs"]]
        cards = [self._card(level, self._entry["signs"][flag], [flag]) for flag in own]
        others = [flag for flag in flags if flag not in own]
        return cards + ([self._card(level, self._entry["levels"][level], others)] if others else [])

    def _card(self, level: str, entry: Mapping[str, Any], flags: Sequence[str]) -> Advice:
        return Advice(level, self._filled(entry["title"], flags), tuple(self._filled(line, flags) for line in entry["lines"]))

    def reminder(self, level: str, flags: Sequence[str]) -> str:
        """One line while the level is in force."""
        own = [flag for flag in flags if flag in self._entry["reminder_signs"]]
        return self._filled(self._entry["reminder_signs"][own[0]] if own else self._entry["reminder"][level], flags)

    def ended(self, why: str) -> str:
        """What is said when the alarm ends."""
        return self._filled(self._entry["ended"][why], ())

    @property
    def ask_time(self) -> str:
        """The question when the injection was."""
        return self._filled(self._entry["ask_time"], ())

    def _filled(self, text: str, flags: Sequence[str]) -> str:
        return text.format(signs=_listed([self._titles[flag] for flag in flags]), **self._numbers)


def _listed(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}" if titles else ""


def read_advice(titles: Mapping[str, str], numbers: Mapping[str, str], file: Path = FOLDER / "advice.yml") -> AdviceBook:
    """The advice wording. Raises YamlError for a missing level, an unknown key or sign, or an unknown {field}."""
    keys = ["levels", "signs", "listeners", "reminder", "reminder_signs", "ask_time", "ended", "look_out"]
    entry = check_keys(file, read_yaml(file), "advice", keys)
    check_keys(file, entry["levels"], "levels", LEVELS[1:])
    check_keys(file, entry["reminder"], "reminder", LEVELS[1:])
    check_keys(file, entry["ended"], "ended", ["help_under_way", "taken_back", "expected_after_all"])
    for group in (entry["levels"], entry["signs"]):
        for name, card in group.items():
            check_keys(file, card, str(name), ["title", "lines"])
    for sign in [*entry["signs"], *entry["reminder_signs"]]:
        if sign not in titles:
            raise YamlError(file, None, f"advice for the unknown sign '{sign}'; the signs are the files in data/red_flags/signs/")
    _check_fields(file, entry)
    return AdviceBook(entry, titles, numbers)


def read_advice_book(book: SignBook, emergency: str, urgent: str) -> AdviceBook:
    """The advice wording for these signs and telephone numbers."""
    return read_advice({sign.id: sign.title for sign in book.signs.values()}, {"emergency": emergency, "urgent": urgent})


def _check_fields(file: Path, entry: Any, line: int | None = None) -> None:
    if isinstance(entry, Lined):
        for key, value in entry.items():
            _check_fields(file, value, entry.lines[key])
    elif isinstance(entry, list):
        for value in entry:
            _check_fields(file, value, line)
    elif isinstance(entry, str):
        for _, field, _, _ in string.Formatter().parse(entry):
            if field is not None and field not in _FILLED_IN:
                raise YamlError(file, line, f"the unknown '{{{field}}}' is filled in; allowed are: {', '.join(sorted(_FILLED_IN))}")
