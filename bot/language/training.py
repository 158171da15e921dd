"""Training data in, trained reader out; kept on disk under a name made from everything it depends on, so nothing is learnt twice."""
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Callable, Sequence

from bot.catalogue import DATA, read_topics
from bot.language.classifier import Classifier
from bot.language.cleaning import plain
from bot.language.kept import kept_or_learnt
from bot.language.leaning import Example as FollowUp
from bot.language.leaning import FollowUps, Subject, fingerprint, read_follow_ups, train_follow_ups
from bot.language.noise import misheard
from bot.language.several import SeveralQuestions, read_several, train_several
from bot.language.several import fingerprint as several_fingerprint
from bot.language.spelling import Speller
from bot.language.vectors import encoder_file, load_encoder
from bot.yaml_file import YamlError, check_keys, read_yaml

Example = tuple[str, str]
_NONE_OF_THESE = "out_of_scope"
_HEARING_SEED = 9  # another than those of the screen and of the measures
ENDINGS = (_CLASSIFIER, _SPELLER, _FOLLOW_UPS, _SEVERAL) = (".classifier", ".speller", ".follow_ups", ".several")


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

    def learn() -> Classifier:
        from bot.language.fitting import train_classifier  # what only answers does without the tools of training

        return train_classifier([plain(text) for text, _ in examples], [label for _, label in examples], load_encoder(), heard=_heard)

    return kept_or_learnt(_file_of(examples, _CLASSIFIER), learn), trained_speller(examples)


def _heard(text: str) -> str:
    return misheard(text, _HEARING_SEED)


def trained_speller(examples: Sequence[Example]) -> Speller:
    """The speller that knows the words of `examples`."""
    return kept_or_learnt(_file_of(examples, _SPELLER), lambda: Speller.from_texts([plain(text) for text, _ in examples]))


def trained_follow_ups(classifier: Classifier, speller: Speller, examples: Sequence[Example]) -> FollowUps:
    """The reader of messages that lean on the turn before, trained on the conversations staff keep and on changes of subject."""

    def learn() -> FollowUps:
        labels = (*read_topics(), _NONE_OF_THESE)
        leaning = read_follow_ups(labels)
        return train_follow_ups([*leaning, *_changes_of_subject(leaning, examples)], labels, _scores(classifier, speller))

    return kept_or_learnt(_file_of(examples, _FOLLOW_UPS, fingerprint()), learn)


def trained_several(classifier: Classifier, speller: Speller, examples: Sequence[Example]) -> SeveralQuestions:
    """What tells one question from several in a message, trained on the messages staff keep."""

    def learn() -> SeveralQuestions:
        topics, encoder = read_topics(), load_encoder()
        messages = [replace(one, message=speller.repaired(plain(one.message))) for one in read_several(topics)]
        return train_several(messages, topics, lambda text, spans: classifier.scores_of_parts(text, spans, encoder))

    return kept_or_learnt(_file_of(examples, _SEVERAL, several_fingerprint()), learn)


def _scores(classifier: Classifier, speller: Speller) -> Callable[[str], dict[str, float]]:
    """The classifier's scores of a text as patients write it."""
    encoder = load_encoder()
    return lambda text: dict(classifier.ranking(speller.repaired(plain(text)), encoder))


def _changes_of_subject(leaning: Sequence[FollowUp], examples: Sequence[Example]) -> list[FollowUp]:
    """As many fresh questions as there are leaning ones, each after another conversation's beginning."""
    fresh = [(text, label) for text, label in examples if label in {one.asks for one in leaning}]
    step = max(len(fresh) // max(len(leaning), 1), 1)
    pairs = zip(leaning, fresh[::step])
    return [FollowUp(Subject(one.subject.question, one.subject.topics), text, label) for one, (text, label) in pairs]


def source_of(*modules: str) -> bytes:
    """The text of modules of this folder: what was learnt by them is learnt anew when they change."""
    return b"".join(Path(__file__).with_name(f"{module}.py").read_bytes() for module in modules)


def reader_files(examples: Sequence[Example]) -> list[Path]:
    """Where all that is trained on `examples` is kept, in the order of `ENDINGS`."""
    own = {_FOLLOW_UPS: fingerprint(), _SEVERAL: several_fingerprint()}
    return [_file_of(examples, ending, own.get(ending, b"")) for ending in ENDINGS]


def _file_of(examples: Sequence[Example], ending: str, more: bytes = b"") -> Path:
    digest = hashlib.sha256(encoder_file().name.encode() + more + source_of("classifier", "fitting", "ngrams", "noise", "sounds", "spelling"))
    for text, label in examples:
        digest.update(f"{label}\t{text}\n".encode())
    return encoder_file().parent.parent / "reader" / (digest.hexdigest()[:16] + ending)
