"""Locks that all workers on one machine share, without any server: byte ranges of one file, locked by the system.

The system lets go of the locks of a process that ends, however it ends, so no conversation waits for a dead worker.
"""
import fcntl
import hashlib
import os
from contextlib import suppress
from pathlib import Path

_PLACES = 2**62  # as many as a file may have bytes: two conversations never share one by chance


class MachineLocks:
    """One lock for each name. A lock belongs to the whole process: within it, somebody else sees to the order."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # kept open for as long as the process lives: closing any descriptor of the file would let go of all its locks
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, name: str) -> bool:
        """Take the lock of `name`, and return True; False while another process holds it. Raises OSError where the system has no locks."""
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(name))
        except (BlockingIOError, PermissionError):  # POSIX allows EAGAIN and EACCES
            return False
        return True

    def release(self, name: str) -> None:
        """Let go of the lock of `name`; nothing happens where it was never taken."""
        with suppress(OSError):
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, _place(name))


def _place(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode(errors="surrogatepass")).digest()[:8], "big") % _PLACES
