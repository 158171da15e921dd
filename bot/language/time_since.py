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
_SINCE_AMOUNT = re.compile(r"(?<!\bfor )\b(?:been|its|it is|only|not even|about|around|nearly|just) (?:about |only |around |nearly |just )?" + _NUMBER + r" ?(min|hour|hr|day|week)(?:ute)?s?\b(?! (?:drive|walk|appointment|away|session|wait))")
_CLOCK = re.compile(r"\bat (?:about |around )?(\d{1,2}|ten|eleven|twelve|noon|midday|one|two|three|four|five|six|seven|eight|nine)(?:[:.](\d\d))?(?: ?o ?clock)? ?(am|pm)?\b")
_NOW_CLOCK = re.compile(r"\b(?:its|it is|now) (?:now |about |only |nearly |just )?(\d{1,2}|ten|eleven|twelve|noon|midday|one|two|three|four|five|six|seven|eight|nine)(?:[:.](\d\d))?(?: ?o ?clock)? ?(am|pm)?(?: now)?\b(?! (?:hour|hr|min|day|week))")
_JUST_DONE = re.compile(
    r"\b(just (?:now )?(?:had (?:it|mine|his|hers|one|my|the|an?)|got (?:home|back|in|out|off|here|through|it)|(?:come|came) (?:out|home|back|from|off|round|in|through)|left (?:the|there|hospital|recovery)"
    r"|been (?:done|in|for|to|seen|injected|discharged)|(?:had|been)(?=[,.!]|$))|still (?:in|at|on) (?:the )?(?:recovery|hospital|ward|unit|clinic|department|bed)|in recovery|in the recovery"
    r"|just now|minutes ago|moments ago|a moment ago|within the hour|this past hour|on the way home from|in the car home)\b"
)
_LATER = re.compile(
    r"\b(yesterday|last night|the other day|last week|last month|the next day|next morning|the day after|the night after|overnight|days? (?:two|three|four|five|six|seven|\d+)"
    r"|(?:since|on|last|from|done) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thurs?|fri|sat|sun)|weeks? ago|days? ago|days? (?:later|after)|a week|a fortnight|fortnight ago)\b"
)
_LATER_HOURS = 24.0
# "went numb an hour ago" tells when a complaint began, which is not when it was done
_BEGAN = re.compile(
    r"\b(?:went|gone|gave|gives|giving|going|started|starting|began|(?:came|come) (?:on|over)|noticed|turned|became|become|felt|got|woke|lost|happened)\b"
    r"(?! (?:home|in|out|back|under|off|to|through)\b)[^,.;:!?]*$"
)
_WAS_DONE = re.compile(r"\b(?:did (?:it|me|mine|my|the)|done|had (?:it|mine|his|hers|one|my|the|an?)|(?:since|after) (?:it|they|the|my)|came out|got home)\b")


def hours_since(text: str) -> float | None:
    """Hours since it was done as `text` (lower case, no apostrophes) tells; the longest where several are told; None where none is."""
    found = [*_amounts(text), *_clocks(text)]
    if _LATER.search(text):
        found.append(_LATER_HOURS)
    just_done = _JUST_DONE.search(text)
    if not found and just_done and not _tells_its_beginning(text, just_done):
        found.append(0.5)
    return max(found, default=None)


def _tells_its_beginning(text: str, time: re.Match) -> bool:
    """Does `time` tell when a complaint began? Then it is unknown when it was done, and the cautious advice stands."""
    began = _BEGAN.search(text, 0, time.start())
    return bool(began) and not _WAS_DONE.search(began.group(0))


def _amounts(text: str) -> list[float]:
    matches = [*_AMOUNT.finditer(text), *_SINCE_AMOUNT.finditer(text)]
    # a complaint that began a day ago or more means that it was done as long ago at least
    return [hours for match in matches if (hours := _amount(match)) >= _LATER_HOURS or not _tells_its_beginning(text, match)]


def _amount(match: re.Match) -> float:
    return (_number(match.group(1)) + (0.5 if "and a half" in match.group(0) else 0)) * _UNITS[match.group(2)]


def _clocks(text: str) -> list[float]:
    then, now = _CLOCK.search(text), _NOW_CLOCK.search(text)
    if not then or not now:
        return []
    if now.group(3) or now.group(1) in ("noon", "midday"):
        return [(_hour_of_day(now) - _hour_of_day(then)) % 24 or 24.0]
    return [(_hour(now) - _hour(then)) % 12 or 12.0]


def _hour(match: re.Match) -> float:
    return _number(match.group(1)) + int(match.group(2) or 0) / 60


def _hour_of_day(match: re.Match) -> float:
    """The hour from 0 to 24; where neither am nor pm is said, between 7 in the morning and 7 in the evening."""
    hour, half = _hour(match), match.group(3)
    if half or hour < 13:
        afternoon = half == "pm" if half else not 7 <= hour < 12
        return hour % 12 + (12 if afternoon else 0)
    return hour


def _number(words: str) -> float:
    words = re.sub(r"^a (?=couple|few)", "", words)
    return float(_NUMBERS[words]) if words in _NUMBERS else float(words)
