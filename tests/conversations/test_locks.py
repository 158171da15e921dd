"""bot/conversations/locks.py: one turn of a conversation at a time, on all workers, and never none because Redis is away."""
import asyncio
import shutil
import subprocess
import sys
import time

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import read_endpoint_config

from bot.conversations import locks
from bot.conversations.locks import ConversationLocks
from tests.house import free_port


class RedisServer:
    """A Redis of the test's own."""

    def __init__(self, folder):
        self.port, self._folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                locks._connected(self.url).ping()
                return
            except Exception:
                time.sleep(0.05)
        raise AssertionError("Redis does not answer")

    def kill(self):
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def server(tmp_path):
    """A running Redis."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed: scripts/cluster-setup installs it")
    server = RedisServer(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def lock_file(tmp_path, monkeypatch):
    """A file for the locks of all workers on this machine, as LOCK_STORE names it."""
    monkeypatch.setenv("LOCK_STORE", f"file:{tmp_path}/var/locks")
    return tmp_path / "var" / "locks"


_HOLDS = """
import sys, time
from pathlib import Path
from bot.conversations.machine_locks import MachineLocks
locks = MachineLocks(Path(sys.argv[1]))
print("held" if locks.take("ann") else "not held", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def other_process(lock_file):
    """A function that starts another process, which holds ann's conversation for some seconds or until it is killed."""
    started = []

    def hold(seconds):
        started.append(subprocess.Popen([sys.executable, "-c", _HOLDS, str(lock_file), str(seconds)], stdout=subprocess.PIPE, text=True))
        return started[-1], started[-1].stdout.readline().strip()

    yield hold
    for process in started:
        process.kill()
        process.wait(10)


@pytest.fixture
def workers(server, monkeypatch):
    """Two workers' locks in one Redis."""
    monkeypatch.setenv("LOCK_STORE", server.url)
    return ConversationLocks(), ConversationLocks()


async def turns(stores, conversation="ann", seconds=0.1):
    """A turn on each of `stores` at once; how many were at work at the same time at most."""
    working, most = 0, 0

    async def turn(store):
        nonlocal working, most
        async with store.lock(conversation, 5):
            working += 1
            most = max(most, working)
            await asyncio.sleep(seconds)
            working -= 1

    await asyncio.gather(*(turn(store) for store in stores))
    return most


def test_rasa_makes_it_from_our_endpoints_file(monkeypatch):
    """The name in endpoints.yml is found."""
    monkeypatch.delenv("LOCK_STORE", raising=False)
    assert isinstance(LockStore.create(read_endpoint_config("endpoints.yml", "lock_store")), ConversationLocks)


def test_one_turn_at_a_time_within_a_process(monkeypatch):
    """And the next begins at once, not a second later."""
    monkeypatch.delenv("LOCK_STORE", raising=False)
    store, began = ConversationLocks(), time.monotonic()
    assert asyncio.run(turns([store] * 3)) == 1
    assert time.monotonic() - began < 0.9


def test_one_turn_at_a_time_on_all_workers(workers):
    """Whichever of them takes it."""
    assert asyncio.run(turns([*workers, *workers])) == 1


def test_other_conversations_do_not_wait(workers):
    """Each has a lock of its own."""

    async def both():
        began = time.monotonic()
        await asyncio.gather(turns([workers[0]], "ann", 0.3), turns([workers[1]], "ben", 0.3))
        return time.monotonic() - began

    assert asyncio.run(both()) < 0.55


def test_a_long_turn_keeps_its_lock(workers, monkeypatch):
    """It is renewed while its worker lives."""
    monkeypatch.setattr(locks, "_HELD", 0.3)
    monkeypatch.setattr(locks, "_RENEW_EVERY", 0.1)
    assert asyncio.run(turns(workers, seconds=0.8)) == 1


def test_a_killed_worker_s_lock_runs_out(workers, server, monkeypatch):
    """Nobody waits long for it."""
    locks._connected(server.url).set("turn:ann", "of a dead worker", px=400)

    async def next_turn():
        began = time.monotonic()
        async with workers[0].lock("ann", 5):
            return time.monotonic() - began

    assert 0.2 < asyncio.run(next_turn()) < 1.5


def test_a_lock_that_can_not_be_had_is_an_error(workers, server):
    """After the time that was allowed; the guard then answers."""
    locks._connected(server.url).set("turn:ann", "another worker", px=5000)

    async def refused():
        async with workers[0].lock("ann", 0.2):
            pass

    with pytest.raises(LockError):
        asyncio.run(refused())


def test_without_redis_turns_go_on(workers, server, caplog):
    """With the process's own locks; told once, and told when it is back."""
    server.kill()
    assert asyncio.run(turns([workers[0]] * 2, seconds=0.01)) == 1
    assert asyncio.run(turns([workers[0]], "ben", 0.01)) == 1
    assert caplog.text.count("can't be had from Redis") == 1
    server.start()
    time.sleep(locks._AGAIN_AFTER)
    assert asyncio.run(turns([workers[0]], "ben", 0.01)) == 1 and "from Redis again" in caplog.text


async def seconds_waited(store, conversation, patience=5.0):
    """How long a turn waits for its lock."""
    began = time.monotonic()
    async with store.lock(conversation, patience):
        return time.monotonic() - began


def test_one_turn_at_a_time_in_all_processes_of_a_machine(other_process):
    """The turn waits until the other process is done with the conversation; others wait for nothing."""
    store = ConversationLocks()
    assert other_process(0.6)[1] == "held"
    assert asyncio.run(seconds_waited(store, "ben")) < 0.2
    assert 0.2 < asyncio.run(seconds_waited(store, "ann")) < 2


def test_what_this_process_holds_no_other_takes(other_process):
    """And once it has let go, another does."""
    store = ConversationLocks()

    async def held():
        async with store.lock("ann", 5):
            return other_process(0)[1]

    assert asyncio.run(held()) == "not held"
    assert other_process(0)[1] == "held"


def test_a_killed_process_holds_nothing(other_process):
    """The system lets go for it, at once."""
    store = ConversationLocks()
    process, _ = other_process(60)
    process.kill()
    process.wait(10)
    assert asyncio.run(seconds_waited(store, "ann")) < 0.2


def test_a_conversation_that_another_process_does_not_let_go_is_an_error(other_process):
    """After the time that was allowed; the guard then answers."""
    other_process(60)
    with pytest.raises(LockError):
        asyncio.run(seconds_waited(ConversationLocks(), "ann", 0.2))


def test_turns_of_one_process_keep_their_order_beside_the_file(lock_file):
    """The system's lock is the whole process's: within it Rasa's own locks see to that."""
    assert asyncio.run(turns([ConversationLocks()] * 3)) == 1


def test_a_file_system_without_locks_silences_nobody(lock_file, monkeypatch, caplog):
    """Rather a turn at the wrong moment than none; staff are told."""

    def refuse(*_):
        raise OSError("no locks here")

    monkeypatch.setattr("bot.conversations.machine_locks.fcntl.lockf", refuse)
    assert asyncio.run(turns([ConversationLocks()] * 2, seconds=0.01)) == 1
    assert "can't be had from the file" in caplog.text
