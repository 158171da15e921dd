"""Write an answer map: from chosen passages to a file with headings' hashes and checksums, ready to be approved."""
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

from bot.leaflets.leaflet import About, Leaflet, short_hash
from bot.leaflets.passage import span_of
from bot.yaml_file import quoted


@dataclass(frozen=True)
class Chosen:
    """A passage somebody chose: section number, first and last sentence, both counted from 1."""

    section: int
    first: int
    last: int


@dataclass(frozen=True)
class ChosenTopic:
    """All chosen passages of a topic, with what they say in a word of our own and how cautious that is (0 to 3)."""

    says: str
    caution: int
    passages: tuple[Chosen, ...]


def map_text(leaflet: Leaflet, about: About, topics: Mapping[str, ChosenTopic], approved: Mapping[str, str] | None) -> str:
    """The answer map as YAML. Raises IndexError where a chosen sentence does not exist."""
    lines = [*_head(leaflet, about), *_approval(approved), "topics:"]
    for topic, chosen in topics.items():
        lines += [f"  {topic}:", f"    says: {chosen.says}", f"    caution: {chosen.caution}", "    passages:"]
        lines += [f"      - {_place(leaflet, passage)}" for passage in chosen.passages]
    return "\n".join(lines) + "\n"


def write_map(file: Path, leaflet: Leaflet, about: About, topics: Mapping[str, ChosenTopic], approved: Mapping[str, str] | None) -> None:
    """Write `map_text` to `file`."""
    file.write_text(map_text(leaflet, about, topics, approved), encoding="utf-8")


def _head(leaflet: Leaflet, about: About) -> list[str]:
    return [
        f"leaflet: {about.id}",
        f"title: {_quoted(about.title)}",
        f"publisher: {_quoted(about.publisher)}",
        f"version: {_quoted(about.version)}",
        f"issued: {_quoted(about.issued)}",
        f"review_due: {_quoted(about.review_due)}",
        f"regions: [{', '.join(about.regions)}]",
        f"contact: {_quoted(about.contact)}",
        f"reuse: {_quoted(about.reuse)}",
        *([f"subject: {_quoted(about.subject)}"] if about.subject else []),
        f"fingerprint: {leaflet.fingerprint}",
        "sentences: >-",
        *_wrapped(leaflet.sentence_hashes),
    ]


def _quoted(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def _wrapped(hashes: Sequence[str]) -> list[str]:
    return ["  " + " ".join(hashes[start : start + 16]) for start in range(0, len(hashes), 16)]


def _approval(approved: Mapping[str, str] | None) -> list[str]:
    if approved is None:
        return ["approved: null"]
    return ["approved:", *(f"  {key}: {_quoted(value)}" for key, value in approved.items())]


def _place(leaflet: Leaflet, chosen: Chosen) -> str:
    section = leaflet.sections[chosen.section]
    if chosen.last > len(section.sentences):
        raise IndexError(f"section {chosen.section} of {leaflet.file} has {len(section.sentences)} sentences, not {chosen.last}")
    start, end = span_of(section.sentences[chosen.first - 1 : chosen.last])
    sentences = f"{chosen.first}" if chosen.first == chosen.last else f"{chosen.first}-{chosen.last}"
    check = short_hash(leaflet.text[start:end])
    return f'{{section: {chosen.section}, heading: "{short_hash(section.heading, 4)}", sentences: "{sentences}", check: "{check}"}}'
