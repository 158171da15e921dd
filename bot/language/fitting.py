"""Training of the classifier (`bot/language/classifier.py`): each of its three models, and the weights with which they are pooled.

The weights are those that make messages left out of training most likely, so the pool is calibrated too. A module of its own:
an assistant that only answers does without the tools of training in its memory. See docs/adr/0004.
"""
import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Callable, Iterator, Sequence

import numpy as np
from marisa_trie import Trie
from scipy import sparse
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from bot.language.classifier import Classifier, Vocabulary, log_softmax, pooled, stretched
from bot.language.encoder_graph import WIDTH
from bot.language.ngrams import KINDS
from bot.language.vectors import Encoder

_SEED = 20
_LR_STRENGTH = 10.0
_SVM_STRENGTH = 0.5
_HIDDEN, _DECAY = 256, 0.01
_FEW_ROUNDS = {"max_iter": 25}
# as good in a third of the time: on 720 minimal pairs left out, area under the curve 0.738 (0.736 with 25 rounds of 200 at 0.001)
_MANY_ROUNDS = {"max_iter": 15, "batch_size": 512, "learning_rate_init": 0.002}
_HEAVIEST = 4.0  # of the pool's weights; a handful of messages that are easily told apart would ask for endless ones
_FOLDS = 3
_MANY = 5000
# how often an n-gram of each kind stands in the examples at least, where they are few and where they are many: on thousands of
# messages rarer ones add nothing to accuracy (80.6 % either way on a quarter left out) but much memory
_LEAST = ((1, 2), (2, 3), (2, 3))


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
    vectorizers = [_vectorizer(kind, least[many], texts) for kind, least in zip(KINDS, _LEAST)]
    with ThreadPoolExecutor(1) as beside:
        fitting = beside.submit(_ngram_model, vectorizers, texts, labels, heard)
        network = _network(vectors, labels, many)
        by_ngrams = fitting.result()
    names = [str(label) for label in by_ngrams.classes_]
    by_vector = (None, None) if many else _by_vector(vectors, labels)
    weights, bias = _columns(by_ngrams)
    vocabularies, order = _vocabularies(vectorizers)
    return Classifier(names, vocabularies, *by_vector, *_in_8_bits(weights[order]), bias, network, pool=())


def _vectorizer(kind: Callable[[str], list[str]], rarest: int, texts: np.ndarray) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=kind, sublinear_tf=True, min_df=rarest, dtype=np.float32).fit(texts)


def _vocabularies(vectorizers: Sequence[TfidfVectorizer]) -> tuple[tuple[Vocabulary, ...], np.ndarray]:
    """What the classifier keeps of the vectorizers, and which of their columns stands in each row of its weights."""
    found, order, first = [], [], 0
    for vectorizer in vectorizers:
        trie = Trie(vectorizer.vocabulary_)
        columns = np.array([vectorizer.vocabulary_[trie.restore_key(number)] for number in range(len(trie))])
        found.append(Vocabulary(trie, vectorizer.idf_[columns].astype(np.float32)))
        order.append(columns + first)
        first += len(trie)
    return tuple(found), np.concatenate(order)


def _in_8_bits(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers from -127 to 127, and the unit in which each column counts: half of what 16 bits take, and far sooner read."""
    scale = np.abs(weights).max(axis=0) / 127 + 1e-12
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def _ngram_model(vectorizers: Sequence[TfidfVectorizer], texts: np.ndarray, labels: np.ndarray, heard: Callable[[str], str] | None) -> LinearSVC:
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
        model = MLPClassifier((_HIDDEN,), alpha=_DECAY, random_state=_SEED, **(_MANY_ROUNDS if many else _FEW_ROUNDS)).fit(stretched(vectors), labels)
    (into, out), (into_bias, out_bias) = model.coefs_, model.intercepts_
    if out.shape[1] == 1:  # two labels share one column: the score of the second
        out, out_bias = np.concatenate([np.zeros_like(out), out], axis=1), np.concatenate([np.zeros_like(out_bias), out_bias])
    return tuple(part.astype(np.float32) for part in (into, into_bias, out, out_bias))


def _likeliest_pool(texts: np.ndarray, labels: np.ndarray, vectors: np.ndarray, many: bool, heard: Callable[[str], str] | None) -> tuple[float, ...]:
    """The weights under which messages scored by models that never saw them are most likely."""
    left_out = list(_left_out_scores(texts, labels, vectors, many, heard))

    def mean_surprise(pool: np.ndarray) -> float:
        scores = (log_softmax(pooled(pool, opinions))[np.arange(len(own)), own] for opinions, own in left_out)
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
        yield classifier.opinions(texts[left_out], vectors[left_out]), np.array([column[label] for label in labels[left_out]])


def _columns(model: LogisticRegression | LinearSVC) -> tuple[np.ndarray, np.ndarray]:
    """Weights with one column a label; scikit-learn keeps a single one for two labels, of which the other is its negative."""
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    return np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32)


def _ngrams(vectorizers: Sequence[TfidfVectorizer], texts: Sequence[str]) -> sparse.csr_matrix:
    return sparse.hstack([vectorizer.transform(texts) for vectorizer in vectorizers], format="csr")
