"""Plays a story over the chat page: opens it, sends its form, and reads the cards that come back as a patient does.

The same turn as data is taken from the folder of the assistant, so this driver needs one that was started for the run.
"""
import asyncio
import random
import time
from functools import lru_cache
from typing import Any, Iterator

import httpx
from bs4 import BeautifulSoup, Tag
from itsdangerous import URLSafeTimedSerializer

from bot.channels.web.store import TurnStore
from bot.staff.stories.drivers.line import Line
from bot.staff.stories.heard import Heard, unanswered
from bot.staff.stories.script import Step, Story

_ROLES = {"care": "advice", "reminder": "reminder", "notice": "notice", "quotes": "quote", "choices": "choices"}  # by the card's class
_TRIES = 20
_KEPT_SECONDS = 86_400.0


class WebConversation:
    """One session of the chat page."""

    over = "the chat page"

    def __init__(self, line: Line, story: Story) -> None:
        # every patient calls from an address of their own, as behind the hospital's proxy; else the limit on one address would stop us
        address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        self._client = line.client(**{"accept": "application/json", "x-forwarded-for": address})
        self._store = _store(f"sqlite:///{line.var / 'web.db'}")
        self._named = {key: value for key, value in (("leaflet", story.leaflet), ("region", story.region)) if value}
        self._fields: dict[str, str] = {}

    def take(self, step: Step) -> Heard:
        began = time.monotonic()
        try:
            if not self._fields:
                self._open()
            data, seconds = self._post(step.said)
            if "turn" not in data:
                return unanswered(f"the page shows no answer: {_text(BeautifulSoup(data.get('problem', ''), 'lxml'))}", seconds)
            shown = list(_shown(data["turn"]))
            return Heard(tuple(text for _, text in shown), self._as_data(), seconds, roles=tuple(role for role, _ in shown))
        except (httpx.HTTPError, ValueError, KeyError) as error:
            return unanswered(f"the chat page did not answer ({error.__class__.__name__}: {error})", time.monotonic() - began)

    def _open(self) -> None:
        page = BeautifulSoup(self._client.get("/", params=self._named, headers={"accept": "text/html"}).text, "lxml")
        form = page.find("form", id="chat-form")
        if form is None:
            raise ValueError("the page has no form")
        self._fields = {field["name"]: field.get("value", "") for field in form.find_all("input")}

    def _post(self, said: str) -> tuple[dict[str, Any], float]:
        """What the page's script gets, and the seconds it took; whoever types too fast is asked to wait, and waits."""
        for _ in range(_TRIES):
            began = time.monotonic()
            response = self._client.post("/chat", data={**self._fields, "message": said})
            if response.status_code != 429:
                data = response.json()
                self._fields.update({key: data[key] for key in ("token", "message_id") if key in data})
                return data, time.monotonic() - began
            time.sleep(float(response.headers.get("retry-after", 1)))
        raise ValueError("asked to wait again and again")

    def _as_data(self) -> dict[str, Any]:
        """The turn shown last, as the assistant keeps it for a reload."""
        conversation = URLSafeTimedSerializer("").loads_unsafe(self._fields["token"])[1][0]
        return asyncio.run(self._store.turns(conversation))[-1].custom


@lru_cache(maxsize=1)
def _store(url: str) -> TurnStore:
    return TurnStore(url, _KEPT_SECONDS)


def _shown(turn: str) -> Iterator[tuple[str, str]]:
    """Role and text of each card, in order, without what only stands there for rating."""
    reply = BeautifulSoup(turn, "lxml").find(class_="reply")
    for rating in reply.find_all(class_="rating"):
        rating.decompose()
    for card in reply.find_all(recursive=False):
        text = _text(card)
        if text:
            yield next((_ROLES[name] for name in card.get("class", ()) if name in _ROLES), "own"), text


def _text(tag: Tag) -> str:
    """The words of a card, a line for each block; marks inside a line do not part it."""
    for item in tag.find_all("li"):
        item.insert(0, "- ")
    for inline in tag.find_all(["span", "cite", "a", "strong", "b", "em"]):
        inline.unwrap()
    tag.smooth()
    return "\n".join(filter(None, (" ".join(piece.split()) for piece in tag.get_text("\n").split("\n"))))
