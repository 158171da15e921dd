"""The second opinion: a model trained on sentence vectors and n-grams that catches signs no pattern foresaw."""
import csv
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

import joblib
import numpy as np

from bot.language import classifier as classifier_module
from bot.language import noise as noise_module
from bot.language.classifier import Classifier, train_classifier
from bot.language.cleaning import plain
from bot.language.noise import misheard, with_typing_errors
from bot.language.training import Example
from bot.language.vectors import Encoder, encoder_file
from bot.safety.signs import FOLDER, read_sign_book

NONE = "none"
_TYPING_SEED, _HEARING_SEED = 7, 8  # others than those of the measures
ENDINGS = ("help_underway", "retract_report")


@dataclass(frozen=True)
class Opinion:
    """How likely each sign is reported (0 to 1), and how likely the message ends an alarm."""

    signs: dict[str, float]
    endings: dict[str, float]

    @property
    def danger(self) -> float:
        """How likely any sign is reported."""
        return sum(self.signs.values())


class SecondOpinion:
    """Asks the trained model about a whole message or a part of it."""

    def __init__(self, classifier: Classifier, encoder: Encoder) -> None:
        self._classifier, self._encoder = classifier, encoder

    def opinions(self, texts: Sequence[str]) -> list[Opinion]:
        """One opinion for each text."""
        vectors = self._encoder.layered_matrix(texts)
        return [self._opinion(row) for row in self._classifier.probabilities(list(texts), vectors)]

    def _opinion(self, scores: np.ndarray) -> Opinion:
        by_label = dict(zip(self._classifier.labels, (float(score) for score in scores)))
        endings = {label: by_label.pop(label, 0.0) for label in ENDINGS}
        by_label.pop(NONE, None)
        return Opinion(by_label, endings)


def safety_examples(ordinary: Sequence[Example], folder: Path = FOLDER / "training") -> list[Example]:
    """Messages that report a sign (labelled with the first one), messages that do not, and all ordinary ones."""
    having = [(row["message"], row["signs"].split(",")[0]) for row in _rows(folder / "having.tsv")]
    not_having = [(row["message"], NONE) for row in _rows(folder / "not_having.tsv")]
    return having + not_having + _sign_file_examples(folder.parent) + [(text, label if label in ENDINGS else NONE) for text, label in ordinary]


def _sign_file_examples(folder: Path) -> list[Example]:
    """The examples and near misses that clinicians keep in the signs' own files: what stands there is learnt too."""
    signs = read_sign_book(folder).signs.values()
    near_misses = [(message, NONE) for sign in signs for message in sign.near_misses if not any(message in other.fires for other in signs)]
    return [(message, sign.id) for sign in signs for message in sign.fires] + near_misses


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def trained_second_opinion(ordinary: Sequence[Example], encoder: Encoder) -> SecondOpinion:
    """The model trained on the safety examples and the `ordinary` ones; read back from disk where it was trained before."""
    examples = safety_examples(ordinary)
    file = _kept(examples)
    if file.exists():
        return SecondOpinion(joblib.load(file), encoder)
    near = {plain(text) for text, _ in safety_examples(())}
    versions = _noisy_versions(near)
    classifier = train_classifier([plain(text) for text, _ in examples], [label for _, label in examples], encoder, versions)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        joblib.dump(classifier, Path(folder) / "model", compress=3)
        os.replace(Path(folder) / "model", file)
    return SecondOpinion(classifier, encoder)


def _noisy_versions(near: set[str]) -> Callable[[str, str], list[str]]:
    """Each message that reports a sign, or nearly does, also as it is mistyped and as it is mis-heard; ordinary ones as they are."""

    def versions(text: str, label: str) -> list[str]:
        return [with_typing_errors(text, _TYPING_SEED), misheard(text, _HEARING_SEED)] if text in near else []

    return versions


def _kept(examples: Sequence[Example]) -> Path:
    sources = [Path(module.__file__).read_bytes() for module in (classifier_module, noise_module)]
    digest = hashlib.sha256(encoder_file().name.encode() + b"".join(sources) + Path(__file__).read_bytes())
    for text, label in examples:
        digest.update(f"{label}\t{text}\n".encode())
    return encoder_file().parent.parent / "safety" / f"{digest.hexdigest()[:16]}.joblib"
