"""Proposes passages: for each topic the runs of sentences that most likely answer it, or "does not say".

Each sentence's measures are weighed by logistic regression, with weights learnt from leaflets whose maps people approved
(`learning.py`). A run's score is the sum of its sentences' log odds; which runs are offered follows from that (`windows.py`).
A proposal is only ever a proposal: a person accepts, changes or refuses it.
"""
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

import numpy as np

from bot.catalogue import DATA, Topic
from bot.leaflets.leaflet import Leaflet
from bot.leaflets.library import ActiveLeaflet
from bot.staff.leaflets.evidence import MEASURES, Evidence
from bot.staff.leaflets.windows import Line, Windows, lines_of
from bot.staff.map_writer import Chosen
from bot.yaml_file import YamlError, check_keys, read_yaml

HOW_MANY = 3
WEIGHTS_FILE = DATA / "proposals.yml"
VIEWS = ("as it is", "beside the leaflet's best", "beside other topics", "of its neighbours")


@dataclass(frozen=True)
class Weights:
    """`of` weighs each measure in each view, shape (measures × views,); `slope` and `offset` turn the best sentence's log odds
    into the chance that the leaflet speaks on a topic. From `says` on it counts as spoken of, below `nothing` as not;
    `join` counts for each further sentence of a passage."""

    of: np.ndarray
    bias: float
    slope: float
    offset: float
    says: float
    nothing: float
    join: float


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one topic: up to three passages, best first, and how likely the leaflet says anything on it.

    `says_nothing` is the sure opposite of `says_something`; between the two a person must look.
    """

    topic: str
    passages: tuple[Chosen, ...]
    chance: float
    says_something: bool
    says_nothing: bool


class Proposer:
    """Proposes for any leaflet. `approved` are other leaflets with approved maps, to learn from."""

    def __init__(self, topics: Mapping[str, Topic], approved: Sequence[ActiveLeaflet], weights: Weights | None = None) -> None:
        self._evidence = Evidence(topics, approved)
        self._weights = weights or read_weights()

    def propose(self, leaflet: Leaflet) -> dict[str, Proposal]:
        """A proposal for every topic."""
        lines = lines_of(leaflet)
        if not lines:
            return {topic: Proposal(topic, (), 0.0, False, True) for topic in self._evidence.topics}
        odds, windows = views(self._evidence.measures(lines), lines) @ self._weights.of + self._weights.bias, Windows(lines)
        return {topic: self._proposal(topic, windows, odds[index]) for index, topic in enumerate(self._evidence.topics)}

    def _proposal(self, topic: str, windows: Windows, odds: np.ndarray) -> Proposal:
        weights = self._weights
        chance = float(1 / (1 + np.exp(-(weights.slope * odds.max() + weights.offset))))
        return Proposal(topic, tuple(windows.likeliest(odds + weights.join, HOW_MANY)), chance, chance >= weights.says, chance < weights.nothing)


def views(measures: np.ndarray, lines: Sequence[Line]) -> np.ndarray:
    """Each measure in four views: shape (topics, lines, measures × views)."""
    best = measures - measures.max(axis=1, keepdims=True)
    return np.concatenate([measures, best, _beside_other_topics(measures), _of_neighbours(measures, lines)], axis=-1)


def _beside_other_topics(measures: np.ndarray) -> np.ndarray:
    if len(measures) < 2:
        return np.zeros_like(measures)
    ordered = np.sort(measures, axis=0)
    first, second = ordered[-1], ordered[-2]
    return measures - np.where(measures == first, second, first)


def _of_neighbours(measures: np.ndarray, lines: Sequence[Line]) -> np.ndarray:
    """The mean over the sentences right before and after, in the same section; the sentence's own where it has none."""
    found = measures.copy()
    for index, line in enumerate(lines):
        beside = [other for other in (index - 1, index + 1) if 0 <= other < len(lines) and lines[other].section == line.section]
        if beside:
            found[:, index] = measures[:, beside].mean(axis=1)
    return found


def read_weights(file: Path = WEIGHTS_FILE) -> Weights:
    """The weights learnt from approved leaflets. Raises YamlError for any mistake."""
    entry = check_keys(file, read_yaml(file), "proposals", ["weights", "bias", "slope", "offset", "says", "nothing", "join"])
    check_keys(file, entry["weights"], "weights", MEASURES)
    for measure in MEASURES:
        check_keys(file, entry["weights"][measure], measure, VIEWS)
    try:
        of = np.array([float(entry["weights"][measure][view]) for view in VIEWS for measure in MEASURES])
        return Weights(of, *(float(entry[key]) for key in ("bias", "slope", "offset", "says", "nothing", "join")))
    except (TypeError, ValueError) as error:
        raise YamlError(file, entry.line, f"every weight should be a number: {error}") from error
