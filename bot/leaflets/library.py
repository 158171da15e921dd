"""The leaflets in use: read, matched with their approved maps, proved, and ready to be quoted."""
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Callable, Collection, Iterable, Sequence

from bot.leaflets.answer_map import AnswerMap, read_answer_map
from bot.leaflets.errors import LeafletError, MapError
from bot.leaflets.folders import SIGNED
from bot.leaflets.furniture import Furniture
from bot.leaflets.leaflet import About, Leaflet
from bot.leaflets.passage import Passage, ProofError, find_passage, prove
from bot.leaflets.reading import SUFFIXES, read_leaflet
from bot.leaflets.trail import Trail, read_trail

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
    """All leaflets that may be quoted, by id, and what staff must be told about the others.

    `withdrawn` holds ids; `broken` names the files that could not be read.
    """

    active: dict[str, ActiveLeaflet] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    def speaking_on(self, topic: str) -> list[ActiveLeaflet]:
        """The active leaflets that say something on `topic`, in the order of their ids."""
        return [self.active[key] for key in sorted(self.active) if topic in self.active[key].passages]

    @property
    def topics(self) -> set[str]:
        return {topic for leaflet in self.active.values() for topic in leaflet.passages}


def load_library(
    folder: Path,
    maps_folders: Path | Sequence[Path],
    known_topics: Collection[str],
    known_regions: Collection[str],
    read: Callable[[Path, Furniture], Leaflet] = read_leaflet,
) -> Library:
    """Read every leaflet in `folder` and every map; a broken one is reported in `problems`, the others still load.

    Where there are several folders of maps, the first outranks the others. `read` reads one leaflet file.
    """
    folders = [maps_folders] if isinstance(maps_folders, Path) else list(maps_folders)
    library = Library()
    trails = _trails(folders, library)
    maps = _maps(folders, known_topics, known_regions, library)
    matched = [(leaflet, matching_map(leaflet, maps)) for leaflet in _leaflets(folder, read, library)]
    for leaflet, answer_map in sorted(matched, key=_exact_first):
        if answer_map is None:
            library.problems.append(f"{leaflet.file}: no answer map belongs to this leaflet, so it is not quoted to patients")
        elif answer_map.approved_by is None:
            library.problems.append(f"{leaflet.file}: its answer map {answer_map.file} is not approved, so it is not quoted to patients")
        elif answer_map.about.id in library.active:
            library.problems.append(f"{leaflet.file}: a second copy of '{answer_map.about.id}'; only the first is used")
        elif _may_be_quoted(leaflet, answer_map, trails, library.problems):
            library.active[answer_map.about.id] = _activated(leaflet, answer_map, library.problems)
    return library


def _exact_first(matched: tuple[Leaflet, AnswerMap | None]) -> bool:
    """Sort key: a leaflet with the very words of its map stands before a copy that only resembles it."""
    leaflet, answer_map = matched
    return answer_map is None or answer_map.fingerprint != leaflet.fingerprint


def _maps(folders: Sequence[Path], known_topics: Collection[str], known_regions: Collection[str], library: Library) -> list[AnswerMap]:
    """The maps of all folders. A file of a later folder doesn't count where an earlier one has its leaflet, even a broken one."""
    found: dict[str, AnswerMap] = {}
    for folder in folders:
        earlier = {*found, *(Path(file).stem for file in library.broken)}
        for file in sorted(folder.glob("*.yml")):
            try:
                answer_map = read_answer_map(file, known_topics, known_regions)
            except MapError as error:
                library.problems.append(str(error))
                library.broken.add(str(file))
                continue
            if answer_map.about.id not in earlier:
                found.setdefault(answer_map.about.id, answer_map)
    return list(found.values())


def _leaflets(folder: Path, read: Callable[[Path, Furniture], Leaflet], library: Library) -> Iterable[Leaflet]:
    furniture = Furniture.from_file()
    for file in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES):
        try:
            yield read(file, furniture)
        except LeafletError as error:
            library.problems.append(str(error))
            library.broken.add(file.name)


def _trails(folders: Sequence[Path], library: Library) -> dict[str, Trail | MapError]:
    """The sign-off trail of every leaflet that has one, or why it can't be trusted; the first folder that has one outranks the others."""
    found: dict[str, Trail | MapError] = {}
    for file in (file for folder in folders for file in sorted((folder / SIGNED).glob("*.yml"))):
        if file.stem in found:
            continue
        try:
            found[file.stem] = read_trail(file)
        except MapError as error:
            found[file.stem] = error
    library.withdrawn |= {id_ for id_, trail in found.items() if isinstance(trail, Trail) and trail.withdrawn}
    return found


def _may_be_quoted(leaflet: Leaflet, answer_map: AnswerMap, trails: dict[str, Trail | MapError], problems: list[str]) -> bool:
    """False, with the reason in `problems`, for a leaflet withdrawn, or a map that is not as it was signed."""
    trail = trails.get(answer_map.about.id)
    if trail is None:
        return True
    if isinstance(trail, MapError):
        problems.append(f"{leaflet.file}: not quoted, because its sign-off trail can't be trusted: {trail}")
    elif trail.withdrawn:
        problems.append(f"{leaflet.file}: withdrawn by {trail.last.by} on {trail.last.at[:10]}, so it is not quoted to patients")
    elif trail.last.map != answer_map.digest:
        problems.append(f"{leaflet.file}: its answer map {answer_map.file} was changed after it was signed, so it is not quoted to patients")
    else:
        return True
    return False


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
