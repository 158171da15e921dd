"""The line to a running assistant: its address, what it is called with, and which channels it has."""
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, Mapping, Optional

import httpx

from bot.serve import Refusal

PATIENCE = 30.0  # seconds; the assistant's own deadlines are shorter, and what takes longer has failed
_OWN_LEAVE_TO_KEEP = 64


@dataclass(frozen=True)
class Line:
    """`transport` is shared by all conversations; `var` is the folder of an assistant of our own, None for one of somebody else's."""

    url: str
    transport: httpx.HTTPTransport
    headers: Mapping[str, str] = field(default_factory=dict)
    var: Optional[Path] = None
    channels: tuple[str, ...] = ()

    def client(self, **headers: str) -> httpx.Client:
        """A client with cookies of its own. Not to be closed: that would close the line for all."""
        return httpx.Client(base_url=self.url, transport=self.transport, headers={**self.headers, **headers}, timeout=PATIENCE)


@contextmanager
def connected(url: str, token: str = "", var: Optional[Path] = None) -> Iterator[Line]:
    """The line to the assistant at `url`. `token` is sent along where there is one. Raises Refusal if no assistant answers there."""
    transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=_OWN_LEAVE_TO_KEEP))
    line = Line(url.rstrip("/"), transport, {"Authorization": f"Bearer {token}"} if token else {}, var)
    try:
        status = _answer(line, "/webhooks/rest/").status_code
        if status != 200:
            raise Refusal(f"what answers at {url} is not the assistant (status {status})")
        yield Line(line.url, transport, line.headers, var, tuple(_channels(line)))
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refusal(f"'{url}' is no address; expected one like http://localhost:5005") from error
    finally:
        transport.close()


def _answer(line: Line, path: str) -> httpx.Response:
    try:
        return line.client().get(path, follow_redirects=True)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise
    except httpx.HTTPError as error:
        raise Refusal(f"no assistant answers at {line.url} ({error.__class__.__name__}); start one with 'make serve', or leave AGAINST out") from error


def _channels(line: Line) -> Iterator[str]:
    """The channels that answer, beside REST."""
    if _answer(line, "/webhooks/phone/").status_code == 200:
        yield "phone"
    page = _answer(line, "/")
    if page.status_code == 200 and 'action="/chat"' in page.text:
        yield "web"
