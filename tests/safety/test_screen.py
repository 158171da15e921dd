"""The screen on a small world of signs: two opinions, levels, and what is expected so soon after."""
import pytest

from bot.safety.endings import Endings
from bot.safety.screen import Screen
from bot.safety.signs import read_sign_book
from bot.safety.watch import Watch
from tests.safety.small_world import FixedOpinion, small_rules, small_screen, write_signs


class Broken:
    """A second opinion that fails."""

    def opinions(self, texts):
        raise RuntimeError("broken")


def test_pattern_raises_its_sign_without_a_model(tmp_path):
    """With no model the patterns raise a sign, say which did, and where it stands."""
    message = "well, I FEEL hot today"
    screening = small_screen(tmp_path).screen(message)
    [hit] = screening.hits
    assert (screening.flags, screening.level, hit.cause) == (("hot",), "gp", "pattern hot: feel hot")
    assert message[hit.start : hit.end].strip() == "FEEL hot"


def test_model_raises_a_sign_without_a_pattern(tmp_path):
    """Where no pattern matches, a sure model raises the sign."""
    screening = small_screen(tmp_path, FixedOpinion(leg=0.9, hot=0.0, sore=0.0)).screen("strange words")
    assert (screening.flags, screening.level, screening.hits[0].cause) == (("leg",), "ae", "second opinion")


def test_unsure_model_raises_nothing(tmp_path):
    """Where no pattern matches, an unsure model raises nothing."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.05, hot=0.05, sore=0.0)).screen("strange words").flags == ()


def test_unsure_model_leaves_a_pattern_alone(tmp_path):
    """A pattern raises its sign though the model is unsure."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=0.1, sore=0.0)).screen("I feel hot").flags == ("hot",)


@pytest.mark.parametrize(
    "message, likely, flags",
    [
        ("maybe I feel hot", 0.03, ()),
        ("maybe I feel hot", 0.3, ("hot",)),
        ("Maybe. I feel hot", 0.03, ("hot",)),
        ("I feel hot", 0.03, ("hot",)),
        ("I feel hot", 0.001, ()),
    ],
)
def test_model_must_hold_a_hinted_sign_for_possible(tmp_path, message, likely, flags):
    """Where words of its sentence leave a sign open, the model must hold it for possible; else only near certainty silences a pattern."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=likely, sore=0.0)).screen(message).flags == flags


def test_hints_silence_nothing_without_a_model(tmp_path):
    """Where there is no model, words that leave a sign open don't silence a pattern."""
    assert small_screen(tmp_path).screen("maybe I feel hot").flags == ("hot",)


def test_broken_model_leaves_the_patterns_at_work(tmp_path):
    """A model that fails does not silence the patterns."""
    assert small_screen(tmp_path, Broken()).screen("I feel hot").flags == ("hot",)


def test_cue_cancels_a_pattern(tmp_path):
    """A sign that is only asked about is not raised."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=0.2, sore=0.0)).screen("can I feel hot").flags == ()


def test_sure_model_overrules_a_cue(tmp_path):
    """In doubt nothing cancels: a sure model raises the sign that a cue took back."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=0.95, sore=0.0)).screen("can I feel hot").flags == ("hot",)


def test_pair_in_one_message_raises_the_level(tmp_path):
    """Two signs of a pair in one message have the pair's level."""
    assert small_screen(tmp_path).screen("I feel hot and my back hurts").level == "999"


def test_pattern_of_a_level_of_its_own_raises_it(tmp_path):
    """A pattern with a level of its own raises the level where it matches."""
    book = read_sign_book(write_signs(tmp_path, patterns=["foot ... numb", {"words": "stone numb", "level": "999"}]))
    screen = Screen(book, small_rules(tmp_path), Endings((), ()))
    assert [screen.screen(message).level for message in ("foot is so numb", "foot is stone numb")] == ["ae", "999"]


@pytest.mark.parametrize("message", ["leg is numb, done an hour ago", "leg is numb, done 5 hours ago"])
def test_expected_complaint_in_the_first_hours_is_explained(tmp_path, message):
    """In the first hours an expected complaint raises nothing; its topic explains it."""
    screening = small_screen(tmp_path).screen(message)
    assert (screening.flags, screening.expected, screening.ask_time) == ((), ("numb_leg",), False)


def test_time_is_asked_where_it_matters(tmp_path):
    """Without a time an expected complaint is raised, and the time asked."""
    screening = small_screen(tmp_path).screen("leg is numb")
    assert (screening.flags, screening.expected, screening.ask_time) == (("leg",), (), True)


@pytest.mark.parametrize(
    "message",
    [
        "leg is numb, done 6 hours ago",
        "leg is numb, done yesterday",
        "leg is numb and it spreads, done an hour ago",
        "foot is numb, done an hour ago",
        "leg is numb and I feel hot, done an hour ago",
    ],
)
def test_complaint_that_is_not_expected_is_raised(tmp_path, message):
    """Later, spreading, elsewhere or with another sign, the complaint is raised, and no time asked."""
    screening = small_screen(tmp_path).screen(message)
    assert "leg" in screening.flags
    assert (screening.expected, screening.ask_time) == ((), False)


@pytest.mark.parametrize("message", ["can I drive tomorrow, and my leg keeps giving way", "both legs numb and I can't pass water, had it two hours ago"])
def test_same_message_gets_the_same_screening(watch: Watch, message):
    """Screening keeps nothing: other messages in between change nothing."""
    first = watch.screen.screen(message)
    watch.screen.screen("where do I park")
    assert watch.screen.screen(message) == first


@pytest.mark.parametrize("message", ["", "?", "👍", "9" * 2000, "numb " * 300, "\u202e", "(|)*?#"])
def test_screen_takes_any_message(watch: Watch, message):
    """No message is too odd to be screened."""
    assert watch.screen.screen(message).level in ("none", "gp", "ae", "999")
