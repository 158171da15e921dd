"""What a run has tried and what not: topics, warning signs, kinds of reply, channels, passages, and the leaflets' sentences."""
from collections import Counter
from typing import Any, Iterable, Iterator, Sequence

from bot.leaflets.library import ActiveLeaflet
from bot.staff.stories.known import Known
from bot.staff.stories.proof import KINDS
from bot.staff.stories.record import Told
from bot.staff.stories.script import CHANNELS

_Place = tuple[str, int, int]
_NAMED = 10  # of what was not tried, on the terminal


def coverage_of(stories: list[Told], known: Known) -> dict[str, Any]:
    """Plain data for the report. A topic, sign or kind counts as tried by an expectation that held; a passage once it was shown."""
    tried = _tried(stories)
    topics = {topic: tried[f"topic:{topic}"] for topic in known.topics}
    signs = {sign: tried[f"sign:{sign}"] for sign in known.signs.signs}
    kinds = {kind: tried[f"kind:{kind}"] for kind in KINDS}
    channels = Counter(story.channel or CHANNELS[0] for story in stories)
    sentences = [_sentences(leaflet) for leaflet in known.library.active.values()]
    return {
        "topics": topics,
        "topics_untried": [topic for topic, times in topics.items() if not times],
        "topics_silent": [topic for topic in known.topics if not known.speaking_on(topic)],
        "topics_on_one_leaflet": {topic: known.speaking_on(topic)[0].id for topic in known.topics if len(known.speaking_on(topic)) == 1},
        "signs": signs,
        "signs_untried": [sign for sign, times in signs.items() if not times],
        "kinds": kinds,
        "kinds_untried": [kind for kind, times in kinds.items() if not times],
        "channels": {channel: channels[channel] for channel in CHANNELS},
        "sentences": sentences,
        "passages": _passages(stories, known),
    }


def _tried(stories: Iterable[Told]) -> Counter[str]:
    return Counter(name for story in stories for turn in story.turns if not turn.problems for name in turn.tested)


def _sentences(leaflet: ActiveLeaflet) -> dict[str, Any]:
    """How many of a leaflet's sentences some topic reaches, and the others with the reason why none does."""
    reached = [(passage.start, passage.end) for passages in leaflet.passages.values() for passage in passages]
    total, unreached = 0, []
    for section in leaflet.leaflet.sections:
        inside = [any(start <= sentence.start and sentence.end <= end for start, end in reached) for sentence in section.sentences]
        total += len(inside)
        reason = _reason(section.number, any(inside))
        for sentence, is_reached in zip(section.sentences, inside):
            if not is_reached:
                unreached.append({"section": section.heading, "text": leaflet.text[sentence.start : sentence.end], "reason": reason})
    return {"leaflet": leaflet.id, "title": leaflet.about.title, "total": total, "reached": total - len(unreached), "unreached": unreached}


def _reason(section: int, others_reached: bool) -> str:
    if section == 0:
        return "stands above the first heading"
    return "left out of the passages that quote this section" if others_reached else "no topic of the answer map points to this section"


def _passages(stories: list[Told], known: Known) -> dict[str, Any]:
    """Every passage that could be quoted, and those that no story has shown."""
    shown = set(_places_shown(stories))
    every = {
        (leaflet.id, passage.start, passage.end): {"leaflet": leaflet.id, "topic": topic, "passage": number, "section": passage.section}
        for leaflet in known.library.active.values()
        for topic, passages in leaflet.passages.items()
        for number, passage in enumerate(passages, 1)
    }
    return {"total": len(every), "shown": len(shown & set(every)), "unshown": [every[place] for place in every if place not in shown]}


def _places_shown(stories: list[Told]) -> Iterator[_Place]:
    for story in stories:
        for turn in story.turns:
            for quote in turn.custom.get("quotes", ()):
                yield quote.get("leaflet"), quote.get("start"), quote.get("end")


def in_words(coverage: dict[str, Any]) -> Iterator[str]:
    """The figures for the terminal, a line each."""
    for name, untried in (("topics", "topics_untried"), ("signs", "signs_untried"), ("kinds", "kinds_untried")):
        total, missing = len(coverage[name]), coverage[untried]
        yield f"  {name:<10} {total - len(missing)} of {total} tried" + _untried(missing)
    yield f"  channels   {', '.join(f'{channel} {times}' for channel, times in coverage['channels'].items())}"
    total, reached = sum(leaflet["total"] for leaflet in coverage["sentences"]), sum(leaflet["reached"] for leaflet in coverage["sentences"])
    yield f"  sentences  {reached} of {total} of the leaflets' sentences can be quoted ({_percent(reached, total)})"
    passages = coverage["passages"]
    yield f"  passages   {passages['shown']} of {passages['total']} were shown in a story ({_percent(passages['shown'], passages['total'])})"


def _untried(missing: Sequence[str]) -> str:
    """Named where they are few; a run of one script would fill the screen with all the others."""
    if len(missing) > _NAMED:
        return "; the report names the others"
    return f"; not: {', '.join(missing)}" if missing else ""


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"
