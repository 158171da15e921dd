"""Patients of the cluster test: conversations with pauses, each message with an id, asked again with the same id if the line breaks."""
import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any, Optional

import aiohttp

QUESTIONS = [
    ("can I drive afterwards", "driving"),
    ("how long does it take", "how_long_it_takes"),
    ("will it hurt", "will_it_hurt"),
    ("can I eat afterwards", "eating_after"),
    ("when does it start to work", "when_it_works"),
    ("when can I go home", "going_home"),
]
_LEAFLET = "sample-nerve-root-injection"
_GIVE_UP = 60.0


@dataclass
class Asked:
    """One message and what came back."""

    conversation: str
    message_id: str
    text: str
    reply: Optional[list[dict[str, Any]]] = None
    tries: int = 0
    seconds: float = 0.0

    @property
    def custom(self) -> dict[str, Any]:
        return next((part["custom"] for part in self.reply or () if "custom" in part), {})


@dataclass
class Line:
    """The way to the assistant."""

    url: str
    token: str
    session: aiohttp.ClientSession = field(repr=False)

    async def ask(self, asked: Asked) -> None:
        """Ask until there is an answer, always with the same message id."""
        body = {"sender": asked.conversation, "message": asked.text, "metadata": {"leaflet": _LEAFLET, "message_id": asked.message_id}}
        began = time.monotonic()
        while asked.reply is None and time.monotonic() - began < _GIVE_UP:
            asked.tries += 1
            try:
                async with self.session.post(self.url, json=body, headers={"Authorization": f"Bearer {self.token}"}, ssl=False) as response:
                    if response.status == 200:
                        asked.reply = await response.json()
            except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
                pass
            if asked.reply is None:
                await asyncio.sleep(0.3)
        asked.seconds = time.monotonic() - began


def session() -> aiohttp.ClientSession:
    """Connections without a limit of their own."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=20))


async def converse(line: Line, number: int, turns: int, pause: tuple[float, float], chance: random.Random, begins_within: float) -> list[Asked]:
    """One patient: `turns` questions in an order of their own, with pauses. Every message names whose it is."""
    await asyncio.sleep(chance.uniform(0, begins_within))
    done = []
    for turn, (text, _) in enumerate(chance.sample(QUESTIONS, turns)):
        asked = Asked(f"cluster-{number}", f"{number}-{turn}", text)
        await line.ask(asked)
        done.append(asked)
        await asyncio.sleep(chance.uniform(*pause))
    return done


async def rush(line: Line, clients: int, seconds: float) -> float:
    """Turns a second that are answered with the leaflet, `clients` asking without pause."""
    until, answered = time.monotonic() + seconds, 0

    async def client(name: int) -> None:
        nonlocal answered
        talk = 0
        while time.monotonic() < until:
            talk += 1
            for turn, (text, _) in enumerate(QUESTIONS):
                asked = Asked(f"rush-{clients}-{name}-{talk}-{until}", str(turn), text)
                await line.ask(asked)
                answered += time.monotonic() < until and asked.custom.get("kind") == "answer"
                if time.monotonic() >= until:
                    return

    await asyncio.gather(*(client(name) for name in range(clients)))
    return answered / seconds
