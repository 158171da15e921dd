"""What a message is about: scores over trained labels, from sentence vectors joined with n-grams of words, letters and sounds.

Three models that err on different messages: multinomial logistic regression on the sentence vector (best with few
examples), a network with one hidden layer on all pooled layers of the encoder (best with many; it sees tense and negation),
and a linear support vector machine on n-grams. Their scores are pooled as weighted log probabilities (Genest & Zidek 1986);
the weights are those that make messages left out of training most likely, so the pool is calibrated too. See docs/adr/0004.
"""
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import Callable, Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from bot.language.encoder_graph import WIDTH
from bot.language.sounds import sounding
from bot.language.vectors import Encoder

_SEED = 20
_LR_STRENGTH = 10.0
_SVM_STRENGTH = 0.5
_HIDDEN, _DECAY = 256, 0.01
_FEW_ROUNDS = {"max_iter": 25}
# as good in a third of the time: on 720 minimal pairs left out, area under the curve 0.738 (0.736 with 25 rounds of 200 at 0.001)
_MANY_ROUNDS = {"max_iter": 15, "batch_size": 512, "learning_rate_init": 0.002}
_HEAVIEST = 4.0  # of the pool's weights; a handful of messages that are easily told apart would ask for endless ones
_STRETCH = 8.0  # vectors of length 1 have entries too small for the network's first steps
_FOLDS = 3
_MANY = 5000
# how often an n-gram stands in the examples at least, where they are few and where they are many: on thousands of messages
# rarer ones add nothing to accuracy (80.6 % either way on a quarter left out) but much memory
_NGRAMS = (
    ({"ngram_range": (1, 2), "token_pattern": r"\b\w+\b"}, 1, 2),
    ({"analyzer": "char_wb", "ngram_range": (2, 5)}, 2, 3),
    ({"analyzer": "char", "preprocessor": sounding, "ngram_range": (3, 5)}, 2, 3),
)


@dataclass
class Classifier:
    """A trained classifier. `labels` are in the order of the columns that `probabilities` returns."""

    labels: list[str]
    vectorizers: tuple[TfidfVectorizer, ...]
    vector_weights: np.ndarray | None
    vector_bias: np.ndarray | None
    ngram_weights: np.ndarray
    ngram_bias: np.ndarray
    network: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    pool: tuple[float, ...]

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Scores that add up to 1 for each text: shape (texts, labels). `vectors`: `Encoder.layered_matrix` of the texts."""
        return np.exp(_log_softmax(_pooled(self.pool, self._opinions(texts, vectors))))

    def _opinions(self, texts: Sequence[str], vectors: np.ndarray) -> list[np.ndarray]:
        """Log scores of each of the models."""
        scores = [np.stack([self._by_ngrams(text) for text in texts]), self._by_network(vectors)]
        if self.vector_weights is not None:
            scores.append(vectors[:, -WIDTH:] @ self.vector_weights + self.vector_bias)
        return [_log_softmax(some) for some in scores]

    def _by_network(self, vectors: np.ndarray) -> np.ndarray:
        into, into_bias, out, out_bias = self.network
        return np.maximum(_STRETCH * vectors @ into + into_bias, 0) @ out + out_bias

    def _by_ngrams(self, text: str) -> np.ndarray:
        """The n-gram model's margins. Only the few rows of the weights that the text uses are touched: for single messages
        that is several times faster than scikit-learn's sparse matrices."""
        margins, first = self.ngram_bias.copy(), 0
        for vectorizer, counts, idf in zip(self.vectorizers, _counted(text), self._idfs):
            columns, values = _tfidf(vectorizer.vocabulary_, counts, idf)
            margins += values @ self.ngram_weights[columns + first].astype(np.float32)
            first += len(vectorizer.vocabulary_)
        return margins

    @cached_property
    def _idfs(self) -> tuple[np.ndarray, ...]:
        # scikit-learn would sum them up anew, from a sparse matrix, each time they are asked for
        return tuple(vectorizer.idf_ for vectorizer in self.vectorizers)

    def __getstate__(self) -> dict[str, object]:
        return {key: value for key, value in self.__dict__.items() if key != "_idfs"}

    def ranking(self, text: str, encoder: Encoder) -> list[tuple[str, float]]:
        """Labels with their scores for one text, best first; equal scores in the order of the labels."""
        scores = self.probabilities([text], encoder.layered(text)[None, :])[0]
        order = sorted(range(len(self.labels)), key=lambda index: (-scores[index], index))
        return [(self.labels[index], float(scores[index])) for index in order]


