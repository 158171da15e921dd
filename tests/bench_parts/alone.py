"""How long understanding and the safety screen take without Rasa, and how much of it goes into the sentence vector.

Run in a process of its own (`python -m tests.bench_parts.alone 400`); the last line it prints is JSON.
"""
import json
import statistics
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any, Callable, Iterator

from tests.bench_parts.messages import messages

_ROOT = Path(__file__).resolve().parents[2]
_WARM_UP = 100  # the screen fills caches of its own: its first twenty messages or so take several times as long


class VectorClock:
    """Adds up the seconds spent in the encoder. Stands in front of `encoded`, which all its other methods call."""

    def __init__(self, encoder: Any) -> None:
        self.seconds, self._encoded = 0.0, encoder.encoded
        encoder.encoded = self._timed

    def _timed(self, text: str) -> Any:
        began = time.perf_counter()
        try:
            return self._encoded(text)
        finally:
            self.seconds += time.perf_counter() - began


def timed(work: Callable[[str], Any], texts: list[str], clock: VectorClock) -> dict[str, float]:
    """Milliseconds a message: the whole, the part in the sentence vector, and the rest."""
    wholes, vectors = [], []
    for text in texts:
        before, began = clock.seconds, time.perf_counter()
        work(text)
        wholes.append(1000 * (time.perf_counter() - began))
        vectors.append(1000 * (clock.seconds - before))
    rests = [whole - vector for whole, vector in zip(wholes, vectors, strict=True)]
    return {
        "messages": len(texts),
        "median_ms": round(statistics.median(wholes), 3),
        "mean_ms": round(statistics.mean(wholes), 3),
        "vector_ms": round(statistics.mean(vectors), 3),
        "beyond_vector_ms": round(statistics.mean(rests), 3),
        "vector_share": round(sum(vectors) / sum(wholes), 3),
    }


def measure(count: int) -> dict[str, Any]:
    """Understanding alone, the screen alone, and both on the same message as in a turn; each on messages not seen before."""
    from bot.language.cleaning import clean
    from bot.language.one_core import answer_on_one_core

    answer_on_one_core()  # as in the assistant
    texts = (clean(message) for message in messages(_ROOT))
    trouble = _train_what_is_missing()
    understand, clock = _reader()
    figures = {"understanding": _figures(understand, texts, count, clock)}
    if trouble:
        return {**figures, "screen": {"not_measured": trouble}, "both": {"not_measured": trouble}}
    screen = _screen()
    figures["screen"] = _figures(screen, texts, count, clock)
    figures["both"] = _figures(lambda text: (screen(text), understand(text)), texts, count, clock)
    return figures


def _train_what_is_missing() -> str:
    """Have both models on disk, then start with an encoder that remembers nothing. Why there is no screen, or ''."""
    from bot.language.training import read_examples, trained_reader
    from bot.language.vectors import load_encoder

    trained_reader(read_examples())
    trouble = ""
    try:
        _screen()
    except Exception as error:  # the files of warning signs may be half-written; the other figures stand
        trouble = f"{error.__class__.__name__}: {error}"[:300]
    load_encoder.cache_clear()
    return trouble


def _figures(work: Callable[[str], Any], texts: Iterator[str], count: int, clock: VectorClock) -> dict[str, float]:
    for text in islice(texts, _WARM_UP):
        work(text)
    return timed(work, list(islice(texts, count)), clock)


def _reader() -> tuple[Callable[[str], Any], VectorClock]:
    from bot.catalogue import read_regions, read_topics
    from bot.language.training import read_examples, trained_follow_ups, trained_reader, trained_several
    from bot.language.understanding import Understander
    from bot.language.vectors import load_encoder

    examples, encoder = read_examples(), load_encoder()
    reader = trained_reader(examples)
    understander = Understander(*reader, encoder, read_topics(), read_regions(), trained_follow_ups(*reader, examples), trained_several(*reader, examples))
    return understander.understand, VectorClock(encoder)


def _screen() -> Callable[[str], Any]:
    from bot.safety.watch import open_watch

    return open_watch().screen.screen


def main() -> None:
    """Print the figures as one line of JSON."""
    from bot.light_tensorflow import without_tensorflow

    without_tensorflow()
    print(json.dumps(measure(int(sys.argv[1]))), flush=True)


if __name__ == "__main__":
    main()
