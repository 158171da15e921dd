"""Programs started for a measurement: every process that belongs to them, their memory and processor time, and their end.

Each `Programs` puts a mark of its own into the environment of what it starts. All descendants inherit it, so they are found
by it even when a parent has gone, and no process of anybody else is ever touched.
"""
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import psutil

from tests.bench_parts.common import NotMeasured, environment, say

_MARK = "BENCH_RUN"
_GENTLY, _FIRMLY = 15, 10
_TELL_EVERY = 60
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Programs:
    """A context manager: on leaving it, whatever happened, nothing that was started is left running."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._mark, self._started = folder, uuid.uuid4().hex, {}

    def __enter__(self) -> "Programs":
        return self

    def __exit__(self, *_: object) -> None:
        with _undisturbed():
            self._stop()

    def start(self, name: str, *arguments: str, **settings: str) -> subprocess.Popen:
        """Start `python arguments…` in the folder; what it prints goes to `name`.log there. In a session of its own, so that
        Ctrl-C reaches the bench alone, which then stops it in order."""
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=self.folder, env=environment(**settings, **{_MARK: self._mark}),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self._started[name] = process
        return process

    def finish(self, name: str, *arguments: str, limit: float, **settings: str) -> float:
        """Run a program to its end and return the seconds it took. Raises NotMeasured if it fails or takes over `limit` seconds."""
        began = time.monotonic()
        process = self.start(name, *arguments, **settings)
        tell_at = began + _TELL_EVERY
        while process.poll() is None:
            now = time.monotonic()
            if now - began > limit:
                raise NotMeasured(f"'{name}' was not finished after {limit / 60:.0f} minutes and was stopped")
            if now > tell_at:
                say(f"  … still at it after {(now - began) / 60:.0f} minutes")
                tell_at += _TELL_EVERY
            time.sleep(0.05)
        seconds = time.monotonic() - began
        if process.returncode != 0:
            raise NotMeasured(f"'{name}' ended with status {process.returncode}: {self.last_words(name)}")
        return seconds

    def check_alive(self) -> None:
        """Raises NotMeasured if a program that should be running has ended."""
        for name, process in self._started.items():
            if process.poll() is not None:
                raise NotMeasured(f"'{name}' ended while it was still needed (status {process.returncode}): {self.last_words(name)}")

    def wait_for_words(self, words: str, limit: float) -> None:
        """Return once any of the programs has printed `words`. Raises NotMeasured if none does so within `limit` seconds, or one ends."""
        until = time.monotonic() + limit
        while not any(words in self.printed(name) for name in self._started):
            self.check_alive()
            if time.monotonic() > until:
                raise NotMeasured(f"nothing printed '{words}' within {limit:.0f} seconds")
            time.sleep(0.1)

    def last_words(self, name: str) -> str:
        """The last lines a program printed."""
        lines = self.printed(name).splitlines()
        return " / ".join(line.strip() for line in lines[-4:] if line.strip()) or "it printed nothing"

    def printed(self, name: str) -> str:
        """All that a program printed."""
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def family(self) -> list[psutil.Process]:
        """Every living process that was started here, directly or by one of them."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(_MARK) == self._mark
        except psutil.Error:
            return False

    def memory(self) -> dict[str, object]:
        """Resident memory in MB of all processes together: `rss` counts pages they share once for each, `pss` shares them out
        (also with strangers that run the same Python)."""
        infos = [(_what(process), process.memory_full_info()) for process in self.family()]
        each = [{"what": what, "rss_mb": _mb(info.rss), "pss_mb": _mb(info.pss)} for what, info in infos]
        return {"rss_mb": _mb(sum(info.rss for _, info in infos)), "pss_mb": _mb(sum(info.pss for _, info in infos)), "processes": each}

    def cpu_seconds(self) -> float:
        """Processor time that all processes have used so far."""
        times = [process.cpu_times() for process in self.family()]
        return sum(entry.user + entry.system for entry in times)

    def _stop(self) -> None:
        for process in self._started.values():
            if process.poll() is None:
                process.terminate()
        _wait_for(self.family(), _GENTLY)
        for _ in range(3):  # one that was killed may just have started another
            left = self.family()
            for process in left:
                _kill(process)
            _wait_for(left, _FIRMLY)
        for process in self._started.values():
            process.wait(_FIRMLY)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _wait_for(processes: list[psutil.Process], seconds: float) -> None:
    psutil.wait_procs(processes, timeout=seconds)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """An impatient second Ctrl-C must not leave anything running."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _what(process: psutil.Process) -> str:
    words = [word for word in process.cmdline()[1:] if not word.startswith("/")]
    return " ".join(words[:4])


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nobody uses at the moment."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
