"""The database: base class, column types, and how a transaction begins on each of the two kinds."""

from __future__ import annotations

import enum
import importlib
import pkgutil
import sqlite3
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from alembic.config import Config

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


STATEMENTS = 4000
"""So many different statements stay compiled; the portal has well over SQLAlchemy's usual five hundred."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moments, kept in UTC. SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime names no moment")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


class Versioned:
    """For what two people can edit: the counter makes the slower writer's flush fail instead of winning."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  (SQLAlchemy calls it with the class)
        return {"version_id_col": cls.version}


def choice(kind: type[enum.Enum], *, length: int = 40) -> Enum:
    """A column type for an enum: stored as its value, with a check constraint that names the allowed values."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


SORT_TEXT = String(200).with_variant(String(200, collation="C"), "postgresql")
"""A column for `sort_key`: in byte order on both databases, whatever language a server was set up in."""


def sort_key(name: str) -> str:
    """How a Dutch reader sorts a name: without accents, case or leading 'de', 'het', "'t". Databases differ; this does not."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold().strip()
    for article in ("de ", "het ", "een ", "'t ", "stichting "):
        plain = plain.removeprefix(article)
    return plain[:200]


class Database:
    """One database and its sessions. `write` sessions take the write lock before they read anything."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def session(self, *, write: bool = False) -> Session:
        session = Session(self.engine, expire_on_commit=False)
        session.connection(execution_options={"portal_write": write})
        return session

    def dispose(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), query_cache_size=STATEMENTS)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get("portal_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


_AWAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_LOCKED)
_AWAY_STATES = ("08", "40", "53", "57")
"""Classes of PostgreSQL's codes: connection, deadlock, no room or connections left, shutting down or starting up."""


def is_away(error: OperationalError) -> bool:
    """Whether the database is gone, busy or full, so that the same question may be answered later."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _AWAY
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(_AWAY_STATES)


def load_models() -> None:
    """Import every module that declares tables, so that Base.metadata is complete; nothing of Flask comes along."""
    for module in pkgutil.walk_packages([str(Path(__file__).parent)], f"{__package__}."):
        name = module.name.removeprefix(f"{__package__}.")
        own_table = "." not in name and name not in ("app", "cli", "scheduler")
        if not module.ispkg and (own_table or name.startswith("storage.") or name.endswith(".models")):
            importlib.import_module(module.name)


def migrations(url: str) -> Config:
    """What Alembic's commands need to work on this database. Alembic is only for who migrates: no page pays for it."""
    from alembic.config import Config

    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations").replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables of this database up to date. Safe to call at every start and from two processes at once."""
    from alembic import command

    command.upgrade(migrations(url), revision)


@cache
def newest_migration() -> str:
    """The number of the last migration that this source knows."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(migrations("")).get_current_head())


def migration_of(session: Session) -> str | None:
    """The number of the last migration that this database saw; None before the first."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return found
