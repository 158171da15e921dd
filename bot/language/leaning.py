"""What a message means that leans on the turn before: "and afterwards?", "how long does that last", "no, I meant the bleeding".

Each topic gets a few features from the message alone, from the message read on after the question before, and from that
turn's topics; a conditional logit model (McFadden 1974) trained on short conversations weighs them. Fresh questions are
among those conversations, so that a change of subject is followed too.
"""
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Sequence

import numpy as np

from bot.catalogue import DATA
from bot.language.example_rows import check_topics, example_rows

FILE = DATA / "follow_ups.tsv"
_COLUMNS = ["before", "about", "says", "asks"]
_LEAST = 1e-3  # scores below this say nothing more
_RIDGE = 0.5
_LEANS = re.compile(r"\b(that|it|this|they|them|those|these|he|she|there|then|one|same|instead|else)\b")
_OPENS = re.compile(r"^(and|or|but|so|ok|also|what about|how about|what if|even|same|only|not)\b")
_CORRECTS = re.compile(r"\b(i meant?|i was asking|not what i|sorry|no not|instead|actually)\b|^no\b")

_MEANT = re.compile(r"\bi (meant?|was asking|was on about|am asking)\b|\bmeaning\b")

# what a message may begin with before it asks something in full: "and can I have a pint"
_OPENING = re.compile(r"^(?:(?:and|or|but|so|ok|okay|oh|ah|right|well|also|then|now|no|yes|yeah|sorry|fine|great|thanks|thank you|cheers|fair enough|what about|how about)\b[ ,.!]*)+")
_WHOLE = 3  # words that a question in full has at least

# "and my tablets", "what about work": something new is named, no time and nothing said before
_NAMES = re.compile(
    r"^(?:(?:and|or|but|so|ok) )?(?:what about|how about|and) (?:my |the |a |an |any |some )?"
    r"(?!(?:after|afterwards|before|beforehand|then|now|that|this|it|me|him|her|them|today|tomorrow|tonight|later|days?|weeks?|next|morning|night|"
    r"how|why|when|what|where|who|if|is|are|does|do|can|will|same|long)\b)\w+(?: \w+)?\W*$"
)

_ONLY_CORRECTS = re.compile(
    r"\b(no|nope|nah|lol|mate|love|sorry|but|well|oh|ok|hang on|wait|actually|rather|please|you|ve|ye|got|it|the|all|quite|at|my|me|question|wrong|again|try|think|"
    r"that'?s|thats|this|that|is|isn'?t|ain'?t|aint|was|wasn'?t|did|didn'?t|does|doesn'?t|not|really|what|wat|wot|i|i'?m|im|ask|asked|asking|said|say|saying|mean|meant|meaning|want|wanted|"
    r"about|answer|answered|answering|help|helpful|useful|useless|right|correct|relevant|misunderstood|misheard|got|stick|end|of|have|i'?ve|understand|understood|something|anything|else|different|other)\b|[^\w\s]",
    re.I,
)

Scores = Mapping[str, float]


@dataclass(frozen=True)
class Subject:
    """What the turn before was about: the patient's question (masked), the topics answered, and those thought of."""

    question: str
    topics: tuple[str, ...]
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """One message as the classifier scores it: alone, without the words it opens with, and read on after the question before."""

    text: str
    alone: Scores
    bare: Scores
    joined: Scores
    subject: Subject


@dataclass(frozen=True)
class FollowUps:
    """The trained weights. `labels`: the topics, and what stands for "none of these"."""

    labels: tuple[str, ...]
    weights: np.ndarray

    def ranking(self, reading: Reading) -> list[tuple[str, float]]:
        """Labels with their scores (they add up to 1), best first; equal scores in the order of the labels."""
        scores = _softmax(_features(reading, self.labels) @ self.weights)
        order = sorted(range(len(self.labels)), key=lambda index: (-scores[index], index))
        return [(self.labels[index], float(scores[index])) for index in order]


def is_correction_alone(text: str) -> bool:
    """Does `text` only say that the answer was wrong, without saying what was meant?"""
    return not _ONLY_CORRECTS.sub(" ", text).strip(" .,!?")


def reading(text: str, subject: Subject, score: Callable[[str], Scores]) -> Reading:
    """`text` (cleaned, lower case) as `score`, the classifier, sees it after `subject`."""
    return Reading(text, score(text), score(bare(text)), score(joined(subject, text)), subject)


def bare(text: str) -> str:
    """`text` without the words it opens with ("and", "no, sorry"), where a question in full may stand behind them; else `text`."""
    rest = _OPENING.sub("", text, count=1)
    return rest if len(rest.split()) >= _WHOLE else text


