"""A second region without telling its story again: every row once more, as the first region's mirror image.

What the mirror holds is as real as the original for whoever should not see it: people who can come in, organisations,
procedures, submissions, contracts, tables, with all that hangs on them.
"""

from __future__ import annotations

from sqlalchemy import Column, String, Table, UniqueConstraint, create_engine

from portal.db import Base, load_models

OFFSET = 1_000_000
ONCE = {"audit_event", "audit_head", "audit_ref", "job_run", "login_attempt", "sent_form", "user_session"}
"""What the portal keeps of itself, and sessions, have no second region."""


def add_mirror(url: str) -> None:
    """Double the world in this database. Row 12 of the first region is row 1000012 of the second."""
    load_models()
    engine = create_engine(url)
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(  # rows refer in circles; all of them are there at the end
            "PRAGMA foreign_keys=OFF" if is_sqlite else "SET LOCAL session_replication_role = replica"
        )
        for table in Base.metadata.sorted_tables:
            if table.name not in ONCE:
                columns = ", ".join(f'"{column.name}"' for column in table.columns)
                values = ", ".join(_mirrored(table, column) for column in table.columns)
                connection.exec_driver_sql(
                    f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM "{table.name}"'
                )
                if not is_sqlite:
                    connection.exec_driver_sql(_count_on(table.name))
        connection.commit()
        assert not is_sqlite or connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


def _count_on(table: str) -> str:
    """PostgreSQL gives the next id from a sequence, which did not see these rows."""
    return f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) FROM \"{table}\""


def _mirrored(table: Table, column: Column[object]) -> str:
    name = f'"{column.name}"'
    if column.name == "id" or column.foreign_keys or (column.name.endswith("_id") and not _is_text(column)):
        return f"{name} + {OFFSET}"
    if column.name in _unique(table) and isinstance(column.type, String):
        length = column.type.length or 0
        if length == 8:  # a trade-register number
            return f"'8' || substr({name}, 2)"
        return f"{name} || '-2'" if length != 64 else f"'zz' || substr({name}, 3)"
    return name


def _is_text(column: Column[object]) -> bool:
    return isinstance(column.type, String)


def _unique(table: Table) -> set[str]:
    """Columns of this table that no two rows may share, unless a foreign key already tells them apart."""
    groups = [c.columns for c in table.constraints if isinstance(c, UniqueConstraint)]
    groups += [i.columns for i in table.indexes if i.unique]
    return {c.name for group in groups if not any(c.foreign_keys for c in group) for c in group}
