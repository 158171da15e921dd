"""Answer maps: which passage of a leaflet answers which topic, read strictly from the files staff approve.

A map names a passage by section number, a hash of the section's heading, sentence numbers, and a checksum of the words.
So it holds no word of the leaflet, and a changed leaflet can't be misquoted through it.
"""
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Collection

from bot.leaflets.errors import MapError
from bot.leaflets.leaflet import About
from bot.leaflets.trail import file_digest
from bot.yaml_file import Lined, YamlError, check_keys, read_yaml

_ABOUT_KEYS = ("publisher", "version", "issued", "review_due", "regions", "contact", "reuse", "subject")


@dataclass(frozen=True)
class Place:
    """Where a passage stands: section number with its heading's hash, first and last sentence (from 1), and checksum."""

    section: int
    heading: str
    first: int
    last: int
    check: str
    line: int = 0


@dataclass(frozen=True)
class TopicEntry:
    """What one leaflet says on one topic. Two leaflets with the same `says` agree; the higher `caution` is the safer."""

    topic: str
    says: str
    caution: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class AnswerMap:
    """A read map. `approved_by` is None for a proposal, which is never quoted to patients.

    `digest` is the hash of the file, by which its signature knows it; `sentences` are the hashes in order.
    """

    file: str
    about: About
    fingerprint: str
    sentence_hashes: frozenset[str]
    approved_by: str | None
    approved_on: str | None
    topics: dict[str, TopicEntry]
    digest: str = ""
    sentences: tuple[str, ...] = ()


def read_answer_map(file: Path, known_topics: Collection[str], known_regions: Collection[str]) -> AnswerMap:
    """The map in `file`. Raises MapError naming file and line for an unknown key or topic, a doubled entry, a bad value."""
    try:
        return _answer_map(file, known_topics, known_regions)
    except YamlError as error:
        raise MapError(error.file, error.line, error.reason) from error


def _answer_map(file: Path, known_topics: Collection[str], known_regions: Collection[str]) -> AnswerMap:
    entry = check_keys(
        file, read_yaml(file), "answer map", ["leaflet", "title", "fingerprint", "sentences", "topics"], [*_ABOUT_KEYS, "approved"]
    )
    approved = entry.get("approved")
    if approved is not None:
        check_keys(file, approved, "approved", ["by", "date"], ["note"])
    topics = check_keys(file, entry["topics"], "topics", [], list(entry["topics"] or ()))
    for topic in topics:
        if topic not in known_topics:
            raise MapError(file, topics.lines[topic], f"unknown topic '{topic}'; the topics are listed in data/topics.yml")
    return AnswerMap(
        file=str(file),
        about=_about(file, entry, known_regions),
        fingerprint=str(entry["fingerprint"]),
        sentence_hashes=frozenset(str(entry["sentences"]).split()),
        approved_by=str(approved["by"]) if approved else None,
        approved_on=str(approved["date"]) if approved else None,
        topics={topic: _topic_entry(file, topic, topics[topic]) for topic in topics},
        digest=file_digest(file),
        sentences=tuple(str(entry["sentences"]).split()),
    )


def _about(file: Path, entry: Lined, known_regions: Collection[str]) -> About:
    regions = tuple(entry.get("regions") or ())
    for region in regions:
        if region not in known_regions:
            raise MapError(file, entry.lines["regions"], f"unknown region '{region}'; expected some of {', '.join(known_regions)}")
    for key in ("issued", "review_due"):
        if entry.get(key) is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?", str(entry[key])):
            raise MapError(file, entry.lines[key], f"'{key}' has the value '{entry[key]}'; expected year-month or year-month-day")
    return About(
        id=str(entry["leaflet"]),
        title=str(entry["title"]),
        publisher=str(entry.get("publisher") or ""),
        version=str(entry.get("version") or ""),
        issued=_text(entry.get("issued")),
        review_due=_text(entry.get("review_due")),
        regions=regions,
        contact=_text(entry.get("contact")),
        reuse=str(entry.get("reuse") or ""),
        subject=str(entry.get("subject") or ""),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _topic_entry(file: Path, topic: str, entry: Lined) -> TopicEntry:
    check_keys(file, entry, topic, ["says", "caution", "passages"])
    if entry["caution"] not in (0, 1, 2, 3):
        raise MapError(file, entry.lines["caution"], f"'caution' of '{topic}' is {entry['caution']!r}; expected 0, 1, 2 or 3")
    if not isinstance(entry["passages"], list) or not entry["passages"]:
        raise MapError(file, entry.lines["passages"], f"'passages' of '{topic}' should be a list with at least one passage")
    places = tuple(_place(file, topic, passage) for passage in entry["passages"])
    named = [(place.section, place.first, place.last) for place in places]
    for place, name in zip(places, named):
        if named.count(name) > 1:
            raise MapError(file, place.line, f"'{topic}' names the same passage twice")
    return TopicEntry(topic, str(entry["says"]), int(entry["caution"]), places)


def _place(file: Path, topic: str, entry: Lined) -> Place:
    check_keys(file, entry, f"passage of {topic}", ["section", "heading", "sentences", "check"])
    if not re.fullmatch(r"\d+", str(entry["section"])):
        raise MapError(file, entry.lines["section"], f"'section' has the value '{entry['section']}'; expected a number like 4")
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", str(entry["sentences"]))
    if not found or not 1 <= int(found[1]) <= int(found[2] or found[1]):
        raise MapError(file, entry.lines["sentences"], f"'sentences' has the value '{entry['sentences']}'; expected like 4 or 4-6")
    if not re.fullmatch(r"[0-9a-f]{8}", str(entry["check"])):
        raise MapError(file, entry.lines["check"], f"'check' has the value '{entry['check']}'; expected eight hexadecimal digits in quotes")
    return Place(
        int(entry["section"]), str(entry["heading"]), int(found[1]), int(found[2] or found[1]), str(entry["check"]), entry.line
    )
