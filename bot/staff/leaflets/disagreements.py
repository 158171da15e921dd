"""Where a leaflet and the other active leaflets say different things on a topic."""
import re
from dataclasses import dataclass
from typing import Iterator, Mapping, Sequence

from bot.leaflets.library import ActiveLeaflet
from bot.leaflets.passage import ProofError

_NUMBERS = re.compile(r"\d[\d.,:]*")


@dataclass(frozen=True)
class Disagreement:
    """On `topic`, `other` says something else. `numbers` are those that only one of the two names."""

    topic: str
    other: str
    title: str
    words: str
    caution: int
    numbers: tuple[str, ...]


def words_on(leaflet: ActiveLeaflet, topic: str) -> str:
    """What a leaflet in use says on a topic, its passages joined; empty where it says nothing that can be proved."""
    try:
        return "\n".join(passage.text for passage in leaflet.proved(topic))
    except ProofError:
        return ""


def disagreements(words: Mapping[str, str], says: Mapping[str, str], others: Sequence[ActiveLeaflet]) -> Iterator[Disagreement]:
    """Every topic of `words` on which one of `others` says something else; `says` are the words of our own, by topic."""
    for topic, own in words.items():
        for other in others:
            if topic in other.passages and other.says(topic) != says[topic]:
                theirs = words_on(other, topic)
                numbers = set(_NUMBERS.findall(own)) ^ set(_NUMBERS.findall(theirs))
                yield Disagreement(topic, other.id, other.about.title, theirs, other.caution(topic), tuple(sorted(numbers)))
