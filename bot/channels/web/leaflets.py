"""The leaflets in use, read beside the web server, so that no page waits for them that can do without."""
import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Optional

from bot.answers.desk import open_desk


class Leaflets:
    """Reads the leaflets once, in a thread of its own."""

    def __init__(self) -> None:
        self._reader = ThreadPoolExecutor(1, "leaflets")
        self._read: Optional[Future] = None

    def begin(self) -> Future:
        """Begin to read, if that has not been done or has failed."""
        if self._read is None or (self._read.done() and self._read.exception()):
            self._read = self._reader.submit(lambda: open_desk().composer.library)
        return self._read

    @property
    def at_hand(self) -> Optional[Any]:
        """The library, or None while it is still being read."""
        read = self.begin()
        return read.result() if read.done() and not read.exception() else None

    async def wait(self) -> Any:
        """The library. Raises what reading raised."""
        return await asyncio.wrap_future(self.begin())
