"""The assistant that the stories are played against: one that runs already, or one started for the while on free ports."""
import os
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import httpx

from bot.inputs import fingerprint, is_trained
from bot.serve import Refusal, Service, Settings


@contextmanager
def started(leaflets: Path) -> Iterator[str]:
    """The address of an assistant of our own, with conversations in a folder that goes with it. Raises Refusal."""
    if not is_trained():
        raise Refusal("the assistant is not trained from the files as they are now; run 'make train' first")
    with tempfile.TemporaryDirectory(prefix="stories-") as var:
        settings = Settings(_free_port(), _free_port(), "127.0.0.1", leaflets, Path(var))
        service = Service(settings)
        try:
            service.start()
            yield f"http://127.0.0.1:{settings.port}"
        finally:
            service.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def connected(url: str, at_once: int) -> Iterator[httpx.Client]:
    """A client for the assistant at `url`. REST_TOKEN is sent along where it is set. Raises Refusal if nobody answers there."""
    token = os.environ.get("REST_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limits = httpx.Limits(max_connections=2 * at_once)
    with httpx.Client(base_url=url.rstrip("/"), headers=headers, limits=limits, follow_redirects=True) as client:
        try:
            answered = client.get("/webhooks/rest/", timeout=10)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Refusal(f"no assistant answers at {url} ({error.__class__.__name__}); start one with 'make serve', or leave AGAINST out") from error
        if answered.status_code != 200:
            raise Refusal(f"what answers at {url} is not the assistant (status {answered.status_code})")
        yield client


def model_in_use() -> str:
    """A short fingerprint of everything the model of our own is trained from."""
    return fingerprint()[:16]
