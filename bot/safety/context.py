"""Is a sign that a message names really there now? Cues beside it tell asking, denying, remembering and the like apart.

After ConText (Harkema et al. 2009): a cue reaches over the words on one side of it until a sentence's end or a stop word.
In doubt nothing cancels: inability ("can't feel") is part of a sign's own patterns and never a denial here.
"""
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Mapping, Sequence

from bot.safety.phrases import Phrase, PhraseError, any_of, compiled
from bot.safety.signs import FOLDER
from bot.yaml_file import YamlError, check_keys, read_yaml

KINDS = ("asking", "denying", "remembering", "reason", "what_if", "someone_then", "figure_of_speech", "homonym", "ended")
_ANOTHER_TIME = ("remembering", "what_if", "someone_then", "figure_of_speech", "homonym")
_SENTENCE_END = re.compile(r" [.?!;] ")
_FURTHEST = 12


@dataclass(frozen=True)
class Cue:
    """Words that cancel a sign standing `side` of them, at most `reach` words away; `signs` limits it to some signs.

    `unless`: words in the same sentence that void the cue. `opens`: it counts only where it opens a clause.
    `clause`: it reaches over no comma. `anywhere`: it reaches over sentence ends.
    """

    kind: str
    words: str
    expression: Phrase
    side: Literal["before", "after", "around", "closing"]
    reach: int
    signs: frozenset[str]
    but_signs: frozenset[str] = frozenset()
    unless: Phrase | None = None
    opens: bool = False
    clause: bool = False
    anywhere: bool = False


@dataclass(frozen=True)
class ContextRules:
    """All cues, the stop words over which no cue reaches, the fillers that may come before a cue that opens a clause, and the
    hints that leave it open whether a sign is there now."""

    cues: tuple[Cue, ...]
    stops: Phrase
    fillers: Phrase
    hints: Phrase

    def cancelling(self, text: str, sign: str, start: int, end: int) -> Cue | None:
        """The first cue that reaches the sign at `text[start:end]` (normalised text); None where the sign stands."""
        low, high = sentence(text, start, end)
        for cue in self.cues:
            if sign in cue.but_signs or (cue.signs and sign not in cue.signs):
                continue
            if self._reaches(cue, text, start, end, *((0, len(text)) if cue.anywhere else (low, high))) and not _void(cue, text, low, high):
                return cue
        return None

    def leave_it_open(self, text: str, start: int, end: int) -> bool:
        """Does the sentence round `text[start:end]` hold a word that may make a question, a denial or a memory of it?"""
        return bool(_places(self.hints, text, *sentence(text, start, end)))

    def speaks_of_another_time(self, text: str) -> bool:
        """Does any cue say that `text`, which names no sign in words known here, is about another time, person or meaning?"""
        return any(
            cue.kind in _ANOTHER_TIME and not cue.signs and any(not cue.opens or self._opens(text[:start]) for start, _ in _places(cue.expression, text, 0, len(text)))
            and not _void(cue, text, 0, len(text))
            for cue in self.cues
        )  # fmt: skip

    def _reaches(self, cue: Cue, text: str, start: int, end: int, low: int, high: int) -> bool:
        return any(self._joins(cue, text, found, start, end, low) for found in _places(cue.expression, text, low, high))

    def _joins(self, cue: Cue, text: str, found: tuple[int, int], start: int, end: int, low: int) -> bool:
        if cue.opens and not self._opens(text[low : found[0]]):
            return False
        if cue.side == "around" and found[0] < end and found[1] > start:
            return True
        if cue.side == "closing":  # it holds the sign's last word: "my chest doesn't hurt"
            return start < found[0] < end <= found[1] + 1
        between = _between(cue, text, found, start, end)
        if between is None or (cue.clause and " , " in " " + between):
            return False
        return len(between.split()) <= cue.reach and not self.stops.stands_in(" " + between)

    def _opens(self, before: str) -> bool:
        """Do only fillers stand before the cue in its clause?"""
        clause = " " + before.rpartition(", ")[2].lstrip()
        return not self.fillers.removed(clause).strip()


@lru_cache(maxsize=4096)
def _places(expression: Phrase, text: str, low: int, high: int) -> tuple[tuple[int, int], ...]:
    return tuple(expression.places(text, low, high))


def _void(cue: Cue, text: str, low: int, high: int) -> bool:
    return cue.unless is not None and bool(_places(cue.unless, text, low, high))


def _between(cue: Cue, text: str, found: tuple[int, int], start: int, end: int) -> str | None:
    """The text between cue and sign, empty where they overlap; None where the cue stands on the wrong side."""
    if cue.side in ("before", "around") and found[0] < start:
        return text[found[1] : start]
    if cue.side in ("after", "around") and found[0] >= end:
        return text[end : found[0]]
    return None


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence round `text[start:end]` (normalised text) begins and ends."""
    low = max((found.end() - 1 for found in _SENTENCE_END.finditer(text, 0, start + 1)), default=0)
    after = _SENTENCE_END.search(text, max(end - 1, 0))
    return low, after.start() + 1 if after else len(text)


def read_context_rules(lists: Mapping[str, Sequence[str]], file: Path = FOLDER / "context.yml") -> ContextRules:
    """The cues staff can read. Raises YamlError for an unknown kind, side or key, or a pattern that can't be read."""
    entry = check_keys(file, read_yaml(file), "context", ["stops", "fillers", "hints", "cues"])
    cues = [_cue(file, cue, lists) for cue in entry["cues"]]
    return ContextRules(tuple(cues), *(_any_of(file, entry, key, lists) for key in ("stops", "fillers", "hints")))


def _cue(file: Path, entry, lists: Mapping[str, Sequence[str]]) -> Cue:
    check_keys(file, entry, "cue", ["kind", "words", "side"], ["reach", "signs", "but_signs", "unless", "opens", "clause", "anywhere"])
    if entry["kind"] not in KINDS:
        raise YamlError(file, entry.lines["kind"], f"'kind' has the value {entry['kind']!r}; expected one of {', '.join(KINDS)}")
    if entry["side"] not in ("before", "after", "around", "closing"):
        raise YamlError(file, entry.lines["side"], f"'side' has the value {entry['side']!r}; expected before, after, around or closing")
    unless = _expression(file, entry, "unless", lists) if "unless" in entry else None
    return Cue(
        entry["kind"], str(entry["words"]), _expression(file, entry, "words", lists), entry["side"], int(entry.get("reach", _FURTHEST)),
        frozenset(entry.get("signs", ())), frozenset(entry.get("but_signs", ())), unless, *(_yes(file, entry, key) for key in ("opens", "clause", "anywhere")),
    )  # fmt: skip


def _yes(file: Path, entry, key: str) -> bool:
    if entry.get(key, False) not in (True, False):
        raise YamlError(file, entry.lines[key], f"'{key}' has the value {entry[key]!r}; expected true or false")
    return bool(entry.get(key, False))


def _expression(file: Path, entry, key: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    try:
        return compiled(str(entry[key]), lists)
    except PhraseError as error:
        raise YamlError(file, entry.lines[key], str(error)) from error


def _any_of(file: Path, entry, key: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    try:
        return any_of([str(words) for words in entry[key]], lists)
    except PhraseError as error:
        raise YamlError(file, entry.lines[key], str(error)) from error
