"""How an alarm ends, in the patient's words."""
import re

import pytest

from bot.safety.endings import read_endings
from bot.safety.phrases import normalised
from bot.safety.signs import read_sign_book
from bot.yaml_file import YamlError
from tests.safety.small_world import ENDINGS, write

SHIPPED = read_endings(read_sign_book().lists)


@pytest.mark.parametrize(
    "message, ending",
    [
        ("ok thanks, ambulance is here", "help_under_way"),
        ("I've rung 999", "help_under_way"),
        ("we're at A&E now", "help_under_way"),
        ("sorry, that was last year, it's fine now", "taken_back"),
        ("I was only asking", "taken_back"),
        ("can I drive tomorrow", None),
        ("should I call 999", None),
        ("thanks", None),
    ],
)
def test_words_that_end_an_alarm(message, ending):
    """Help under way and a report taken back are known by their words; a question or thanks ends nothing."""
    assert SHIPPED.ending(normalised(message).text) == ending


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
