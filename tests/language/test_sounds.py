"""What messages sound like."""
import pytest
from rapidfuzz.distance import DamerauLevenshtein

from bot.language.sounds import sounding


@pytest.mark.parametrize(
    "said, heard",
    [("cauda", "kauda"), ("numb", "nom b"), ("bowels", "bow wells"), ("steroid", "stair rode"), ("diabetes", "die a bee tees"), ("nerve root", "nurve route")],
)
def test_words_cut_up_sound_much_the_same(said, heard):
    """A long word and the short ones a recogniser takes it for share most of their sounds."""
    assert DamerauLevenshtein.normalized_similarity(sounding(said), sounding(heard)) > 0.6


def test_other_words_sound_otherwise():
    """Words that differ in sound are kept apart."""
    assert sounding("neck") != sounding("back")


@pytest.mark.parametrize("text", ["", "?!", "8", "ąę 5-1", "aeiou"])
def test_any_text_has_a_sound(text):
    """Digits stay, a word of vowels keeps its first letter, and nothing fails."""
    assert sounding(text) == {"": "", "?!": "", "8": "8", "ąę 5-1": sounding("ąę") + "51", "aeiou": "A"}[text]
