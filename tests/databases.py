"""The two kinds of database that every database test runs on: the schema is made once, each test starts empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from alembic import command
from sqlalchemy import Connection, create_engine, event, make_url, text

from portal.db import Base, Database, load_models, migrations


class Sqlite:
    """A file with the schema, copied for each test to one place per worker: its engine keeps the SQL it has compiled."""

    def __init__(self, folder: Path) -> None:
        load_models()
        self.template, self.path = folder / "template.sqlite3", folder / "portal.sqlite3"
        first = Database(f"sqlite:///{self.template}")
        _make_tables(first)
        with first.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        first.dispose()
        self.database = _hasty(Database(f"sqlite:///{self.path}"))

    def fresh(self) -> Database:
        self.database.dispose()
        for left in self.path.parent.glob(f"{self.path.name}*"):
            left.unlink()
        shutil.copyfile(self.template, self.path)
        return self.database


class Postgresql:
    """One database per worker; what the last test left is deleted before the next begins."""

    def __init__(self, url: str) -> None:
        load_models()
        self.database = Database(url)
        _make_tables(self.database)

    def fresh(self) -> Database:
        with self.database.engine.begin() as connection:
            empty(connection)
        return self.database


def _make_tables(database: Database) -> None:
    """The whole schema at once, marked as the newest: what the migrations would have made."""
    Base.metadata.create_all(database.engine)
    command.stamp(migrations(database.url), "head")


def empty(connection: Connection) -> None:
    """Delete every row on PostgreSQL. Without its triggers a table needs no order, and an append-only one lets go."""
    tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
    serial = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
    steps = ["SET LOCAL lock_timeout = '10s'", "SET LOCAL session_replication_role = replica"]
    connection.exec_driver_sql("; ".join([*steps, *(f"DELETE FROM {table}" for table in tables), serial]))


def _hasty(database: Database) -> Database:
    """A test database need not survive a power cut."""

    @event.listens_for(database.engine, "connect")
    def _(connection: object, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]

    return database


@contextmanager
def made_database(server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database on this server; dropped afterwards."""
    name = f"portal_test_{uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
