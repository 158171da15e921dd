"""The messages of the load: our own training examples, in a fixed order, the same for both bots."""
import random
from itertools import cycle, zip_longest
from pathlib import Path
from typing import Iterator

import yaml

from tests.bench_parts.common import SEED, TURNS

_CONTACT = "contact"  # some of its questions ask to be put through, and are answered with whom to phone: as is a turn that failed


def examples_by_intent(root: Path) -> dict[str, list[str]]:
    """The examples of `data/nlu/`, by intent, in file order."""
    found: dict[str, list[str]] = {}
    for file in sorted((root / "data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.strip().removeprefix("- ") for line in entry["examples"].splitlines() if line.strip()]
            found.setdefault(entry["intent"], []).extend(lines)
    return found


def topic_ids(root: Path) -> list[str]:
    """The topics a leaflet can answer."""
    groups = yaml.safe_load((root / "data" / "topics.yml").read_text(encoding="utf-8"))
    return [topic for group in groups.values() for topic in group]


def conversations(root: Path) -> Iterator[list[str]]:
    """Endless conversations of five questions on five different topics.

    Thousands of questions pass before one comes again, more than the sentence encoder remembers.
    """
    return cycle(_all_conversations(root))


def _all_conversations(root: Path) -> list[list[str]]:
    chance, examples = random.Random(SEED), examples_by_intent(root)
    columns = [chance.sample(examples[topic], len(examples[topic])) for topic in topic_ids(root) if topic in examples and topic != _CONTACT]
    found = []
    for row in zip_longest(*columns):
        messages = [message for message in row if message]
        chance.shuffle(messages)
        found += [messages[at : at + TURNS] for at in range(0, len(messages) - TURNS + 1, TURNS)]
    return found


def messages(root: Path) -> Iterator[str]:
    """The same questions one by one."""
    return (message for conversation in conversations(root) for message in conversation)
