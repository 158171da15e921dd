"""The assistant that the stories are played against: one that runs already, or one started for the while on free ports."""
import os
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from bot.inputs import fingerprint, is_trained
from bot.serve import Refusal, Service, Settings


@contextmanager
def started(leaflets: Path) -> Iterator[tuple[str, Path]]:
    """The address of an assistant of our own, and the folder of its conversations, which goes with it. Raises Refusal."""
    if not is_trained():
        raise Refusal("the assistant is not trained from the files as they are now; run 'make train' first")
    with tempfile.TemporaryDirectory(prefix="stories-") as var:
        os.environ.update(WEB_PROXIES="1")  # the web driver stands for a proxy: it names each patient's address
        settings = Settings(_free_port(), _free_port(), "127.0.0.1", leaflets, Path(var))
        service = Service(settings)
        try:
            service.start()
            yield f"http://127.0.0.1:{settings.port}", settings.var
        finally:
            service.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def model_in_use() -> str:
    """A short fingerprint of everything the model of our own is trained from."""
    return fingerprint()[:16]
