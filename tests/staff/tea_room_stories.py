"""The tea room as story scripts see it: what may be named, and turns as the assistant would send them."""
from bot.safety.signs import Sign, SignBook
from bot.staff.stories.expectations import Moment, read_expectations
from bot.staff.stories.heard import Heard
from bot.staff.stories.known import Known
from tests.little_library import REGIONS, SITE, TOPICS, little_library, north, south

SIGNS = SignBook(
    {
        "scald": Sign("scald", "ae", "a bad scald", "invented", (), (), ()),
        "choking": Sign("choking", "999", "choking on cake", "invented", (), (), ()),
    },
    (),
    {},
)  # fmt: skip


def known() -> Known:
    """Two leaflets, five topics, two signs."""
    return Known(TOPICS, SIGNS, REGIONS.by_id, little_library(north(), south()), SITE)


def quote_of(topic: str, source_leaflet: str, **changed) -> dict:
    """A true quotation as it stands in `custom`, with the keys in `changed` set."""
    active = known().library.active[source_leaflet]
    passage = active.passages[topic][0]
    found = {"topic": topic, "leaflet": source_leaflet, "section": passage.section, "text": passage.text, "start": passage.start, "end": passage.end,
             "source": f'From "{active.about.title}".', "title": active.about.title}  # fmt: skip
    return {**found, **changed}


def heard(kind: str = "answer", quotes: list = (), topics: list | None = None, level: str = "none", flags: list = (), own: list = (), choices: list = (), first: str = "") -> Heard:
    """A turn in the contract's form; `own` are sentences of the assistant's, `first` the role and text that open the turn."""
    parts = ([{"role": first, "text": f"<{first}>"}] if first else []) + [{"role": "own", "text": text} for text in own]
    parts += [{"role": "quote", "text": f"“{quote['text']}”\n{quote.get('source', '')}"} for quote in quotes]
    asked = list(dict.fromkeys(quote["topic"] for quote in quotes)) if topics is None else topics
    custom = {"kind": kind, "topics": asked, "candidates": [], "escalation": level, "red_flags": list(flags), "quotes": list(quotes), "parts": parts, "choices": list(choices)}
    texts = [part["text"] for part in parts] + ["\n".join(choice["title"] for choice in choices)] * bool(choices)
    return Heard(tuple(texts), custom, 0.01)


def problems(expect: dict, turn: Heard, before: Heard | None = None) -> list[str]:
    """What is wrong with `turn` for a script that expects `expect`; the script itself must be without mistake."""
    expectations, mistakes = read_expectations(expect, known())
    assert mistakes == []
    return [found for expectation in expectations if (found := expectation.problem(Moment(turn, before, known())))]
