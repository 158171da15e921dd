"""The words a script may use under `expect`, each with its meaning, how it is read, and how it is checked."""
import re
from dataclasses import dataclass
from typing import Any, Callable, ClassVar

from bot.leaflets.passage import Passage
from bot.safety.verdict import LEVELS
from bot.staff.stories.heard import Heard, quotes_to_patient
from bot.staff.stories.known import Known, Wrong, nearest

LEVEL_WORDS = {"none": "no alarm", "gp": "GP today", "ae": "A&E now", "999": "999 now"}
KIND_WORDS = {
    "answer": "an answer from a leaflet", "escalate": "advice on a warning sign", "clarify": "a question back",
    "not_covered": "that no leaflet says anything on it", "handoff": "whom to phone instead", "smalltalk": "small talk",
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """What an expectation may look at: this turn, the turn before (None at the start), and what is known."""

    heard: Heard
    before: Heard | None
    known: Known


class Expectation:
    """One thing that must be so. `problem` says in a sentence what is not so, None where all is well."""

    about_alarms: ClassVar[bool] = False

    def in_words(self) -> str:
        raise NotImplementedError

    def problem(self, moment: Moment) -> str | None:
        raise NotImplementedError

    def tests(self) -> list[str]:
        """What the report counts as tried by this: `topic:…`, `sign:…` or `kind:…`."""
        return []


WORDS: dict[str, Callable[[Any, dict[str, Any], Known], Expectation]] = {}
BESIDE = {"from": ("quotes",), "passage": ("quotes",)}  # words that only tell more about another word


def _reader(word: str):
    def noted(function):
        WORDS[word] = function
        return function

    return noted


def read_expectations(entry: dict[str, Any], known: Known) -> tuple[list[Expectation], list[tuple[str, str]]]:
    """The expectations of one step, and the mistakes as (key, reason)."""
    found: list[Expectation] = []
    mistakes: list[tuple[str, str]] = []
    given = {_plain(key): (key, value) for key, value in entry.items()}
    for word, (key, value) in given.items():
        if word in BESIDE:
            if not any(other in given for other in BESIDE[word]):
                mistakes.append((key, f"'{word}' says more about '{BESIDE[word][0]}', which is missing here."))
            continue
        if word not in WORDS:
            hint = nearest(word, [*WORDS, *BESIDE]) or f" The words are: {', '.join([*WORDS, *BESIDE])}."
            mistakes.append((key, f"'{key}' is not a word for 'expect'.{hint}"))
            continue
        beside = {other: pair[1] for other, pair in given.items() if other in BESIDE}
        try:
            found.append(WORDS[word](value, beside, known))
        except Wrong as wrong:
            mistakes.append((key, str(wrong)))
    return found, mistakes


def _plain(key: str) -> str:
    return " ".join(str(key).lower().replace("_", " ").split())


def _several(value: Any, what: str) -> list[str]:
    items = value if isinstance(value, list) else [part for part in re.split(r"[;,]", value)] if isinstance(value, str) else [value]
    names = [item.strip() for item in items if isinstance(item, str) and item.strip()]
    if not names or len(names) != len([item for item in items if item != ""]):
        raise Wrong(f"expected {what}, or a list of them, but found {value!r}.")
    return names


def _only_yes(value: Any, word: str) -> None:
    if not (isinstance(value, str) and value.lower().strip() in ("yes", "y", "true", "x")):
        raise Wrong(f"'{word}' can only be 'yes'; leave the line out where it is not expected. Found {value!r}.")


# ---- Quotations ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quotes(Expectation):
    """The leaflet's words on a topic, proved against the leaflet's own file."""

    topic: str
    title: str
    leaflet: str | None
    passage: int | None

    def in_words(self) -> str:
        which = f", passage {self.passage}," if self.passage else ""
        return f"quotes{which} {self.title!r}" + (f" from {self.leaflet}" if self.leaflet else "")

    def tests(self) -> list[str]:
        return [f"topic:{self.topic}", "kind:answer"]

    def problem(self, moment: Moment) -> str | None:
        if self.topic not in moment.heard.topics or moment.heard.kind not in ("answer", "escalate"):
            return f"expected the leaflet's words on '{self.title}', but {what_came(moment)}"
        leaflets = [self.leaflet] if self.leaflet else [leaflet.id for leaflet in moment.known.speaking_on(self.topic)]
        wanted = [self._wanted(moment.known.passages(self.topic, leaflet)) for leaflet in leaflets]
        if any(passages and all(_stands(passage, moment.heard) for passage in passages) for passages in wanted):
            return None
        quoted = ", ".join(dict.fromkeys(quote.get("leaflet", "?") for quote in moment.heard.quotes)) or "no leaflet"
        return f"expected the exact words on '{self.title}' from {self.leaflet or 'a leaflet that speaks on it'}, but quoted was {quoted}"

    def _wanted(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        return passages[self.passage - 1 : self.passage] if self.passage else passages


def _stands(passage: Passage, heard: Heard) -> bool:
    """The passage's very words were quoted from its place, and the patient can read them."""
    place = {"leaflet": passage.leaflet, "start": passage.start, "end": passage.end, "text": passage.text}
    quoted = [{key: quote.get(key) for key in place} for quote in heard.quotes]
    return place in quoted and quotes_to_patient(heard, place)


@dataclass(frozen=True)
class AllOf(Expectation):
    """Several at once."""

    parts: tuple[Expectation, ...]

    def in_words(self) -> str:
        return " and ".join(part.in_words() for part in self.parts)

    def tests(self) -> list[str]:
        return [tested for part in self.parts for tested in part.tests()]

    def problem(self, moment: Moment) -> str | None:
        return next((found for part in self.parts if (found := part.problem(moment))), None)


@_reader("quotes")
def _read_quotes(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    topics = [known.topic(name) for name in _several(value, "a topic")]
    leaflet = known.leaflet(beside["from"]) if isinstance(beside.get("from"), str) else None
    number = None
    if "passage" in beside:
        if len(topics) > 1:
            raise Wrong("'passage' can be told for one topic only; give each topic a step of its own.")
        if not str(beside["passage"]).isdigit() or int(beside["passage"]) < 1:
            raise Wrong(f"'passage' is a number from 1, but found {beside['passage']!r}.")
        number = int(beside["passage"])
    for topic in topics:
        _check_spoken(topic, leaflet, number, known)
    quotes = tuple(Quotes(topic, known.topics[topic].title, leaflet, number) for topic in topics)
    return quotes[0] if len(quotes) == 1 else AllOf(quotes)


def _check_spoken(topic: str, leaflet: str | None, number: int | None, known: Known) -> None:
    speaking = [active.id for active in known.speaking_on(topic)]
    if not speaking:
        raise Wrong(f"no leaflet in use says anything on '{topic}'; expect 'says not covered: yes' instead.")
    if leaflet and leaflet not in speaking:
        raise Wrong(f"the leaflet '{leaflet}' says nothing on '{topic}'; these do: {', '.join(speaking)}.")
    most = max(len(known.passages(topic, id_)) for id_ in ([leaflet] if leaflet else speaking))
    if number and number > most:
        raise Wrong(f"there is no passage {number} on '{topic}'; the last is {most}.")


@dataclass(frozen=True)
class DoesNotQuote(Expectation):
    """Topics that must not be answered; none named means nothing at all."""

    topics: tuple[str, ...]

    def in_words(self) -> str:
        return f"does not quote {', '.join(self.topics) or 'anything'}"

    def problem(self, moment: Moment) -> str | None:
        quoted = {quote.get("topic") for quote in moment.heard.quotes} | (set(moment.heard.topics) if moment.heard.quotes else set())
        wrongly = sorted(quoted & set(self.topics) if self.topics else quoted)
        return f"{', '.join(wrongly)} should not be quoted here, but was" if wrongly else None


@_reader("does not quote")
def _read_does_not_quote(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    names = _several(value, "a topic or 'anything'")
    return DoesNotQuote(() if names == ["anything"] else tuple(known.topic(name) for name in names))


@dataclass(frozen=True)
class AlsoShows(Expectation):
    """A topic's words that are put beside the answer without having been asked."""

    topic: str

    def in_words(self) -> str:
        return f"also shows {self.topic}"

    def problem(self, moment: Moment) -> str | None:
        for leaflet in moment.known.speaking_on(self.topic):
            if all(_stands(passage, moment.heard) for passage in moment.known.passages(self.topic, leaflet.id)):
                return None
        return f"expected the words on '{self.topic}' beside the answer, but they are not there"


@_reader("also shows")
def _read_also_shows(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    topics = [known.topic(name) for name in _several(value, "a topic")]
    for topic in topics:
        _check_spoken(topic, None, None, known)
    shown = tuple(AlsoShows(topic) for topic in topics)
    return shown[0] if len(shown) == 1 else AllOf(shown)


# ---- Alarms -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Escalates(Expectation):
    """Advice on a warning sign comes first, at this level or a more urgent one."""

    level: str
    about_alarms: ClassVar[bool] = True

    def in_words(self) -> str:
        return f"escalates, at least {LEVEL_WORDS[self.level]}"

    def tests(self) -> list[str]:
        return ["kind:escalate"]

    def problem(self, moment: Moment) -> str | None:
        heard = moment.heard
        if heard.kind != "escalate" or LEVELS.index(heard.level) < LEVELS.index(self.level):
            return f"expected the advice '{LEVEL_WORDS[self.level]}' or a more urgent one, but {what_came(moment)}"
        if not heard.reminded:
            return "the advice is not the first thing the patient is told"
        return None


@_reader("escalates")
def _read_escalates(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    level = known.level(str(value).replace("at least", ""))
    if level == "none":
        raise Wrong("'escalates: none' says two things at once; write 'escalation: none'.")
    return Escalates(level)


@dataclass(frozen=True)
class Escalation(Expectation):
    """The level in force is exactly this."""

    level: str
    about_alarms: ClassVar[bool] = True

    def in_words(self) -> str:
        return f"alarm in force: {LEVEL_WORDS[self.level]}"

    def problem(self, moment: Moment) -> str | None:
        if moment.heard.level == self.level:
            return None
        return f"expected the alarm in force to be '{LEVEL_WORDS[self.level]}', but it is '{LEVEL_WORDS.get(moment.heard.level, moment.heard.level)}'{signs_of(moment)}"


@_reader("escalation")
def _read_escalation(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    return Escalation(known.level(str(value)))


@dataclass(frozen=True)
class Sign(Expectation):
    """This warning sign is in force."""

    signs: tuple[str, ...]
    about_alarms: ClassVar[bool] = True

    def in_words(self) -> str:
        return f"warning sign {', '.join(self.signs)}"

    def tests(self) -> list[str]:
        return [f"sign:{sign}" for sign in self.signs]

    def problem(self, moment: Moment) -> str | None:
        missing = [sign for sign in self.signs if sign not in moment.heard.custom.get("red_flags", ())]
        return f"expected the warning sign {', '.join(missing)}, but {what_came(moment)}{signs_of(moment)}" if missing else None


@_reader("sign")
def _read_sign(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    return Sign(tuple(known.sign(name) for name in _several(value, "a warning sign")))


@dataclass(frozen=True)
class StillWarns(Expectation):
    """An earlier alarm stands, and the turn begins with a reminder of it."""

    level: str
    about_alarms: ClassVar[bool] = True

    def in_words(self) -> str:
        return "still warns" + (f", at least {LEVEL_WORDS[self.level]}" if self.level != "none" else "")

    def problem(self, moment: Moment) -> str | None:
        heard = moment.heard
        if heard.level == "none" or LEVELS.index(heard.level) < LEVELS.index(self.level):
            return f"expected the alarm to stand, but the alarm in force is '{LEVEL_WORDS.get(heard.level, heard.level)}'"
        return None if heard.reminded else "the alarm stands, but the turn does not begin with a reminder of it"


@_reader("still warns")
def _read_still_warns(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    return StillWarns("none" if str(value).lower().strip() in ("yes", "y", "true", "x") else known.level(str(value)))


# ---- Questions back, silence of the leaflets, talk --------------------------------------------------


@dataclass(frozen=True)
class AsksWhich(Expectation):
    """Asks back: which question (or which of these topics), which leaflet, or which part of the body."""

    what: str
    topics: tuple[str, ...] = ()

    def in_words(self) -> str:
        return f"asks which {self.what}" + (f", offering {', '.join(self.topics)}" if self.topics else "")

    def tests(self) -> list[str]:
        return ["kind:clarify"] if self.what == "question" else []

    def problem(self, moment: Moment) -> str | None:
        heard = moment.heard
        offered = [choice[key] for choice in heard.choices for key in ("topic", "leaflet", "region") if key in choice]
        key = {"question": "topic", "leaflet": "leaflet", "part": "region"}[self.what]
        if self.what == "question" and heard.kind != "clarify":
            return f"expected to be asked which question was meant, but {what_came(moment)}"
        if not any(key in choice for choice in heard.choices):
            return f"expected to be asked which {self.what}, but no such choice is offered; {what_came(moment)}"
        missing = [topic for topic in self.topics if topic not in offered]
        return f"expected to be offered {', '.join(missing)}, but offered is: {', '.join(offered)}" if missing else None


@_reader("asks which")
def _read_asks_which(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    names = _several(value, "'question', 'leaflet', 'part' or a topic")
    if len(names) == 1 and names[0].lower() in ("question", "leaflet", "part"):
        return AsksWhich(names[0].lower())
    return AsksWhich("question", tuple(known.topic(name) for name in names))


@dataclass(frozen=True)
class Offers(Expectation):
    """Among the choices, whatever the kind of reply."""

    topics: tuple[str, ...]

    def in_words(self) -> str:
        return f"offers {', '.join(self.topics)}"

    def problem(self, moment: Moment) -> str | None:
        offered = [choice.get("topic") for choice in moment.heard.choices]
        missing = [topic for topic in self.topics if topic not in offered]
        return f"expected to be offered {', '.join(missing)}, but {what_came(moment)}" if missing else None


@_reader("offers")
def _read_offers(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    return Offers(tuple(known.topic(name) for name in _several(value, "a topic")))


@dataclass(frozen=True)
class IsKind(Expectation):
    """The reply is of one kind."""

    kind: str
    words: str

    def in_words(self) -> str:
        return self.words

    def tests(self) -> list[str]:
        return [f"kind:{self.kind}"]

    def problem(self, moment: Moment) -> str | None:
        return None if moment.heard.kind == self.kind else f"expected {KIND_WORDS[self.kind]}, but {what_came(moment)}"


@dataclass(frozen=True)
class HandsOver(IsKind):
    """The patient is told whom to phone, and the emergency number."""

    def problem(self, moment: Moment) -> str | None:
        wrong = super().problem(moment)
        emergency = moment.known.site.emergency
        return wrong or (None if emergency in moment.heard.shown else f"the emergency number {emergency} is not told")


def _kind_reader(word: str, kind: str, make: Callable[[str, str], Expectation] = IsKind) -> None:
    def read(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
        _only_yes(value, word)
        return make(kind, word)

    WORDS[word] = read


_kind_reader("answers", "answer")
_kind_reader("says not covered", "not_covered")
_kind_reader("hands over", "handoff", HandsOver)
_kind_reader("small talk", "smalltalk")


@dataclass(frozen=True)
class GivesNumber(Expectation):
    """A telephone number that the patient is told."""

    number: str

    def in_words(self) -> str:
        return f"gives the number {self.number}"

    def problem(self, moment: Moment) -> str | None:
        digits = re.sub(r"\D", "", self.number)
        return None if digits in re.sub(r"[\s()+-]", "", moment.heard.shown) else f"expected the number {self.number}, but it is not told"


@_reader("gives number")
def _read_gives_number(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    if not isinstance(value, str) or not re.fullmatch(r"[\d\s()+-]{3,}", value.strip()):
        raise Wrong(f"'gives number' takes a telephone number, but found {value!r}; wording does not belong into a script.")
    return GivesNumber(value.strip())


@dataclass(frozen=True)
class Differs(Expectation):
    """Two leaflets that say different things are both quoted."""

    def in_words(self) -> str:
        return "quotes two leaflets that differ"

    def problem(self, moment: Moment) -> str | None:
        leaflets = {quote.get("leaflet") for quote in moment.heard.quotes}
        return None if len(leaflets) > 1 else f"expected two leaflets to be quoted, but {what_came(moment)}"


@_reader("leaflets differ")
def _read_differs(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    _only_yes(value, "leaflets differ")
    return Differs()


@dataclass(frozen=True)
class SaysAgain(Expectation):
    """The same words as in the turn before."""

    def in_words(self) -> str:
        return "says the same again"

    def problem(self, moment: Moment) -> str | None:
        before = moment.before.quotes if moment.before else []
        return None if before and moment.heard.quotes == before else "expected the same words as in the turn before"


@_reader("says again")
def _read_says_again(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    _only_yes(value, "says again")
    return SaysAgain()


@dataclass(frozen=True)
class OneOf(Expectation):
    """Any of several is right."""

    ways: tuple[tuple[Expectation, ...], ...]

    @property
    def about_alarms(self) -> bool:  # type: ignore[override]
        return any(part.about_alarms for way in self.ways for part in way)

    def in_words(self) -> str:
        return "either " + " or ".join(" and ".join(part.in_words() for part in way) for way in self.ways)

    def problem(self, moment: Moment) -> str | None:
        if any(all(part.problem(moment) is None for part in way) for way in self.ways):
            return None
        return f"expected {self.in_words()}, but {what_came(moment)}"


@_reader("one of")
def _read_one_of(value: Any, beside: dict[str, Any], known: Known) -> Expectation:
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(way, dict) for way in value):
        raise Wrong("'one of' takes a list of two or more, each with words like those under 'expect'.")
    ways = []
    for way in value:
        found, mistakes = read_expectations(way, known)
        if mistakes:
            raise Wrong(mistakes[0][1])
        ways.append(tuple(found))
    return OneOf(tuple(ways))


# ---- What came instead --------------------------------------------------------------------------


def what_came(moment: Moment) -> str:
    """What came, in words."""
    heard = moment.heard
    told = f"what came was {KIND_WORDS.get(heard.kind, heard.kind or 'nothing')}"
    names = [moment.known.topics[topic].title if topic in moment.known.topics else topic for topic in heard.topics]
    if names:
        told += f" ({'offering' if heard.kind == 'clarify' else 'on'} {', '.join(names)})"
    return told + (f", alarm {LEVEL_WORDS.get(heard.level, heard.level)}" if heard.level != "none" else "")


def signs_of(moment: Moment) -> str:
    signs = moment.heard.custom.get("red_flags", ())
    return f" (signs in force: {', '.join(signs)})" if signs else ""
