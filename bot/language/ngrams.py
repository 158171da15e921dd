"""The n-grams of a text, by kind: words and pairs of words, parts of words, runs of sounds across words.

Those that scikit-learn's vectorizers find with the settings that each function names; tests/language/test_ngrams.py compares
them. Written out here because scikit-learn would bring 32 MB into every process that answers, most of it for statistics.
"""
import re
from functools import lru_cache
from typing import Callable

from bot.language.sounds import sounding

_WORD = re.compile(r"\b\w+\b")
_SPACES = re.compile(r"\s\s+")


def word_ngrams(text: str) -> list[str]:
    """Words and pairs of words: `ngram_range=(1, 2), token_pattern=r"\\b\\w+\\b"`."""
    words = _WORD.findall(text.lower())
    return words + [f"{first} {second}" for first, second in zip(words, words[1:])]


def letter_ngrams(text: str) -> list[str]:
    """Two to five letters in a row within a word and the spaces round it: `analyzer="char_wb", ngram_range=(2, 5)`."""
    return [gram for word in text.lower().split() for gram in _within(f" {word} ")]


@lru_cache(maxsize=1024)  # few words make up most of what is said
def _within(word: str) -> tuple[str, ...]:
    found: list[str] = []
    for length in range(2, 6):
        if length >= len(word):
            return (*found, word)  # once, however much longer the n-grams might be
        found += _runs(word, length)
    return tuple(found)


def sound_ngrams(text: str) -> list[str]:
    """Three to five sounds in a row: `analyzer="char", preprocessor=sounding, ngram_range=(3, 5)`."""
    sounds = _SPACES.sub(" ", sounding(text))
    return [gram for length in range(3, 6) for gram in _runs(sounds, length)]


def _runs(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(len(text) - length + 1)]


KINDS: tuple[Callable[[str], list[str]], ...] = (word_ngrams, letter_ngrams, sound_ngrams)
