"""The training files, strictly read."""
import re

import pytest

from bot.language.kept import keep, kept
from bot.language.training import ENDINGS, read_examples, reader_files, trained_speller
from bot.yaml_file import YamlError

GOOD = 'version: "3.1"\nnlu:\n- intent: drive\n  examples: |\n    - can I drive\n    - May I drive, too?\n- intent: eat\n  examples: |\n    - can I eat\n'


def read(folder, text: str):
    (folder / "group.yml").write_text(text, encoding="utf-8")
    return read_examples(folder)


def test_examples_are_read_in_order(tmp_path):
    """Each line is an example of its intent, as written."""
    assert read(tmp_path, GOOD) == [("can I drive", "drive"), ("May I drive, too?", "drive"), ("can I eat", "eat")]


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("    - can I drive\n", "    can I drive\n", r":5: an example of 'drive' should begin with '- ', but is 'can I drive'"),
        ("    - May I", "    -May I", ":6: an example of 'drive'"),
        ("  examples: |\n    - can I eat", "  sentences: |\n    - can I eat", "unknown key 'sentences'"),
        ("- intent: eat\n  examples: |\n    - can I eat\n", "- intent: eat\n", "lacks the key 'examples'"),
        ('version: "3.1"\n', "", "lacks the key 'version'"),
        ("version:", "pipeline: x\nversion:", "unknown key 'pipeline'"),
    ],
)
def test_mistake_is_refused(tmp_path, old, new, reason):
    """A mistake in a training file is refused with the file and what was expected."""
    assert old in GOOD
    with pytest.raises(YamlError, match=r"group\.yml.*" + re.escape(reason)):
        read(tmp_path, GOOD.replace(old, new))


def test_no_example_has_two_intents(examples):
    """No shipped message is an example of two intents."""
    intents: dict[str, set[str]] = {}
    for text, intent in examples:
        intents.setdefault(text.lower(), set()).add(intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


def test_what_is_learnt_is_kept_and_shared(tmp_path):
    """What was kept is found again by its name, from any folder, and is one and the same thing in this process."""
    assert kept(tmp_path / "made-from-this.speller") is None
    keep({"a": 1}, tmp_path / "made-from-this.speller")
    keep({"a": 1}, tmp_path / "copy" / "made-from-this.speller")
    assert kept(tmp_path / "made-from-this.speller") is kept(tmp_path / "copy" / "made-from-this.speller")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["made-from-this.speller"]


def test_reader_is_in_files_named_after_its_examples(examples):
    """Classifier, speller and follow-ups lie in files of their own, under other names where one example differs."""
    files, others = reader_files(examples), reader_files([*examples, ("one more", "driving")])
    assert [file.suffix for file in files] == list(ENDINGS)
    assert not {file.name for file in files} & {file.name for file in others}
    assert trained_speller(examples) is trained_speller(list(examples))
