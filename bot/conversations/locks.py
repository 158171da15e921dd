"""One turn of a conversation at a time, on one machine or, with Redis, on all of them.

In `endpoints.yml`: `type: bot.conversations.locks.ConversationLocks`. The environment variable LOCK_STORE names the Redis
server (`redis://…`); without it the locks are this process's own.
"""
import asyncio
import logging
import os
import time
import uuid
from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator, Optional

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError

logger = logging.getLogger(__name__)

_LOOK_EVERY = 0.02  # seconds; Rasa's own stores look once a second
_HELD = 1.5  # seconds a lock outlives its worker, if that is killed; renewed while the worker lives
_RENEW_EVERY = 0.5
_REDIS_PATIENCE = 0.5
_AGAIN_AFTER = 1.0
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"


class ConversationLocks(InMemoryLockStore):
    """Rasa's ticket locks within the process, so that turns keep their order; around them a lock in Redis for all workers.

    While Redis is away the process's own locks go on: rather a turn at the wrong moment than none.
    """

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()
        url = os.environ.get("LOCK_STORE") or getattr(endpoint_config, "url", None)
        self._redis = _connected(url) if url else None
        self._away_until = 0.0

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = _LOOK_EVERY
    ) -> AsyncGenerator[Optional[TicketLock], None]:
        """Hold the conversation. Raises LockError if it can't be had within `lock_lifetime` seconds."""
        async with super().lock(conversation_id, lock_lifetime, _LOOK_EVERY) as ticket:
            if self._redis is None:
                yield ticket
                return
            token = uuid.uuid4().hex
            name = f"turn:{conversation_id}"
            await self._acquire_everywhere(name, token, lock_lifetime)
            renewing = asyncio.ensure_future(self._keep(name, token))
            try:
                yield ticket
            finally:
                renewing.cancel()
                self._ask(lambda redis: redis.eval(_RELEASE, 1, name, token))

    async def _acquire_everywhere(self, name: str, token: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._ask(lambda redis: redis.set(name, token, nx=True, px=round(1000 * _HELD)), default=True) is None:
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
