"""Learn the proposer's weights from leaflets whose maps are approved.

Each leaflet is measured with the others as its only examples, and without its twins (leaflets on the very same facts), just
as a new leaflet will be. No word of a leaflet goes into the weights: they are 34 numbers.
"""
from typing import Callable, Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.catalogue import Topic
from bot.leaflets.library import ActiveLeaflet
from bot.staff.leaflets.evidence import MEASURES, Evidence
from bot.staff.leaflets.proposer import VIEWS, Weights, views
from bot.staff.leaflets.windows import Line, lines_of

_STRENGTH = 0.05
_SAYS, _NOTHING, _JOIN = 0.6, 0.15, 1.0  # chosen on the ten leaflets of tests/measure_proposals.py, each pair left out in turn

Rows = tuple[np.ndarray, np.ndarray, Sequence[Line]]


def rows_of(leaflet: ActiveLeaflet, others: Sequence[ActiveLeaflet], topics: Mapping[str, Topic]) -> tuple[np.ndarray, np.ndarray]:
    """Views of every sentence for every topic, shape (topics, lines, …), and whether it is in the approved passage (topics, lines)."""
    lines = lines_of(leaflet.leaflet)
    inside = np.zeros((len(topics), len(lines)), dtype=bool)
    for index, topic in enumerate(topics):
        for place in leaflet.map.topics[topic].places if topic in leaflet.passages else ():
            inside[index] |= np.array([line.section == place.section and place.first <= line.number <= place.last for line in lines])
    return views(Evidence(topics, others).measures(lines), lines), inside


def learnt(rows: Sequence[tuple[np.ndarray, np.ndarray]], says: float = _SAYS, nothing: float = _NOTHING, join: float = _JOIN) -> Weights:
    """The weights under which the approved sentences are most likely, and the calibration of "says something"."""
    seen = np.concatenate([measured.reshape(-1, measured.shape[-1]) for measured, _ in rows])
    inside = np.concatenate([found.reshape(-1) for _, found in rows])
    scale = StandardScaler().fit(seen)
    model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(scale.transform(seen), inside)
    of = model.coef_[0] / scale.scale_
    bias = float(model.intercept_[0] - (model.coef_[0] * scale.mean_ / scale.scale_).sum())
    best = np.concatenate([(measured @ of + bias).max(axis=1) for measured, _ in rows])
    speaks = np.concatenate([found.any(axis=1) for _, found in rows])
    calibration = LogisticRegression(C=10.0).fit(best[:, None], speaks)
    return Weights(of, bias, float(calibration.coef_[0, 0]), float(calibration.intercept_[0]), says, nothing, join)


def without(leaflet: ActiveLeaflet, all_: Sequence[ActiveLeaflet], twins: Callable[[str], set[str]]) -> list[ActiveLeaflet]:
    """All leaflets but `leaflet` and its twins."""
    return [other for other in all_ if other.id != leaflet.id and other.id not in twins(leaflet.id)]


def written(weights: Weights) -> str:
    """The weights as the YAML file that `read_weights` reads."""
    lines = ["# How the proposer weighs what it measures; learnt from approved leaflets by bot/staff/leaflets/learning.py, not kept by hand."]
    lines += ["# says: from which chance on a topic counts as spoken of; nothing: below which as not. join: what counts for (or against) each further sentence of a passage."]
    lines += [f"{key}: {getattr(weights, key):.4f}" for key in ("bias", "slope", "offset", "says", "nothing", "join")] + ["weights:"]
    by_view = weights.of.reshape(len(VIEWS), len(MEASURES))
    for column, measure in enumerate(MEASURES):
        inner = ", ".join(f'"{view}": {by_view[row, column]:.4f}' for row, view in enumerate(VIEWS))
        lines.append(f'  "{measure}": {{{inner}}}')
    return "\n".join(lines) + "\n"


def twins_of(leaflet: ActiveLeaflet, all_: Sequence[ActiveLeaflet]) -> set[str]:
    """The leaflets that say the same as `leaflet` on more than two thirds of its topics: they state the very same facts."""
    found = set()
    for other in all_:
        both = [topic for topic in leaflet.passages if topic in other.passages]
        same = sum(leaflet.says(topic) == other.says(topic) for topic in both)
        if other.id != leaflet.id and same > 2 / 3 * max(len(leaflet.passages), 1):
            found.add(other.id)
    return found

