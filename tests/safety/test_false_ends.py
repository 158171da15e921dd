"""What only sounds like an end keeps an alarm in force, through the whole watch with its trained model."""
import pytest

from bot.safety.in_force import InForce

IN_FORCE = InForce("ae", ("bladder_bowel",))


@pytest.mark.parametrize(
    "message",
    ["I haven't called 999", "the ambulance isn't coming", "is the ambulance coming", "has anyone called the ambulance"],
)
def test_no_help_coming_keeps_the_alarm(watch, message):
    """Saying that no help is coming, or asking whether it is, does not end the alarm."""
    verdict, in_force = watch.look(message, IN_FORCE)
    assert verdict.ended is None
    assert in_force.level == "ae"


def test_help_that_is_here_ends_the_alarm(watch):
    """Help that has come still ends the alarm."""
    verdict, in_force = watch.look("ok thanks, ambulance is here", IN_FORCE)
    assert (verdict.ended, in_force.level) == ("help_under_way", "none")
