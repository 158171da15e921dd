"""Runs the work of a turn beside the web server, so that whatever hangs there can't keep the server from answering."""
import asyncio
import threading
from typing import Any, Callable, Coroutine, Optional, TypeVar

Result = TypeVar("Result")


class Late(Exception):
    """The turn was not finished within its deadline."""


class Engine:
    """A thread with an event loop of its own. When a turn blocks it past its deadline, the next turn gets a fresh thread.

    NLU and stores run synchronously inside Rasa; in the server's own loop a hang there would silence every patient. `name` is
    the thread's.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._lock = threading.Lock()

    async def run(self, turn: Coroutine[Any, Any, Any], deadline: float) -> Any:
        """The turn's result. Raises Late after `deadline` seconds or if the turn was given up within, and whatever it raises."""
        loop = self._running_loop()
        future = asyncio.run_coroutine_threadsafe(_contained(turn), loop)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), deadline)
        except asyncio.CancelledError:
            if not future.done():  # the caller is going away, the turn was not at fault
                raise
            raise Late() from None
        except asyncio.TimeoutError:
            future.cancel()
            self._replace_if_stuck(loop)
            raise Late() from None

    async def work(self, work: Callable[..., Result], *arguments: Any, deadline: float) -> Result:
        """What `work`, which blocks, returns; one piece of work after another. Raises as `run` does."""

        async def worked() -> Result:
            return work(*arguments)

        return await self.run(worked(), deadline)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True).start()
            return self._loop

    def _replace_if_stuck(self, loop: asyncio.AbstractEventLoop) -> None:
        """A loop that can't run even an empty callback at once is blocked; let it be and start afresh."""
        answered = threading.Event()
        loop.call_soon_threadsafe(answered.set)
        if not answered.wait(0.05):
            with self._lock:
                if self._loop is loop:
                    self._loop = None


async def _contained(turn: Coroutine[Any, Any, Any]) -> Any:
    """The turn's result; where Rasa would end the program ("print the error and exit"), the turn alone fails."""
    try:
        return await turn
    except (SystemExit, KeyboardInterrupt) as error:
        raise RuntimeError("the turn wanted to end the program") from error
