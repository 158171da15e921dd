"""Which questions stand in one message: "can I eat before and drive after", "will it hurt how long does it take".

A message is cut where sentences and clauses end, and again before words that open a question, since many patients and every
speech recogniser leave out what stands between. Each topic that the whole or a part speaks of gets a few features; logistic
regression, trained on messages of one to three questions that staff can read, tells how likely it is asked. See docs/adr/0011.
"""
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Collection, Mapping, Sequence

import numpy as np

from bot.catalogue import DATA
from bot.language.clauses import clauses
from bot.language.example_rows import check_topics, example_rows
from bot.language.vectors import Span

FILE = DATA / "several_questions.tsv"
AT_MOST = 3
_COLUMNS = ["topics", "message"]
_ASKED = 0.5
_THOUGHT_OF = 4  # topics of the whole message that are looked at, with the likeliest of each part
_LEAST = 1e-4  # scores below this say nothing more
_STRENGTH = 1.0
_OPENS = frozenset(
    "can could do does did will would is are am how what whats when where who why should may must which any shall have has".split()
)  # fmt: skip
_AUXILIARIES = _OPENS - frozenset("how what whats when where who why which any".split())
_SUBJECTS = frozenset("i you he she it we they this that there who which".split())
_NO_SUBJECTS = frozenset("be been not got had have to because just also still being".split())
_SHORTEST = 3  # words before a cut
_WORD = re.compile(r"\S+")

Scores = Mapping[str, float]
Scorer = Callable[[str, Sequence[Span]], Sequence[Scores]]  # the classifier's scores of parts of a text


@dataclass(frozen=True)
class Parted:
    """A message as the classifier scores it: whole, in clauses, and in the finest parts, in the order of the message."""

    whole: Scores
    clauses: tuple[Scores, ...]
    parts: tuple[Scores, ...]


@dataclass(frozen=True)
class SeveralQuestions:
    """The trained weights: of each feature its mean, spread and weight; `bias` beside them."""

    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    bias: float

    def asked(self, parted: Parted, topics: Collection[str]) -> list[str]:
        """The topics that are likely asked, at most three, in the order asked."""
        candidates, features = _features(parted, topics)
        likely = 1 / (1 + np.exp(-((features - self.mean) / self.spread @ self.weights + self.bias)))
        surest = sorted(range(len(candidates)), key=lambda index: (-likely[index], index))[:AT_MOST]
        found = [candidates[index] for index in surest if likely[index] >= _ASKED]
        return sorted(found, key=lambda topic: _place(topic, parted))


def parted(text: str, whole: Scores, score: Scorer) -> Parted | None:
    """`text`, which has the scores `whole`, with those of its parts; None where it can't be cut."""
    coarse = clauses(text)
    finest = [part for clause in coarse for part in _cut(text, clause)]
    if len(finest) < 2:
        return None
    spans = list(dict.fromkeys([*coarse, *finest]))
    of = dict(zip(spans, score(text, spans)))
    return Parted(whole, tuple(of[span] for span in coarse), tuple(of[span] for span in finest))


def _cut(text: str, clause: Span) -> list[Span]:
    """The parts of a clause, each but the first beginning with a word that opens a question."""
    found = list(_WORD.finditer(text, *clause))
    words = [word.group().strip("?,.").lower() for word in found]
    cuts = [0]
    for at in range(_SHORTEST, len(words) - 1):
        if at - cuts[-1] >= _SHORTEST and _opens(*words[at - 1 : at + 2]):
            cuts.append(at)
    return [(found[first].start(), found[last - 1].end()) for first, last in zip(cuts, [*cuts[1:], len(found)])]


def _opens(before: str, word: str, after: str) -> bool:
    """Does `word` open a question? "is it" does, "it is" goes on with what was said, and so does "has got"."""
    if word not in _OPENS or before in _OPENS:
        return False
    states = before in _SUBJECTS and after not in _SUBJECTS
    return word not in _AUXILIARIES or not (states or after in _NO_SUBJECTS)


@dataclass(frozen=True)
class Example:
    """A message and the topics it asks, in the order asked."""

    message: str
    topics: tuple[str, ...]


def read_several(topics: Collection[str], file: Path = FILE) -> list[Example]:
    """The messages staff can read. Raises YamlError for an unknown topic or a row that is not complete."""
    examples = []
    for number, row in example_rows(file, _COLUMNS, "the topics asked, with commas between, a tab, and the message"):
        asked = tuple(row["topics"].split(","))
        check_topics(file, number, asked, topics)
        examples.append(Example(row["message"], asked))
    return examples


def fingerprint(file: Path = FILE) -> bytes:
    """Changes when the messages or this module change."""
    return hashlib.sha256(file.read_bytes() + Path(__file__).read_bytes()).digest()


def train_several(examples: Sequence[Example], topics: Collection[str], score: Scorer) -> SeveralQuestions:
    """Weights under which it is most likely that the examples ask just their topics."""
    from sklearn.linear_model import LogisticRegression  # what only answers does without the tools of training

    tables, wanted = [], []
    for example in examples:
        [whole] = score(example.message, [(0, len(example.message))])
        read = parted(example.message, whole, score)
        if read:
            candidates, features = _features(read, topics)
            tables.append(features)
            wanted += [topic in example.topics for topic in candidates]
    table = np.concatenate(tables)
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit((table - mean) / spread, wanted)
    return SeveralQuestions(mean, spread, model.coef_[0], float(model.intercept_[0]))


def _features(parted: Parted, topics: Collection[str]) -> tuple[list[str], np.ndarray]:
    """The topics worth looking at, and one row for each: shape (topics, features)."""
    ranked = sorted((label for label in parted.whole if label in topics), key=lambda label: (-parted.whole[label], label))
    of_clauses, of_parts = ([max(scores, key=lambda label: scores[label]) for scores in some] for some in (parted.clauses, parted.parts))
    candidates = list(dict.fromkeys([*ranked[:_THOUGHT_OF], *(label for label in (*of_clauses, *of_parts) if label in topics)]))
    rows = []
    for topic in candidates:
        best = [parted.whole[topic], *(max(scores.get(topic, 0.0) for scores in some) for some in (parted.clauses, parted.parts))]
        rows.append([
            *(float(np.log(max(score, _LEAST))) for score in best), *best, *(float(ranked.index(topic) == rank) for rank in range(3)),
            float(topic in of_clauses), float(topic in of_parts), float(np.log(max(parted.whole[ranked[0]], _LEAST))),
            float(len(parted.clauses) > 1), float(min(len(parted.parts), 4)),
        ])  # fmt: skip
    return candidates, np.array(rows)


def _place(topic: str, parted: Parted) -> int:
    """The part that speaks of `topic` most clearly."""
    return max(range(len(parted.parts)), key=lambda index: (parted.parts[index].get(topic, 0.0), -index))
