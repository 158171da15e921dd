"""Which part of the body a message names, in the words patients use for it (data/regions.yml)."""
import re
from functools import lru_cache

from bot.catalogue import Regions


@lru_cache(maxsize=4)
def _patterns(words: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, re.Pattern], ...]:
    return tuple(
        (region, re.compile(r"(?<![\w/])(?:" + "|".join(re.escape(word) for word in sorted(names, key=len, reverse=True)) + r")(?![\w/])", re.I))
        for region, names in words
    )


def named_region(text: str, regions: Regions) -> str | None:
    """The one part that `text` names; None where it names none or several."""
    found = {region for region, pattern in _patterns(tuple((r.id, r.words) for r in regions.by_id.values())) if pattern.search(text)}
    return found.pop() if len(found) == 1 else None