def says_what_was_meant(text: str) -> bool:
    """Does `text` (cleaned, lower case) put another question in place of the last one?"""
    return bool(_MEANT.search(text))


def names_something_new(text: str) -> bool:
    """Does `text` (cleaned, lower case) go on to another thing by its name alone?"""
    return bool(_NAMES.search(text))


def subject_before(turns: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Subject | None:
    """What the conversation was about, from its turns (understanding, `custom` object), the latest first.

    Small talk and the like leave the subject as it was.
    """
    for understanding, custom in turns:
        if custom.get("kind") not in ("answer", "escalate", "clarify") or not understanding.get("question"):
            continue
        asked, thought_of = tuple(custom.get("topics", ())), tuple(custom.get("candidates", ()))
        if custom["kind"] == "clarify":
            return Subject(understanding["question"], (), asked or thought_of)
        if asked:
            return Subject(understanding["question"], asked, thought_of)
    return None


def joined(subject: Subject, text: str) -> str:
    """The message as it reads on after the question before it."""
    return f"{subject.question} {text}".strip()


@dataclass(frozen=True)
class Example:
    """A message in a conversation: what came before, and the label it asks for."""

    subject: Subject
    says: str
    asks: str


def read_follow_ups(labels: Sequence[str], file: Path = FILE) -> list[Example]:
    """The conversations staff can read. Raises YamlError for an unknown topic or a row that is not complete."""
    examples = []
    for number, row in example_rows(file, _COLUMNS, "the question before, its topics, the message and the topic it asks, with tabs between"):
        topics = tuple(row["about"].split(","))
        check_topics(file, number, (*topics, row["asks"]), labels)
        examples.append(Example(Subject(row["before"], topics), row["says"], row["asks"]))
    return examples


def fingerprint(file: Path = FILE) -> bytes:
    """Changes when the conversations or this module change."""
    return hashlib.sha256(file.read_bytes() + Path(__file__).read_bytes()).digest()


def train_follow_ups(examples: Sequence[Example], labels: Sequence[str], score: Callable[[str], Scores]) -> FollowUps:
    """Weights under which the examples' labels are most likely. `score` gives the classifier's scores of a text."""
    from scipy.optimize import minimize  # what only answers does without the tools of training

    tables, wanted = [], []
    for example in examples:
        tables.append(_features(reading(example.says, example.subject, score), labels))
        wanted.append(labels.index(example.asks))
    table, wanted = np.stack(tables), np.array(wanted)
    rows = np.arange(len(wanted))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = _softmax(table @ weights)
        slope = np.einsum("el,elf->f", scores, table) - table[rows, wanted].sum(axis=0)
        return -float(np.log(scores[rows, wanted] + 1e-12).sum()) + _RIDGE * float(weights @ weights), slope + 2 * _RIDGE * weights

    found = minimize(loss, x0=np.zeros(table.shape[2]), jac=True, method="L-BFGS-B")
    return FollowUps(tuple(labels), found.x)


def _features(reading: Reading, labels: Sequence[str]) -> np.ndarray:
    """One row a label: shape (labels, features)."""
    words = reading.text.split()
    short = 1.0 / max(len(words), 1)
    leans, opens, corrects = (float(bool(cue.search(reading.text))) for cue in (_LEANS, _OPENS, _CORRECTS))
    carries_on = 1.0 - sum(reading.alone.get(label, 0.0) for label in labels)  # small talk labels: "why?", "and then"
    asks_in_full = sum(reading.bare.get(label, 0.0) for label in labels)
    on_its_own, in_full, read_on = (_among(labels, scores) for scores in (reading.alone, reading.bare, reading.joined))
    # how clearly the message by itself names another topic: "and my tablets?" after a question on something else
    elsewhere = max((score for label, score in on_its_own.items() if label not in reading.subject.topics), default=0.0)
    rows = []
    for label in labels:
        alone, full, together = (float(np.log(scores[label] + _LEAST)) for scores in (on_its_own, in_full, read_on))
        before = float(label in reading.subject.topics)
        thought_of = float(label in reading.subject.candidates and not before)
        rows.append([
            alone, alone * carries_on, alone * short, alone * leans, full, full * asks_in_full, together, together * carries_on, together * short, together * opens,
            before, before * short, before * leans, before * opens, before * corrects, before * carries_on, before * asks_in_full, before * elsewhere, before * elsewhere * opens, thought_of,
        ])  # fmt: skip
    return np.array(rows)


def _among(labels: Sequence[str], scores: Scores) -> dict[str, float]:
    """The scores of `labels` as if there were no others: "and my tablets" is all but sure to carry on, but with which of these?"""
    total = sum(scores.get(label, 0.0) for label in labels) + 1e-9
    return {label: scores.get(label, 0.0) / total for label in labels}


def _softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
