"""Typing errors and mis-hearings, always the same."""
import pytest

from bot.language.noise import misheard, with_typing_errors

MESSAGE = "can I drive home tomorrow after they have given me the injection in my lower back, or is that too soon"


@pytest.mark.parametrize("noisy", [with_typing_errors, misheard])
def test_same_seed_gives_the_same_noise(noisy):
    """The same message and seed give the same noise, another seed gives other noise."""
    assert noisy(MESSAGE, 1) == noisy(MESSAGE, 1)
    assert len({noisy(MESSAGE, seed) for seed in range(10)}) > 1


def test_typing_errors_are_as_many_as_asked():
    """About one letter in so many is hit."""
    hit = sum(with_typing_errors("a", seed) != "a" for seed in range(3000))
    assert 150 < hit < 250
    assert with_typing_errors(MESSAGE, 1, one_in=10**9) == MESSAGE


def test_typing_errors_leave_all_but_letters():
    """Digits, spaces and punctuation are never hit."""
    assert with_typing_errors("12, 34! 56?" * 20, 1, one_in=1) == "12, 34! 56?" * 20


def test_recogniser_writes_no_punctuation():
    """A mis-heard message has lower case and no punctuation, even with every word heard well."""
    assert misheard("Can I drive, please? It's fine", 1, share=0) == "can i drive please it's fine"


def test_short_words_are_heard_well():
    """Words of one or two letters are never mis-heard."""
    assert misheard("is it ok so we go", 1, share=1) == "is it ok so we go"


def test_heard_words_sound_alike_or_are_cut():
    """With every word mis-heard, no longer word of a message comes through as it was."""
    heard = misheard("tomorrow injection hospital", 3, share=1).split()
    assert not {"tomorrow", "injection", "hospital"} & set(heard)
