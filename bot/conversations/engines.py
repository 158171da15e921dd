"""Database connections as every store here wants them: kept open, with limits of time, and never on a file that is gone; and the
tables of a store, made when they are first needed."""
import os
from collections import defaultdict
from pathlib import Path
from threading import Lock
from typing import Any, Callable, Optional

from sqlalchemy import MetaData, create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

_SQLITE = "sqlite:///"
_making: defaultdict[str, Lock] = defaultdict(Lock)  # by database: one that hangs keeps no other waiting


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


class Tables:
    """The tables of one store. Every method raises SQLAlchemyError where the database can't be reached or refuses."""

    def __init__(self, url: str, patience: float, tables: MetaData) -> None:
        self._opened, self._tables = Opened(url, patience), tables
        self._are_made = False

    def work(self, work: Callable[[Connection], Any]) -> Any:
        """What `work` returns, on one connection, once the tables are there."""
        try:
            if not self._are_made:
                self._make()
                self._are_made = True
            return self._opened.work(work)
        except IntegrityError:  # the row is the matter, not the table
            raise
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:  # the server was started again; the whole pool is fresh now
                return self._opened.work(work)
            self._are_made = False  # the file may have been taken away: look again next time
            raise

    def wipe(self) -> None:
        """SQLite keeps what was deleted in its journal until that is emptied."""
        if self._opened.engine.dialect.name == "sqlite":
            self.work(lambda connection: connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())

    def _make(self) -> None:
        with _making[str(self._opened.engine.url)]:  # the threads of this process one after another
            for table in self._tables.sorted_tables:
                try:
                    table.create(self._opened.engine, checkfirst=True)
                except (IntegrityError, ProgrammingError, OperationalError):  # another worker made it just now, or it can't be made
                    table.create(self._opened.engine, checkfirst=True)


def _sqlite(url: str, file: Path, patience: float) -> Engine:
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, future=True, poolclass=QueuePool, pool_size=4, connect_args={"timeout": patience, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """A journal beside the file, so that reading and writing do not wait for each other; what is deleted is overwritten. Each
    connection keeps half a megabyte of pages instead of two: rows are found by their key, one at a time."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "cache_size=-512"):
        connection.execute(f"PRAGMA {pragma}")


def _server(url: str, patience: float) -> Engine:
    seconds = max(1, round(patience))
    options = f"-c statement_timeout={round(1000 * patience)} -c idle_in_transaction_session_timeout=60000"
    # libpq takes 1 s of connect_timeout for 2
    arguments = {"connect_timeout": seconds, "options": options, "keepalives_idle": 10, "tcp_user_timeout": 1000 * seconds}
    return create_engine(url, future=True, pool_size=4, max_overflow=4, pool_recycle=1800, connect_args=arguments)
