"""Reading a whole database at one moment, row by row, in the words of `rules`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from portal.db import Base, Database, UtcDateTime, migrations
from portal.storage import StoredFile

from .rules import Column, TableForm, line_of

AT_ONCE = 500

_CODES: tuple[tuple[type[Any], str], ...] = (
    (UtcDateTime, "moment"), (sa.Date, "date"), (sa.Time, "time"), (sa.Boolean, "bool"), (sa.LargeBinary, "bytes"),
    (sa.JSON, "json"), (sa.Float, "float"), (sa.Numeric, "decimal"), (sa.Integer, "int"), (sa.String, "text"),
)  # fmt: skip


def forms() -> list[TableForm]:
    """Every table of the portal as the models say it."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    return [TableForm(table.name, tuple(_column(column) for column in table.columns)) for table in tables]


def _column(column: sa.Column[Any]) -> Column:
    code = next(code for kind, code in _CODES if isinstance(column.type, kind))
    places = column.type.scale if code == "decimal" and isinstance(column.type, sa.Numeric) else None
    return Column(column.name, code, places)


class _JsonText(sa.types.TypeDecorator[str]):
    """JSON that is written as the text it already is."""

    impl = sa.Text
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return sa.cast(bindvalue, sa.JSON)


def table_of(form: TableForm, *, sqlite: bool) -> sa.TableClause:
    """The table with no more than its columns: what a backup of an older version needs too."""
    types: dict[str, Any] = {
        "moment": UtcDateTime, "date": sa.Date, "time": sa.Time, "bool": sa.Boolean, "bytes": sa.LargeBinary,
        "json": sa.Text if sqlite else _JsonText, "float": sa.Float, "int": sa.BigInteger, "text": sa.Text,
    }  # fmt: skip
    columns = [
        sa.column(c.name, sa.Numeric(30, c.places) if c.code == "decimal" else types[c.code]()) for c in form.columns
    ]
    return sa.table(form.name, *columns)


@contextmanager
def snapshot(db: Database) -> Iterator[Connection]:
    """All rows as they are at one moment, while others go on writing."""
    options = {} if db.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**options) as connection:
        connection.execute(sa.text("SELECT 1 FROM alembic_version"))  # on SQLite the first look fixes the moment
        yield connection
        connection.rollback()


def migration_of(connection: Connection) -> str | None:
    """At which version this database stands; None when it has never been built."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def newest_migration() -> str:
    return str(_scripts().get_current_head())


def knows_migration(revision: str) -> bool:
    return revision in {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(migrations("sqlite://"))


def lines(connection: Connection, form: TableForm) -> Iterator[bytes]:
    """Every row in order of id, in constant memory."""
    table = table_of(form, sqlite=connection.dialect.name == "sqlite")
    wanted = [sa.cast(table.c[c.name], sa.Text) if c.code == "json" else table.c[c.name] for c in form.columns]
    found = connection.execute(sa.select(*wanted).order_by(table.c.id), execution_options={"yield_per": AT_ONCE})
    for row in found:
        yield line_of(form, row)


def count(connection: Connection, name: str) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0)


def size_of(connection: Connection) -> int:
    """How much room the rows take in this database, in bytes."""
    if connection.dialect.name == "sqlite":
        pages = int(connection.scalar(sa.text("PRAGMA page_count")) or 0)
        return pages * int(connection.scalar(sa.text("PRAGMA page_size")) or 0)
    return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)


_FILES = sa.table("stored_file", sa.column("address"), sa.column("size"), sa.column("removed_at"))


def addresses(connection: Connection) -> Iterator[tuple[str, int]]:
    """Address and plain size of every file that should be there, in order of address."""
    wanted = sa.select(_FILES.c.address, _FILES.c.size).where(_FILES.c.removed_at.is_(None))
    found = connection.execute(wanted.order_by(_by_bytes(connection)), execution_options={"yield_per": AT_ONCE})
    for row in found:
        yield row.address, row.size


def _by_bytes(connection: Connection) -> Any:
    """The same order on each kind of database."""
    return _FILES.c.address if connection.dialect.name == "sqlite" else sa.collate(_FILES.c.address, "C")


def file_bytes(connection: Connection) -> int:
    wanted = sa.select(sa.func.sum(_FILES.c.size)).where(_FILES.c.removed_at.is_(None))
    return int(connection.scalar(wanted) or 0)


def was_removed(db: Database, address: str) -> bool:
    """Has this file been removed under retention by now?"""
    with db.session() as session:
        found = session.scalar(sa.select(StoredFile.removed_at).where(StoredFile.address == address))
        session.rollback()
        return found is not None


def chain_head(connection: Connection) -> tuple[int, str]:
    head = connection.execute(sa.text("SELECT seq, hash FROM audit_head")).first()
    return (int(head.seq), str(head.hash)) if head else (0, "")
