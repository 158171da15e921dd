"""The watch with its model, opened once for all safety tests."""
import pytest

from bot.safety.watch import Watch, open_watch


@pytest.fixture(scope="session")
def watch() -> Watch:
    """Signs, cues, endings and second opinion as shipped."""
    return open_watch()
