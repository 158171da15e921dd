"""Run the topology of a hospital for real and break it while patients talk: `make test-cluster`.

    .venv/bin/python -m tests.cluster [--conversations 200] [--turns 5]

nginx with TLS, two workers, PostgreSQL and Redis. While all conversations are under way one worker is killed, then Redis, then
PostgreSQL are stopped by force and started again. Afterwards every message must have been answered, and the store must hold each turn once,
in order, in its own conversation. Writes results/cluster.md and results/cluster.json; exit status 1 if anything is amiss.
"""
import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

from tests.cluster_parts.talk import QUESTIONS, Asked, Line, converse, rush, session
from tests.cluster_parts.topology import Cluster, Missing, check_programs

RESULTS = Path(__file__).resolve().parents[1] / "results"
_SEED = 20
_TOPIC = dict(QUESTIONS)


def say(text: str) -> None:
    """A line of progress, with the time of day."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


async def talk_and_break(cluster: Cluster, conversations: int, turns: int, pause: tuple[float, float]) -> list[Asked]:
    """All conversations, with the faults spread over their time."""
    begins_within = pause[1]
    length = begins_within + turns * sum(pause) / 2
    async with session() as connections:
        line = Line(cluster.nginx.url, cluster.token, connections)
        chance = random.Random(_SEED)
        patients = [converse(line, number, turns, pause, random.Random(chance.random()), begins_within) for number in range(conversations)]
        breaking = asyncio.ensure_future(_break(cluster, length))
        talks = await asyncio.gather(*patients)
        await breaking
    return [asked for talk in talks for asked in talk]


async def _break(cluster: Cluster, length: float) -> None:
    faults: list[tuple[str, Callable[[], None]]] = [
        ("killing a worker (it is started again by itself)", lambda: _kill_worker(cluster)),
        ("stopping Redis by force and starting it again 2 s later", lambda: _restart(cluster.redis)),
        ("stopping PostgreSQL by force and starting it again 2 s later", lambda: _restart(cluster.postgres)),
    ]
    for what, fault in faults:
        await asyncio.sleep(length / (len(faults) + 1))
        say(f"  … {what}")
        await asyncio.to_thread(fault)


def _kill_worker(cluster: Cluster) -> None:
    for process in cluster.workers[0].running("bot.run_rasa"):
        process.kill()


def _restart(server: Any) -> None:
    server.stop()
    time.sleep(2)
    server.start()


def stored_turns(cluster: Cluster) -> dict[str, list[tuple[str, str]]]:
    """What the store holds: for each conversation the message ids and texts of its turns, in order."""
    stored: dict[str, list[tuple[str, str]]] = {}
    for conversation, events in cluster.postgres.rows("SELECT conversation, events FROM turns WHERE conversation LIKE 'cluster-%' ORDER BY conversation, number"):
        for event in json.loads(events):
            if event["event"] == "user":
                stored.setdefault(conversation, []).append((event["metadata"]["message_id"], event["text"]))
    return stored


def findings(asked: list[Asked], stored: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    """What is amiss, by kind; every list is empty where all is well."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for one in asked:
        wanted.setdefault(one.conversation, []).append((one.message_id, one.text))
    answered = [one for one in asked if one.custom]
    composed = {one.message_id for one in answered if one.custom["kind"] == "answer"}  # a handoff of the guard's own is no turn of the conversation
    return {
        "without an answer": [one.message_id for one in asked if not one.custom],
        "answered to somebody else": [one.message_id for one in answered if {part["recipient_id"] for part in one.reply} != {one.conversation}],
        "answered with another topic": [one.message_id for one in answered if one.custom["kind"] == "answer" and _TOPIC[one.text] not in one.custom["topics"]],
        "lost from the store": [message for name, turns in wanted.items() for message, _ in turns if message in composed and message not in [m for m, _ in stored.get(name, ())]],
        "stored twice": [message for turns in stored.values() for message, count in _counts(turns).items() if count > 1],
        "stored in another conversation": [message for name, turns in stored.items() for message, text in turns if (message, text) not in wanted.get(name, ())],
        "stored out of order": [name for name, turns in stored.items() if not _in_order([m for m, _ in turns], [m for m, _ in wanted.get(name, ())])],
    }


def _in_order(found: list[str], asked: list[str]) -> bool:
    places = [asked.index(message) for message in found if message in asked]
    return places == sorted(places)


def _counts(turns: list[tuple[str, str]]) -> dict[str, int]:
    names = [message for message, _ in turns]
    return {name: names.count(name) for name in names}


async def speeds(cluster: Cluster, seconds: float) -> dict[str, float]:
    """Turns a second with one and with two workers."""
    found = {}
    for workers in (cluster.workers[:1], cluster.workers):
        cluster.nginx.reload([worker.port for worker in workers])
        async with session() as connections:
            line = Line(cluster.nginx.url, cluster.token, connections)
            await rush(line, 4, 2)
            found[f"{len(workers)} worker{'s' if len(workers) > 1 else ''}"] = round(await rush(line, 8, seconds), 1)
    return found


def measure(conversations: int, turns: int, pause: tuple[float, float], rush_seconds: float) -> dict[str, Any]:
    """Everything, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder, Cluster(Path(folder)) as cluster:
        say(f"{conversations} conversations of {turns} turns through nginx to two workers")
        asked = asyncio.run(talk_and_break(cluster, conversations, turns, pause))
        time.sleep(5)  # what waited for the database is written now
        amiss = findings(asked, stored_turns(cluster))
        cluster.workers[0].wait_until("the killed worker is back", lambda: cluster.workers[0].running("bot.run_rasa"), 60)
        time.sleep(15)
        say("Measuring one worker and two")
        found = asyncio.run(speeds(cluster, rush_seconds))
    times = sorted(one.seconds for one in asked)
    return {
        "conversations": conversations,
        "messages": len(asked),
        "asked again after a broken line": sum(one.tries > 1 for one in asked),
        "answered with whom to phone": sum(one.custom.get("kind") == "handoff" for one in asked),
        "median_s": round(statistics.median(times), 2),
        "slowest_s": round(times[-1], 2),
        "amiss": amiss,
        "turns_a_second": found,
    }


def markdown(found: dict[str, Any]) -> str:
    """The result as a table."""
    rows = [(key, value) for key, value in found.items() if key not in ("amiss", "turns_a_second")]
    rows += [(what, len(which)) for what, which in found["amiss"].items()] + [(f"turns a second, {what}", value) for what, value in found["turns_a_second"].items()]
    return "\n".join(["# Cluster: two workers, PostgreSQL, Redis and nginx, with faults", "", "| what | figure |", "| --- | ---: |", *(f"| {what} | {value} |" for what, value in rows), ""])


def main() -> int:
    """Command line of `make test-cluster`."""
    parser = argparse.ArgumentParser(prog="make test-cluster")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--pause", type=float, nargs=2, default=(10.0, 20.0), metavar="SECONDS")
    parser.add_argument("--rush", type=float, default=15.0, metavar="SECONDS")
    options = parser.parse_args()
    try:
        check_programs()
    except Missing as error:
        print(f"test-cluster: {error}", file=sys.stderr)
        return 2
    found = measure(options.conversations, options.turns, tuple(options.pause), options.rush)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "cluster.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "cluster.md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found), flush=True)
    wrong = {what: which for what, which in found["amiss"].items() if which}
    for what, which in wrong.items():
        print(f"AMISS, {what}: {', '.join(which[:10])}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
