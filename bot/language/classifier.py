"""What a message is about: scores over trained labels, from sentence vectors joined with n-grams of words, letters and sounds.

Three models that err on different messages: multinomial logistic regression on the sentence vector (best with few
examples), a network with one hidden layer on all pooled layers of the encoder (best with many; it sees tense and negation),
and a linear support vector machine on n-grams. Their scores are pooled as weighted log probabilities (Genest & Zidek 1986).
They are trained in `bot/language/fitting.py`. See docs/adr/0004.
"""
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Sequence

import numpy as np
from marisa_trie import Trie

from bot.language.encoder_graph import WIDTH
from bot.language.ngrams import KINDS
from bot.language.vectors import Encoder, Span

_UNKNOWN = -1
_STRETCH = 8.0  # vectors of length 1 have entries too small for the network's first steps


@dataclass(frozen=True)
class Vocabulary:
    """The n-grams of one kind that are known, and the inverse document frequency of each (float32), in the order of the trie's
    numbers. A trie holds a hundred thousand n-grams in a fifth of a megabyte, where a dictionary takes
    fourteen."""

    trie: Trie
    idf: np.ndarray

    def tfidf(self, counts: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        """Columns and values of one text as `TfidfVectorizer.transform` gives them (sublinear counts, inverse document frequency, length 1)."""
        number = self.trie.get
        columns, often = np.array([number(gram, _UNKNOWN) for gram in counts], dtype=np.int64), np.array(list(counts.values()))
        known = columns != _UNKNOWN
        if not known.any():
            return columns[:0], np.zeros(0, dtype=np.float32)
        columns = columns[known]
        values = (1 + np.log(often[known])) * self.idf[columns]
        return columns, (values / np.sqrt(values @ values)).astype(np.float32)

    def __len__(self) -> int:
        return len(self.idf)


@dataclass
class Classifier:
    """A trained classifier. `labels` are in the order of the columns that `probabilities` returns; `ngram_weights` (8 bits)
    has the rows of all vocabularies, one after another; its columns count in units of `ngram_scale`."""

    labels: list[str]
    vocabularies: tuple[Vocabulary, ...]
    vector_weights: np.ndarray | None
    vector_bias: np.ndarray | None
    ngram_weights: np.ndarray
    ngram_scale: np.ndarray
    ngram_bias: np.ndarray
    network: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    pool: tuple[float, ...]

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Scores that add up to 1 for each text: shape (texts, labels). `vectors`: `Encoder.layered_matrix` of the texts."""
        return np.exp(log_softmax(pooled(self.pool, self.opinions(texts, vectors))))

    def opinions(self, texts: Sequence[str], vectors: np.ndarray) -> list[np.ndarray]:
        """Log scores of each of the models, each of shape (texts, labels)."""
        scores = [np.stack([self._by_ngrams(text) for text in texts]), self._by_network(vectors)]
        if self.vector_weights is not None:
            scores.append(vectors[:, -WIDTH:] @ self.vector_weights + self.vector_bias)
        return [log_softmax(some) for some in scores]

    def _by_network(self, vectors: np.ndarray) -> np.ndarray:
        into, into_bias, out, out_bias = self.network
        return np.maximum(stretched(vectors) @ into + into_bias, 0) @ out + out_bias

    def _by_ngrams(self, text: str) -> np.ndarray:
        """The n-gram model's margins. Only the few rows of the weights that the text uses are touched: for single messages
        that is several times faster than scikit-learn's sparse matrices."""
        margins, first = np.zeros(len(self.labels), dtype=np.float32), 0
        for vocabulary, counts in zip(self.vocabularies, _counted(text)):
            columns, values = vocabulary.tfidf(counts)
            margins += values @ self.ngram_weights[columns + first].astype(np.float32)
            first += len(vocabulary)
        return margins * self.ngram_scale + self.ngram_bias

    def ranking(self, text: str, encoder: Encoder) -> list[tuple[str, float]]:
        """Labels with their scores for one text, best first; equal scores in the order of the labels."""
        scores = self.probabilities([text], encoder.layered(text)[None, :])[0]
        order = sorted(range(len(self.labels)), key=lambda index: (-scores[index], index))
        return [(self.labels[index], float(scores[index])) for index in order]

    def scores_of_parts(self, text: str, spans: Sequence[Span], encoder: Encoder) -> list[dict[str, float]]:
        """The score of each label for each part of `text`."""
        scores = self.probabilities([text[slice(*span)] for span in spans], encoder.parts(text, spans))
        return [dict(zip(self.labels, row)) for row in scores.tolist()]


def stretched(vectors: np.ndarray) -> np.ndarray:
    """The pooled layers as the network takes them."""
    return _STRETCH * vectors


def pooled(pool: Sequence[float], opinions: Sequence[np.ndarray]) -> np.ndarray:
    """The models' log scores with the weights of `pool`, added up."""
    return sum(weight * opinion for weight, opinion in zip(pool, opinions))


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Log probabilities: shape (texts, labels)."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@lru_cache(maxsize=64)  # the reader and the safety screen ask for the same message
def _counted(text: str) -> tuple[Counter[str], ...]:
    """How often each n-gram of each kind stands in `text`."""
    return tuple(Counter(kind(text)) for kind in KINDS)
