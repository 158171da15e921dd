"""Names of people: where the message says that a word is one, where it stands as one, and first names that are known."""
import re
from functools import lru_cache

from bot.catalogue import DATA
from bot.language.personal import Spans

GIVEN_NAMES = DATA / "given_names.txt"

# Words that no name begins or goes on with; what follows "my name is" must not be one: "my name is on the letter" stays
_NO_NAME = (
    "a about ache after afternoon again alone also always am an and anxious any anyone appointment are arm as asap ask asking at ate away back bad be because bed been before being better both but by"
    " call called calling can cannot cant car changed child christmas clinic coming concerned could day deaf did didn't diabetic do does doesn't doing don't done dr due each early else english evening every eye"
    " father feeling fine first foot for forward friday from gave get getting go going gone good got gp great had half hand happy has have having he hello help her here hers hi him his home hospital how hurting"
    " i i'm i've if ill in injection into is isn't it it's its january february march april may june july august september october november december just kind last late later left leg legs let like long look looking"
    " many maybe me mine missing mom monday more morning mother mr mrs ms much mum must my need needle needs nervous never new next nhs night no none normal not now nothing number numb of off often ok okay old on once one only or our out over"
    " pain painful patient patients phone phoning please pm possible pregnant problem quick question quite rather ready really regarding right ringing said same saturday saw says see seen sent several she should sick"
    " sleep so some somebody someone sore sorry spelled spelt spoken still sunday sure surgery tablets taking taxi team tell ten tends than thank thanks that that's the their them then there these they they're thing this those through thursday"
    " tired to today told tomorrow tonight too took train tuesday two under unsure up urgent us used very walk walking wait waiting want wanted wants ward was wasn't we wednesday week weeks well went were what when where which who why will"
    " with without won't wondering worried would writing wrong yes yesterday yet you young your yours bus ambulance type doctor nurse sister consultant surgeon miss perfect brilliant lovely excellent fantastic wonderful amazing super bye goodbye appreciated"
    " im ive hes shes theyre whatever whatsisname whatshisname"
)
_LETTER = r"[^\W\d_]"
_NOT = rf"(?!(?i:{'|'.join(sorted(map(re.escape, _NO_NAME.split()), key=len, reverse=True))})(?:['’]\w+)?(?![\w'’]))"
_ANY = rf"{_NOT}{_LETTER}(?:(?:{_LETTER}|['’-])*{_LETTER})?\b"  # a name in any spelling
_CAPITAL = rf"{_NOT}(?-i:[A-ZÀ-ÖØ-ÞŁŚŻŹĆŠŽČĐ])(?:(?:{_LETTER}|['’-])*{_LETTER})?\b"
_INITIALS = r"(?:(?-i:[A-Z])\.? ?)?"
_TITLE = r"(?:mr|mrs|miss|mister|dr|doctor|prof|professor|sir|lady|rev|reverend)"
_FAMILY = r"(?:husband|wife|partner|fianc[ée]e?|boyfriend|girlfriend|son|daughter|mum|mam|mom|mother|dad|father|brother|sister|nan|nana|gran|grandma|grandad|grandson|granddaughter|niece|nephew|auntie|aunt|uncle|friend|carer|neighbour|baby|father in law|mother in law|colleague|consultant|surgeon|nurse|physio)"
_SELF = r"(?:this is|it is|it'?s|i am|i'?m|im|you are speaking to|speaking to)"

