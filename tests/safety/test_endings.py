"""How an alarm ends, in the patient's words."""
import re

import pytest

from bot.language.training import read_examples
from bot.safety.endings import read_endings
from bot.safety.phrases import normalised
from bot.yaml_file import YamlError
from tests.safety.shipped import shipped_endings
from tests.safety.small_world import ENDINGS, write


@pytest.mark.parametrize(
    "message, ending",
    [
        ("ok thanks, ambulance is here", "help_under_way"),
        ("I've rung 999", "help_under_way"),
        ("we're at A&E now", "help_under_way"),
        ("sorry, that was last year, it's fine now", "taken_back"),
        ("I was only asking", "taken_back"),
        ("can I drive tomorrow", None),
        ("thanks", None),
        ("should I call 999", None),
        ("who do I ring, 999 or 111", None),
        ("should I be going to A&E now", None),
        ("do you think I should be on my way to A&E", None),
        ("is the ambulance coming", None),
        ("I haven't called 999", None),
        ("I'm not going to A&E", None),
        ("the ambulance isn't coming", None),
        ("I rang 111 but no answer", None),
        ("can I drive after, I've called 999", "help_under_way"),
    ],
)
def test_words_that_end_an_alarm(message, ending):
    """Help under way and a report taken back are known by their words; asking for help, having none, or thanks end nothing."""
    assert shipped_endings().ending(normalised(message).text) == ending


def test_help_under_way_goes_before_taking_back(tmp_path):
    """A message that says both is taken to have help under way."""
    endings = read_endings({}, write(tmp_path / "endings.yml", ENDINGS))
    assert endings.ending(" that was last year , ambulance is here ") == "help_under_way"


@pytest.mark.parametrize(
    "changed, reason",
    [({"gave_up": ["x"]}, "unknown key 'gave_up'"), ({"taken_back": ["(x"]}, "not closed")],
)
def test_mistake_is_refused(tmp_path, changed, reason):
    """A mistake in the endings is refused with file and line."""
    with pytest.raises(YamlError, match=rf"endings\.yml:\d+: .*{re.escape(reason)}"):
        read_endings({}, write(tmp_path / "endings.yml", {**ENDINGS, **changed}))


def test_no_training_message_that_ends_an_alarm_is_kept_from_it():
    """What only sounds like an end covers none of the training messages that do end an alarm."""
    ends = [text for text, label in read_examples() if label in ("help_underway", "retract_report")]
    assert [text for text in ends if shipped_endings().keeps_standing(normalised(text).text)] == []
