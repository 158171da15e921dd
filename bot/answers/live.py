"""The leaflets as they stand now: a change that staff approve is taken over by the running assistant within seconds.

A thread looks once in a while whether a leaflet, a map or a signature has changed, reads what changed, and puts a new desk
in place of the old one in one step; a turn keeps the desk it began with.
"""
import logging
import threading
from pathlib import Path
from typing import Callable, Collection, Generic, TypeVar

from bot.leaflets.folders import SIGNED, answer_folders
from bot.leaflets.furniture import Furniture
from bot.leaflets.leaflet import Leaflet
from bot.leaflets.library import Library, load_library
from bot.leaflets.reading import SUFFIXES, read_leaflet

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.7  # seconds; a change is taken over once it has stood still for one look
State = tuple[tuple[str, int, int], ...]
D = TypeVar("D")


class Shelf:
    """The folders that leaflets, maps and signatures are read from; a file that did not change is read only once."""

    def __init__(self, leaflets: Path, topics: Collection[str], regions: Collection[str]) -> None:
        self._leaflets, self._topics, self._regions = leaflets, topics, regions
        self._read: dict[tuple[str, int, int], Leaflet] = {}

    def state(self) -> State:
        """Name, time of change and size of every file that plays a part; differs as soon as one of them changes."""
        folders = [folder for answers in answer_folders(self._leaflets) for folder in (answers, answers / SIGNED)]
        files = [file for folder in folders for file in folder.glob("*.yml")]
        files += [file for file in self._leaflets.glob("*") if file.suffix.lower() in SUFFIXES]
        return tuple(sorted(key for file in files if (key := _key(file))))

    def load(self) -> Library:
        """The library as the files stand now."""
        return load_library(self._leaflets, answer_folders(self._leaflets), self._topics, self._regions, self._read_once)

    def _read_once(self, file: Path, furniture: Furniture) -> Leaflet:
        key = _key(file)
        if key is None or key not in self._read:
            self._read = {known: leaflet for known, leaflet in self._read.items() if known[0] != str(file)}
            leaflet = read_leaflet(file, furniture)
            if key is None:
                return leaflet
            self._read[key] = leaflet
        return self._read[key]


def _key(file: Path) -> tuple[str, int, int] | None:
    try:
        found = file.stat()
    except OSError:  # taken away between two steps
        return None
    return str(file), found.st_mtime_ns, found.st_size


def taken_over(old: Library, new: Library) -> Library:
    """`new`, but with the old copy of every leaflet whose file or map is broken now: a slip while saving silences nothing.

    What was withdrawn is gone in any case.
    """
    for id_, leaflet in old.active.items():
        broken = {leaflet.leaflet.file, leaflet.map.file} & new.broken
        if id_ not in new.active and id_ not in new.withdrawn and broken:
            new.active[id_] = leaflet
            new.problems.append(f"{id_}: {', '.join(sorted(broken))} can't be read; the approved copy read before is still quoted")
    return new


class LiveDesk(Generic[D]):
    """Holds the desk made by `desk_with` from the library, and renews it when the files change."""

    def __init__(self, shelf: Shelf, desk_with: Callable[[Library], D], every: float = LOOK_EVERY) -> None:
        self._shelf, self._desk_with, self._every = shelf, desk_with, every
        self._state = shelf.state()  # before reading, so that what changes meanwhile is read again
        self._library = shelf.load()
        self._tell(self._library)
        self._desk = desk_with(self._library)
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def desk(self) -> D:
        """The desk with the leaflets as they stand now. The first call in a process begins to look for changes."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._keep_looking, name="leaflets", daemon=True)
            self._thread.start()
        return self._desk

    def close(self) -> None:
        """Stop looking for changes."""
        self._closed.set()

    def _keep_looking(self) -> None:
        seen = self._state
        while not self._closed.wait(self._every):
            try:
                now = self._shelf.state()
                if now != self._state and now == seen:
                    self._renew(now)
                seen = now
            except Exception as error:  # whatever is wrong with the files, the leaflets approved before are still quoted
                logger.error("Leaflets: the change can't be taken over (%s: %s); what was approved before is still quoted", error.__class__.__name__, error)
                self._state = seen

    def _renew(self, state: State) -> None:
        library = taken_over(self._library, self._shelf.load())
        self._desk, self._library, self._state = self._desk_with(library), library, state
        logger.info("Leaflets: a change was taken over; quoted are %s", ", ".join(sorted(library.active)) or "none")
        self._tell(library)

    @staticmethod
    def _tell(library: Library) -> None:
        for problem in library.problems:
            logger.warning("Leaflets: %s", problem)
