"""Verdicts as data."""
import json

import pytest

from bot.safety.verdict import LEVELS, Hit, Verdict, higher


def test_verdict_survives_json():
    """A verdict is the same after it travelled as JSON, hits included."""
    verdict = Verdict("ae", ("leg", "hot"), ("hot",), None, True, ("numb_leg",), (Hit("hot", "pattern hot: feel hot", 0.5, 3, 11),))
    back = Verdict.from_data(json.loads(json.dumps(verdict.as_data())))
    assert (back, back.hits) == (verdict, verdict.hits)


def test_end_of_an_alarm_survives_json():
    """Why an alarm ended travels with the verdict."""
    verdict = Verdict(ended="expected_after_all", expected=("numb_leg",))
    assert Verdict.from_data(json.loads(json.dumps(verdict.as_data()))) == verdict


@pytest.mark.parametrize("data", [None, {}])
def test_no_data_is_a_calm_verdict(data):
    """Without data there is no alarm."""
    assert Verdict.from_data(data) == Verdict()


def test_data_names_places_and_never_words():
    """A hit carries sign, cause, score and place, and nothing of the message."""
    assert set(Verdict("gp", ("hot",), hits=(Hit("hot", "x", 0.5, 3, 11),)).as_data()["hits"][0]) == {"sign", "cause", "score", "start", "end"}


def test_spans_are_the_places_of_the_hits():
    """Where the signs stand can be asked of the verdict."""
    assert Verdict(hits=(Hit("hot", "x", 0.5, 3, 11), Hit("leg", "y", 0.5, 0, 2))).spans == ((3, 11), (0, 2))


@pytest.mark.parametrize("first", LEVELS)
@pytest.mark.parametrize("second", LEVELS)
def test_higher_is_the_more_urgent(first, second):
    """Levels rise from none over gp and ae to 999, in whichever order they are compared."""
    assert higher(first, second) == LEVELS[max(LEVELS.index(first), LEVELS.index(second))]
