"""Which part of the body a message names."""
import pytest

from bot.catalogue import Region, Regions
from bot.language.regions import named_region

WORLD = Regions("Which?", {"up": Region("up", "Up", ("neck", "c5", "top of my back")), "down": Region("down", "Down", ("low back", "l5", "l5/s1"))})


@pytest.mark.parametrize(
    "message, region",
    [
        ("it is my NECK", "up"),
        ("top of my back please", "up"),
        ("at l5/s1", "down"),
        ("between c5 and l5", None),
        ("necklace", None),
        ("my back", None),
        ("low back, l5", "down"),
        ("", None),
    ],
)
def test_region_is_named(message, region):
    """One part named by whole words is found; none or several give none."""
    assert named_region(message, WORLD) == region
