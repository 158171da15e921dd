"""The blind messages in tests/blind/: written and labelled apart from the training examples, never trained on."""
import csv
from pathlib import Path

import numpy as np

from bot.language.cleaning import plain
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
