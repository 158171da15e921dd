"""What the parts of the bench share: how much is measured, how progress is told, and what is raised where a figure can't be had."""
import os
import time
from dataclasses import dataclass


class NotMeasured(Exception):
    """A figure could not be taken; one sentence says why."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured: starts of each bot; for each load stage, seconds of warm-up and seconds that count; long talks;
    messages read alone; and the part of our examples that the stock bot learns from."""

    starts: int
    warm_up: float
    stage: float
    talks: int
    alone: int
    stock_intents: int
    stock_examples: int


FULL = Sizes(starts=3, warm_up=3, stage=30, talks=20, alone=400, stock_intents=10, stock_examples=30)
QUICK = Sizes(starts=1, warm_up=1, stage=4, talks=2, alone=40, stock_intents=5, stock_examples=10)

CLIENTS = (1, 8, 32)
TURNS = 5
LONG_TALK = 50
SEED = 20

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


def environment(**more: str) -> dict[str, str]:
    """The same bare environment for both bots, so that no setting of this shell (LEAFLETS, MODEL_CACHE, …) changes a figure."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "SANIC_HOST": "127.0.0.1", "PYTHONWARNINGS": "ignore", **more}


def say(text: str) -> None:
    """A line of progress, with the time of day."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)
