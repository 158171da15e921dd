"""The assistant that the stories are played against, where none is named: started for the while, as `make serve` starts it."""
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from bot.inputs import ROOT, fingerprint
from bot.serve import Refusal, end_with_parent

_START_SECONDS = 900  # a first training included
_STOP_SECONDS = 20


@contextmanager
def started(leaflets: Path) -> Iterator[tuple[str, Path]]:
    """The address of an assistant of our own, and the folder of its conversations, which goes with it. Raises Refusal."""
    with tempfile.TemporaryDirectory(prefix="stories-") as var:
        port, action_port = _free_ports(2)
        ours = {"PORT": str(port), "ACTION_PORT": str(action_port), "HOST": "127.0.0.1", "VAR": var, "LEAFLETS": str(leaflets)}
        ours["WEB_PROXIES"] = "1"  # the web driver stands for a proxy: it names each patient's address
        # in a session of its own: Ctrl-C is ours to take, and ends it in order; what ends us without asking ends it too
        process = subprocess.Popen([sys.executable, "-m", "bot.serve"], cwd=ROOT, env={**_without_stores(), **ours}, start_new_session=True, preexec_fn=end_with_parent)
        try:
            _wait(process, f"http://127.0.0.1:{port}/webhooks/rest/")
            yield f"http://127.0.0.1:{port}", Path(var)
        finally:
            _stop(process)


def _without_stores() -> dict[str, str]:
    """Our environment without what would lead stories into the databases or to the address that patients use."""
    return {key: value for key, value in os.environ.items() if not key.endswith("_STORE") and key != "PUBLIC_URL"}


def _wait(process: subprocess.Popen, url: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Refusal("the assistant ended while starting; what it said stands above")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Refusal(f"the assistant did not answer within {_START_SECONDS} seconds")


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_ports(how_many: int) -> list[int]:
    probes = [socket.socket() for _ in range(how_many)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def model_in_use() -> str:
    """A short fingerprint of everything the model of our own is trained from."""
    return fingerprint()[:16]
