"""The guard with the shipped signs: what counts as having a sign now, as the border cases settle it."""
import pytest

from bot.safety.verdict import LEVELS
from tests.channels.conftest import custom_of

HAVING = [
    ("I can't wee", "ae", "bladder_bowel"),
    ("my leg is numb", "ae", "new_weakness"),
    ("my calf is swollen and hot", "ae", "leg_swelling"),
    ("the place is red, hot and weeping", "gp", "site_infection"),
    ("I have a fever since last night", "gp", "fever"),
    ("I took my gabapentin twice by mistake", "999", "overdose"),
    ("husband had his done Monday and he's not been able to go to the toilet since", "ae", "bladder_bowel"),
]
NOT_HAVING = [
    "no fever or anything, just wondering when it starts to work",
    "can it make my leg numb",
    "what if I can't wee afterwards",
    "my dad had a stroke ten years ago, is this safe for me",
    "this waiting list will be the death of me",
    "can I take two gabapentin",
]


@pytest.mark.parametrize("text, level, sign", HAVING)
def test_a_sign_reported_now_is_escalated(open_booth, text, level, sign):
    """The guard's own words name the sign, at the safe level at least."""
    custom = custom_of(open_booth("says_nothing").say(text))
    assert sign in custom["red_flags"] and LEVELS.index(custom["escalation"]) >= LEVELS.index(level)


@pytest.mark.parametrize("text", NOT_HAVING)
def test_asking_denying_and_remembering_are_not_escalated(booth, text):
    """What is not there now raises nothing."""
    assert custom_of(booth.say(text))["escalation"] == "none"
