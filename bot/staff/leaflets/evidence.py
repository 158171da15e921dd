"""How strongly each sentence of a leaflet speaks on each topic: the measures that the proposer weighs.

Sentence vectors compare a sentence and its heading with patients' questions on the topic, with the topic's own description,
and with the passages that staff have approved for it in other leaflets. The trained topic model reads both as if they were asked.
"""
import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Sequence

import numpy as np

from bot.catalogue import Topic
from bot.language.classifier import Classifier
from bot.language.cleaning import plain
from bot.language.training import Example, read_examples, trained_reader
from bot.language.vectors import Encoder, encoder_file, load_encoder
from bot.leaflets.library import ActiveLeaflet
from bot.staff.leaflets.windows import Line

QUESTIONS = 60    # questions for each topic, evenly over its examples
NEAREST = 5       # of which the nearest count
_LEAST = -8.0     # log probabilities below this differ by chance only
MEASURES = (
    "model on sentence", "model on heading", "questions to sentence", "description to sentence", "approved to sentence",
    "questions to heading", "description to heading", "approved to heading",
)  # fmt: skip


@dataclass(frozen=True)
class Approved:
    """What staff have approved on a topic elsewhere: vectors of its sentences and of its headings, shape (n, 384)."""

    sentences: np.ndarray
    headings: np.ndarray


class Evidence:
    """Measures sentences against topics. `approved` are the leaflets to learn from; the one under review is none of them."""

    def __init__(self, topics: Mapping[str, Topic], approved: Sequence[ActiveLeaflet]) -> None:
        self.topics = list(topics)
        self._encoder = load_encoder()
        examples, self._classifier = _what_is_trained()
        self._questions = _question_vectors(self.topics, examples, self._encoder)
        self._descriptions = self._encoder.matrix([f"{topic.title}: {topic.asks}" for topic in topics.values()])
        self._approved = {topic: self._approved_on(topic, approved) for topic in self.topics}

    def _approved_on(self, topic: str, leaflets: Sequence[ActiveLeaflet]) -> Approved:
        speaking = [leaflet for leaflet in leaflets if topic in leaflet.passages]
        parts = [part for leaflet in speaking for passage in leaflet.passages[topic] for part in passage.text.splitlines()]
        headings = [passage.section for leaflet in speaking for passage in leaflet.passages[topic] if passage.section]
        return Approved(self._encoder.matrix(_bare(part) for part in parts), self._encoder.matrix(headings))

    def measures(self, lines: Sequence[Line]) -> np.ndarray:
        """One number for each of MEASURES: shape (topics, lines, measures). Cosines, and log probabilities over 8."""
        sentences, headings = self._encoder.matrix(line.text for line in lines), self._encoder.matrix(line.heading for line in lines)
        measured = [
            self._read([line.text for line in lines]), self._read([line.heading for line in lines]),
            self._near_questions(sentences), self._descriptions @ sentences.T, self._near_approved(sentences, "sentences"),
            self._near_questions(headings), self._descriptions @ headings.T, self._near_approved(headings, "headings"),
        ]  # fmt: skip
        return np.stack(measured, axis=-1)

    def _read(self, texts: Sequence[str]) -> np.ndarray:
        column = {label: index for index, label in enumerate(self._classifier.labels)}
        chances = np.log(self._classifier.probabilities([plain(text) for text in texts], self._encoder.layered_matrix(texts)) + 1e-12)
        untrained = np.full(len(texts), _LEAST)
        return np.stack([np.maximum(chances[:, column[topic]], _LEAST) if topic in column else untrained for topic in self.topics]) / -_LEAST

    def _near_questions(self, vectors: np.ndarray) -> np.ndarray:
        return np.stack([_nearest(self._questions[topic], vectors, NEAREST) for topic in self.topics])

    def _near_approved(self, vectors: np.ndarray, what: str) -> np.ndarray:
        return np.stack([_nearest(getattr(self._approved[topic], what), vectors, 1) for topic in self.topics])


def _nearest(known: np.ndarray, vectors: np.ndarray, how_many: int) -> np.ndarray:
    """The mean cosine of each vector with the `how_many` nearest of `known`; 0 where nothing is known."""
    if not len(known):
        return np.zeros(len(vectors))
    return np.sort(known @ vectors.T, axis=0)[-how_many:].mean(axis=0)


def _bare(line: str) -> str:
    return line.strip().removeprefix("- ")


@lru_cache(maxsize=1)
def _what_is_trained() -> tuple[list[Example], Classifier]:
    examples = read_examples()
    return examples, trained_reader(examples)[0]


def _sources(examples: Sequence[Example]) -> str:
    return hashlib.sha256("\n".join(f"{label}\t{text}" for text, label in examples).encode() + encoder_file().name.encode()).hexdigest()[:16]


def _question_vectors(topics: Sequence[str], examples: Sequence[Example], encoder: Encoder) -> dict[str, np.ndarray]:
    """The vectors of questions on each topic; kept on disk, since reading some thousand takes a while."""
    file = encoder_file().parent.parent / "reader" / f"questions-{_sources(examples)}.npz"
    if file.exists():
        with np.load(file, allow_pickle=False) as known:
            return dict(known)
    print("Reading what patients ask on each topic (once after each training).", flush=True)
    found = {topic: encoder.matrix(plain(text) for text in _spread([text for text, label in examples if label == topic])) for topic in topics}
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        np.savez(Path(folder) / "questions.npz", **found)
        os.replace(Path(folder) / "questions.npz", file)
    return found


def _spread(texts: Sequence[str]) -> list[str]:
    step = max(len(texts) / QUESTIONS, 1)
    return [texts[int(index * step)] for index in range(min(len(texts), QUESTIONS))]
