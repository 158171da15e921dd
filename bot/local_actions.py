"""Custom actions inside Rasa's own process, for an action endpoint whose address is `inprocess:actions`.

Saves a process and a call over the network for each turn (docs/adr/0021). An action runs in a thread of its own and has the
same limit of time as over the network: one that hangs or fails costs its turn its leaflet answer, and no other turn anything.
"""
import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Dict, Optional

SCHEME = "inprocess:"
_THREADS = 4


class LocalActions:
    """The actions of a package, called with what Rasa would send to an action server, answering what that would answer."""

    def __init__(self, package: str) -> None:
        from rasa_sdk.executor import ActionExecutor

        self._executor = ActionExecutor()
        self._executor.register_package(package)
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "actions")

    @property
    def names(self) -> list[str]:
        """The names of the actions found."""
        return list(self._executor.actions)

    async def call(self, body: Dict[str, Any], seconds: Optional[float]) -> Dict[str, Any]:
        """The answer to one call. Raises asyncio.TimeoutError after `seconds`, and whatever the action raises."""
        threads = self._threads
        call = threads.submit(self._called, body)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(call), seconds)
        except asyncio.TimeoutError:
            self._leave_if_stuck(threads)
            raise

    def _called(self, body: Dict[str, Any]) -> Dict[str, Any]:
        # through JSON, as over the network: nothing of the conversation can be changed by an action that keeps a reference
        return json.loads(json.dumps(_completed(self._executor.run(body))))

    def _leave_if_stuck(self, threads: ThreadPoolExecutor) -> None:
        """The hanging action keeps its thread; the next ones get fresh ones."""
        with self._lock:
            if self._threads is threads:
                self._threads = ThreadPoolExecutor(_THREADS, "actions")
        threads.shutdown(wait=False)


def _completed(coroutine: Any) -> Any:
    """The result of `coroutine`, which runs from its beginning to its end without ever waiting."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return finished.value
    coroutine.close()
    raise TypeError("an action that waits can't run inside Rasa's process: give it an action server (ACTIONS=server)")


@lru_cache(maxsize=4)
def local_actions(address: str) -> LocalActions:
    """The actions that an endpoint's `address` names, read once in a process."""
    return LocalActions(address.removeprefix(SCHEME))
