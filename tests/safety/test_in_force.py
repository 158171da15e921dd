"""What stays in force from turn to turn. The small world: `leg` (ae, expected for 5 hours), `hot` and `sore` (gp, a pair of 999)."""
import pytest

from bot.safety.in_force import InForce, after, next_verdict
from bot.safety.verdict import Verdict
from tests.safety.small_world import FixedOpinion, small_screen


@pytest.fixture
def say(tmp_path):
    """Says one message after another to a screen of the small world; gives the verdicts."""
    screen, state = small_screen(tmp_path), [InForce()]

    def turn(message: str) -> Verdict:
        verdict = next_verdict(state[0], screen.screen(message), screen)
        state[0] = InForce.from_data(after(verdict, state[0]).as_data())  # as it travels between two turns
        return verdict

    return turn


def test_ordinary_message_is_calm(say):
    """Without an alarm an ordinary message leaves nothing in force."""
    assert say("where do I park") == Verdict()


def test_alarm_stays_in_force(say):
    """A later question neither raises the alarm anew nor ends it."""
    say("I feel hot")
    assert say("where do I park") == Verdict("gp", ("hot",))


def test_time_alone_never_ends_an_alarm(say):
    """However many turns go by, the alarm stands."""
    say("I feel hot")
    assert [say("where do I park").level for _ in range(50)] == ["gp"] * 50


def test_help_under_way_ends_an_alarm(say):
    """The alarm ends when help is under way, and the next turn is calm."""
    say("I feel hot")
    assert say("ambulance is here") == Verdict(ended="help_under_way")
    assert say("where do I park") == Verdict()


def test_taking_back_ends_an_alarm(say):
    """The alarm ends when the report is taken back."""
    say("I feel hot")
    assert say("sorry, that was last year") == Verdict(ended="taken_back")


@pytest.mark.parametrize(
    "message, heard, ended",
    [
        ("sorry, that was last year", {"leg": 0.9, "hot": 0.0}, None),  # another sign than the one in force
        ("sorry, that was last year", {"leg": 0.0, "hot": 0.9}, "taken_back"),
        ("sorry, that was last year, I feel hot", {"leg": 0.0, "hot": 0.9}, None),
        ("sorry about that", {"leg": 0.0, "hot": 0.9}, None),
    ],
)
def test_taking_back_may_speak_of_the_sign_again(tmp_path, message, heard, ended):
    """A report is taken back though the model hears the same sign in the words that do so; a pattern, another sign or other words leave it in force."""
    screen = small_screen(tmp_path, FixedOpinion(**heard, sore=0.0))
    assert next_verdict(InForce("gp", ("hot",)), screen.screen(message), screen).ended == ended


def test_asking_for_help_ends_nothing(say):
    """A question whether to get help leaves the alarm in force, though it names the ambulance."""
    say("I feel hot")
    assert say("should I say the ambulance is here") == Verdict("gp", ("hot",))


def test_nothing_ends_where_nothing_is_in_force(say):
    """Words that would end an alarm end nothing when there is none."""
    assert say("ambulance is here") == Verdict()


def test_new_sign_wins_over_an_ending(say):
    """A message that reports a sign anew ends nothing."""
    say("I feel hot")
    verdict = say("ambulance is here but my back hurts")
    assert (verdict.ended, verdict.new) == (None, ("sore",))


def test_new_sign_joins_those_in_force(say):
    """A further sign joins the first, and only it is new."""
    say("I feel hot")
    assert say("my foot is numb") == Verdict("ae", ("hot", "leg"), ("leg",))


def test_pair_over_two_turns_raises_the_level(say):
    """The second sign of a pair raises the level, turns after the first."""
    say("I feel hot")
    say("where do I park")
    assert say("my back hurts").level == "999"


def test_lower_sign_does_not_lower_the_level(say):
    """A milder sign leaves the higher level in force."""
    say("my foot is numb")
    assert say("I feel hot").level == "ae"


def test_expected_complaint_is_no_alarm(say):
    """In the first hours an expected complaint puts nothing in force."""
    assert say("my leg is numb, done an hour ago") == Verdict(expected=("numb_leg",))


def test_time_settles_an_alarm_that_awaits_it(say):
    """The time asked for takes the alarm back if it is short."""
    assert say("my leg is numb").ask_time
    assert say("an hour ago") == Verdict(ended="expected_after_all", expected=("numb_leg",))
    assert say("where do I park") == Verdict()


def test_long_time_settles_nothing(say):
    """A time past the first hours leaves the alarm in force."""
    say("my leg is numb")
    assert say("yesterday") == Verdict("ae", ("leg",))


def test_question_for_the_time_stays_open(say):
    """The time may be given turns after it was asked."""
    say("my leg is numb")
    say("where do I park")
    assert say("an hour ago").ended == "expected_after_all"


def test_time_that_was_not_asked_settles_nothing(say):
    """A time given to an alarm that it can't settle leaves it in force."""
    assert not say("my foot is numb").ask_time
    assert say("an hour ago") == Verdict("ae", ("leg",))


def test_time_settles_nothing_once_another_sign_is_in_force(say):
    """After a second sign a short time takes nothing back."""
    say("my leg is numb")
    say("I feel hot")
    assert say("an hour ago") == Verdict("ae", ("leg", "hot"))


def test_time_is_not_asked_while_another_sign_is_in_force(say):
    """Where another sign stands, the time would settle nothing and is not asked."""
    say("I feel hot")
    assert not say("my leg is numb").ask_time


def test_second_alarm_after_the_first_ended_begins_anew(say):
    """Signs of an alarm that has ended are forgotten."""
    say("I feel hot")
    say("ambulance is here")
    assert say("my back hurts") == Verdict("gp", ("sore",), ("sore",))


def test_in_force_survives_its_data_form():
    """What is in force is the same after it was stored."""
    state = InForce("ae", ("leg", "hot"), True)
    assert InForce.from_data(state.as_data()) == state


def test_no_data_is_nothing_in_force():
    """A conversation without a record has nothing in force."""
    assert InForce.from_data(None) == InForce()


def test_time_never_takes_back_two_signs(tmp_path):
    """Even where a time is awaited, it takes nothing back while two signs are in force."""
    screen = small_screen(tmp_path)
    before = InForce("ae", ("leg", "hot"), True)
    assert next_verdict(before, screen.screen("an hour ago"), screen) == Verdict("ae", ("leg", "hot"))
