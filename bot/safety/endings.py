"""How a patient ends an alarm: help is under way, or the report is taken back (data/red_flags/endings.yml)."""
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

from bot.safety.phrases import Phrase, PhraseError, any_of, compiled
from bot.safety.signs import FOLDER
from bot.safety.verdict import Ending
from bot.yaml_file import YamlError, check_keys, read_yaml


@dataclass(frozen=True)
class Endings:
    """For each way of ending an alarm, and for what only sounds like one, all its patterns over normalised text as one."""

    help_under_way: Phrase
    taken_back: Phrase
    stays: Phrase

    def keeps_standing(self, text: str) -> bool:
        """Does normalised `text` ask whether to get help, or say that there is none? Then the alarm stands."""
        return self.stays.stands_in(text)

    def ending(self, text: str) -> Ending | None:
        """How normalised `text` ends an alarm; None where it does not."""
        if self.keeps_standing(text):
            return None
        if self.help_under_way.stands_in(text):
            return "help_under_way"
        return "taken_back" if self.taken_back.stands_in(text) else None


def read_endings(lists: Mapping[str, Sequence[str]], file: Path = FOLDER / "endings.yml") -> Endings:
    """The patterns staff keep. Raises YamlError for an unknown key or a pattern that can't be read."""
    entry = check_keys(file, read_yaml(file), "endings", ["help_under_way", "taken_back", "stays"])
    patterns = {}
    for key in entry:
        try:
            patterns[key] = any_of([compiled(str(words), lists).words for words in entry[key]], lists)
        except PhraseError as error:
            raise YamlError(file, entry.lines[key], str(error)) from error
    return Endings(**patterns)
