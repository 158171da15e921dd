"""Dates of birth, in figures and as spoken. A date that nothing calls a birth stays, unless it is a full date: when somebody had
the injection matters."""
import re

from bot.language.personal import Spans
from bot.language.personal.said import NUMBER, ONES

_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
    r"|twentieth|thirtieth|(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))"
)
_SAID_NUMBER = rf"(?:(?:oh )?{ONES}|{NUMBER})"
_SAID_YEAR = rf"(?:(?:nineteen|twenty)(?: hundred(?: and)?)?[ -]{_SAID_NUMBER}|two thousand(?: and)?(?: {_SAID_NUMBER})?|{_SAID_NUMBER})"
_YEAR = rf"(?:(?:19|20)\d\d|'?\d\d|{_SAID_YEAR})\b"
_DAY = rf"(?:\d{{1,2}} ?(?:st|nd|rd|th)?|{_ORDINAL}|{_SAID_NUMBER})"
_IN_FIGURES = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[ ]?[-/.][ ]?\d{1,2}[ ]?[-/.][ ]?\d{2,4}|\d{1,2} \d{1,2} (?:19|20)?\d{2}|\d{8}|\d{6})\b"
_IN_WORDS = rf"(?:(?:the )?{_DAY}(?: day)?(?: of)?[ ./-]*{_MONTH}(?:[ ,./-]+(?:in )?{_YEAR})?|{_MONTH} (?:the )?{_DAY}(?:[ ,]+{_YEAR})?)"
_DATE = rf"(?:{_IN_FIGURES}|{_IN_WORDS})"
_CALLED = r"(?:\bborn|\bd\.? ?o\.? ?b\b\.?|\bdate of birth|\bbirth ?date|\bbirthday)"
_IS_CALLED = re.compile(r"born|birth|d\.? ?o\.? ?b", re.I)  # stands in all that the next two find, and is found far sooner
_TOLD = re.compile(rf"{_CALLED}(?:'?s| is| was)?(?: on)?[\s:=,-]*({_DATE}|in {_MONTH} {_YEAR}|in (?:19|20)\d\d\b|in nineteen {_SAID_NUMBER})", re.I)
_SAID_AFTER = re.compile(rf"({_DATE})(?: is| was|'s|,)* (?:my|his|her|the|their) (?:date of birth|d\.?o\.?b|birthday|birth ?date)\b", re.I)
_FULL = re.compile(rf"\b(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:19|20)\d{{2}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}}|{_DAY}(?: of)? {_MONTH} (?:of |in )?(?:19\d{{2}}|nineteen {_SAID_NUMBER})|{_MONTH} (?:the )?{_DAY},? 19\d{{2}})\b", re.I)


def births(text: str) -> Spans:
    """Dates that are called a birth, and full dates."""
    for pattern in (_TOLD, _SAID_AFTER) if _IS_CALLED.search(text) else ():
        yield from ((found.start(1), found.end(1), "date of birth") for found in pattern.finditer(text))
    yield from ((found.start(), found.end(), "date") for found in _FULL.finditer(text))
