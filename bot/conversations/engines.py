"""Database connections as every store here wants them: kept open, with limits of time, and never on a file that is gone."""
import os
from pathlib import Path
from typing import Any, Callable, Optional

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

_SQLITE = "sqlite:///"


class Opened:
    """An engine whose connections are kept. A SQLite file that was taken away or replaced is noticed before it is used."""

    def __init__(self, url: str, patience: float) -> None:
        self._file = Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
        self._inode: Optional[int] = None
        self.engine = _sqlite(url, self._file, patience) if self._file else _server(url, patience)

    def work(self, work: Callable[[Connection], Any]) -> Any:
        """What `work` returns, on one connection."""
        if self._file:
            self._leave_if_replaced(self._file)
        with self.engine.connect() as connection:
            return work(connection)

    def _leave_if_replaced(self, file: Path) -> None:
        """An open connection would go on writing to a file that nobody finds any more."""
        try:
            inode = os.stat(file).st_ino
        except OSError:
            inode = None
        if inode != self._inode:
            self.engine.dispose()
            self._inode = inode


def _sqlite(url: str, file: Path, patience: float) -> Engine:
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, future=True, poolclass=QueuePool, pool_size=4, connect_args={"timeout": patience, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """A journal beside the file, so that reading and writing do not wait for each other; what is deleted is overwritten."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _server(url: str, patience: float) -> Engine:
    seconds = max(1, round(patience))
    options = f"-c statement_timeout={round(1000 * patience)} -c idle_in_transaction_session_timeout=60000"
    # libpq takes 1 s of connect_timeout for 2
    arguments = {"connect_timeout": seconds, "options": options, "keepalives_idle": 10, "tcp_user_timeout": 1000 * seconds}
    return create_engine(url, future=True, pool_size=4, max_overflow=4, pool_recycle=1800, connect_args=arguments)
