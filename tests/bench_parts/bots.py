"""The same measurements for any bot: start, memory, load, a long conversation."""
import asyncio
import statistics
import time
from pathlib import Path
from typing import Any, Callable, Iterator, Protocol

from tests.bench_parts.common import CLIENTS, LONG_TALK, NotMeasured, Sizes, say
from tests.bench_parts.load import first_answer, growth_figures, load, long_talks, stage_figures
from tests.bench_parts.machine import Meter
from tests.bench_parts.processes import Programs, free_ports

_START_LIMIT = 300
_LONG_TALKS_LIMIT = 180


class Bot(Protocol):
    """A trained bot in a folder of its own."""

    name: str
    folder: Path

    def launch(self, programs: Programs, port: int, action_port: int) -> None:
        """Start everything it consists of; return at once."""


def measure(bot: Bot, talks: Iterator[list[str]], sizes: Sizes) -> dict[str, Any]:
    """Start the bot a few times; talk to it the last time. Raises NotMeasured if it does not start or does not answer."""
    starts: list[float] = []
    for number in range(1, sizes.starts + 1):
        say(f"Starting {bot.name} ({number} of {sizes.starts}).")
        with Programs(bot.folder) as programs:
            url, seconds = _started(bot, programs)
            starts.append(round(seconds, 2))
            say(f"  It answered its first question after {seconds:.1f} s.")
            if number == sizes.starts:
                talked = _talked(programs, url, talks, sizes)
    return {"start_s": statistics.median(starts), "starts_s": starts, **talked}


def measure_load(bot: Bot, talks: Iterator[list[str]], sizes: Sizes) -> dict[str, Any]:
    """Start the bot once and talk to it, no long conversation. Raises NotMeasured if it does not start or does not answer."""
    say(f"Starting {bot.name}.")
    with Programs(bot.folder) as programs:
        url, _ = _started(bot, programs)
        programs.wait_for_words("is ready", _START_LIMIT)
        stages = [_stage(programs, url, talks, clients, sizes) for clients in CLIENTS]
        return {"load": stages, "memory": {"after_load": programs.memory()}}


def _started(bot: Bot, programs: Programs) -> tuple[str, float]:
    port, action_port = free_ports(2)
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    began = time.monotonic()
    bot.launch(programs, port, action_port)
    while not first_answer(url):
        programs.check_alive()
        if time.monotonic() - began > _START_LIMIT:
            raise NotMeasured(f"{bot.name} answered no question within {_START_LIMIT} seconds")
        time.sleep(0.05)
    return url, time.monotonic() - began


def _talked(programs: Programs, url: str, talks: Iterator[list[str]], sizes: Sizes) -> dict[str, Any]:
    memory = {"after_start": programs.memory()}
    stages = [_stage(programs, url, talks, clients, sizes) for clients in CLIENTS]
    say(f"Talking to it in {sizes.talks} conversations of {LONG_TALK} turns.")
    growth = _or_reason(lambda: growth_figures(asyncio.run(long_talks(url, talks, sizes.talks, _LONG_TALKS_LIMIT))))
    memory["after_load"] = programs.memory()
    programs.check_alive()
    return {"memory": memory, "load": stages, "long_talk": growth}


def _stage(programs: Programs, url: str, talks: Iterator[list[str]], clients: int, sizes: Sizes) -> dict[str, Any]:
    """The first seconds warm up and are not counted: at once after the start all clients wait for their first answer."""
    say(f"Talking to it with {clients} client{'s' if clients > 1 else ''} at once for {sizes.warm_up + sizes.stage:.0f} s.")
    meter, first = Meter(programs.cpu_seconds), time.perf_counter() + sizes.warm_up
    turns = asyncio.run(load(url, talks, clients, sizes.warm_up + sizes.stage))
    programs.check_alive()
    used = meter.figures(len(turns))
    figures = _or_reason(lambda: stage_figures(turns, first, first + sizes.stage))
    if "not_measured" not in figures:
        say(f"  {figures['turns_a_second']} turns a second, median {figures['median_ms']:.0f} ms, {figures['unanswered']} unanswered.")
    return {"clients": clients, **figures, **used}


def _or_reason(take: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The figures, or why they could not be taken; the other figures stand."""
    try:
        return take()
    except NotMeasured as error:
        say(f"  Not measured: {error}")
        return {"not_measured": str(error)}
