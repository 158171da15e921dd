"""The leaflets in use: read, matched with their approved maps, proved, and ready to be quoted."""
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Collection, Iterable

from bot.leaflets.answer_map import AnswerMap, read_answer_map
from bot.leaflets.errors import LeafletError, MapError
from bot.leaflets.furniture import Furniture
from bot.leaflets.leaflet import About, Leaflet
from bot.leaflets.passage import Passage, ProofError, find_passage, prove
from bot.leaflets.reading import SUFFIXES, read_leaflet

# A changed copy of a known leaflet shares at least this part of its sentences with the approved text; two leaflets of
# different hospitals on the same procedure share none (measured on the ten leaflets: at most 0.02).
_SAME_LEAFLET = 0.5


@dataclass(frozen=True)
class ActiveLeaflet:
    """A leaflet with an approved map; `passages` holds only what was proved when it was loaded."""

    leaflet: Leaflet
    map: AnswerMap
    passages: dict[str, tuple[Passage, ...]]

    @property
    def id(self) -> str:
        return self.map.about.id

    @property
    def about(self) -> About:
        return self.map.about

    @cached_property
    def text(self) -> str:
        return self.leaflet.text

    def says(self, topic: str) -> str:
        return self.map.topics[topic].says

    def caution(self, topic: str) -> int:
        return self.map.topics[topic].caution

    def proved(self, topic: str) -> tuple[Passage, ...]:
        """The passages on `topic`, proved once more against the text this very moment. Raises ProofError."""
        for passage in self.passages.get(topic, ()):
            prove(passage, self.leaflet.text)
        return self.passages.get(topic, ())

    def review_overdue(self, today: date) -> bool:
        return self.about.review_overdue(today)


@dataclass
class Library:
    """All leaflets that may be quoted, by id, and what staff must be told about the others."""

    active: dict[str, ActiveLeaflet] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def speaking_on(self, topic: str) -> list[ActiveLeaflet]:
        """The active leaflets that say something on `topic`, in the order of their ids."""
        return [self.active[key] for key in sorted(self.active) if topic in self.active[key].passages]

    @property
    def topics(self) -> set[str]:
        return {topic for leaflet in self.active.values() for topic in leaflet.passages}


def load_library(folder: Path, maps_folder: Path, known_topics: Collection[str], known_regions: Collection[str]) -> Library:
    """Read every leaflet in `folder` and every map; a broken one is reported in `problems`, the others still load."""
    library = Library()
    maps = list(_maps(maps_folder, known_topics, known_regions, library.problems))
    for leaflet in _leaflets(folder, library.problems):
        answer_map = matching_map(leaflet, maps)
        if answer_map is None:
            library.problems.append(f"{leaflet.file}: no answer map belongs to this leaflet, so it is not quoted to patients")
        elif answer_map.approved_by is None:
            library.problems.append(f"{leaflet.file}: its answer map {answer_map.file} is not approved, so it is not quoted to patients")
        elif answer_map.about.id in library.active:
            library.problems.append(f"{leaflet.file}: a second copy of '{answer_map.about.id}'; only the first is used")
        else:
            library.active[answer_map.about.id] = _activated(leaflet, answer_map, library.problems)
    return library


def _maps(
    folder: Path, known_topics: Collection[str], known_regions: Collection[str], problems: list[str]
) -> Iterable[AnswerMap]:
    for file in sorted(folder.glob("*.yml")):
        try:
            yield read_answer_map(file, known_topics, known_regions)
        except MapError as error:
            problems.append(str(error))


def _leaflets(folder: Path, problems: list[str]) -> Iterable[Leaflet]:
    furniture = Furniture.from_file()
    for file in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES):
        try:
            yield read_leaflet(file, furniture)
        except LeafletError as error:
            problems.append(str(error))


def matching_map(leaflet: Leaflet, maps: Collection[AnswerMap]) -> AnswerMap | None:
    """The map made for this text: the same words, else most of the same sentences. The file's name plays no part."""
    for answer_map in maps:
        if answer_map.fingerprint == leaflet.fingerprint:
            return answer_map
    shares = [(_shared(leaflet, answer_map), index) for index, answer_map in enumerate(maps)]
    best, index = max(shares, default=(0.0, -1))
    return list(maps)[index] if best >= _SAME_LEAFLET else None


def _shared(leaflet: Leaflet, answer_map: AnswerMap) -> float:
    hashes = set(leaflet.sentence_hashes)
    return len(hashes & answer_map.sentence_hashes) / max(len(hashes | answer_map.sentence_hashes), 1)


def _activated(leaflet: Leaflet, answer_map: AnswerMap, problems: list[str]) -> ActiveLeaflet:
    passages: dict[str, tuple[Passage, ...]] = {}
    for topic, entry in answer_map.topics.items():
        try:
            passages[topic] = tuple(find_passage(leaflet, answer_map.about.id, topic, place) for place in entry.places)
        except ProofError as error:
            problems.append(f"{leaflet.file}: '{topic}' is not quoted: {error} ({answer_map.file})")
    return ActiveLeaflet(leaflet, answer_map, passages)
