"""The blind messages in tests/blind/: written and labelled apart from the training examples, never trained on."""
import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.language.cleaning import plain
from bot.language.masking import personal_parts
from bot.language.training import read_examples
from bot.language.vectors import Encoder

FOLDER = Path(__file__).parent / "blind"
TOO_NEAR = 0.95


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `tests/blind/<name>.tsv` by column name."""
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def accepted(row: dict[str, str]) -> set[str]:
    """The topics either reader accepts for a message."""
    return {row["topic"], row["second_reader"], row["alternative"]} - {"-"}


@dataclass(frozen=True)
class Masked:
    """How a message fared: how many personal parts it has, those that were masked whole, and whether anything else was masked."""

    message: str
    parts: int
    hidden: int
    too_much: bool


def masked(marked: str) -> Masked:
    """Mask a message of personal.tsv or personal_two.tsv, where what is personal stands in braces."""
    text, personal = "", []
    for number, piece in enumerate(re.split(r"[{}]", marked)):
        if number % 2:
            personal.append(range(len(text), len(text) + len(piece)))
        text += piece
    hidden = {at for start, end, _ in personal_parts(text) for at in range(start, end) if text[at].isalnum()}
    own = {at for part in personal for at in part}
    whole = sum(all(at in hidden for at in part if text[at].isalnum()) for part in personal)
    return Masked(marked, len(personal), whole, bool(hidden - own))


class TrainingNeighbours:
    """Finds blind messages that are as good as a training message, so that they don't flatter the figures."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._training = encoder.matrix(plain(text) for text, _ in read_examples())

    def apart(self, messages: list[dict[str, str]]) -> list[dict[str, str]]:
        """The rows whose message is farther than cosine 0.95 from every training message."""
        vectors = self._encoder.matrix(plain(row["message"]) for row in messages)
        nearest = np.array([(self._training @ vector).max() for vector in vectors])
        return [row for row, similarity in zip(messages, nearest) if similarity < TOO_NEAR]
