"""Reads scripts: YAML files and spreadsheets. Every mistake of every file is reported at once, with its line."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.staff.stories.expectations import read_expectations
from bot.staff.stories.known import Known, Wrong, nearest
from bot.staff.stories.script import CHANNELS, Mistake, Step, Story
from bot.staff.stories.sheets import SHEETS, read_sheet
from bot.yaml_file import Lined, YamlError, read_yaml

_SUFFIXES = (".yml", ".yaml", *SHEETS)
_IN_SCRIPT = ["about", "leaflet", "region", "channel", "stories"]
_IN_STORY = ["name", "leaflet", "region", "channel", "steps"]
_IN_STEP = ["patient", "presses", "stays silent", "expect"]


@dataclass
class Reading:
    """The stories found so far, and the mistakes; a story with a mistake is left out."""

    stories: list[Story] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_scripts(places: list[Path], known: Known) -> Reading:
    """All stories in the files and folders named. Never raises for what stands in a script."""
    reading = Reading()
    for place in places:
        files = sorted(file for file in place.rglob("*") if file.suffix.lower() in _SUFFIXES) if place.is_dir() else [place]
        if not files or not all(file.is_file() for file in files):
            reading.mistakes.append(Mistake(_shown(place), None, "there is no script here; expected a YAML file, a spreadsheet, or a folder of them."))
            continue
        for file in files:
            _ScriptReader(file, known, reading).read()
    _refuse_doubled_names(reading)
    reading.mistakes.sort(key=lambda mistake: (mistake.file, mistake.line or 0))
    return reading


def _shown(file: Path) -> str:
    """The path as staff know it: from the folder they stand in, where it is below."""
    return str(file.relative_to(Path.cwd())) if file.is_absolute() and file.is_relative_to(Path.cwd()) else str(file)


def _refuse_doubled_names(reading: Reading) -> None:
    first: dict[tuple[str, str], Story] = {}
    for story in reading.stories:
        other = first.setdefault((story.file, story.name.lower()), story)
        if other is not story:
            reading.mistakes.append(Mistake(story.file, story.line, f"a story called '{story.name}' stands in line {other.line} already; give each a name of its own."))


class _ScriptReader:
    """Reads one file into `reading`."""

    def __init__(self, file: Path, known: Known, reading: Reading) -> None:
        self._path, self._file, self._known, self._reading = file, _shown(file), known, reading

    def _wrong(self, line: int | None, reason: str) -> None:
        self._reading.mistakes.append(Mistake(self._file, line, reason))

    def read(self) -> None:
        if self._path.suffix.lower() not in _SUFFIXES:
            return self._wrong(None, f"a script ends in {', '.join(_SUFFIXES)}.")
        try:
            script = read_sheet(self._path) if self._path.suffix.lower() in SHEETS else read_yaml(self._path, as_text=True)
        except YamlError as error:
            return self._wrong(error.line, f"{error.reason}.{_indent_hint(error.reason)}")
        if not isinstance(script, Lined):
            return self._wrong(1, "a script begins with 'about:' and then lists its 'stories:'.")
        self._check_words(script, _IN_SCRIPT, "a script")
        about, stories = script.get("about") or "", script.get("stories")
        if not isinstance(about, str) or not about:
            self._wrong(script.line, "'about' is missing: say in a few words what these stories are about.")
        if not isinstance(stories, list) or not stories:
            return self._wrong(script.lines.get("stories", script.line), "'stories' should list at least one story, each beginning with '- name:'.")
        for entry in stories:
            self._read_story(entry, script, str(about))
        return None

    def _check_words(self, entry: Lined, allowed: list[str], what: str) -> None:
        for key in list(entry):
            plain = _plain(key)
            if plain in allowed and plain != key:
                entry[plain], entry.lines[plain] = entry.pop(key), entry.lines[key]
            elif plain not in allowed:
                self._wrong(entry.lines[key], f"'{key}' is not a word for {what}.{nearest(plain, allowed) or ' Allowed are: ' + ', '.join(allowed) + '.'}")

    def _read_story(self, entry: Any, script: Lined, about: str) -> None:
        before = len(self._reading.mistakes)
        if not isinstance(entry, Lined):
            return self._wrong(script.lines["stories"], f"each story is a list of words, beginning with '- name:', but one of them is {entry!r}.")
        self._check_words(entry, _IN_STORY, "a story")
        name, steps = entry.get("name"), entry.get("steps")
        if not isinstance(name, str) or not name:
            self._wrong(entry.line, "this story has no 'name'.")
        if not isinstance(steps, list) or not steps:
            return self._wrong(entry.lines.get("steps", entry.line), "'steps' should list what the patient says, each line beginning with '- patient:'.")
        known = self._known
        where = {key: entry if key in entry else script for key in ("leaflet", "region", "channel")}
        leaflet = self._looked_up(where["leaflet"], "leaflet", known.leaflet)
        region = self._looked_up(where["region"], "region", known.region)
        channel = self._looked_up(where["channel"], "channel", _channel)
        read = tuple(filter(None, [self._read_step(step, entry) for step in steps]))
        if not any(isinstance(step, Lined) and step.get("expect") for step in steps):
            self._wrong(entry.line, "this story expects nothing; put 'expect:' under at least one step.")
        if len(self._reading.mistakes) == before:
            self._reading.stories.append(Story(str(name), about, self._file, entry.line, read, leaflet, region, channel))
        return None

    def _looked_up(self, entry: Lined, key: str, look_up) -> str | None:
        if not entry.get(key):
            return None
        try:
            return look_up(str(entry[key]))
        except Wrong as wrong:
            mistake = Mistake(self._file, entry.lines[key], f"'{key}': {wrong}")
            if mistake not in self._reading.mistakes:  # a word at the top of the script counts for every story
                self._reading.mistakes.append(mistake)
            return None

    def _read_step(self, entry: Any, story: Lined) -> Step | None:
        if not isinstance(entry, Lined):
            self._wrong(story.lines["steps"], f"each step begins with '- patient:', but one of them is {entry!r}.")
            return None
        self._check_words(entry, _IN_STEP, "a step")
        how = [word for word in _IN_STEP[:-1] if word in entry]
        if len(how) != 1:
            self._wrong(entry.line, "a step tells one thing that the patient does: 'patient: …' (or on the phone 'presses: …' or 'stays silent: yes').")
            return None
        said = entry[how[0]]
        if not isinstance(said, str):
            self._wrong(entry.lines[how[0]], f"'{how[0]}' should be the patient's words; put them in \"quotation marks\".")
            return None
        return Step("" if how[0] == "stays silent" else said, entry.line, how[0], tuple(self._read_expected(entry)))

    def _read_expected(self, entry: Lined) -> list:
        expect = entry.get("expect")
        if expect in (None, ""):
            return []
        if not isinstance(expect, Lined):
            self._wrong(entry.lines["expect"], "'expect' lists words below it, each on a line of its own, like 'quotes: …'.")
            return []
        found, mistakes = read_expectations(expect, self._known)
        for key, reason in mistakes:
            self._wrong(expect.lines.get(key, expect.line), reason)
        return found


def _channel(given: str) -> str:
    if given.lower() not in CHANNELS:
        raise Wrong(f"'{given}' is no channel.{nearest(given, list(CHANNELS)) or ' Expected: ' + ', '.join(CHANNELS) + '.'}")
    return given.lower()


def _plain(key: Any) -> str:
    return " ".join(str(key).lower().replace("_", " ").split())


def _indent_hint(reason: str) -> str:
    if "mapping values" in reason or "block" in reason:
        return " Check the spaces at the start of this line and the one before; put words with a colon in \"quotation marks\"."
    return ""
