"""How long ago something was done, as people say it: "an hour ago", "it was at 10 and it's noon", "yesterday", "still in recovery"."""
import re

_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
            "eleven": 11, "twelve": 12, "couple": 2, "couple of": 2, "few": 3, "half an": 0.5, "half a": 0.5, "several": 4, "noon": 12, "midday": 12,
            "twenty": 20, "thirty": 30, "forty": 40, "fifteen": 15}  # fmt: skip
_NUMBER = r"(\d+(?:\.\d+)?|half an|half a|(?:a )?couple of|(?:a )?couple|(?:a )?few|several|an|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty)"
_UNITS = {"min": 1 / 60, "hour": 1.0, "hr": 1.0, "day": 24.0, "week": 168.0, "wk": 168.0, "month": 730.0, "year": 8760.0}
_AMOUNT = re.compile(
    _NUMBER + r"(?: and a half)?(?: or (?:so|two|three))? ?(min|hour|hr|day|week|wk|month|year)(?:ute)?s?(?: or (?:so|two|three)| and a half)?"
    r" (?:ago|after|since|later|back|post|past|on from|from)\b"
)
_SINCE_AMOUNT = re.compile(r"\b(?:been|its|it is|only|not even|about|around|nearly|just) (?:about |only |around |nearly |just )?" + _NUMBER + r" ?(min|hour|hr|day|week)(?:ute)?s?\b(?! (?:drive|walk|appointment|away|session|wait))")
_CLOCK = re.compile(r"\bat (?:about |around )?(\d{1,2}|ten|eleven|twelve|noon|midday|one|two|three|four|five|six|seven|eight|nine)(?:[:.](\d\d))?(?: ?o ?clock)? ?(am|pm)?\b")
_NOW_CLOCK = re.compile(r"\b(?:its|it is|now) (?:now |about |only |nearly |just )?(\d{1,2}|ten|eleven|twelve|noon|midday|one|two|three|four|five|six|seven|eight|nine)(?:[:.](\d\d))?(?: ?o ?clock)? ?(am|pm)?(?: now)?\b(?! (?:hour|hr|min|day|week))")
_JUST_DONE = re.compile(
    r"\b(just (?:now )?(?:had|got|been|come|came|left|this minute)|still (?:in|at|on) (?:the )?(?:recovery|hospital|ward|unit|clinic|department|bed)|in recovery|in the recovery"
    r"|just now|minutes ago|moments ago|a moment ago|within the hour|this past hour|on the way home from|in the car home)\b"
)
_LATER = re.compile(
    r"\b(yesterday|last night|the other day|last week|last month|the next day|next morning|the day after|the night after|overnight|days? (?:two|three|four|five|six|seven|\d+)"
    r"|(?:since|on|last|from|done) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thurs?|fri|sat|sun)|weeks? ago|days? ago|days? (?:later|after)|a week|a fortnight|fortnight ago)\b"
)
_LATER_HOURS = 24.0


def hours_since(text: str) -> float | None:
    """Hours since it was done as `text` (lower case, no apostrophes) tells; the longest where several are told; None where none is."""
    found = [*_amounts(text), *_clocks(text)]
    if _LATER.search(text):
        found.append(_LATER_HOURS)
    if not found and _JUST_DONE.search(text):
        found.append(0.5)
    return max(found, default=None)


def _amounts(text: str) -> list[float]:
    matches = [*_AMOUNT.finditer(text), *_SINCE_AMOUNT.finditer(text)]
    return [_number(match.group(1)) * _UNITS[match.group(2)] for match in matches]


def _clocks(text: str) -> list[float]:
    then, now = _CLOCK.search(text), _NOW_CLOCK.search(text)
    if not then or not now:
        return []
    return [(_hour(now) - _hour(then)) % 12]


def _hour(match: re.Match) -> float:
    return _number(match.group(1)) + int(match.group(2) or 0) / 60


def _number(words: str) -> float:
    words = re.sub(r"^a (?=couple|few)", "", words)
    return float(_NUMBERS[words]) if words in _NUMBERS else float(words)
