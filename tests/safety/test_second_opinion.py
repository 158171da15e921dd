"""The trained second opinion, and the union of both opinions as shipped."""
import pytest

from bot.language.vectors import load_encoder
from bot.safety.context import read_context_rules
from bot.safety.endings import read_endings
from bot.safety.screen import Screen
from bot.safety.second_opinion import safety_examples
from bot.safety.signs import SignBook, read_sign_book
from bot.safety.watch import Watch

REPORTS = ["I can't wee", "my calf is swollen and hot", "I took my gabapentin twice by mistake", "worst headache of my life and my neck is stiff", "the place is red, hot and weeping"]


@pytest.mark.parametrize("message", REPORTS)
def test_model_alone_still_raises(watch: Watch, message):
    """With the patterns off, the model raises a clear report."""
    book = read_sign_book()
    without_patterns = SignBook({sign.id: sign.__class__(**{**vars(sign), "patterns": ()}) for sign in book.signs.values()}, book.pairs, book.lists)
    screen = Screen(without_patterns, read_context_rules(book.lists), read_endings(book.lists), watch.screen._second)
    screening = screen.screen(message)
    assert screening.flags and {hit.cause for hit in screening.hits} == {"second opinion"}


@pytest.mark.parametrize("message", REPORTS)
def test_patterns_alone_still_raise(message):
    """With the model off, the patterns raise a clear report."""
    book = read_sign_book()
    screening = Screen(book, read_context_rules(book.lists), read_endings(book.lists)).screen(message)
    assert screening.flags and all(hit.cause.startswith("pattern ") for hit in screening.hits)


def test_opinions_are_the_same_each_time(watch: Watch):
    """The same text gets the same opinion, alone or with others."""
    [alone] = watch.screen._second.opinions(["i cant wee"])
    *_, last = watch.screen._second.opinions(["where do i park", "my leg is numb", "i cant wee"])
    assert alone == last


def test_opinion_scores_every_sign(watch: Watch):
    """The model knows every sign, and its scores leave room for none of them."""
    [opinion] = watch.screen._second.opinions(["where do i park"])
    assert set(opinion.signs) == set(watch.book.signs)
    assert 0 <= opinion.danger < 1


def test_training_examples_name_only_signs_that_there_are():
    """A message that reports a sign is labelled with one of the signs."""
    assert {label for _, label in safety_examples([])} <= {*read_sign_book().signs, "none"}


def test_ordinary_messages_are_no_signs_but_endings_are_kept():
    """Ordinary training messages count as no sign, endings of an alarm as endings."""
    assert safety_examples([("where do I park", "parking"), ("ambulance is here", "help_underway")])[-2:] == [
        ("where do I park", "none"),
        ("ambulance is here", "help_underway"),
    ]


def test_encoder_is_shared():
    """Both models use the one encoder of the process."""
    assert load_encoder() is load_encoder()
