"""The second opinion: a model trained on sentence vectors and n-grams that catches signs no pattern foresaw."""
import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Sequence

from bot.language.classifier import Classifier
from bot.language.clauses import clauses
from bot.language.cleaning import plain
from bot.language.kept import kept_or_learnt
from bot.language.noise import misheard, with_typing_errors
from bot.language.training import Example, source_of
from bot.language.vectors import Encoder, Span, encoder_file
from bot.safety.signs import FOLDER, Sign

NONE = "none"
LONG = 14  # words: in a message of so many a report may be buried, so its parts are asked about too
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

    def opinions(self, text: str, spans: Sequence[Span]) -> list[Opinion]:
        """One opinion for each part of `text`."""
        return [self._opinion(scores) for scores in self._classifier.scores_of_parts(text, spans, self._encoder)]

    def _opinion(self, scores: dict[str, float]) -> Opinion:
        endings = {label: scores.pop(label, 0.0) for label in ENDINGS}
        scores.pop(NONE, None)
        return Opinion(scores, endings)


def safety_examples(ordinary: Sequence[Example], signs: Sequence[Sign], folder: Path = FOLDER / "training") -> list[Example]:
    """Messages that report a sign (labelled with the first one), messages that do not, and all ordinary ones."""
    having = [(row["message"], row["signs"].split(",")[0]) for row in _rows(folder / "having.tsv")]
    not_having = [(row["message"], NONE) for row in _rows(folder / "not_having.tsv")]
    messages = [(text, label if label in ENDINGS else NONE) for text, label in ordinary]
    return having + not_having + _sign_file_examples(signs) + messages + _parts_of_long(text for text, label in messages if label == NONE)


def _parts_of_long(texts: Iterable[str]) -> list[Example]:
    """Parts of every third long ordinary message: the screen asks about parts too, and words torn out of a long question can
    sound like a report."""
    long = [text for text in texts if len(text.split()) >= LONG][::3]
    parts = dict.fromkeys(text[slice(*span)] for text in map(plain, long) for span in clauses(text) if span != (0, len(text)))
    return [(part, NONE) for part in parts]


def _sign_file_examples(signs: Sequence[Sign]) -> list[Example]:
    """The examples and near misses that clinicians keep in the signs' own files: what stands there is learnt too."""
    near_misses = [(message, NONE) for sign in signs for message in sign.near_misses if not any(message in other.fires for other in signs)]
    return [(message, sign.id) for sign in signs for message in sign.fires] + near_misses


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def trained_second_opinion(ordinary: Sequence[Example], encoder: Encoder, signs: Iterable[Sign]) -> SecondOpinion:
    """The model trained on the safety examples and the `ordinary` ones; read back from disk where it was trained before."""
    signs = tuple(signs)
    examples = safety_examples(ordinary, signs)

    def learn() -> Classifier:
        from bot.language.fitting import train_classifier  # what only answers does without the tools of training

        near = {plain(text) for text, _ in safety_examples((), signs)}
        return train_classifier([plain(text) for text, _ in examples], [label for _, label in examples], encoder, _noisy_versions(near))

    return SecondOpinion(kept_or_learnt(_file_of(examples), learn), encoder)


def _noisy_versions(near: set[str]) -> Callable[[str, str], list[str]]:
    """Each message that reports a sign, or nearly does, also as it is mistyped and as it is mis-heard; ordinary ones as they are."""

    def versions(text: str, label: str) -> list[str]:
        return [with_typing_errors(text, _TYPING_SEED), misheard(text, _HEARING_SEED)] if text in near else []

    return versions


def _file_of(examples: Sequence[Example]) -> Path:
    digest = hashlib.sha256(encoder_file().name.encode() + source_of("classifier", "fitting", "ngrams", "noise", "sounds") + Path(__file__).read_bytes())
    for text, label in examples:
        digest.update(f"{label}\t{text}\n".encode())
    return encoder_file().parent.parent / "safety" / f"{digest.hexdigest()[:16]}.classifier"
