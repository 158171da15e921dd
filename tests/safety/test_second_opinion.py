"""The trained second opinion, and the union of both opinions as shipped."""
from dataclasses import replace

import pytest

from bot.safety.in_force import InForce
from bot.safety.screen import Screen
from bot.safety.second_opinion import safety_examples
from bot.safety.signs import SignBook
from bot.safety.watch import Watch
from tests.safety.shipped import shipped_book, shipped_endings, shipped_rules

REPORTS = ["I can't wee", "my calf is swollen and hot", "I took my gabapentin twice by mistake", "worst headache of my life and my neck is stiff", "the place is red, hot and weeping"]


@pytest.mark.parametrize("message", REPORTS)
def test_model_alone_still_raises(watch: Watch, message):
    """With the patterns off, the model raises a clear report."""
    book = shipped_book()
    without_patterns = SignBook({sign.id: replace(sign, patterns=()) for sign in book.signs.values()}, book.pairs, book.lists)
    screening = Screen(without_patterns, shipped_rules(), shipped_endings(), watch.screen._second).screen(message)
    assert screening.flags and {hit.cause for hit in screening.hits} == {"second opinion"}


@pytest.mark.parametrize("message", REPORTS)
def test_patterns_alone_still_raise(message):
    """With the model off, the patterns raise a clear report."""
    screening = Screen(shipped_book(), shipped_rules(), shipped_endings()).screen(message)
    assert screening.flags and all(hit.cause.startswith("pattern ") for hit in screening.hits)


MISHEARD = ["chest pane", "I have chess pain", "my leg is num", "I have a fee ver", "I'm shivery ring and burning up"]


@pytest.mark.parametrize("message", MISHEARD)
def test_patterns_know_words_as_a_recogniser_hears_them(message):
    """Mis-hearings of the words for a sign stand in the patterns' word lists."""
    assert Screen(shipped_book(), shipped_rules(), shipped_endings()).screen(message).flags


@pytest.mark.parametrize("message", ["bow wells don't work and I have no control", "my leg has gone num and week", "cant pass you're in since the jab"])
def test_model_knows_words_as_a_recogniser_hears_them(watch: Watch, message):
    """The model has learnt from mis-heard reports: it raises some that no pattern has to know."""
    book = shipped_book()
    without_patterns = SignBook({sign.id: replace(sign, patterns=()) for sign in book.signs.values()}, book.pairs, book.lists)
    assert Screen(without_patterns, shipped_rules(), shipped_endings(), watch.screen._second).screen(message).flags


def test_opinions_are_the_same_each_time(watch: Watch):
    """The same text gets the same opinion, and next to no other when its parts are asked about too."""
    second, text = watch.screen._second, "where do i park, i cant wee"
    whole = (0, len(text))
    [alone] = second.opinions(text, [whole])
    *parts, last = second.opinions(text, [(0, 15), (17, 27), whole])
    assert second.opinions(text, [whole]) == [alone]
    assert last.signs == pytest.approx(alone.signs, abs=1e-6)
    assert parts[1].danger > parts[0].danger


def test_opinion_scores_every_sign(watch: Watch):
    """The model knows every sign, and its scores leave room for none of them."""
    [opinion] = watch.screen._second.opinions("where do i park", [(0, 15)])
    assert set(opinion.signs) == set(watch.book.signs)
    assert 0 <= opinion.danger < 1


def test_training_examples_name_only_signs_that_there_are():
    """A message that reports a sign is labelled with one of the signs."""
    assert {label for _, label in safety_examples([], tuple(shipped_book().signs.values()))} <= {*shipped_book().signs, "none"}


def test_ordinary_messages_are_no_signs_but_endings_are_kept():
    """Ordinary training messages count as no sign, endings of an alarm as endings."""
    assert safety_examples([("where do I park", "parking"), ("ambulance is here", "help_underway")], ())[-2:] == [
        ("where do I park", "none"),
        ("ambulance is here", "help_underway"),
    ]


def test_what_is_in_force_is_asked_for_once_the_message_is_screened(watch: Watch, monkeypatch):
    """A database has the time of the screening to look it up, and what it says counts."""
    order: list[str] = []
    screened = Screen.screen

    def screen(self, message):
        order.append("screened")
        return screened(self, message)

    def before() -> InForce:
        order.append("asked")
        return InForce("999", ("stroke",))

    monkeypatch.setattr(Screen, "screen", screen)
    verdict, in_force = watch.look("where do I park", before)
    assert order == ["screened", "asked"]
    assert verdict.level == in_force.level == "999"
