"""Every example that a clinician reads in a sign's file holds in the screen as it is shipped."""
import pytest

from bot.language.cleaning import clean
from bot.safety.verdict import LEVELS
from bot.safety.watch import Watch
from tests.safety.shipped import shipped_book

SIGNS = shipped_book().signs.values()
FIRES = [pytest.param(sign.id, message, id=f"{sign.id}: {message}") for sign in SIGNS for message in sign.fires]
NEAR_MISSES = [pytest.param(sign.id, message, id=f"{sign.id}: {message}") for sign in SIGNS for message in sign.near_misses]


@pytest.mark.parametrize("sign, message", FIRES)
def test_example_fires(watch: Watch, sign, message):
    """A message that must fire raises its sign, at the sign's level at least."""
    screening = watch.screen.screen(clean(message))
    assert sign in screening.flags
    assert LEVELS.index(screening.level) >= LEVELS.index(watch.book.signs[sign].least)


@pytest.mark.parametrize("sign, message", NEAR_MISSES)
def test_near_miss_does_not_fire(watch: Watch, sign, message):
    """A near miss raises nothing, unless another sign's own pattern names it."""
    hits = watch.screen.screen(clean(message)).hits
    assert sign not in {hit.sign for hit in hits}
    assert "second opinion" not in {hit.cause for hit in hits}
