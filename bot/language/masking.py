"""Mask what could identify somebody before a message is stored, logged or sent on; the rest of the message stays readable.

Telephone numbers are found by `phonenumbers` (Google's libphonenumber), NHS numbers by their check digit. Why no larger
masking library: docs/adr/0006.
"""
import re
from typing import Iterator

import phonenumbers

REGION = "GB"  # how a telephone number without country code is read

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_EMAIL_SPOKEN = re.compile(r"\b[\w.]+ at [\w]+ dot (?:co dot uk|com|org|net|nhs dot uk|co uk)\b", re.I)
_TEN_DIGITS = re.compile(r"(?<![\d.])\d(?:[ -]?\d){9}(?![\d])")
_POSTCODE = re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b", re.I)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_BIRTH = re.compile(
    r"\b(?:(?:i was |was )?born(?: on)?(?: the)?|d\.?o\.?b\.?|date of birth|birthday|birth date)(?: is| was|:)?\s*((?:\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?(?: of)?[ ./-]*(?:\d{1,2}|" + _MONTH + r")[ ./-]*(?:19|20)?\d{2}))",
    re.I,
)
_FULL_DATE = re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?(?: of)? " + _MONTH + r" 19\d{2})\b", re.I)
_NUMBERED = re.compile(r"\b(?:(?:hospital|patient|unit|record|case|nhs|mrn|crn|reference|ref|hosp)\s*(?:number|no\.?|num|id|#)|mrn)\s*(?:is|was|:|=)?\s*([a-z]{0,3}[ -]?\d[\d -]{3,}\d)", re.I)
_ROAD = r"(?:street|st|road|rd|avenue|ave|lane|ln|close|drive|crescent|terrace|court|way|gardens|grove|place|square|hill|mews|row|walk)"
_STREET = re.compile(r"\b(?:[Ff]lat \d+\w?,? )?\d{1,4}[A-Za-z]?,? (?:[A-Z][A-Za-z']+ ){1,3}(?i:" + _ROAD + r")\b")
_ADDRESS_TOLD = re.compile(r"\b(?:i live at|live at|my address is|address is|address:)\s+((?:flat \d+\w?,? )?\d{1,4}[a-z]?,? (?:[a-z']+ ){1,3}?" + _ROAD + r")\b", re.I)
# what follows must begin like a name; "my name is on the letter" must stay
_NOT_A_NAME = (
    "a about again am and at back but can could did do does first for forward from gave had has have he how i if im in is it just last my need next not of on or"
    " out over please said says she through up"
    " should so spelt that the there they this to told want was we what when who will with would wrong you your"
)
_NAME = r"(?!(?:" + "|".join(_NOT_A_NAME.split()) + r")\b)[a-z][a-z'’-]+"
_NAME_TOLD = re.compile(r"\b(?:my name(?:['’]s| is)|my names|name is|i am called|i['’]?m called)\s+(" + _NAME + r"(?: " + _NAME + r"){0,2})", re.I)
_NAME_AFTER_TITLE = re.compile(r"\b(?i:mr|mrs|ms|dr|prof)\.? ([A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+)?)")


def mask(text: str) -> str:
    """`text` with names, numbers, addresses and dates of birth replaced by what they were, in square brackets."""
    spans = sorted(_spans(text))
    result, at = [], 0
    for start, end, what in spans:
        if start >= at:
            result += [text[at:start], f"[{what}]"]
            at = end
    return "".join(result) + text[at:]


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern, what in ((_EMAIL, "email"), (_EMAIL_SPOKEN, "email"), (_POSTCODE, "postcode"), (_FULL_DATE, "date"), (_STREET, "address")):
        yield from ((found.start(), found.end(), what) for found in pattern.finditer(text))
    for pattern, what in ((_BIRTH, "date of birth"), (_NUMBERED, "number"), (_ADDRESS_TOLD, "address"), (_NAME_TOLD, "name"), (_NAME_AFTER_TITLE, "name")):
        yield from ((found.start(1), found.end(1), what) for found in pattern.finditer(text))
    yield from ((found.start(), found.end(), "NHS number") for found in _TEN_DIGITS.finditer(text) if is_nhs_number(found.group(0)))
    yield from ((match.start, match.end, "phone number") for match in phonenumbers.PhoneNumberMatcher(text, REGION, leniency=phonenumbers.Leniency.POSSIBLE) if _long_enough(match.raw_string))


def _long_enough(number: str) -> bool:
    return sum(character.isdigit() for character in number) >= 9


def is_nhs_number(text: str) -> bool:
    """True for ten digits whose last is the modulus-11 check digit of the NHS Data Dictionary."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1))) % 11
    return check != 10 and digits[9] == check % 11


