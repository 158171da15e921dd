"""Where somebody lives or can be written to: e-mail addresses, postcodes, streets."""
import re

from bot.language.personal import Spans
from bot.language.personal.said import NUMBER

_ENDINGS = r"(?:com|org|net|uk|co|ac|edu|gov|nhs|info|me|eu|ie|biz|io)"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+ ?@ ?[\w-]+(?:\.[\w-]+| ?\. ?" + _ENDINGS + r"\b)*")
# "john at gmail dot com": the last word must be an ending, so that "at home dot dot" stays
_LOCAL = r"[\w.+-]+(?: (?:dot|underscore|dash|hyphen|plus) [\w.+-]+)*"
_EMAIL_SAID = re.compile(rf"(?<![\w.+-])({_LOCAL}) at ([\w-]+(?: (?:dot|dash|hyphen) [\w-]+)*?(?:(?: dot | ?\. ?){_ENDINGS}| co uk)+)\b", re.I)
_NOT_A_MAILBOX = set("am are be find found help information is it look looked looking me on page read saw see site this was website".split())

_AREA = (
    r"(?:AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY"
    r"|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE)"
)
_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"  # the Post Office leaves these letters out, so "3am" and "5ml" end no postcode
_NO_UNIT = r"(?!AM|PM|MG|ML|MM|CM|KG|ST|ND|RD|TH|HR)"  # in capitals any letters will do: people mistype them
_NOT_AN_ORDINAL = r"(?!(?-i:\d(?:st|nd|rd|th|hr)\b))"  # "L4 5th time" is no place
_POSTCODE = re.compile(rf"\b(?:GIR ?0AA|{_AREA}\d[A-Z\d]? ?{_NOT_AN_ORDINAL}{_INWARD}|(?-i:[A-Z]{{1,2}}\d[A-Z\d]? ?\d{_NO_UNIT}[A-Z]{{2}}))\b", re.I)
_SPACED = re.compile(rf"\b(?-i:{_AREA}) ?\d ?[A-Z\d]? ?\d ?(?-i:[ABD-HJLNP-UW-Z] ?[ABD-HJLNP-UW-Z])\b")
_SYMBOL = r"(?:[a-z](?: for \w+)?|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|\d{1,2}|[a-z]{1,2}\d{1,2}[a-z]?|\d[a-z]{2}|[a-z]{2})\b"
_POSTCODE_TOLD = re.compile(rf"\bpost ?code(?:'s| is|:)? ({_SYMBOL}(?: {_SYMBOL}){{1,7}})", re.I)

_SURE_ROAD = r"(?:street|road|rd|avenue|ave|lane|crescent|terrace)"
_ROAD = r"(?:street|st|road|rd|avenue|ave|lane|ln|close|drive|crescent|cres|terrace|court|way|gardens|gdns|grove|place|square|hill|mews|row|walk|park|view|rise|parade|green|croft|mount)"
_HOUSE = r"(?:cottage|house|farm|lodge|hall|villa|barn|rectory|vicarage|manor|mill|bungalow)"
_SAID_NUMBER = rf"(?:number )?{NUMBER}"
_DOOR = rf"(?:(?:flat|apartment|unit|room) \d+\w?,? ?)?(?:(?:no\.? ?|number )?\d{{1,4}} ?[A-Za-z]?|{_SAID_NUMBER})"
_NO_STREET = r"(?!(?:down|up|the|a|an|of|from|to|in|on|at|along|across|off|by|and|or|my|minutes?|miles?|hours?|yards|metres|times|weeks?|days?|steps?|pain|is|was|can)\b)"
_CAPITALS = re.compile(rf"\b(?i:{_DOOR}),? (?:(?i:{_NO_STREET})[A-Z][\w'-]+ ){{1,3}}(?i:{_ROAD})\b")
_SMALL = re.compile(rf"\b(?:flat \d+\w?,? ?)?\d{{1,4}}[a-z]? (?:{_NO_STREET}[a-z'-]+ ){{1,2}}{_SURE_ROAD}\b", re.I)
_LIVES = r"\b(?:(?:i|we|she|he|they) (?:live|lives) (?:at|on|in)|i'?m at|lives? (?:at|on)|address(?: is|:|'s)|home is|pick (?:me |us |her |him )?up (?:from|at)|(?:coming|come|collect me|fetch me) from|(?:send|post) (?:it|the letter|the leaflet|that) to)[: ]+"
_WORDS = rf"(?:{_NO_STREET}[a-z'-]+,? )"
_TOLD = re.compile(
    # with a number at the door any road will do; without one, only what is surely one
    rf"{_LIVES}(?:({_DOOR},? (?:the )?{_WORDS}{{1,3}}?(?:{_ROAD}|{_HOUSE})\b)|({_WORDS}{{1,3}}?(?:{_SURE_ROAD}|{_HOUSE})\b(?:,? {_WORDS}{{1,2}}{_SURE_ROAD}\b)?(?:,? number (?:\d+[a-z]?|{_SAID_NUMBER})\b)?))",
    re.I,
)


def places(text: str) -> Spans:
    """Every address in `text`."""
    yield from ((found.start(), found.end(), "email") for found in _EMAIL.finditer(text))
    yield from ((found.start(), found.end(), "email") for found in _EMAIL_SAID.finditer(text) if found.group(1).lower() not in _NOT_A_MAILBOX)
    if any(map(str.isdigit, text)):  # every postcode has one; looking for the pattern in a text without takes a while
        for pattern in (_POSTCODE, _SPACED):
            yield from ((found.start(), found.end(), "postcode") for found in pattern.finditer(text))
    yield from ((found.start(1), found.end(1), "postcode") for found in _POSTCODE_TOLD.finditer(text))
    for pattern in (_CAPITALS, _SMALL):
        yield from ((found.start(), found.end(), "address") for found in pattern.finditer(text))
    yield from ((*found.span(1 if found.group(1) else 2), "address") for found in _TOLD.finditer(text))
