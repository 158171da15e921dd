"""How fast one session and one address may send. In memory, for each server process: a limit against haste, not against floods."""
import time
from collections import OrderedDict
from typing import Callable

_REMEMBERED = 50_000


class Limit:
    """A token bucket for each key: `burst` messages at once, then `a_minute` a minute."""

    def __init__(self, burst: int, a_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = float(burst), a_minute / 60, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """0 where `key` may send now (which is counted), else the seconds until it may."""
        now = self._clock()
        left, since = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
