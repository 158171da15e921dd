"""Spelling repaired towards the words of the subject."""
import pytest

from bot.language.spelling import Speller, english_words


def test_good_english_words_stay(speller):
    """No good English word is ever changed."""
    assert [word for word in sorted(english_words()) if speller.word(word) != word] == []


def test_words_of_the_subject_stay(speller):
    """No word of the subject is ever changed."""
    assert [word for word in sorted(speller.subject) if speller.word(word) != word] == []


@pytest.mark.parametrize(
    "slip, word",
    [
        ("hospitel", "hospital"),
        ("tommorow", "tomorrow"),
        ("injecton", "injection"),
        ("injectoin", "injection"),
        ("stearoid", "steroid"),
        ("headach", "headache"),
        ("antibiotcs", "antibiotics"),
        ("stumach", "stomach"),
        ("warfrin", "warfarin"),
        ("anasthetic", "anaesthetic"),
        ("nummbness", "numbness"),
    ],
)
def test_typical_slip_is_repaired(speller, slip, word):
    """A slip becomes the word of the subject that it stands for."""
    assert speller.word(slip) == word


def test_only_the_slip_is_changed(speller):
    """Repairing leaves spaces, punctuation and the other words as they are."""
    assert speller.repaired("is the injecton  on monday, c5/6?") == "is the injection  on monday, c5/6?"


@pytest.mark.parametrize("word", ["abc", "zzzzzzzz", "qwertyui"])
def test_word_without_a_near_one_stays(speller, word):
    """A word that is near no word of the subject stays."""
    assert speller.word(word) == word


def test_rare_misspelling_in_the_examples_is_no_word():
    """A word counts as one of the subject only if it stands in enough examples."""
    speller = Speller.from_texts(["the injection"] * 4 + ["the injecton"] * 3, frozenset({"the", "injection"}))
    assert speller.subject == {"injection": 4}


def test_more_frequent_word_wins():
    """Of two words equally near, the one that patients use more often is taken."""
    assert Speller({"needle": 5, "needly": 9}, frozenset()).word("needla") == "needly"


def test_like_sound_wins():
    """Of two words equally far in letters, the one that sounds alike is taken."""
    assert Speller({"nerve": 1, "nerd": 99}, frozenset()).word("nerv") == "nerve"