def train_classifier(
    texts: Sequence[str], labels: Sequence[str], encoder: Encoder,
    noisy: Callable[[str, str], Sequence[str]] = lambda text, label: (), heard: Callable[[str], str] | None = None,
) -> Classifier:  # fmt: skip
    """Train on texts with one label each; the same input gives the same classifier.

    `noisy` gives further versions of a text to learn from (typing errors, mis-hearings), by text and label; `heard` one more
    version from which the n-grams alone are learnt: that takes no time in the encoder.
    """
    versions = [(version, label) for text, label in zip(texts, labels) for version in noisy(text, label)]
    all_texts = [*texts, *(version for version, _ in versions)]
    all_labels = [*labels, *(label for _, label in versions)]
    return train_on_vectors(all_texts, all_labels, encoder.layered_matrix(all_texts), calibrate_on=len(texts), heard=heard)


def train_on_vectors(
    texts: Sequence[str], labels: Sequence[str], vectors: np.ndarray, calibrate_on: int | None = None, heard: Callable[[str], str] | None = None
) -> Classifier:
    """Train on texts whose vectors (`Encoder.layered_matrix`) are known already. The models' weights are chosen on
    the first `calibrate_on` texts (all by default): noisy versions of a message left out would give it away.

    Raises ValueError for fewer than two labels, or a label with fewer examples than the folds of the calibration.
    """
    texts, labels = np.asarray(texts, dtype=object), np.asarray(labels, dtype=object)
    counts = {label: int((labels == label).sum()) for label in sorted(set(labels))}
    if len(counts) < 2:
        raise ValueError(f"a classifier needs at least two labels, but got {list(counts)}")
    for label, count in counts.items():
        if count < _FOLDS:
            raise ValueError(f"'{label}' has {count} examples; at least {_FOLDS} are needed")
    many = len(texts) >= _MANY
    classifier = _fitted(texts, labels, vectors, many, heard)
    own = slice(calibrate_on)
    classifier.pool = _likeliest_pool(texts[own], labels[own], vectors[own], many, heard)
    return classifier


def _fitted(texts: np.ndarray, labels: np.ndarray, vectors: np.ndarray, many: bool, heard: Callable[[str], str] | None) -> Classifier:
    vectorizers = tuple(_vectorizer(kind, commonest if many else rarest, texts) for kind, rarest, commonest in _NGRAMS)
    with ThreadPoolExecutor(1) as beside:  # each leaves half of the processor idle
        fitting = beside.submit(_by_ngrams, vectorizers, texts, labels, heard)
        network = _network(vectors, labels, many)
        by_ngrams = fitting.result()
    names = [str(label) for label in by_ngrams.classes_]
    by_vector = (None, None) if many else _by_vector(vectors, labels)
    weights, bias = _columns(by_ngrams)
    # half the memory; the margins change by less than a hundredth
    return Classifier(names, vectorizers, *by_vector, weights.astype(np.float16), bias, network, pool=())


def _vectorizer(kind: dict[str, object], rarest: int, texts: np.ndarray) -> TfidfVectorizer:
    vectorizer = TfidfVectorizer(**kind, sublinear_tf=True, min_df=rarest, dtype=np.float32).fit(texts)
    del vectorizer.stop_words_  # the n-grams left out, kept for looking at only: more than those kept
    return vectorizer


def _by_ngrams(vectorizers: Sequence[TfidfVectorizer], texts: np.ndarray, labels: np.ndarray, heard: Callable[[str], str] | None) -> LinearSVC:
    rows = [texts] if heard is None else [texts, [heard(text) for text in texts]]
    return LinearSVC(C=_SVM_STRENGTH, random_state=_SEED).fit(_ngrams(vectorizers, np.concatenate(rows)), np.tile(labels, len(rows)))


