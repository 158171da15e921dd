"""What a hospital sets for the telephone (data/phone.yml), read strictly: settings, lines, wording, commands, abbreviations."""
import re
import string
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Mapping, Optional

from bot.answers.site import WORDINGS as SITE_WORDINGS
from bot.answers.site import Site
from bot.catalogue import DATA, read_topics
from bot.yaml_file import Lined, YamlError, check_keys, read_yaml

_SETTINGS: dict[str, tuple[type, ...]] = {
    "language": (str,), "voice": (str,), "transfer": (str,), "listen_seconds": (int,), "answer_seconds": (int, float), "part_seconds": (int, float),
    "sure": (int, float), "text_messages": (bool,), "speech_grammar": (str,), "hints": (int,),
}  # fmt: skip
_OF_A_LINE = ("numbers", "leaflet", "region", "language", "voice", "transfer")
COMMANDS = ("more", "repeat", "back", "slower", "next", "person", "menu", "yes", "no", "text", "stop")
PHRASES = ("not_what_i_asked", "taken_back", "goodbye")
_EVERYWHERE = {"contact", "contact_as_whom", "emergency", "urgent"}
_FILLED_IN = {
    "leaflet_noted": {"title"}, "from_leaflet": {"title"}, "menu_group": {"title"}, "menu_item": {"title", "number"}, "choice": {"title", "number"}, "confirm": {"title"},
}  # fmt: skip
WORDINGS = [
    "greeting", "which_leaflet", "leaflet_noted", "from_your_leaflet", "from_leaflet", "web_address", "offer_text", "text_sent", "no_text", "more", "done", "no_more",
    "no_before", "slower_now", "slowest", "next_question", "nothing_said", "menu", "menu_group", "menu_item", "menu_more", "choice", "confirm", "try_again",
    "wrong_key", "advice_again", "heard_sign", "after_advice", "after_advice_alone", "stays", "silence_1", "silence_2", "silence_3", "no_match_1", "no_match_2",
    "no_match_3", "give_up", "transfer", "transfer_failed", "no_transfer", "goodbye", "broken",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """How one telephone line speaks and listens, and which leaflet its callers were given, where that is known."""

    language: str
    voice: str
    transfer: str
    leaflet: Optional[str] = None
    region: Optional[str] = None
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class PhoneBook:
    """Everything of data/phone.yml; `say` makes complete sentences of its wording."""

    settings: Mapping[str, Any]
    default: Line
    lines: Mapping[str, Line]
    abbreviations: Mapping[str, str]
    commands: Mapping[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    fillers: tuple[str, ...]
    phrases: Mapping[str, str]
    menu: Mapping[str, str]
    site: Site
    _own: Site
    _instead: Site
    _instead_of: tuple[str, ...] = field(default=())

    def say(self, name: str, leaflet: Optional[str] = None, **filled_in: str) -> str:
        """The sentence `name` of the telephone's own wording."""
        return self._own.say(name, leaflet, **filled_in)

    def for_the_ear(self, text: str, leaflet: Optional[str]) -> tuple[str, str]:
        """Name and text of what is said for a sentence of data/site.yml: its version for the telephone, else the sentence itself, without name."""
        for name in SITE_WORDINGS:
            if "{title}" in self.site.wording[name] or "{date}" in self.site.wording[name] or name == "source":
                continue
            if text == self.site.say(name, leaflet):
                return name, self._instead.say(name, leaflet) if name in self._instead_of else text
        return "", text

    def line(self, name: Optional[str], dialled: Optional[str]) -> Line:
        """The line of that name, else the one with the number dialled, else the default."""
        if name in self.lines:
            return self.lines[name]
        number = _digits(dialled)
        return next((line for line in self.lines.values() if number and number in map(_digits, line.numbers)), self.default)


def _digits(number: Optional[str]) -> str:
    return re.sub(r"\D", "", number or "").removeprefix("00")


def read_phone_book(site: Site, file: Path = DATA / "phone.yml") -> PhoneBook:
    """The telephone's settings and wording. Raises YamlError naming file, line, key and what was expected."""
    keys = ["settings", "lines", "abbreviations", "commands", "numbers", "fillers", "phrases", "menu", "instead", "wording"]
    entry = check_keys(file, read_yaml(file), "phone", keys)
    settings = check_keys(file, entry["settings"], "settings", list(_SETTINGS))
    for name, types in _SETTINGS.items():
        _check_type(file, settings, name, types)
    default = Line(settings["language"], settings["voice"], settings["transfer"])
    groups = list(dict.fromkeys(topic.group for topic in read_topics().values()))
    wording = check_keys(file, entry["wording"], "wording", WORDINGS)
    instead = check_keys(file, entry["instead"], "instead", [], SITE_WORDINGS)
    _check_sentences(file, wording)
    _check_sentences(file, instead, may_be_empty=True)
    numbers = tuple(str(each) for each in _list(file, entry, "numbers"))
    if len(numbers) != 9:
        raise YamlError(file, entry.lines["numbers"], f"'numbers' should name the nine keys from 1 to 9, but has {len(numbers)}")
    return PhoneBook(
        settings=dict(settings),
        default=default,
        lines=_lines(file, entry, default),
        abbreviations={str(key): str(value or "") for key, value in check_keys(file, entry["abbreviations"], "abbreviations", [], list(entry["abbreviations"] or ())).items()},
        commands={name: tuple(_list(file, check_keys(file, entry["commands"], "commands", COMMANDS), name)) for name in COMMANDS},
        numbers=numbers,
        fillers=tuple(_list(file, entry, "fillers")),
        phrases=dict(check_keys(file, entry["phrases"], "phrases", PHRASES)),
        menu=dict(check_keys(file, entry["menu"], "menu", groups)),
        site=site,
        _own=replace(site, wording=dict(wording)),
        _instead=replace(site, wording=dict(instead)),
        _instead_of=tuple(instead),
    )


def _lines(file: Path, entry: Lined, default: Line) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    taken: dict[str, str] = {}
    given = check_keys(file, entry["lines"], "lines", [], list(entry["lines"] or ()))
    for name in given:
        one = check_keys(file, given[name], str(name), [], _OF_A_LINE)
        for key, value in one.items():
            if key == "numbers":
                _list(file, one, "numbers")
            elif not isinstance(value, str):
                raise YamlError(file, one.lines[key], f"'{key}' of '{name}' is {value!r}; expected text in quotation marks")
        numbers = tuple(str(number) for number in one.get("numbers", ()))
        for number in numbers:
            if _digits(number) in taken:
                raise YamlError(file, one.lines["numbers"], f"the number {number} stands at two lines, {taken[_digits(number)]} and {name}")
            taken[_digits(number)] = str(name)
        lines[str(name)] = replace(default, **{**one, "numbers": numbers})
    return lines


def _list(file: Path, entry: Lined, name: str) -> list[str]:
    value = entry[name]
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise YamlError(file, entry.lines[name], f"'{name}' should be a list of words, but is {value!r} (yes, no and numbers need quotation marks)")
    return value


def _check_type(file: Path, settings: Lined, name: str, types: tuple[type, ...]) -> None:
    value = settings[name]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise YamlError(file, settings.lines[name], f"'{name}' is {value!r}; expected {' or '.join(each.__name__ for each in types)}")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value <= 0:
        raise YamlError(file, settings.lines[name], f"'{name}' is {value}; expected a number above 0")


def _check_sentences(file: Path, wording: Lined, may_be_empty: bool = False) -> None:
    for name, text in wording.items():
        if not isinstance(text, str) or not (text.strip() or may_be_empty):
            raise YamlError(file, wording.lines[name], f"'{name}' has no sentence")
        try:
            fields = [each for _, each, _, _ in string.Formatter().parse(text) if each is not None]
        except ValueError as error:
            raise YamlError(file, wording.lines[name], f"'{name}' has a brace without its partner") from error
        allowed = _EVERYWHERE | (set() if may_be_empty else _FILLED_IN.get(name, set()))
        for each in fields:
            if each not in allowed:
                raise YamlError(file, wording.lines[name], f"'{name}' fills in the unknown '{{{each}}}'; allowed are: {', '.join(sorted(allowed))}")
