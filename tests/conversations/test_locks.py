"""bot/conversations/locks.py: one turn of a conversation at a time, on all workers, and never none because Redis is away."""
import asyncio
import shutil
import subprocess
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