def _by_vector(vectors: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logistic regression on the sentence vector: the best of the three with ten messages a label. With thousands the pool
    gave it no weight at all (0.00003 beside 0.84 and 0.55), so there it is not trained."""
    return _columns(LogisticRegression(C=_LR_STRENGTH, max_iter=400, random_state=_SEED).fit(vectors[:, -WIDTH:], labels))


def _network(vectors: np.ndarray, labels: np.ndarray, many: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weights and biases into the hidden layer and out of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose: longer training learns by heart
        model = MLPClassifier((_HIDDEN,), alpha=_DECAY, random_state=_SEED, **(_MANY_ROUNDS if many else _FEW_ROUNDS)).fit(_STRETCH * vectors, labels)
    (into, out), (into_bias, out_bias) = model.coefs_, model.intercepts_
    if out.shape[1] == 1:  # two labels share one column: the score of the second
        out, out_bias = np.concatenate([np.zeros_like(out), out], axis=1), np.concatenate([np.zeros_like(out_bias), out_bias])
    return tuple(part.astype(np.float32) for part in (into, into_bias, out, out_bias))


def _likeliest_pool(texts: np.ndarray, labels: np.ndarray, vectors: np.ndarray, many: bool, heard: Callable[[str], str] | None) -> tuple[float, ...]:
    """The weights under which messages scored by models that never saw them are most likely."""
    left_out = list(_left_out_scores(texts, labels, vectors, many, heard))

    def mean_surprise(pool: np.ndarray) -> float:
        scores = (_log_softmax(_pooled(pool, opinions))[np.arange(len(own)), own] for opinions, own in left_out)
        return -float(np.concatenate(list(scores)).mean())

    first = np.array([2.0, 0.5, 0.5])[: len(left_out[0][0])]
    found = minimize(mean_surprise, x0=first, method="Nelder-Mead", bounds=[(0.0, _HEAVIEST)] * len(first), options={"xatol": 0.01, "fatol": 1e-5})
    return tuple(float(weight) for weight in found.x)


def _left_out_scores(
    texts: np.ndarray, labels: np.ndarray, vectors: np.ndarray, many: bool, heard: Callable[[str], str] | None
) -> Iterator[tuple[list[np.ndarray], np.ndarray]]:
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED).split(texts, labels)
    for kept, left_out in islice(folds, 1 if many else _FOLDS):  # a third of thousands tells enough
        classifier = _fitted(texts[kept], labels[kept], vectors[kept], many, heard)
        column = {label: index for index, label in enumerate(classifier.labels)}
        yield classifier._opinions(texts[left_out], vectors[left_out]), np.array([column[label] for label in labels[left_out]])


def _pooled(pool: Sequence[float], opinions: Sequence[np.ndarray]) -> np.ndarray:
    return sum(weight * opinion for weight, opinion in zip(pool, opinions))


def _columns(model: LogisticRegression | LinearSVC) -> tuple[np.ndarray, np.ndarray]:
    """Weights with one column a label; scikit-learn keeps a single one for two labels, of which the other is its negative."""
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    return np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32)


def _ngrams(vectorizers: Sequence[TfidfVectorizer], texts: Sequence[str]) -> sparse.csr_matrix:
    return sparse.hstack([vectorizer.transform(texts) for vectorizer in vectorizers], format="csr")


@lru_cache(maxsize=256)  # the reader and the safety screen ask for the same message
def _counted(text: str) -> tuple[Counter[str], ...]:
    """How often each n-gram of each kind stands in `text`."""
    return tuple(Counter(found_in(text)) for found_in in _analyzers())


@cache
def _analyzers() -> tuple[Callable[[str], list[str]], ...]:
    return tuple(TfidfVectorizer(**kind).build_analyzer() for kind, *_ in _NGRAMS)


def _tfidf(vocabulary: dict[str, int], counts: Counter[str], idf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and values of one text as `TfidfVectorizer.transform` gives them (sublinear counts, inverse document frequency, length 1)."""
    known = [gram for gram in counts if gram in vocabulary]
    if not known:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    columns = np.array([vocabulary[gram] for gram in known])
    values = (1 + np.log([counts[gram] for gram in known])) * idf[columns]
    return columns, (values / np.sqrt((values**2).sum())).astype(np.float32)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
