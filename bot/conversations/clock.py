"""The machine's clock, and whether it has jumped: one that says next year would make every conversation too old."""
import time
from typing import Callable

_JUMP = 60 * 60.0  # seconds; a clock that is set right moves by less


class Clock:
    """`clock` and `steady` give the seconds since 1970 and since any moment."""

    def __init__(self, clock: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self.now, self._steady = clock, steady
        self._began = clock() - steady()

    @property
    def moved(self) -> float:
        """The seconds by which it was set on or back since the start."""
        return self.now() - self._steady() - self._began

    @property
    def has_jumped(self) -> bool:
        """Can its time not be trusted any more? Then nothing is deleted for its age until the assistant is started again."""
        return abs(self.moved) > _JUMP
