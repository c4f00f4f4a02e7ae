"""How Alembic runs our migrations: on the database of the caller, without Flask."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from portal.db import Base, Database, UtcDateTime, load_models

ADVISORY_LOCK = 7_202_203  # any number of our own: two processes that start together migrate one after the other


def render_item(kind: str, thing: Any, _autogen: Any) -> str | bool:
    """A migration is frozen history: it names no type of the living code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        context.run_migrations()
        _refuse_broken_references(connection)


def _refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
        raise RuntimeError(f"the migration leaves references to rows that are gone: {broken[:5]}")


load_models()
database = Database(context.config.attributes["url"])
with database.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # SQLite changes a table by making it anew; meanwhile references must not fire. Only outside a transaction.
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    run(connection.execution_options(portal_write=True))
database.dispose()
