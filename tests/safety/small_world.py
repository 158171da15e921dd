"""A small set of warning-sign files in a folder of the test's own, and a screen that knows only them."""
from pathlib import Path
from typing import Any, Sequence

import yaml

from bot.language.vectors import Span
from bot.safety.context import ContextRules, read_context_rules
from bot.safety.endings import read_endings
from bot.safety.screen import Screen
from bot.safety.second_opinion import Opinion
from bot.safety.signs import SignBook, read_sign_book

LEG = {
    "id": "leg", "least": "ae", "title": "a numb leg", "source": "invented", "patterns": ["(leg|foot) ... numb"],
    "fires": ["my leg is numb"], "near_misses": ["can my leg go numb"],
    "expected": {"topic": "numb_leg", "hours": 5, "patterns": ["leg ... numb"], "unless": ["spread*"]},
}  # fmt: skip
HOT = {"id": "hot", "least": "gp", "title": "feeling hot", "source": "invented", "patterns": ["feel hot"], "fires": ["I feel hot"], "near_misses": ["a hot drink"]}
SORE = {"id": "sore", "least": "gp", "title": "a sore back", "source": "invented", "patterns": ["back hurts"], "fires": ["my back hurts"], "near_misses": ["back home"]}
FLOOR = {"least": {"leg": "ae", "hot": "gp", "sore": "gp"}, "pairs": [{"signs": ["hot", "sore"], "level": "999"}]}
CONTEXT = {"stops": ["but"], "fillers": ["hi"], "hints": ["maybe"], "cues": [{"kind": "asking", "words": "can", "side": "before"}]}
ENDINGS = {"help_under_way": ["ambulance is here"], "taken_back": ["that was last year"], "stays": ["should i"]}


def write(file: Path, content: Any) -> Path:
    """`content` as YAML in `file`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file


def write_signs(folder: Path, floor: Any = FLOOR, **changed: Any) -> Path:
    """The three signs' files in `folder`, `leg` with the keys in `changed` set (None leaves a key out)."""
    leg = {key: value for key, value in {**LEG, **changed}.items() if value is not None}
    for name, sign in (("leg", leg), ("hot", HOT), ("sore", SORE)):
        write(folder / "signs" / f"{name}.yml", sign)
    write(folder / "floor.yml", floor)
    write(folder / "words" / "body.yml", {"limb": ["leg", "arm"]})
    return folder


def small_book(folder: Path) -> SignBook:
    """The three signs, read."""
    return read_sign_book(write_signs(folder))


def small_rules(folder: Path, **cue: Any) -> ContextRules:
    """Context rules with one cue."""
    content = {**CONTEXT, "cues": [cue]} if cue else CONTEXT
    return read_context_rules({}, write(folder / "context.yml", content))


def small_screen(folder: Path, second: Any = None) -> Screen:
    """A screen that knows the three signs, one cue and two endings."""
    return Screen(small_book(folder), small_rules(folder), read_endings({}, write(folder / "endings.yml", ENDINGS)), second)


class FixedOpinion:
    """A second opinion that says the same on every text."""

    def __init__(self, **signs: float) -> None:
        self._opinion = Opinion(signs, {"help_underway": 0.0, "retract_report": 0.0})

    def opinions(self, text: str, spans: Sequence[Span]) -> list[Opinion]:
        """The fixed opinion on each part."""
        return [self._opinion] * len(spans)
