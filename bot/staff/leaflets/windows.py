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
        self._alike = _alike(runs)

    def likeliest(self, odds: np.ndarray, how_many: int) -> list[Chosen]:
        """The runs to offer, best first, from the log odds of each line to belong to the passage.

        How likely a run is follows from the odds of its lines. People draw the same passage a little wider or tighter, so a
        run counts for all runs that are like it: the first is the one with the most likely company, each further one the
        one with the most likely company among what is not offered yet.
        """
        so_far = np.concatenate([[0.0], np.cumsum(odds)])
        scores = so_far[self._last + 1] - so_far[self._first]
        left = np.exp(scores - scores.max())
        found: list[Chosen] = []
        for _ in range(min(how_many, len(left))):
            company = self._alike @ left
            best = int(company.argmax())
            if company[best] <= 0:
                break
            first, last = self._lines[self._first[best]], self._lines[self._last[best]]
            found.append(Chosen(first.section, first.number, last.number))
            left[self._alike[best].indices] = 0.0
        return found


def _windows(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """First and last line of every run, by their index."""
    for first, begin in enumerate(lines):
        for last in range(first, len(lines)):
            if lines[last].section != begin.section or not _fits(lines, first, last):
                break
            yield first, last


def _alike(runs: Sequence[tuple[int, int]]) -> csr_matrix:
    """1 where two runs are alike: each has half of the other's lines, or more. Only runs that begin close together can be."""
    pairs = [(one, one) for one in range(len(runs))]
    for one, (first, last) in enumerate(runs):
        for other in range(one + 1, len(runs)):
            other_first, other_last = runs[other]
            if other_first > last:
                break
            common = min(last, other_last) - other_first + 1
            if 2 * common >= max(last - first, other_last - other_first) + 1:
                pairs += [(one, other), (other, one)]
    rows, columns = zip(*pairs)
    return csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(len(runs), len(runs)))


def _fits(lines: Sequence[Line], first: int, last: int) -> bool:
    length = last - first + 1
    return length <= LONGEST or (length <= LONGEST_LIST and all(line.bullet for line in lines[first + 1 : last + 1]))
