"""The machine the figures are from, and how much of it others used meanwhile."""
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any, Callable

import psutil


def describe(root: Path) -> dict[str, Any]:
    """What a reader needs to compare figures with those of another day."""
    return {
        "taken": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cores": psutil.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _commit(root),
        "busy_before_percent": psutil.cpu_percent(interval=3),
        "load_average_before": os.getloadavg()[0],
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit(root: Path) -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=root, capture_output=True, text=True, timeout=30)
    return done.stdout.strip() or "unknown"


class Meter:
    """Processor time between two moments: of the bot, of the bench itself, and of everybody else."""

    def __init__(self, of_bot: Callable[[], float]) -> None:
        self._of_bot = of_bot
        self._began, self._at_first = time.perf_counter(), self._now()

    def _now(self) -> tuple[float, float, float]:
        return _busy_seconds(), self._of_bot(), time.process_time()

    def figures(self, turns: int) -> dict[str, float]:
        """Shares are of all cores together."""
        busy, bot, own = (now - first for now, first in zip(self._now(), self._at_first, strict=True))
        available = (time.perf_counter() - self._began) * (psutil.cpu_count() or 1)
        return {
            "cpu_ms_a_turn": round(1000 * bot / max(turns, 1), 2),
            "bot_percent": round(100 * bot / available, 1),
            "bench_percent": round(100 * own / available, 1),
            "others_percent": round(100 * max(busy - bot - own, 0) / available, 1),
        }


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "steal"))
