"""Which of the choices offered in the turn before a message picks: by its number, its place, or its very title (a button)."""
import re
from typing import Any

from bot.answers.reply import Choice

_PLACES = {
    "first": 0, "1st": 0, "one": 0, "top": 0, "second": 1, "2nd": 1, "two": 1, "third": 2, "3rd": 2, "three": 2, "last": -1, "bottom": -1,
}  # fmt: skip
_PICKED = re.compile(
    r"(?:please |ok |yes |um |er )*(?:the |number |no |option |choice |answer )*(?P<place>\d|first|1st|second|2nd|third|3rd|last|top|bottom|one|two|three)(?: (?:one|option|choice))?(?: please| thanks)?"
)


def chosen(text: str, previous: dict[str, Any] | None, intent: str = "") -> Choice | None:
    """The choice that `text` picks; None where it picks none. A plain yes picks the only one there is."""
    choices = [Choice(**choice) for choice in (previous or {}).get("choices", ())]
    if not choices:
        return None
    words = " ".join(re.findall(r"[\w']+", text.lower()))
    for choice in choices:
        if words == " ".join(re.findall(r"[\w']+", choice.title.lower())):
            return choice
    if intent == "affirm" and len(choices) == 1:
        return choices[0]
    found = _PICKED.fullmatch(words)
    return _at(choices, found["place"]) if found else None


def _at(choices: list[Choice], place: str) -> Choice | None:
    index = int(place) - 1 if place.isdigit() else _PLACES[place]
    return choices[index] if -1 <= index < len(choices) and place != "0" else None
