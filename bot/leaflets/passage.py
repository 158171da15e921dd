"""A passage found in a leaflet, and the proof that a quotation is the leaflet's very words."""
from dataclasses import dataclass

from bot.leaflets.answer_map import Place
from bot.leaflets.leaflet import Leaflet, Section, Sentence, short_hash


@dataclass(frozen=True)
class Passage:
    """Words of a leaflet: `leaflet.text[start:end] == text`, counted in characters of the canonical text."""

    topic: str
    leaflet: str
    section: str
    text: str
    start: int
    end: int
    check: str


class ProofError(Exception):
    """A passage that isn't in the leaflet as its map says; it must not be shown."""


def find_passage(leaflet: Leaflet, leaflet_id: str, topic: str, place: Place) -> Passage:
    """The passage at `place`. Raises ProofError with the reason, in words for staff, where it is not there unchanged."""
    section = _section(leaflet, place)
    if place.last > len(section.sentences):
        raise ProofError(f"section {place.section} has only {len(section.sentences)} sentences, the map names {place.last}")
    start, end = span_of(section.sentences[place.first - 1 : place.last])
    text = leaflet.text[start:end]
    passage = Passage(topic, leaflet_id, section.heading, text, start, end, place.check)
    prove(passage, leaflet.text)
    return passage


def _section(leaflet: Leaflet, place: Place) -> Section:
    sections = leaflet.sections
    if place.section < len(sections) and short_hash(sections[place.section].heading, 4) == place.heading:
        return sections[place.section]
    raise ProofError(f"section {place.section} no longer has the heading it had when the map was approved")


def span_of(sentences: tuple[Sentence, ...]) -> tuple[int, int]:
    """Offsets of neighbouring sentences together; a quotation of several lines takes its first bullet's mark along."""
    first, last = sentences[0], sentences[-1]
    takes_mark = first.opens_block and last.block != first.block
    return (first.line_start if takes_mark else first.start), last.end


def prove(passage: Passage, canonical: str) -> None:
    """Raise ProofError unless the passage stands in `canonical` at its offsets, word for word, with its checksum."""
    if canonical[passage.start : passage.end] != passage.text:
        raise ProofError("the words at this place are no longer the ones that were approved")
    if short_hash(passage.text) != passage.check:
        raise ProofError("the words at this place do not have the checksum that was approved")
