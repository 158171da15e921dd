"""The register: every leaflet with its state, version, dates, terms of re-use, unmapped topics and disagreements."""
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, Mapping, Sequence

from bot.catalogue import Regions, Topic
from bot.leaflets.answer_map import AnswerMap
from bot.leaflets.errors import LeafletError, MapError
from bot.leaflets.folders import answer_folders
from bot.leaflets.leaflet import About, Leaflet
from bot.leaflets.library import Library, load_library, matching_map
from bot.leaflets.reading import SUFFIXES, read_leaflet
from bot.leaflets.trail import Trail
from bot.staff.leaflets.disagreements import Disagreement, disagreements, words_on
from bot.staff.leaflets.opening import known_maps
from bot.staff.leaflets.signing import signatures_of

State = Literal["draft", "approved", "due for review", "overdue", "withdrawn"]
DUE_SOON = timedelta(days=90)


@dataclass(frozen=True)
class Entry:
    """One leaflet in the register. `remarks` say what staff should do about it."""

    id: str
    title: str
    state: State
    file: str
    about: About | None = None
    signed: str = ""
    unmapped: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = field(default=())


def register(leaflets: Path, topics: Mapping[str, Topic], regions: Regions, today: date) -> tuple[list[Entry], Library]:
    """All leaflets in the folder and all withdrawn ones, by id, and the library they make."""
    folders = answer_folders(leaflets)
    library, maps = load_library(leaflets, folders, topics, regions.by_id), known_maps(folders, topics, regions.by_id)
    found: dict[str, Entry] = {}
    for file in sorted(file for file in leaflets.iterdir() if file.is_file() and file.suffix.lower() in SUFFIXES):
        entry = _entry(file, maps, library, topics, folders, today)
        if entry.id not in found or entry.file == _quoted_file(entry.id, library):
            found[entry.id] = entry
    return [found[id_] for id_ in sorted(found)], library


def _quoted_file(id_: str, library: Library) -> str:
    return library.active[id_].leaflet.file if id_ in library.active else ""


def _entry(file: Path, maps: Sequence[AnswerMap], library: Library, topics: Mapping[str, Topic], folders: Sequence[Path], today: date) -> Entry:
    try:
        leaflet = read_leaflet(file)
    except LeafletError as error:
        return Entry(file.stem, file.name, "draft", file.name, remarks=(error.reason,))
    answer_map = matching_map(leaflet, maps)
    if answer_map is None:
        return Entry(file.stem, leaflet.first_heading, "draft", file.name, remarks=(f"not reviewed yet: make leaflet FILE={file.name}",))
    return _known(leaflet, answer_map, library, topics, folders, today)


def _known(leaflet: Leaflet, answer_map: AnswerMap, library: Library, topics: Mapping[str, Topic], folders: Sequence[Path], today: date) -> Entry:
    about, active = answer_map.about, library.active.get(answer_map.about.id)
    remarks = [problem.split(": ", 1)[-1] for problem in library.problems if problem.startswith(f"{leaflet.file}: ")]
    if active and answer_map.fingerprint != leaflet.fingerprint:
        remarks.append(f"its words were changed since it was approved: make leaflet FILE={leaflet.file}")
    differing: tuple[Disagreement, ...] = ()
    if active:
        words = {topic: words_on(active, topic) for topic in active.passages}
        others = [other for other in library.active.values() if other.id != active.id and other.about.subject == about.subject]
        differing = tuple(disagreements(words, {topic: active.says(topic) for topic in words}, others))
    return Entry(
        about.id, about.title, _state(about, active is not None, about.id in library.withdrawn, today), leaflet.file, about, _signed(about.id, answer_map, folders),
        tuple(topic for topic in topics if topic not in answer_map.topics), tuple(remarks), differing,
    )  # fmt: skip


def _state(about: About, active: bool, withdrawn: bool, today: date) -> State:
    if withdrawn:
        return "withdrawn"
    if not active:
        return "draft"
    if about.review_overdue(today):
        return "overdue"
    return "due for review" if about.review_overdue(today + DUE_SOON) else "approved"


def _signed(id_: str, answer_map: AnswerMap, folders: Sequence[Path]) -> str:
    """Who signed last and when; for a map that was approved by hand, what stands in it."""
    try:
        trail: Trail | None = signatures_of(id_, folders)
    except MapError as error:
        return f"its sign-off trail can't be trusted: {error.reason}"
    if trail is None:
        return f"{answer_map.approved_by}, {answer_map.approved_on}; no signature" if answer_map.approved_by else ""
    return f"{trail.last.what} by {trail.last.by}, {trail.last.role}, {trail.last.at}"
