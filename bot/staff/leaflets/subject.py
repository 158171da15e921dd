"""`make topics FILE=knee.yml`: add the topics of a new subject from one file that staff can read. Then `make train`.

The file names a group, what it is called in the telephone's menu, and its topics; each has a title, what belongs to it, and messages
as patients would write them. They go where topics always go: data/topics.yml, data/nlu/, the intents of domain.yml and the menu of
data/phone.yml. Nothing is written unless all is right.
"""
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Collection, Mapping, Sequence

import numpy as np

from bot.catalogue import DATA, Topic, read_topics
from bot.yaml_file import YamlError, check_keys, quoted, read_yaml

ROOT = DATA.parent
OUTSIDE_FILE = "data/nlu/out_of_scope.yml"
FEWEST = 20  # examples; below that a topic is seldom told from its neighbours
_NEAR = 0.6  # cosine of two messages from which on they mostly ask the same
_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class NewTopic:
    """A topic with the messages to learn it from."""

    id: str
    title: str
    asks: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """A group of new topics, and what it is called in the telephone's menu."""

    group: str
    called: str
    topics: list[NewTopic]


def read_subject(file: Path, known: Mapping[str, Topic], taken: Collection[str], heard: Mapping[str, str]) -> Subject:
    """The subject in `file`. Raises YamlError naming file, line and key for any mistake.

    `known` are the topics there are, `taken` the intents, `heard` the examples there are with their topics.
    """
    entry = check_keys(file, read_yaml(file), "subject", ["group", "called", "topics"])
    if not _ID.fullmatch(str(entry["group"])) or entry["group"] in {topic.group for topic in known.values()}:
        raise YamlError(file, entry.lines["group"], f"'group' is '{entry['group']}'; expected a new name of small letters, like knee")
    topics = check_keys(file, entry["topics"], "topics", [], list(entry["topics"] or ()))
    if not topics:
        raise YamlError(file, entry.lines["topics"], "'topics' is empty; name at least one")
    heard, found = dict(heard), []
    for id_ in topics:
        found.append(_topic(file, id_, topics, taken, heard))
    return Subject(entry["group"], str(entry["called"]), found)


def _topic(file: Path, id_: str, topics: Mapping, taken: Collection[str], heard: dict[str, str]) -> NewTopic:
    if not _ID.fullmatch(str(id_)) or id_ in taken:
        raise YamlError(file, topics.lines[id_], f"'{id_}' can't be a topic's name; expected small letters with underscores that no topic and no intent has")
    entry = check_keys(file, topics[id_], id_, ["title", "asks", "examples"])
    examples = entry["examples"]
    if not isinstance(examples, list) or len(examples) < FEWEST:
        raise YamlError(file, entry.lines["examples"], f"'{id_}' has {len(examples) if isinstance(examples, list) else 'no'} examples; at least {FEWEST} are needed, 60 are better")
    for example in examples:
        if not isinstance(example, str) or "\n" in example.strip() or not example.strip():
            raise YamlError(file, entry.lines["examples"], f"'{id_}' has the example {example!r}; expected one line of words (put it between quotation marks)")
        if _plain(example) in heard:
            raise YamlError(file, entry.lines["examples"], f"'{example}' stands under '{heard[_plain(example)]}' already")
        heard[_plain(example)] = id_
    return NewTopic(id_, str(entry["title"]), str(entry["asks"]), tuple(example.strip() for example in examples))


def _plain(example: str) -> str:
    return " ".join(re.findall(r"\w+", example.lower()))


