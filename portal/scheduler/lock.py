"""Which scheduler is at work: a lock that its holder's death frees by itself."""

from __future__ import annotations

import fcntl
import os
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from ..work import Office, Work

NUMBER = 7_202_204
"""Any number of our own; the same in every process of this database."""


class SchedulerLock(ABC):
    """Held by one process at a time. Asked from more than one thread."""

    def __init__(self) -> None:
        self._threads = threading.Lock()

    def acquire(self) -> bool:
        """Take it if it is free; never waits. Raises SQLAlchemyError when the database that keeps it cannot be reached."""
        with self._threads:
            return self._holds() or self._take()

    def held(self) -> bool:
        """Is it still ours? Once lost it stays lost until it is acquired again."""
        with self._threads:
            if self._holds():
                return True
            self._drop()
            return False

    def release(self) -> None:
        with self._threads:
            self._drop()

    @abstractmethod
    def _take(self) -> bool: ...

    @abstractmethod
    def _holds(self) -> bool: ...

    @abstractmethod
    def _drop(self) -> None: ...


class FileLock(SchedulerLock):
    """For SQLite: a file beside the database."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: TextIO | None = None

    def _take(self) -> bool:
        self._drop()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return self._holds()

    def _holds(self) -> bool:
        """A file that was thrown away or made anew binds nobody any more."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None


class AdvisoryLock(SchedulerLock):
    """For PostgreSQL: a lock of the session, on a connection of its own outside the pool."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._connection: Connection | None = None

    def _take(self) -> bool:
        self._drop()
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        if connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": NUMBER}):
            self._connection = connection
            return True
        connection.close()
        return False

    def _holds(self) -> bool:
        if self._connection is None:
            return False
        try:
            return bool(self._connection.scalar(text("SELECT 1")))
        except SQLAlchemyError:
            return False

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except SQLAlchemyError:
                connection.invalidate()


def lock_of(office: Office) -> SchedulerLock:
    return FileLock(office.settings.lock_file) if office.db.is_sqlite else AdvisoryLock(office.db.engine)


def is_at_work(work: Work) -> bool:
    """Whether some scheduler holds the lock of this installation. Asking takes it from nobody."""
    session = work.session
    if session.get_bind().dialect.name == "sqlite":
        return _file_is_held(work.settings.lock_file)
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    held = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :number AND granted AND {here}"
    return bool(session.scalar(text(held), {"number": NUMBER}))


def _file_is_held(path: Path) -> bool:
    """A shared lock is refused while somebody holds the whole; it is given back at once."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # there is no such file, so nobody holds it
    return False
