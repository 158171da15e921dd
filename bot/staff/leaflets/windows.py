"""Runs of neighbouring sentences in one section: the candidates for a passage."""
from dataclasses import dataclass
from typing import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.leaflets.leaflet import Leaflet
from bot.leaflets.passage import span_of
from bot.staff.map_writer import Chosen

LONGEST = 5        # sentences; a passage is rarely over four
LONGEST_LIST = 12  # bullets of one list belong together


@dataclass(frozen=True)
class Line:
    """A sentence with its place: section number, sentence number from 1, its words and the heading above it."""

    section: int
    number: int
    text: str
    heading: str
    bullet: bool


def lines_of(leaflet: Leaflet) -> list[Line]:
    """Every sentence of the leaflet, in order."""
    return [
        Line(section.number, number, leaflet.text[sentence.start : sentence.end], section.heading, leaflet.blocks[sentence.block].kind == "bullet")
        for section in leaflet.sections
        for number, sentence in enumerate(section.sentences, 1)
    ]


def words_at(leaflet: Leaflet, chosen: Chosen) -> str:
    """The exact words of a passage, as they would be quoted. Raises IndexError where it does not exist."""
    sentences = leaflet.sections[chosen.section].sentences
    if not 1 <= chosen.first <= chosen.last <= len(sentences):
        raise IndexError(f"section {chosen.section} has {len(sentences)} sentences, not {chosen.first} to {chosen.last}")
    start, end = span_of(sentences[chosen.first - 1 : chosen.last])
    return leaflet.text[start:end]


class Windows:
    """Every run of a leaflet's lines that could be a passage.

    A run stays in its section and has LONGEST lines at most, a list's bullets with the line above them LONGEST_LIST.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        runs = list(_windows(lines))
        self._first, self._last = (np.array(ends, dtype=int) for ends in zip(*runs))
        self._likeness = _likeness(runs)

    def likeliest(self, odds: np.ndarray, how_many: int) -> list[Chosen]:
        """The runs to offer, best first, from the log odds of each line to belong to the passage.

        How likely a run is follows from the odds of its lines. People draw the same passage a little wider or tighter, so an
        offered run also serves for those like it, the less the less it is like them. Each run offered is the one that serves
        best beside those offered before it.
        """
        so_far = np.concatenate([[0.0], np.cumsum(odds)])
        scores = so_far[self._last + 1] - so_far[self._first]
        likely = np.exp(scores - scores.max())
        served = np.zeros(len(likely))
        found: list[Chosen] = []
        for _ in range(min(how_many, len(likely))):
            best = int(self._service(likely, served).argmax())
            if served[best] == 1.0:
                break
            first, last = self._lines[self._first[best]], self._lines[self._last[best]]
            found.append(Chosen(first.section, first.number, last.number))
            alike = self._likeness[best]
            served[alike.indices] = np.maximum(served[alike.indices], alike.data)
        return found

    def _service(self, likely: np.ndarray, served: np.ndarray) -> np.ndarray:
        """By how much each run would serve better than what is offered already."""
        like = self._likeness
        gains = np.maximum(like.data - served[like.indices], 0.0) * likely[like.indices]
        return np.add.reduceat(gains, like.indptr[:-1])


def _windows(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """First and last line of every run, by their index."""
    for first, begin in enumerate(lines):
        for last in range(first, len(lines)):
            if lines[last].section != begin.section or not _fits(lines, first, last):
                break
            yield first, last


def _likeness(runs: Sequence[tuple[int, int]]) -> csr_matrix:
    """How well one run serves in place of another: 1 for the same, less the fewer lines they share, 0 where that is under half of either."""
    found = [(one, one, 1.0) for one in range(len(runs))]
    for one, (first, last) in enumerate(runs):
        for other in range(one + 1, len(runs)):
            other_first, other_last = runs[other]
            if other_first > last:
                break
            shared = (min(last, other_last) - other_first + 1) / (max(last - first, other_last - other_first) + 1)
            if shared >= 0.5:
                found += [(one, other, (1 + shared) / 2), (other, one, (1 + shared) / 2)]
    rows, columns, likeness = zip(*found)
    return csr_matrix((likeness, (rows, columns)), shape=(len(runs), len(runs)))


def _fits(lines: Sequence[Line], first: int, last: int) -> bool:
    length = last - first + 1
    return length <= LONGEST or (length <= LONGEST_LIST and all(line.bullet for line in lines[first + 1 : last + 1]))