def changed_files(subject: Subject, root: Path) -> dict[Path, str]:
    """Every file that changes, with its new text."""
    group, topics = subject.group, subject.topics
    catalogue, domain, phone = root / "data/topics.yml", root / "domain.yml", root / "data/phone.yml"
    rows = [f"  {topic.id}: {{title: {quoted(topic.title)}, asks: {quoted(topic.asks)}}}" for topic in topics]
    nlu = [f'# How patients ask about the topics of the group "{group}" (data/topics.yml).', 'version: "3.1"', "", "nlu:"]
    for topic in topics:
        nlu += [f"- intent: {topic.id}", "  examples: |", *(f"    - {example}" for example in topic.examples)]
    return {
        catalogue: catalogue.read_text(encoding="utf-8").rstrip("\n") + "\n" + "\n".join([f"{group}:", *rows]) + "\n",
        root / "data/nlu" / f"{group}.yml": "\n".join(nlu) + "\n",
        domain: _with_added(domain.read_text(encoding="utf-8"), "intents:", [f"  # topics: {group}", *(f"  - {topic.id}" for topic in topics)]),
        phone: _with_added(phone.read_text(encoding="utf-8"), "menu:", [f"  {group}: {quoted(subject.called)}"]),
    }


def _with_added(text: str, block: str, added: Sequence[str]) -> str:
    """`text` with more lines at the end of a block that begins with the line `block`."""
    lines = text.splitlines()
    begin = lines.index(block)
    end = next((at for at in range(begin + 1, len(lines)) if lines[at] and not lines[at].startswith((" ", "#"))), len(lines))
    while not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], *added, *lines[end:]]) + "\n"


def nearby(topics: Sequence[NewTopic], outside: Sequence[str], vectors: Callable[[Sequence[str]], np.ndarray]) -> list[tuple[str, str]]:
    """Messages of `outside` that ask much the same as an example of a new topic, the nearest first, each with the topic's title.

    They were learnt as questions that no leaflet answers. As long as they stay there, the new topic is often not understood.
    """
    examples = [(example, topic.title) for topic in topics for example in topic.examples]
    alike = vectors(outside) @ vectors([example for example, _ in examples]).T
    order = sorted((at for at in range(len(outside)) if alike[at].max() >= _NEAR), key=lambda at: -alike[at].max())
    return [(outside[at], examples[int(alike[at].argmax())][1]) for at in order]


def _tell_of_nearby(subject: Subject, examples: Sequence[tuple[str, str]]) -> None:
    from bot.language.cleaning import plain
    from bot.language.understanding import OUT_OF_SCOPE
    from bot.language.vectors import load_encoder

    encoder = load_encoder()
    outside = [text for text, intent in examples if intent == OUT_OF_SCOPE]
    found = nearby(subject.topics, outside, lambda texts: encoder.matrix(map(plain, texts)))
    if found:
        lines = (ROOT / OUTSIDE_FILE).read_text(encoding="utf-8").splitlines()
        line_of = {line.strip().removeprefix("- "): number for number, line in enumerate(lines, 1)}
        print(f"These messages in {OUTSIDE_FILE} were learnt as questions that no leaflet answers. Take out the lines that your topics answer now,")
        print("beginning with the first below, so that the numbers stay right:")
        for number, message, title in sorted(((line_of.get(message, 0), message, title) for message, title in found), reverse=True):
            print(f"  line {number:>4}  {message}    (near: {title})")


def main() -> None:
    """Command line of `make topics`; the file is named by FILE."""
    from bot.light_tensorflow import without_tensorflow

    without_tensorflow()
    from bot.language.training import read_examples
    from bot.staff.leaflets.drafts import write_whole

    if not os.environ.get("FILE"):
        sys.exit("topics: name the file, like 'make topics FILE=knee.yml'; docs/leaflets.md shows one")
    try:
        known, examples = read_topics(), read_examples()
        taken = {*known, *(intent for _, intent in examples)}
        subject = read_subject(Path(os.environ["FILE"]), known, taken, {_plain(text): intent for text, intent in examples})
    except YamlError as error:
        sys.exit(f"topics: {error}")
    for file, text in changed_files(subject, ROOT).items():
        write_whole(file, text)
        print(f"Written: {file.relative_to(ROOT)}")
    print(f"{len(subject.topics)} topics with {sum(len(topic.examples) for topic in subject.topics)} examples are added.")
    _tell_of_nearby(subject, examples)
    print("Now run 'make train' and 'make tables'.")


if __name__ == "__main__":
    main()
