"""Training data in, trained reader out; kept on disk under a name made from everything it depends on, so nothing is learnt twice."""
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Sequence

import joblib

from bot.catalogue import DATA
from bot.language import classifier as classifier_module
from bot.language import spelling as spelling_module
from bot.language.classifier import Classifier, train_classifier
from bot.language.cleaning import plain
from bot.language.spelling import Speller
from bot.language.vectors import encoder_file, load_encoder
from bot.yaml_file import YamlError, check_keys, read_yaml

Example = tuple[str, str]


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
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        joblib.dump(reader, Path(folder) / "reader", compress=3)
        os.replace(Path(folder) / "reader", file)
    return reader


def _kept(examples: Sequence[Example]) -> Path:
    digest = hashlib.sha256(encoder_file().name.encode())
    for module in (classifier_module, spelling_module):
        digest.update(Path(module.__file__).read_bytes())
    for text, label in examples:
        digest.update(f"{label}\t{text}\n".encode())
    return encoder_file().parent.parent / "reader" / f"{digest.hexdigest()[:16]}.joblib"
