"""bot/language/ngrams.py finds what scikit-learn finds."""
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.ngrams import letter_ngrams, sound_ngrams, word_ngrams
from bot.language.sounds import sounding

SCIKIT_LEARN = {
    word_ngrams: {"ngram_range": (1, 2), "token_pattern": r"\b\w+\b"},
    letter_ngrams: {"analyzer": "char_wb", "ngram_range": (2, 5)},
    sound_ngrams: {"analyzer": "char", "preprocessor": sounding, "ngram_range": (3, 5)},
}


@pytest.mark.parametrize("kind", SCIKIT_LEARN, ids=lambda kind: kind.__name__)
@given(text=st.text(max_size=60) | st.text("abc dé'1\t\n", max_size=30))
def test_the_same_as_scikit_learn(kind, text):
    """In whatever order."""
    assert sorted(kind(text)) == sorted(TfidfVectorizer(**SCIKIT_LEARN[kind]).build_analyzer()(text))


def test_short_words_are_counted_once():
    """As scikit-learn does: " a " has no run of four."""
    assert letter_ngrams("a") == [" a", "a ", " a "]
