"""What counts as said: signs before everything, then commands, then what makes most sense."""
import pytest

from bot.answers.site import read_site
from bot.channels.phone.book import read_phone_book
from bot.channels.phone.hearing import Hearing, Hypothesis
from bot.language.understanding import OUT_OF_SCOPE, Understanding

SIGN = "i can't wee"


def understand(text):
    """A stand-in: what speaks of an alpaca asks about it."""
    asks = ("alpaca",) if "alpaca" in text else ()
    return Understanding("ask_leaflet" if asks else OUT_OF_SCOPE, asks, asks, ranking=((asks or (OUT_OF_SCOPE,))[0:1][0], 0.9) and (((asks or (OUT_OF_SCOPE,))[0], 0.9),))


@pytest.fixture(scope="module")
def hearing():
    """With the shipped commands."""
    return Hearing(read_phone_book(read_site()), lambda text: text == SIGN, understand)


def said(*texts_and_confidences):
    return [Hypothesis(*each) if isinstance(each, tuple) else Hypothesis(each) for each in texts_and_confidences]


def test_nothing_said(hearing):
    """Blank readings are none."""
    assert hearing.heard(said("", " ", "\x00")) is None


def test_without_confidence_the_first_counts(hearing):
    """A recogniser that gives none is taken at its word."""
    heard = hearing.heard(said("the weather", "an alpaca"))
    assert (heard.text, heard.sure) == ("the weather", True)


@pytest.mark.parametrize("place", range(5))
def test_a_sign_in_any_alternative_comes_first(hearing, place):
    """And is sure only where it is the first, well heard."""
    readings = [("an alpaca", 0.9)] * 5
    readings[place] = (SIGN, 0.9)
    heard = hearing.heard(said(*readings))
    assert heard.reports and heard.text == SIGN and heard.sure == (place == 0)


def test_the_alternative_that_asks_something_is_taken(hearing):
    """Where the first is not sure."""
    heard = hearing.heard(said(("all packer", 0.4), ("an alpaca", 0.35)))
    assert (heard.text, heard.sure) == ("an alpaca", False)


def test_alternatives_that_agree_need_no_question_back(hearing):
    """Two at least."""
    assert hearing.heard(said(("an alpaca", 0.3), ("the alpaca", 0.2))).sure
    assert not hearing.heard(said(("an alpaca", 0.3))).sure


@pytest.mark.parametrize(
    ("text", "command"),
    [("more", "more"), ("um more please", "more"), ("Say that again!", "repeat"), ("ok, go back", "back"), ("slow down please", "slower"),
     ("please stop", "stop"), ("more pain", None), ("can I go back to work", None), ("no more", None), ("again and again", None), ("", None)],
)  # fmt: skip
def test_a_command_is_a_whole_utterance(hearing, text, command):
    """A question with a command's word in it stays a question."""
    assert hearing.command(said(text), ["more", "repeat", "back", "slower", "stop"]) == command


def test_a_command_that_means_nothing_now_is_none(hearing):
    """A yes where nothing was asked."""
    assert hearing.command(said("yes"), ["more"]) is None


def test_a_command_in_a_lower_alternative(hearing):
    """Counts only where the first is not sure."""
    assert hearing.command(said(("moor", 0.2), ("more", 0.1)), ["more"]) == "more"
    assert hearing.command(said(("moor", 0.9), ("more", 0.1)), ["more"]) is None


@pytest.mark.parametrize(("text", "key"), [("two", "2"), ("number two please", "2"), ("won", "1"), ("ate", "8"), ("3", "3"), ("two weeks", None), ("nine", None)])
def test_a_number_said_alone_is_a_key(hearing, text, key):
    """What only sounds like it too; only keys that mean something."""
    assert hearing.key(said(text), list("12345678")) == key
