"""The whole assistant as a program of its own, for tests: started, watched, ended; every process of it can be found.

What is started carries a mark in its environment that all its descendants inherit, so nobody else's process is ever touched.
"""
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Sequence

import psutil

ROOT = Path(__file__).resolve().parents[1]
_MARK = "TEST_HOUSE"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """`python -m bot.serve` of the project in `root`, with its own ports and its own folder for conversations and logs."""

    def __init__(self, var: Path, root: Path = ROOT, **settings: str) -> None:
        self.var, self._mark = var, uuid.uuid4().hex
        self.port, self.action_port = free_port(), free_port()
        ours = {"PORT": str(self.port), "ACTION_PORT": str(self.action_port), "VAR": str(var), _MARK: self._mark, "PYTHONUNBUFFERED": "1"}
        left_out = (
            "LEAFLETS", "HOST", "REST_TOKEN", "PUBLIC_URL", "ALARM_STORE", "CONVERSATION_STORE", "ACTIONS", "SESSION_LIMIT", "ADDRESS_LIMIT", "METRICS_TOKEN",
            "RETENTION_DAYS", "LOCK_STORE", "TURN_DEADLINE", "ACTION_TIMEOUT", "CALL_STORE", "PHONE_BOOK", "PHONE_SECRET", "PHONE_TRIAL", "TWILIO_AUTH_TOKEN",
        )  # fmt: skip
        environment = {key: value for key, value in os.environ.items() if key not in left_out}
        self._output = (var / "serve.out").open("wb+")
        self._errors = (var / "serve.err").open("wb+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.serve"], cwd=root, env={**environment, **ours, **settings}, stdin=subprocess.DEVNULL,
            stdout=self._output, stderr=self._errors, start_new_session=True,
        )  # fmt: skip

    @property
    def output(self) -> str:
        """What it has printed on standard output so far."""
        return (self.var / "serve.out").read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        """What it has printed on standard error so far."""
        return (self.var / "serve.err").read_text(encoding="utf-8")

    def family(self) -> list[psutil.Process]:
        """Every living process that belongs to it."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(_MARK) == self._mark
        except psutil.Error:
            return False

    def running(self, module: str) -> list[psutil.Process]:
        """Its living processes that run `module`."""
        return [process for process in self.family() if module in process.cmdline()]

    def wait_until(self, what: str, holds, seconds: float) -> None:
        """Return once `holds()` is true. Fails the test after `seconds`."""
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"not within {seconds} s: {what}\n{self.output}\n{self.errors}"
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        """Return once it says that it is ready; a first training may take minutes."""
        self.wait_until("ready", lambda: "is ready" in self.output or self.process.poll() is not None, 590)
        assert self.process.poll() is None, f"it ended while starting: {self.output}\n{self.errors}"

    def interrupt(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, and the exit status."""
        self.process.send_signal(how)
        return self.process.wait(30)

    def close(self) -> None:
        """End whatever is left, by force."""
        for process in self.family():
            try:
                process.kill()
            except psutil.Error:
                continue
        self.process.wait(10)
        self._output.close()
        self._errors.close()


@contextmanager
def suspended(processes: Sequence[psutil.Process]) -> Iterator[None]:
    """They are stopped in their tracks: what they are sent they take, and never answer."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


@contextmanager
def replaced_by_folder(file: Path) -> Iterator[None]:
    """A folder where the database was: nothing can be read or written there."""
    kept = file.rename(file.with_suffix(".kept"))
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        kept.rename(file)
