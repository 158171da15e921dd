"""What the dialogue rules see once the verdict is known."""
import pytest

from bot.language.understanding import Understanding
from bot.safety.precedence import in_view_of
from bot.safety.verdict import Verdict


def test_report_outranks_the_question():
    """A raised sign makes the turn a report and keeps the question for after the advice."""
    seen = in_view_of(Understanding("ask_leaflet", ("driving",)), Verdict("ae", ("leg",), ("leg",)))
    assert (seen.intent, seen.questions) == ("report_danger", ("driving",))


def test_expected_complaint_is_answered_by_its_topic():
    """An expected complaint is answered with the topic that explains it, before what else was asked."""
    understood = Understanding("ask_leaflet", ("driving",), ("driving",), apart=True)
    seen = in_view_of(understood, Verdict(expected=("numb_leg",)))
    assert (seen.intent, seen.questions, seen.candidates) == ("ask_leaflet", ("numb_leg", "driving"), ("numb_leg", "driving"))


@pytest.mark.parametrize("ended, intent", [("help_under_way", "help_underway"), ("taken_back", "retract_report")])
def test_end_of_an_alarm_is_seen(ended, intent):
    """The end of an alarm decides the turn, whatever else the message looked like."""
    assert in_view_of(Understanding("ask_leaflet", ("driving",)), Verdict(ended=ended)).intent == intent


def test_question_under_an_alarm_stays_a_question():
    """While an alarm stands a question is still answered."""
    understood = Understanding("ask_leaflet", ("driving",))
    assert in_view_of(understood, Verdict("ae", ("leg",))) == understood
