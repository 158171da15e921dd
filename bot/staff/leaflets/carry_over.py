"""Carry approved passages over to a new version of a leaflet, by their words alone.

A passage is carried over only where its very words (its checksum) stand in the new version, once, under the same heading, with
no new sentence right beside it. Everything else is listed for the reviewer. Nothing is ever stretched or guessed.
"""
from dataclasses import dataclass, replace
from typing import Iterator, Literal, Mapping, Sequence

from bot.leaflets.answer_map import AnswerMap, Place
from bot.leaflets.leaflet import Leaflet, Section, Sentence, short_hash
from bot.leaflets.passage import span_of
from bot.staff.leaflets.review import Decision
from bot.staff.leaflets.windows import lines_of
from bot.staff.map_writer import Chosen

Fate = Literal["untouched", "found again", "to review"]
ORIGIN = "carried over"


@dataclass(frozen=True)
class Carried:
    """What became of a topic's passages: where they stand now (as far as found), and why a person must look, if so."""

    topic: str
    fate: Fate
    passages: tuple[Chosen, ...]
    reasons: tuple[str, ...]


def carried_over(before: AnswerMap, leaflet: Leaflet) -> dict[str, Carried]:
    """The fate of every topic of the approved map `before` in the new version `leaflet`."""
    return {topic: _carried(topic, entry.places, leaflet, before.sentences) for topic, entry in before.topics.items()}


def _carried(topic: str, places: Sequence[Place], leaflet: Leaflet, old: Sequence[str]) -> Carried:
    found, reasons, moved = [], [], False
    for place in places:
        chosen, reason = _found(place, leaflet)
        reasons += [reason] if reason else []
        if chosen is None:
            continue
        found.append(chosen)
        moved = moved or (chosen.section, chosen.first) != (place.section, place.first)
        reasons += [*_new_beside(chosen, leaflet, set(old)), *_gone_beside(chosen, leaflet, old)]
    fate: Fate = "to review" if reasons else "found again" if moved else "untouched"
    return Carried(topic, fate, tuple(dict.fromkeys(found)), tuple(dict.fromkeys(reasons)))


def _found(place: Place, leaflet: Leaflet) -> tuple[Chosen | None, str]:
    """Where the passage's very words stand now, and why a person must look (empty where nobody must)."""
    everywhere = [(section, chosen) for section in leaflet.sections for chosen in _runs(section, place, leaflet)]
    under_same = [chosen for section, chosen in everywhere if short_hash(section.heading, 4) == place.heading]
    if not everywhere:
        return None, "the words that were approved are no longer there"
    if len(under_same) == 1:
        return under_same[0], ""
    if len(under_same) > 1:
        in_place = [chosen for chosen in under_same if (chosen.section, chosen.first) == (place.section, place.first)]
        return (in_place or under_same)[0], "the same words stand there more than once"
    if len(everywhere) > 1:
        return everywhere[0][1], "the same words stand there more than once, under other headings"
    return everywhere[0][1], "the words stand under another heading now"


def _runs(section: Section, place: Place, leaflet: Leaflet) -> Iterator[Chosen]:
    """Every run of as many sentences as the passage had, whose words have its checksum."""
    length = place.last - place.first + 1
    for first in range(len(section.sentences) - length + 1):
        start, end = span_of(section.sentences[first : first + length])
        if short_hash(leaflet.text[start:end]) == place.check:
            yield Chosen(section.number, first + 1, first + length)


def _new_beside(chosen: Chosen, leaflet: Leaflet, old: set[str]) -> Iterator[str]:
    """A sentence that is new right before or after a passage may be a condition or an exception that belongs to it."""
    sentences = leaflet.sections[chosen.section].sentences
    for number, where in ((chosen.first - 1, "before"), (chosen.last + 1, "after")):
        if 1 <= number <= len(sentences):
            sentence = sentences[number - 1]
            if _hash(leaflet, sentence) not in old:
                yield f"a new or changed sentence stands right {where} the passage"


def _gone_beside(chosen: Chosen, leaflet: Leaflet, old: Sequence[str]) -> Iterator[str]:
    """A sentence that is gone from right before or after a passage may have been a condition that the passage leans on."""
    now = set(leaflet.sentence_hashes)
    hashes = tuple(_hash(leaflet, sentence) for sentence in leaflet.sections[chosen.section].sentences[chosen.first - 1 : chosen.last])
    for start in range(len(old) - len(hashes) + 1):
        if tuple(old[start : start + len(hashes)]) == hashes:
            beside = ((start - 1, "before"), (start + len(hashes), "after"))
            yield from (f"the sentence that stood right {where} the passage is gone" for at, where in beside if 0 <= at < len(old) and old[at] not in now)


def _hash(leaflet: Leaflet, sentence: Sentence) -> str:
    return short_hash(leaflet.text[sentence.start : sentence.end], 6)


def decisions_for(before: AnswerMap, leaflet: Leaflet, proposed: Mapping[str, Decision]) -> dict[str, Decision]:
    """First decisions on a new version: what is untouched stays accepted, the rest is open with the reasons as its note."""
    carried, new = carried_over(before, leaflet), _new_places(leaflet, set(before.sentences))
    found = {}
    for topic, decision in proposed.items():
        if topic in carried:
            kept = replace(decision, says=before.topics[topic].says, caution=before.topics[topic].caution)
            found[topic] = _from_before(carried[topic], kept, len(before.topics[topic].places))
        elif decision.likely and decision.offered and any(_places(chosen) & new for chosen in decision.offered[0]):
            found[topic] = replace(decision, note="The version before said nothing on this; a new or changed sentence may.")
        else:
            found[topic] = replace(decision, status="silent", origin=ORIGIN)
    return found


def _from_before(carried: Carried, decision: Decision, places: int) -> Decision:
    if carried.fate != "to review":
        return replace(decision, status="accepted", passages=carried.passages, likely=True, origin=f"{ORIGIN}, {carried.fate}")
    complete = len(carried.passages) == places
    offered = ((carried.passages,) if complete else ()) + tuple(group for group in decision.offered if group != carried.passages)
    return replace(decision, likely=True, offered=offered, note=f"From the version before: {'; '.join(carried.reasons)}.")


def _new_places(leaflet: Leaflet, old: set[str]) -> set[tuple[int, int]]:
    return {(line.section, line.number) for line in lines_of(leaflet) if short_hash(line.text, 6) not in old}


def _places(chosen: Chosen) -> set[tuple[int, int]]:
    return {(chosen.section, number) for number in range(chosen.first, chosen.last + 1)}
