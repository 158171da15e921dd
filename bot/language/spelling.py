"""Repair misspelt and mis-heard words towards the words of the subject; a good English word is never touched."""
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Iterable

from metaphone import doublemetaphone
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SHORTEST = 4
_WITHOUT_APOSTROPHE = frozenset(
    "aint arent cant couldnt didnt doesnt dont hadnt hasnt havent isnt mustnt neednt shouldnt wasnt werent wont wouldnt youre youve youll youd "
    "theyre theyve theyll theyd weve were heres hows thats theres whats whens wheres whos whys itll thatll shouldve couldve wouldve mightve".split()
)
_OFTEN = 4  # a word of the subject stands in at least this many examples, else a misspelling in them would count as one


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Good English words: common ones, and "dont" and the like, which few write with an apostrophe."""
    return _WITHOUT_APOSTROPHE | common_words()


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The whole words in the vocabulary of the sentence encoder, some 23,000."""
    from bot.language.encoder_graph import weights_folder

    lines = (weights_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for word in lines if word.isalpha() and word.isascii() and len(word) > 1)


@dataclass(frozen=True)
class Speller:
    """Knows the subject's words (with how often each stands in the examples) and the words to leave alone."""

    subject: dict[str, int]
    good: frozenset[str] = field(default_factory=english_words)

    @classmethod
    def from_texts(cls, texts: Iterable[str], good: frozenset[str] | None = None) -> "Speller":
        """The words that stand often in `texts`."""
        good = english_words() if good is None else good
        counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
        often = {word: count for word, count in counts.items() if len(word) >= _SHORTEST and count >= _OFTEN}
        return cls({word: count for word, count in often.items() if word in good or count >= 3 * _OFTEN}, good)

    def repaired(self, text: str) -> str:
        """`text` with unknown words replaced by the nearest word of the subject, where one is near enough."""
        return _WORD.sub(lambda found: self.word(found.group(0)), text)

    def word(self, word: str) -> str:
        """The subject's word that `word` most likely means, or `word` itself."""
        if len(word) < _SHORTEST or word in self.subject or word in self.good or "'" in word:
            return word
        allowed = 1 if len(word) < 7 else 2
        within = process.extract(word, self.subject.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=None)
        near = [(self._cost(word, known, allowed), -self.subject[known], known) for known, *_ in within]
        best = min((entry for entry in near if entry[0] is not None), default=None)
        return best[2] if best else word

    def _cost(self, word: str, known: str, allowed: int) -> float | None:
        distance = DamerauLevenshtein.distance(word, known, score_cutoff=allowed)
        if distance > allowed:
            return None
        sounds_alike = doublemetaphone(word)[0] == doublemetaphone(known)[0]
        if word[0] != known[0] and not sounds_alike:
            return None
        return distance - (0.5 if sounds_alike else 0.0)
