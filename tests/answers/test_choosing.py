"""Which of the offered choices a message picks."""
import pytest

from bot.answers.choosing import chosen
from bot.answers.reply import Choice, Reply

OFFERED = [Choice("What tea costs", topic="tea"), Choice("The north tea room", leaflet="north"), Choice("Back room", region="back")]


def picked(text: str, *offered: Choice, intent: str = "") -> Choice | None:
    return chosen(text, Reply("clarify", choices=list(offered)).as_custom(), intent)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1), ("2.", 2), ("number 3", 3), ("the first one", 1), ("Second, please", 2), ("option two", 2), ("the third", 3),
        ("last one", 3), ("top", 1), ("What tea costs", 1), ("what tea costs?", 1), ("BACK ROOM", 3),
    ],
)  # fmt: skip
def test_choice_is_picked_by_number_place_or_title(text, number):
    """A number, a place in the list or the very title of a button picks that choice, with what it stands for."""
    assert picked(text, *OFFERED) == OFFERED[number - 1]


@pytest.mark.parametrize("text", ["0", "4", "17", "12", "the first time it hurt", "I had two cups", "tea", "yes", "none", "", "?"])
def test_other_messages_pick_nothing(text):
    """A number beyond the list and a sentence that merely holds a number or a word of a title pick nothing."""
    assert picked(text, *OFFERED) is None


def test_yes_picks_the_only_choice():
    """A plain yes takes what was offered where that is one thing."""
    assert picked("yes", OFFERED[0], intent="affirm") == OFFERED[0]


def test_yes_to_several_choices_picks_nothing():
    """A yes to several choices doesn't say which."""
    assert picked("yes", *OFFERED, intent="affirm") is None


@pytest.mark.parametrize("previous", [None, {}, Reply("answer").as_custom()])
def test_nothing_is_picked_where_nothing_was_offered(previous):
    """Without choices in the turn before, a number is just a number."""
    assert chosen("1", previous) is None
