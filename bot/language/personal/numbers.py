"""Numbers that lead to a person: telephone, NHS and hospital numbers, in digits or as spoken ("oh seven double nine")."""
import re

import phonenumbers

from bot.language.personal import Spans

REGION = "GB"  # how a telephone number without country code is read

_SPOKEN = {word: str(digit) for digit, words in enumerate(["zero oh o nought naught", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]) for word in words.split()}
_TIMES = {"double": 2, "treble": 3, "triple": 3}
_ROUND = {"hundred": "00", "thousand": "000"}
_WORD = "|".join(_SPOKEN)
_PART = rf"(?:(?:{'|'.join(_TIMES)})[ -](?:{_WORD}|\d)\b|(?:{_WORD})\b|\d+(?![\d.,:/%]*[a-z%]))"
# digits and words for them in a row; a point, slash or colon between them makes a dose, date or time
_RUN = re.compile(rf"(?<![\w.,:/])\(?{_PART}(?:(?:\) ?|[ -]{{1,3}}\(?)(?:{_PART}|(?:{'|'.join(_ROUND)})\b))*", re.I)
_DOTTED = re.compile(r"(?<![\d.])(?:\d{3}\.\d{3}\.\d{4}|0\d{2,4}(?:[./]\d{2,4}){2,3}|\d{7,}|0\d{4,5}[/.]\d{5,6})(?![\d.]*\d)")
_CALLED = (
    r"(?:\b(?:number|phone|mobile|mob|landline|tel|telephone|contact|text|whats ?app|extension|ext)(?:'?s)?|\b(?:ring|call|phone|reach|reached|get|contact|on)(?: me| us| him| her| back| mum| dad)*(?: back)? (?:on|at))"
    r"(?: (?:is|was|are|me|on))?[:= ]*$"
)
_AFTER_CUE = re.compile(_CALLED, re.I)
_CUE_REACH = 45  # characters before a number in which its cue may stand
_KEPT_BY = r"(?:hospital|patient|unit|record|case|nhs|n h s|mrn|crn|reference|ref|hosp|letter|account|booking|appointment|referral)"
_RECORD = re.compile(
    rf"(?:\b{_KEPT_BY}(?:'s)? ?(?:number|no\b|num\b|id\b|ref\b|reference\b|code\b|#)|\b(?:mrn|crn|ref|reference)\b|\bnumber on (?:my|the) (?:letter|card|form|wristband|appointment letter))"
    r"(?:'s)?\.?\s*(?:is|was|:|=)?\s*#?((?:[a-z]{1,4}[ /-]?){0,2}\d[\d /-]*\d[a-z]?)\b",
    re.I,
)
_CODE = re.compile(r"\b[A-Za-z]{1,4}[-/]?\d{5,10}[A-Za-z]?\b")


def numbers(text: str) -> Spans:
    """Every number in `text` that leads to somebody."""
    for found in _RECORD.finditer(text):
        if _digits(found.group(1)) >= 4:
            yield found.start(1), found.end(1), "NHS number" if is_nhs_number(found.group(1)) else "number"
    yield from ((found.start(), found.end(), "number") for found in _CODE.finditer(text))
    for found in _DOTTED.finditer(text):
        yield found.start(), found.end(), _kind(re.sub(r"\D", "", found.group(0))) or "number"
    for found in _RUN.finditer(text):
        what = _what(text, found)
        if what:
            yield found.start(), found.end(), what
    if _digits(text) >= 9:
        yield from ((match.start, match.end, "phone number") for match in phonenumbers.PhoneNumberMatcher(text, REGION, leniency=phonenumbers.Leniency.POSSIBLE) if _digits(match.raw_string) >= 9)


def is_nhs_number(text: str) -> bool:
    """True for ten digits whose last is the modulus-11 check digit of the NHS Data Dictionary."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1))) % 11
    return check != 10 and digits[9] == check % 11


def in_digits(spoken: str) -> str:
    """The digits of a number as it is spoken: "oh double seven 9" is 0779."""
    digits, times = "", 1
    for word in re.findall(r"[a-z]+|\d+", spoken.lower()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        digits += times * (_SPOKEN.get(word) or _ROUND.get(word) or word)
        times = 1
    return digits


def _what(text: str, found: re.Match) -> str:
    """What a row of digits is; "" where it leads to nobody."""
    digits, words = in_digits(found.group(0)), len(re.findall(r"[a-z]+", found.group(0), re.I))
    if _kind(digits):
        return _kind(digits)
    if len(digits) >= 5 and _AFTER_CUE.search(text, max(0, found.start() - _CUE_REACH), found.start()):
        return "number"
    is_dictated = words >= 5 and len(digits) >= 6 and not _is_counting(digits)
    return "number" if is_dictated else ""


def _kind(digits: str) -> str:
    if is_nhs_number(digits):
        return "NHS number"
    return "phone number" if digits.startswith("0") and 10 <= len(digits) <= 14 else ""


def _is_counting(digits: str) -> bool:
    """One, two, three …: somebody counts."""
    return all(int(later) - int(earlier) == 1 for earlier, later in zip(digits, digits[1:]))


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
