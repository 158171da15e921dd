"""One turn of a conversation at a time: in one process, in all on one machine, or, with Redis, on all machines.

In `endpoints.yml`: `type: bot.conversations.locks.ConversationLocks`. The environment variable LOCK_STORE names the Redis
server (`redis://…`), or a file on this machine (`file:…`); without it the locks are this process's own.
"""
import asyncio
import logging
import os
import time
import uuid
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, AsyncGenerator, Callable, Optional

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError

from bot.conversations.machine_locks import MachineLocks

logger = logging.getLogger(__name__)

_FILE = "file:"
_LOOK_EVERY = 0.02  # seconds; Rasa's own stores look once a second
_HELD = 1.5  # seconds a lock outlives its worker, if that is killed; renewed while the worker lives
_RENEW_EVERY = 0.5
_REDIS_PATIENCE = 0.5
_AGAIN_AFTER = 1.0
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"


class ConversationLocks(InMemoryLockStore):
    """Rasa's ticket locks within the process, so that turns keep their order; around them a lock for all workers, in Redis or,
    where all are on one machine, in a file.

    While Redis is away the process's own locks go on: rather a turn at the wrong moment than none.
    """

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()
        url = os.environ.get("LOCK_STORE") or getattr(endpoint_config, "url", None)
        self._machine = MachineLocks(Path(url.removeprefix(_FILE))) if url and url.startswith(_FILE) else None
        self._redis = _connected(url) if url and not self._machine else None
        self._away_until = 0.0

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = _LOOK_EVERY
    ) -> AsyncGenerator[Optional[TicketLock], None]:
        """Hold the conversation. Raises LockError if it can't be had within `lock_lifetime` seconds."""
        async with super().lock(conversation_id, lock_lifetime, _LOOK_EVERY) as ticket:
            if self._machine:
                await self._wait_until(lambda: self._taken_here(self._machine, conversation_id), lock_lifetime)
                try:
                    yield ticket
                finally:
                    self._machine.release(conversation_id)
            elif self._redis:
                async with self._held_everywhere(f"turn:{conversation_id}", lock_lifetime):
                    yield ticket
            else:
                yield ticket

    @staticmethod
    def _taken_here(machine: MachineLocks, conversation_id: str) -> bool:
        try:
            return machine.take(conversation_id)
        except OSError as error:
            logger.error("Locks can't be had from the file (%s); meanwhile each worker has its own", error.__class__.__name__)
            return True

    @asynccontextmanager
    async def _held_everywhere(self, name: str, lock_lifetime: float) -> AsyncGenerator[None, None]:
        token = uuid.uuid4().hex
        await self._wait_until(lambda: self._ask(lambda redis: redis.set(name, token, nx=True, px=round(1000 * _HELD)), default=True) is not None, lock_lifetime)
        renewing = asyncio.ensure_future(self._keep(name, token))
        try:
            yield
        finally:
            renewing.cancel()
            self._ask(lambda redis: redis.eval(_RELEASE, 1, name, token))

    @staticmethod
    async def _wait_until(taken: Callable[[], bool], seconds: float) -> None:
        until = time.monotonic() + seconds
        while not taken():
            if time.monotonic() > until:
                raise LockError(f"another worker has held the conversation for {seconds:g} s")
            await asyncio.sleep(_LOOK_EVERY)

    async def _keep(self, name: str, token: str) -> None:
        while True:
            await asyncio.sleep(_RENEW_EVERY)
            self._ask(lambda redis: redis.eval(_RENEW, 1, name, token, round(1000 * _HELD)))

    def _ask(self, work: Any, default: Any = None) -> Any:
        """What `work` returns; `default` while Redis is away, which staff are told once."""
        from redis.exceptions import RedisError

        if time.monotonic() < self._away_until:
            return default
        try:
            answer = work(self._redis)
        except RedisError as error:
            if not self._away_until:
                logger.error("Locks can't be had from Redis (%s); meanwhile each worker has its own", error.__class__.__name__)
            self._away_until = time.monotonic() + _AGAIN_AFTER
            return default
        if self._away_until:
            logger.warning("Locks can be had from Redis again")
        self._away_until = 0.0
        return answer


def _connected(url: str) -> Any:
    import redis

    return redis.Redis.from_url(url, socket_timeout=_REDIS_PATIENCE, socket_connect_timeout=_REDIS_PATIENCE)
