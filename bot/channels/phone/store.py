"""Where calls are kept between two turns: a database that several servers may share, and memory for when it fails or hangs.

A row holds the hash of a call id and the call's state; no word that a caller said, and no number. It goes when the call ends.
"""
import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Callable, Optional

from sqlalchemy import Column, Float, MetaData, String, Table, Text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.phone.call import Call
from bot.conversations.clock import Clock
from bot.conversations.engines import Tables

logger = logging.getLogger(__name__)

_PATIENCE = 0.5  # seconds a turn waits for the database
_REMEMBERED = 2_000
_LONGEST_CALL = 6 * 3600.0  # seconds; what is older was left by a front-end that never told of the end
_SWEPT_EVERY = 600.0
_calls = Table("calls", MetaData(), Column("call", String(64), primary_key=True), Column("state", Text, nullable=False), Column("changed", Float, nullable=False, index=True))


def hashed(call: str, secret: str) -> str:
    """The name under which a call is known here: a keyed hash, so that nobody without the site's secret can find a call by its id."""
    return hmac.new(secret.encode(), call.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:40]


class CallStore:
    """Reads, writes and forgets calls. A database that fails or hangs costs at most `_PATIENCE`, and the call goes on from memory."""

    def __init__(self, url: str, clock: Optional[Clock] = None) -> None:
        self._memory: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._desk = ThreadPoolExecutor(1, "calls")  # one after another, in order
        self._swept, self._clock = 0.0, clock or Clock()
        self._last: Optional[Future] = None
        self._asked = 0.0
        self._tables = Tables(url, _PATIENCE, _calls.metadata)

    async def read(self, call: str) -> Optional[Call]:
        """The call of that (hashed) id; None for one that is not known."""
        row = await self._ask("read", lambda connection: connection.execute(_calls.select().where(_calls.c.call == call)).first())
        data = json.loads(row.state) if row else self._memory.get(call)
        return Call.from_kept(data) if data else None

    def at_hand(self, call: str) -> Optional[Call]:
        """The call as this process last knew it, without asking the database."""
        return Call.from_kept(self._memory[call]) if call in self._memory else None

    async def write(self, call: Call) -> None:
        """Keep the call as it is now."""
        data = call.kept()
        self._memory[call.id] = data
        self._memory.move_to_end(call.id)
        while len(self._memory) > _REMEMBERED:
            self._memory.popitem(last=False)
        await self._ask("written", lambda connection: self._write(connection, call.id, json.dumps(data)))

    async def forget(self, call: str) -> None:
        """The call is over."""
        self._memory.pop(call, None)
        await self._ask("forgotten", lambda connection: self._forget(connection, _calls.c.call == call))

    @staticmethod
    def _write(connection: Connection, call: str, state: str) -> None:
        with connection.begin():
            values = {"state": state, "changed": time.time()}
            if not connection.execute(_calls.update().where(_calls.c.call == call).values(values)).rowcount:
                connection.execute(_calls.insert().values(call=call, **values))

    @staticmethod
    def _forget(connection: Connection, which: Any) -> None:
        with connection.begin():
            connection.execute(_calls.delete().where(which))

    async def _ask(self, what: str, work: Callable[[Connection], Any]) -> Any:
        """What `work` returns; None where the database fails or does not answer in time. While it hangs nobody waits for it again."""
        hanging = self._last is not None and not self._last.done() and time.monotonic() - self._asked > _PATIENCE
        if hanging and what == "read":
            return None
        self._asked = self._asked if hanging else time.monotonic()
        self._last = self._desk.submit(self._worked, work)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._last)), 0.001 if hanging else _PATIENCE)
        except (SQLAlchemyError, asyncio.TimeoutError) as error:
            logger.error("Calls can't be %s in the database (%s); meanwhile they are kept in memory alone", what, error.__class__.__name__)
            return None

    def _worked(self, work: Callable[[Connection], Any]) -> Any:
        done = self._tables.work(work)
        if time.monotonic() - self._swept > _SWEPT_EVERY and not self._clock.has_jumped:
            self._swept = time.monotonic()
            self._tables.work(lambda connection: self._forget(connection, _calls.c.changed < time.time() - _LONGEST_CALL))
        return done
