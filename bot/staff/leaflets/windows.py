"""Runs of neighbouring sentences in one section: the candidates for a passage."""
from dataclasses import dataclass
from typing import Iterator, Sequence

import numpy as np

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


def best_windows(lines: Sequence[Line], gains: np.ndarray, how_many: int) -> list[tuple[Chosen, float]]:
    """The runs with the highest sum of `gains` (one for each line), best first; none overlaps another.

    A run stays in its section and has LONGEST lines at most, a list's bullets with the line above them LONGEST_LIST.
    """
    scored = sorted(_windows(lines, gains), key=lambda entry: (-entry[2], entry[0], entry[1]))
    found: list[tuple[int, int, float]] = []
    for first, last, gain in scored:
        if len(found) == how_many:
            break
        if all(last < other_first or first > other_last for other_first, other_last, _ in found):
            found.append((first, last, gain))
    return [(Chosen(lines[first].section, lines[first].number, lines[last].number), gain) for first, last, gain in found]


def _windows(lines: Sequence[Line], gains: np.ndarray) -> Iterator[tuple[int, int, float]]:
    for first, begin in enumerate(lines):
        total = 0.0
        for last in range(first, len(lines)):
            if lines[last].section != begin.section or not _fits(lines, first, last):
                break
            total += float(gains[last])
            yield first, last, total


def _fits(lines: Sequence[Line], first: int, last: int) -> bool:
    length = last - first + 1
    return length <= LONGEST or (length <= LONGEST_LIST and all(line.bullet for line in lines[first + 1 : last + 1]))