_TOLD = re.compile(
    rf"\b(?:my names|name(?:['’]s| is|:)|(?:i am|i['’]?m|she is|she['’]?s|he is|he['’]?s) called|known as|they call me|everyone calls me|surname(?: is|:)?|first name(?: is|:)?|last name(?: is|:)?)[:,]? "
    rf"({_ANY}(?: {_ANY}){{0,2}})",
    re.I,
)
_SPELT = re.compile(rf"\bspel(?:t|led|ling)(?: is| as| it)?:? ((?:{_LETTER}[ .,-]+){{2,}}{_LETTER})\b", re.I)
_AFTER_TITLE = re.compile(rf"\b(?:mr|mrs|mister)\.? ({_INITIALS}{_ANY}(?: {_CAPITAL})?)|\b(?:dr|prof)\.? ({_ANY}(?: {_CAPITAL})?)|\b(?-i:Ms|Miss|Doctor|Professor|Sir|Lady|Rev|Reverend|Sister|Nurse|Mx)\.? ({_INITIALS}{_CAPITAL}(?: {_CAPITAL})?)", re.I)
_MISS = re.compile(rf"\b{_SELF} (?:miss|ms|doctor|professor) ({_ANY})", re.I)
_SPEAKING = re.compile(rf"(?:^|[,.!?] |\b(?:{_SELF}|hello|hi|morning|afternoon|evening) )((?!\w+ly\b){_ANY}(?: {_ANY})?),? (?:speaking|calling)\b", re.I)
_HERE = re.compile(rf"(?:^|[,.!?] )({_CAPITAL} {_CAPITAL}),? here\b|\b(?:{_SELF}|hello|hi|morning|afternoon|evening),? ({_CAPITAL}(?: {_CAPITAL})?),? (?:here|again)\b", re.I)
_WHOLE = re.compile(rf"\b{_SELF} ({_CAPITAL}(?: {_CAPITAL})+)", re.I)
_IN_FAMILY = re.compile(rf"\b(?:my|our|his|her|their|the) {_FAMILY}(?: is)?(?: called|,)? ({_CAPITAL}(?: {_CAPITAL})?)", re.I)
_AT_THE_END = re.compile(
    rf"\b(?:thanks|thank you|many thanks|regards|wishes|yours(?: sincerely| faithfully| truly)?|sincerely|cheers|love(?: from)?|regards from|wishes from)(?: again| very much)?[,.!]? ({_CAPITAL}(?: {_CAPITAL})?)(?=\s?(?:[.!?]|$))", re.I
)
_CALL_ME = re.compile(rf"\b(?:call me|go by|goes by|(?:someone|somebody|man|woman|lady|bloke|girl|boy|guy|nurse|doctor) called) ({_CAPITAL})", re.I)
_PATTERNS = (_TOLD, _SPELT, _AFTER_TITLE, _MISS, _SPEAKING, _HERE, _WHOLE, _IN_FAMILY, _AT_THE_END, _CALL_ME)
_WORD = re.compile(rf"{_LETTER}[\w'’-]*")
# what may stand before a first name that is written small
_BEFORE_A_KNOWN = re.compile(rf"(?:\b(?:{_SELF}|{_FAMILY}|me|by|called|and|hello|hi|thanks|cheers|from|with|ask|see|saw|tell|told)|[,:]|^) ?$", re.I)
_FURTHER = re.compile(rf" ({_CAPITAL})")


@lru_cache(maxsize=1)
def given_names() -> tuple[frozenset[str], frozenset[str]]:
    """The first names that are known, in small letters; and those of them that are words too."""
    lines = GIVEN_NAMES.read_text(encoding="utf-8").splitlines()
    listed = [name for line in lines if not line.startswith("#") for name in line.split()]
    return frozenset(name.rstrip("*") for name in listed), frozenset(name[:-1] for name in listed if name.endswith("*"))


def names(text: str) -> Spans:
    """Every name in `text`."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            group = found.lastindex or 1
            yield found.start(group), _without_possessive(text, found.start(group), found.end(group)), "name"
    yield from _known(text)


def _known(text: str) -> Spans:
    """Known first names with the surname after them, where they stand as a name does."""
    known, words_too = given_names()
    for found in _WORD.finditer(text):
        end = _without_possessive(text, found.start(), found.end())
        name = text[found.start() : end].lower()
        if name not in known:
            continue
        is_capital = text[found.start()].isupper() and not text.isupper()
        further = _FURTHER.match(text, end) if is_capital else None
        if further:
            yield found.start(), _without_possessive(text, found.start(), further.end()), "name"
        elif name not in words_too and (is_capital or _BEFORE_A_KNOWN.search(text, max(0, found.start() - 30), found.start())):
            yield found.start(), end, "name"


def _without_possessive(text: str, start: int, end: int) -> int:
    """The end of a name without the 's that makes it an owner's."""
    return end - 2 if text[start:end].endswith(("'s", "’s")) else end
