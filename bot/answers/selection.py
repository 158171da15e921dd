"""Which leaflet is quoted on a topic: the patient's own, else the one that speaks, else the more cautious of those that differ."""
from dataclasses import dataclass
from typing import Literal

from bot.leaflets.library import ActiveLeaflet, Library

MAX_LEAFLETS = 2


@dataclass(frozen=True)
class Selection:
    """The leaflets to quote on a topic, in order, and why: the only voice, the patient's own, another's, or several differ."""

    leaflets: tuple[ActiveLeaflet, ...]
    reason: Literal["silent", "own", "one_voice", "other_than_own", "differ"]


def select(topic: str, library: Library, leaflet: str | None, region: str | None) -> Selection:
    """Choose among the active leaflets for one topic. `leaflet` and `region` are the patient's, None where unknown."""
    speaking = [candidate for candidate in library.speaking_on(topic) if _may_speak_for(candidate, leaflet, library)]
    if not speaking:
        return Selection((), "silent")
    own = [candidate for candidate in speaking if candidate.id == leaflet]
    if own:
        return Selection((own[0],), "own")
    fitting = [candidate for candidate in speaking if region is None or region in candidate.about.regions] or speaking
    voices = _one_for_each_view(topic, fitting)
    if leaflet is not None and leaflet in library.active:
        return Selection(tuple(voices[:MAX_LEAFLETS]), "other_than_own")
    return Selection(tuple(voices[:MAX_LEAFLETS]), "differ" if len(voices) > 1 else "one_voice")


def _may_speak_for(candidate: ActiveLeaflet, leaflet: str | None, library: Library) -> bool:
    """A leaflet on another operation must not answer in place of the patient's own, even where that is silent."""
    return leaflet not in library.active or candidate.about.subject == library.active[leaflet].about.subject


def _one_for_each_view(topic: str, leaflets: list[ActiveLeaflet]) -> list[ActiveLeaflet]:
    """The leaflets that differ, the most cautious first; of those that agree, the one that covers most topics stands for all."""
    ordered = sorted(leaflets, key=lambda leaflet: (-leaflet.caution(topic), -len(leaflet.passages), leaflet.id))
    seen: dict[str, ActiveLeaflet] = {}
    for leaflet in ordered:
        seen.setdefault(leaflet.says(topic), leaflet)
    return list(seen.values())
