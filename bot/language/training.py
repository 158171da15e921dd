"""Training data in, trained reader out; kept on disk under a name made from everything it depends on, so nothing is learnt twice."""
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any, Sequence

import joblib

from bot.catalogue import DATA, read_topics
from bot.language import classifier as classifier_module
from bot.language import spelling as spelling_module
from bot.language.classifier import Classifier, train_classifier
from bot.language.cleaning import plain
from bot.language.leaning import Example as FollowUp
from bot.language.leaning import FollowUps, Subject, fingerprint, read_follow_ups, train_follow_ups
from bot.language.spelling import Speller
from bot.language.vectors import encoder_file, load_encoder
from bot.yaml_file import YamlError, check_keys, read_yaml

Example = tuple[str, str]
_NONE_OF_THESE = "out_of_scope"


def read_examples(folder: Path = DATA / "nlu") -> list[Example]:
    """All (message, intent) pairs of the training files, in file order. Raises YamlError for a mistake in one."""
    examples: list[Example] = []
    for file in sorted(folder.glob("*.yml")):
        for entry in check_keys(file, read_yaml(file), "training data", ["version", "nlu"])["nlu"]:
            check_keys(file, entry, "intent", ["intent", "examples"])
            examples += [(line, entry["intent"]) for line in _lines(file, entry)]
    return examples


def _lines(file: Path, entry) -> list[str]:
    lines = [line for line in entry["examples"].splitlines() if line.strip()]
    for number, line in enumerate(lines, entry.lines["examples"] + 1):
        if not re.match(r"\s*- \S", line):
            raise YamlError(file, number, f"an example of '{entry['intent']}' should begin with '- ', but is {line.strip()[:40]!r}")
    return [line.strip()[2:] for line in lines]


def trained_reader(examples: Sequence[Example]) -> tuple[Classifier, Speller]:
    """The classifier and speller trained on `examples`; read back from disk where the same were trained before."""
    file = _kept(examples)
    if file.exists():
        return joblib.load(file)
    texts, labels = [plain(text) for text, _ in examples], [label for _, label in examples]
    reader = train_classifier(texts, labels, load_encoder()), Speller.from_texts(texts)
    _keep(reader, file)
    return reader


def _keep(trained: Any, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        joblib.dump(trained, Path(folder) / "reader", compress=3)
        os.replace(Path(folder) / "reader", file)


def trained_follow_ups(classifier: Classifier, speller: Speller, examples: Sequence[Example]) -> FollowUps:
    """The reader of messages that lean on the turn before, trained on the conversations staff keep and on changes of subject."""
    file = _kept(examples, fingerprint()).with_suffix(".follow_ups")
    if file.exists():
        return joblib.load(file)
    labels, encoder = (*read_topics(), _NONE_OF_THESE), load_encoder()

    def scores(text: str) -> dict[str, float]:
        return dict(classifier.ranking(speller.repaired(plain(text)), encoder))

    leaning = read_follow_ups(labels)
    trained = train_follow_ups([*leaning, *_changes_of_subject(leaning, examples)], labels, scores)
    _keep(trained, file)
    return trained


def _changes_of_subject(leaning: Sequence[FollowUp], examples: Sequence[Example]) -> list[FollowUp]:
    """As many fresh questions as there are leaning ones, each after another conversation's beginning."""
    fresh = [(text, label) for text, label in examples if label in {one.asks for one in leaning}]
    step = max(len(fresh) // max(len(leaning), 1), 1)
    pairs = zip(leaning, fresh[::step])
    return [FollowUp(Subject(one.subject.question, one.subject.topics), text, label) for one, (text, label) in pairs]


def _kept(examples: Sequence[Example], more: bytes = b"") -> Path:
    digest = hashlib.sha256(encoder_file().name.encode() + more)
    for module in (classifier_module, spelling_module):
        digest.update(Path(module.__file__).read_bytes())
    for text, label in examples:
        digest.update(f"{label}\t{text}\n".encode())
    return encoder_file().parent.parent / "reader" / f"{digest.hexdigest()[:16]}.joblib"
