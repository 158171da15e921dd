"""Clients that talk to a bot over REST and take the time of each turn. A client has one conversation at a time, each with a new id."""
import asyncio
import json
import math
import statistics
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterator

import aiohttp

from tests.bench_parts.common import LONG_TALK, NotMeasured

_TURN_LIMIT = 30
_AFTER_ERROR = 0.2
_UNANSWERED = ("nothing", "error", "late", "handoff")
_QUESTION = "can I drive afterwards"


@dataclass(frozen=True)
class Turn:
    """One turn: the kind of answer, when it began and ended."""

    kind: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def answered(self) -> bool:
        return self.kind not in _UNANSWERED


def kind_of(reply: Any) -> str:
    """The kind named in the one `custom` object of a reply; 'nothing' where there is not exactly one.

    A `handoff` counts as unanswered: nobody in the load asks for a person, so a part has failed or refused the message.
    """
    customs = [part["custom"] for part in reply if isinstance(part, dict) and "custom" in part] if isinstance(reply, list) else []
    return str(customs[0].get("kind")) if len(customs) == 1 else "nothing"


def first_answer(url: str, question: str = _QUESTION) -> bool:
    """True where the bot, perhaps still starting, answers a question now."""
    body = json.dumps({"sender": _new_sender(), "message": question}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TURN_LIMIT) as response:
            return kind_of(json.load(response)) == "answer"
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _new_sender() -> str:
    return f"bench-{uuid.uuid4().hex}"


async def _one_turn(session: aiohttp.ClientSession, url: str, sender: str, message: str) -> Turn:
    began = time.perf_counter()
    try:
        async with session.post(url, json={"sender": sender, "message": message}) as response:
            kind = kind_of(await response.json()) if response.status == 200 else "error"
    except asyncio.TimeoutError:
        kind = "late"
    except (aiohttp.ClientError, ValueError):
        kind = "error"
    return Turn(kind, began, time.perf_counter())


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=_TURN_LIMIT))


async def _client(session: aiohttp.ClientSession, url: str, talks: Iterator[list[str]], until: float, turns: list[Turn]) -> None:
    while time.perf_counter() < until:
        sender = _new_sender()
        for message in next(talks):
            if time.perf_counter() >= until:
                return
            turns.append(await _one_turn(session, url, sender, message))
            if turns[-1].kind == "error":  # a dead server refuses thousands of times a second
                await asyncio.sleep(_AFTER_ERROR)


async def load(url: str, talks: Iterator[list[str]], clients: int, seconds: float) -> list[Turn]:
    """`clients` at once, each sending its next turn as soon as it has an answer, for `seconds`; turns begun by then are waited for."""
    turns: list[Turn] = []
    async with _session() as session:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_client(session, url, talks, until, turns) for _ in range(clients)))
    return turns


def stage_figures(turns: list[Turn], first: float, last: float) -> dict[str, Any]:
    """The figures of one stage between two moments: the rate counts answered turns that ended between them, the times are
    those of answered turns that began between them (so that the slow ones are not cut off)."""
    begun = [turn for turn in turns if first <= turn.began < last]
    answered = sorted(turn.seconds for turn in begun if turn.answered)
    if not answered:
        raise NotMeasured(f"none of {len(begun)} turns was answered: {dict(Counter(turn.kind for turn in begun))}")
    ended = sum(turn.answered and first <= turn.ended < last for turn in turns)
    return {
        "seconds": last - first,
        "turns": len(begun),
        "unanswered": len(begun) - len(answered),
        "kinds": dict(Counter(turn.kind for turn in begun)),
        "turns_a_second": round(ended / (last - first), 2),
        "median_ms": _ms(percentile(answered, 50)),
        "p99_ms": _ms(percentile(answered, 99)),
    }


def percentile(ordered: list[float], percent: float) -> float:
    """The smallest value that at least `percent` of the ordered values do not exceed."""
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


async def long_talks(url: str, talks: Iterator[list[str]], count: int, limit: float) -> list[list[Turn]]:
    """`count` conversations of 50 turns, one after the other; fewer where `limit` seconds are over before."""
    until, found = time.perf_counter() + limit, []
    async with _session() as session:
        for _ in range(count):
            sender, turns = _new_sender(), []
            while len(turns) < LONG_TALK and time.perf_counter() < until:
                for message in next(talks):
                    turns.append(await _one_turn(session, url, sender, message))
            if len(turns) >= LONG_TALK:
                found.append(turns[:LONG_TALK])
    return found


def growth_figures(talks: list[list[Turn]]) -> dict[str, Any]:
    """How long the 2nd and the last turn of a conversation take: medians over the conversations."""
    if not talks:
        raise NotMeasured(f"no conversation reached {LONG_TALK} turns within its time")
    second = statistics.median(talk[1].seconds for talk in talks)
    last = statistics.median(talk[-1].seconds for talk in talks)
    return {
        "talks": len(talks),
        "unanswered": sum(not turn.answered for talk in talks for turn in talk),
        "turn_2_ms": _ms(second),
        f"turn_{LONG_TALK}_ms": _ms(last),
        "growth": round(last / second, 2),
    }
