"""Talk to the assistant for long and see that it stays as it was: `make soak`.

    .venv/bin/python -m tests.soak [--turns 20000] [--clients 8]

Each client holds one conversation after another. Writes results/soak.md and results/soak.json, and says in words whether memory
stayed flat: from the second quarter (in the first, caches fill) to the last by no more than a twentieth. Exit status 1 if it did
not, or if a turn fails.
"""
import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench_parts.load import kind_of
from tests.bench_parts.messages import conversations
from tests.house import House

_ROOT = Path(__file__).resolve().parents[1]
_SAMPLES = 40
_GROWTH = 1.05
FAILURES = ("leaflet_failures_total", "leaflet_refusals_total")
_FEWEST = 2_000  # with fewer turns the caches are still filling


async def talk(house: House, turns: int, clients: int) -> tuple[list[str], list[float], list[float]]:
    """Kinds and seconds of all turns, and the memory in MB along the way."""
    kinds: list[str] = []
    seconds: list[float] = []
    memory: list[float] = []
    talks = conversations(_ROOT)
    url = f"http://127.0.0.1:{house.port}/webhooks/rest/webhook"

    async def client(session: aiohttp.ClientSession) -> None:
        while len(kinds) < turns:
            sender = uuid.uuid4().hex
            for message in next(talks):
                began = time.perf_counter()
                try:
                    async with session.post(url, json={"sender": sender, "message": message, "metadata": {"message_id": uuid.uuid4().hex}}) as response:
                        kinds.append(kind_of(await response.json()))
                except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
                    kinds.append("nothing")
                seconds.append(time.perf_counter() - began)

    async def watch() -> None:
        began = time.monotonic()
        for number in range(_SAMPLES):
            while len(kinds) < turns * (number + 1) / _SAMPLES:
                await asyncio.sleep(0.2)
            memory.append(sum(process.memory_info().rss for process in house.family()) / 1e6)
            pace = len(kinds) / (time.monotonic() - began)
            left = (turns - len(kinds)) / pace / 60
            print(f"{time.strftime('%H:%M:%S')}  {len(kinds)} of {turns} turns, {pace:.0f} a second, {memory[-1]:.0f} MB, {max(left, 0):.0f} min to go", flush=True)

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        await asyncio.gather(watch(), *(client(session) for _ in range(clients)))
    return kinds, seconds, memory


def measure(turns: int, clients: int) -> dict[str, Any]:
    """The figures."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        house = House(Path(folder), SESSION_LIMIT="1000")
        try:
            house.wait_until_ready()
            time.sleep(15)  # the patterns are made ready in the background
            began = time.monotonic()
            kinds, seconds, memory = asyncio.run(talk(house, turns, clients))
            took = time.monotonic() - began
            failures = counted_failures(house)
        finally:
            house.close()
    times, (first, second, last) = sorted(seconds), (round(statistics.median(part)) for part in (quarter(memory, 0), quarter(memory, 1), quarter(memory, 3)))
    return {
        "turns": len(kinds),
        "failed": kinds.count("nothing") + failures,
        "turns_a_second": round(len(kinds) / took, 1),
        "median_ms": round(1000 * statistics.median(times), 1),
        "p99_ms": round(1000 * times[int(0.99 * len(times))], 1),
        "memory_first_quarter_mb": first,
        "memory_second_quarter_mb": second,
        "memory_last_quarter_mb": last,
    }


def counted_failures(house: House) -> int:
    """How many turns the assistant itself counts as failed or refused. A handoff alone is none: some of the messages ask for a person."""
    with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(FAILURES))


def quarter(samples: list[float], number: int) -> list[float]:
    """The first, second … quarter of `samples`."""
    size = len(samples) // 4
    return samples[number * size : (number + 1) * size]


def is_flat(found: dict[str, Any]) -> bool:
    """Did memory stay as it was once the caches were full?"""
    return found["memory_last_quarter_mb"] <= _GROWTH * found["memory_second_quarter_mb"]


def in_words(found: dict[str, Any]) -> str:
    """What the figures say."""
    second, last = found["memory_second_quarter_mb"], found["memory_last_quarter_mb"]
    answered = "All turns were answered." if not found["failed"] else f"{found['failed']} turns were not answered."
    if found["turns"] < _FEWEST:
        return f"{answered} Memory went from {second} to {last} MB; {found['turns']} turns are too few to say whether it stays flat (at least {_FEWEST})."
    stayed = "stayed flat" if is_flat(found) else "grew"
    return f"{answered} Memory {stayed}: {second} MB in the second quarter, {last} MB in the last ({100 * (last / second - 1):+.1f} %; up to {100 * (_GROWTH - 1):.0f} % counts as flat)."


def main() -> int:
    """Command line of `make soak`."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--turns", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    found = measure(options.turns, options.clients)
    (_ROOT / "results").mkdir(exist_ok=True)
    (_ROOT / "results/soak.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    table = "\n".join(["# Soak", "", "| what | figure |", "| --- | ---: |", *(f"| {what} | {value} |" for what, value in found.items()), ""])
    (_ROOT / "results/soak.md").write_text(f"{table}\n{in_words(found)}\n", encoding="utf-8")
    print(f"{table}\n{in_words(found)}", flush=True)
    return 0 if (is_flat(found) or found["turns"] < _FEWEST) and not found["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
