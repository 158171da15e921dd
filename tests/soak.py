"""Talk to the assistant for long and see that it stays as it was: `make soak`.

    .venv/bin/python -m tests.soak [--turns 20000] [--clients 8]

Writes results/soak.md and results/soak.json. Exit status 1 if memory grows by more than a tenth between the first and the last
quarter, or if a turn fails.
"""
import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench_parts.load import kind_of
from tests.bench_parts.messages import conversations
from tests.house import House

_ROOT = Path(__file__).resolve().parents[1]
_SAMPLES = 40
_GROWTH = 1.10


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
        for number in range(_SAMPLES):
            while len(kinds) < turns * (number + 1) / _SAMPLES:
                await asyncio.sleep(0.2)
            memory.append(sum(process.memory_info().rss for process in house.family()) / 1e6)
            print(f"{time.strftime('%H:%M:%S')}  {len(kinds)} turns, {memory[-1]:.0f} MB", flush=True)

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
            kinds, seconds, memory = asyncio.run(talk(house, turns, clients))
        finally:
            house.close()
    quarter, times = len(memory) // 4, sorted(seconds)
    return {
        "turns": len(kinds),
        "failed": sum(kind in ("nothing", "handoff") for kind in kinds),
        "median_ms": round(1000 * statistics.median(times), 1),
        "p99_ms": round(1000 * times[int(0.99 * len(times))], 1),
        "memory_first_quarter_mb": round(statistics.median(memory[:quarter])),
        "memory_last_quarter_mb": round(statistics.median(memory[-quarter:])),
    }


def main() -> int:
    """Command line of `make soak`."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--turns", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    found = measure(options.turns, options.clients)
    (_ROOT / "results").mkdir(exist_ok=True)
    (_ROOT / "results/soak.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    table = "\n".join(["# Soak", "", "| what | figure |", "| --- | ---: |", *(f"| {what} | {value} |" for what, value in found.items()), ""])
    (_ROOT / "results/soak.md").write_text(table, encoding="utf-8")
    print(table, flush=True)
    is_flat = found["memory_last_quarter_mb"] <= _GROWTH * found["memory_first_quarter_mb"]
    return 0 if is_flat and not found["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
