"""Several questions in one message."""
from typing import Sequence

import pytest

from bot.catalogue import read_topics
from bot.language.several import AT_MOST, Example, Parted, parted, read_several, train_several
from bot.language.vectors import Span
from bot.yaml_file import YamlError

TOPICS = ["drive", "eat", "hurt"]


def score(text: str, spans: Sequence[Span]) -> list[dict[str, float]]:
    """A classifier that knows three words."""
    return [_score(text[slice(*span)]) for span in spans]


def cut(text: str) -> Parted | None:
    """A message as that classifier sees it."""
    return parted(text, _score(text), score)


def _score(part: str) -> dict[str, float]:
    said = [topic for topic in TOPICS if topic in part]
    return {topic: 0.9 / len(said) if topic in said else 0.01 for topic in TOPICS} | {"chat": 0.9 if not said else 0.02}


@pytest.fixture(scope="module")
def several():
    """Trained on a few messages."""
    ones = [Example(f"my neighbour told me a lot, and {text}, so please tell me", (topic,)) for topic in TOPICS for text in (f"can i {topic} then", f"do i {topic} at all")]
    twos = [Example(f"can i {a} {joint} do i {b} then", (a, b)) for a in TOPICS for b in TOPICS if a != b for joint in ("and", "", "also")]
    return train_several([*ones, *twos], TOPICS, score)


@pytest.mark.parametrize(
    "message, asked",
    [
        ("will it hurt and can i drive home", ["hurt", "drive"]),
        ("can i drive home will it hurt me", ["drive", "hurt"]),
        ("can i drive home? do i eat before", ["drive", "eat"]),
        ("my brother came along, and do i eat now, thank you all", ["eat"]),
    ],
)
def test_all_that_is_asked_is_found_in_order(several, message, asked):
    """With and without a mark between; a story is no question."""
    assert several.asked(cut(message), TOPICS) == asked


def test_what_cannot_be_cut_is_left_whole():
    """A short question is not taken apart."""
    assert cut("can i drive") is None


@pytest.mark.parametrize("message", ["what if i am pregnant", "because my gran has got one", "i suppose that it is because of that"])
def test_a_verb_that_goes_on_with_what_was_said_opens_no_question(message):
    """Nothing is torn out of a statement."""
    assert cut(message) is None


def test_no_more_than_three_are_answered(several):
    """Whatever is asked."""
    read = cut("can i drive now, do i eat then, will it hurt me, can i eat cake, do i drive far")
    assert len(several.asked(read, TOPICS)) <= AT_MOST


def test_training_twice_gives_the_same_weights():
    """The same messages, the same model."""
    examples = [Example("can i drive and do i eat then", ("drive", "eat")), Example("well, my son, can i drive then", ("drive",))]
    assert (train_several(examples, TOPICS, score).weights == train_several(examples, TOPICS, score).weights).all()


@pytest.mark.parametrize(
    "text, reason",
    [
        ("topic\tmessage\n", "should name the columns topics, message"),
        ("topics\tmessage\ndriving\n", ":2: a row should hold"),
        ("topics\tmessage\ndriving,nonsense\tcan I\n", ":2: 'nonsense' is no topic"),
    ],
)
def test_a_mistake_is_refused(tmp_path, text, reason):
    """With file and line."""
    file = tmp_path / "several_questions.tsv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(YamlError, match=reason):
        read_several(read_topics(), file)


def test_the_shipped_messages_are_read():
    """All of them, with one to three topics each."""
    assert {len(example.topics) for example in read_several(read_topics())} == {1, 2, 3}


def test_two_questions_without_a_mark_are_both_asked(understander):
    """As a speech recogniser writes them."""
    assert set(understander.understand("do i need someone to drive me home how long does the injection take").questions) >= {"how_long_it_takes"}
    assert len(understander.understand("will it hurt and when can i drive again").questions) == 2
