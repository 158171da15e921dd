"""`make topics FILE=knee.yml`: add the topics of a new subject from one file that staff can read. Then `make train`.

The file names a group and its topics; each has a title, what belongs to it, and messages as patients would write them.
It goes where a topic always goes: data/topics.yml, data/nlu/ and the intents of domain.yml. Nothing is written unless all is right.
"""
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Collection, Mapping, Sequence

from bot.catalogue import DATA, Topic, read_topics
from bot.yaml_file import YamlError, check_keys, quoted, read_yaml

ROOT = DATA.parent
FEWEST = 20  # examples; below that a topic is seldom told from its neighbours
_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class NewTopic:
    """A topic with the messages to learn it from."""

    id: str
    title: str
    asks: str
    examples: tuple[str, ...]


def read_subject(file: Path, known: Mapping[str, Topic], taken: Collection[str], heard: Mapping[str, str]) -> tuple[str, list[NewTopic]]:
    """Group and topics in `file`. Raises YamlError naming file, line and key for any mistake.

    `known` are the topics there are, `taken` the intents, `heard` the examples there are with their topics.
    """
    entry = check_keys(file, read_yaml(file), "subject", ["group", "topics"])
    if not _ID.fullmatch(str(entry["group"])) or entry["group"] in {topic.group for topic in known.values()}:
        raise YamlError(file, entry.lines["group"], f"'group' is '{entry['group']}'; expected a new name of small letters, like knee")
    topics = check_keys(file, entry["topics"], "topics", [], list(entry["topics"] or ()))
    if not topics:
        raise YamlError(file, entry.lines["topics"], "'topics' is empty; name at least one")
    heard, found = dict(heard), []
    for id_ in topics:
        found.append(_topic(file, id_, topics, taken, heard))
    return entry["group"], found


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


def changed_files(group: str, topics: Sequence[NewTopic], root: Path) -> dict[Path, str]:
    """Every file that changes, with its new text."""
    catalogue, domain = root / "data/topics.yml", root / "domain.yml"
    rows = [f"  {topic.id}: {{title: {quoted(topic.title)}, asks: {quoted(topic.asks)}}}" for topic in topics]
    nlu = [f'# How patients ask about the topics of the group "{group}" (data/topics.yml).', 'version: "3.1"', "", "nlu:"]
    for topic in topics:
        nlu += [f"- intent: {topic.id}", "  examples: |", *(f"    - {example}" for example in topic.examples)]
    return {
        catalogue: catalogue.read_text(encoding="utf-8").rstrip("\n") + "\n" + "\n".join([f"{group}:", *rows]) + "\n",
        root / "data/nlu" / f"{group}.yml": "\n".join(nlu) + "\n",
        domain: _with_intents(domain.read_text(encoding="utf-8"), group, topics),
    }


def _with_intents(domain: str, group: str, topics: Sequence[NewTopic]) -> str:
    """The domain with the new intents at the end of its list."""
    lines = domain.splitlines()
    begin = lines.index("intents:")
    end = next((at for at in range(begin + 1, len(lines)) if lines[at] and not lines[at].startswith((" ", "#"))), len(lines))
    while not lines[end - 1].strip():
        end -= 1
    added = [f"  # topics: {group}", *(f"  - {topic.id}" for topic in topics)]
    return "\n".join([*lines[:end], *added, *lines[end:]]) + "\n"


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
        group, topics = read_subject(Path(os.environ["FILE"]), known, taken, {_plain(text): intent for text, intent in examples})
    except YamlError as error:
        sys.exit(f"topics: {error}")
    for file, text in changed_files(group, topics, ROOT).items():
        write_whole(file, text)
        print(f"Written: {file.relative_to(ROOT)}")
    print(f"{len(topics)} topics with {sum(len(topic.examples) for topic in topics)} examples are added. Now run 'make train' and 'make tables'.")


if __name__ == "__main__":
    main()
