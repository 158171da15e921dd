"""Words that the recogniser should expect: the leaflets' own, those of the warning signs, what the keys and commands are called."""
import re
from collections import Counter
from typing import Iterable, Sequence

from spacy.lang.en.stop_words import STOP_WORDS

_SHORTEST = 4
_LONGEST = 100  # characters; front-ends refuse longer ones


def hints(titles: Iterable[str], signs: Iterable[str], leaflets: Iterable[str], commands: Iterable[str], at_most: int) -> tuple[str, ...]:
    """At most `at_most` hints, commands and signs first, then what the leaflets say most often."""
    first = [phrase for phrase in [*commands, *signs, *titles] if len(phrase) <= _LONGEST]
    return tuple(dict.fromkeys([*first, *_often(leaflets)]))[:at_most]


def _often(texts: Iterable[str]) -> Sequence[str]:
    counted = Counter(word for text in texts for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= _SHORTEST and word not in STOP_WORDS)
    return [word for word, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
