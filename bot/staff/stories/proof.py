"""What must be so in every turn, whether a script says it or not."""
from typing import Iterator

from bot.safety.verdict import LEVELS
from bot.staff.stories.expectations import LEVEL_WORDS, Expectation, Moment
from bot.staff.stories.heard import names_source, quotes_to_patient

KINDS = ("answer", "escalate", "clarify", "not_covered", "handoff", "smalltalk")


def always(moment: Moment, expected: tuple[Expectation, ...]) -> Iterator[str]:
    """Everything that is wrong with a turn in itself: its form, its quotations, its alarms."""
    heard = moment.heard
    if heard.wrong:
        yield heard.wrong
        return
    if heard.kind not in KINDS or heard.level not in LEVELS:
        yield f"the turn's kind is '{heard.kind}' and its alarm '{heard.level}'; one of them is unknown"
        return
    if not heard.shown.strip():
        yield "the patient gets no words at all"
    yield from _quotes_are_proved(moment)
    if not any(expectation.about_alarms for expectation in expected):
        yield from _alarms_are_as_before(moment)
    if heard.level != "none" and not heard.reminded:
        yield "an alarm is in force, but the turn begins with neither advice nor reminder"


def _quotes_are_proved(moment: Moment) -> Iterator[str]:
    """Each quotation stands in the leaflet's own file, is an approved passage, and is what the patient reads, with its source."""
    if moment.heard.kind == "answer" and not moment.heard.quotes:
        yield "it says that it answers, but quotes nothing"
    for quote in moment.heard.quotes:
        leaflet, topic = quote.get("leaflet", ""), quote.get("topic", "")
        if leaflet not in moment.known.library.active:
            yield f"it quotes '{leaflet}', which is no leaflet in use here"
            continue
        active, text = moment.known.library.active[leaflet], quote.get("text", "")
        if not text or active.text[quote.get("start", 0) : quote.get("end", 0)] != text:
            yield f"the words quoted from {leaflet} on '{topic}' are not the leaflet's words at that place"
        if text not in [passage.text for passage in moment.known.passages(topic, leaflet)]:
            yield f"the words quoted from {leaflet} are not approved for '{topic}'"
        if not quotes_to_patient(moment.heard, quote):
            yield f"the words quoted from {leaflet} on '{topic}' are not what the patient gets"
        if not names_source(moment.heard, leaflet, active.about.title):
            yield f"the quotation from {leaflet} does not name its leaflet"


def _alarms_are_as_before(moment: Moment) -> Iterator[str]:
    before, now = moment.before.level if moment.before else "none", moment.heard.level
    signs = ", ".join(moment.heard.custom.get("red_flags", ()))
    if LEVELS.index(now) > LEVELS.index(before):
        yield f"an alarm was raised that the script does not expect: {LEVEL_WORDS[now]} ({signs})"
    elif LEVELS.index(now) < LEVELS.index(before):
        yield f"the alarm '{LEVEL_WORDS[before]}' ended here, and the script does not expect it (write 'escalation: {now}' if it is right)"
