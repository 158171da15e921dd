"""What a script may name: topics, warning signs, leaflets, parts of the body, and the passages of each leaflet."""
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

from rapidfuzz import fuzz, process

from bot.answers.site import Site, read_site
from bot.catalogue import Region, Topic, read_regions, read_topics
from bot.leaflets.folders import answer_folders
from bot.leaflets.library import ActiveLeaflet, Library, load_library
from bot.leaflets.passage import Passage
from bot.safety.signs import SignBook, read_sign_book
from bot.safety.verdict import LEVELS

_MISTYPED, _NEAR_ENOUGH = 70, 60  # of 100: letters alike, words alike; below that a suggestion would only confuse
_LEVEL_NAMES = {"a&e": "ae", "a & e": "ae", "a and e": "ae", "emergency department": "ae", "ambulance": "999", "doctor": "gp", "gp today": "gp"}


class Wrong(Exception):
    """Something in a script that can't be right; one sentence says what, and what was probably meant."""


def nearest(given: str, allowed: list[str]) -> str:
    """A question like " Did you mean 'x'?" with the likeliest of `allowed`, or nothing."""
    found = process.extractOne(given.lower(), allowed, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_MISTYPED)
    found = found or process.extractOne(given.lower(), allowed, scorer=fuzz.WRatio, processor=str.lower, score_cutoff=_NEAR_ENOUGH)
    return f" Did you mean '{found[0]}'?" if found else ""


@dataclass(frozen=True)
class Known:
    """The words of this hospital's data. Topics, leaflets and parts of the body may be named by id or by title."""

    topics: Mapping[str, Topic]
    signs: SignBook
    regions: Mapping[str, Region]
    library: Library
    site: Site

    def topic(self, given: str) -> str:
        return _by_name(given, {topic.id: topic.title for topic in self.topics.values()}, "topic", "the topics are listed in docs/topics.md")

    def sign(self, given: str) -> str:
        return _by_name(given, {sign.id: sign.title for sign in self.signs.signs.values()}, "warning sign", "the signs are listed in docs/signs.md")

    def region(self, given: str) -> str:
        titles = {region.id: region.title for region in self.regions.values()}
        return _by_name(given, titles, "part of the body", f"expected one of: {', '.join(titles)}")

    def leaflet(self, given: str) -> str:
        titles = {leaflet.id: leaflet.about.title for leaflet in self.library.active.values()}
        return _by_name(given, titles, "leaflet", f"the leaflets in use are: {', '.join(titles)}")

    @staticmethod
    def level(given: str) -> str:
        level = _LEVEL_NAMES.get(given.lower().strip(), given.lower().strip())
        if level not in LEVELS:
            raise Wrong(f"'{given}' is no level of urgency; expected one of: {', '.join(LEVELS)}.")
        return level

    def speaking_on(self, topic: str) -> list[ActiveLeaflet]:
        return self.library.speaking_on(topic)

    def passages(self, topic: str, leaflet: str) -> tuple[Passage, ...]:
        """The approved words of `leaflet` on `topic`, read from the leaflet's file."""
        return self.library.active[leaflet].passages.get(topic, ())


def _by_name(given: str, titles: Mapping[str, str], what: str, otherwise: str) -> str:
    wanted = " ".join(given.lower().split())
    for id_, title in titles.items():
        if wanted in (id_.lower(), id_.lower().replace("_", " "), title.lower()):
            return id_
    hint = nearest(given, [*titles, *titles.values()]) or f" {otherwise[0].upper()}{otherwise[1:]}."
    raise Wrong(f"'{given}' is no {what} that is known here.{hint}")


def read_known(leaflets: Path) -> Known:
    """Everything a script may name. Raises YamlError for broken data files."""
    topics, regions = read_topics(), read_regions()
    library = load_library(leaflets, answer_folders(leaflets), topics, regions.by_id)
    return Known(topics, read_sign_book(), regions.by_id, library, read_site())
