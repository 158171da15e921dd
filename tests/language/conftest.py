"""What the language tests share: the trained reader and the understander, opened once."""
import pytest

from bot.catalogue import read_regions, read_topics
from bot.language.spelling import Speller
from bot.language.training import Example, read_examples, trained_reader, trained_several, trained_speller
from bot.language.understanding import Understander
from bot.language.vectors import load_encoder


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """All training messages with their intents."""
    return read_examples()


@pytest.fixture(scope="session")
def speller(examples: list[Example]) -> Speller:
    """The speller as trained."""
    return trained_speller(examples)


@pytest.fixture(scope="session")
def understander(examples: list[Example]) -> Understander:
    """The understander as trained."""
    reader = trained_reader(examples)
    return Understander(*reader, load_encoder(), read_topics(), read_regions(), several=trained_several(*reader, examples))
