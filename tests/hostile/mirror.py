"""A second region without telling its story again: every row once more, as the first region's mirror image.

What the mirror holds is as real as the original for whoever should not see it: people who can come in, organisations,
procedures, submissions, contracts, tables, with all that hangs on them.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Column, String, Table, UniqueConstraint

from portal.db import Base, load_models

OFFSET = 1_000_000
ONCE = {"audit_event", "audit_head", "audit_ref", "job_run", "login_attempt", "sent_form", "user_session"}
"""What the portal keeps of itself, and sessions, have no second region."""


def add_mirror(file: Path) -> None:
    """Double the world in this SQLite database. Row 12 of the first region is row 1000012 of the second."""
    load_models()
    with sqlite3.connect(file, isolation_level=None) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("BEGIN")
        for table in Base.metadata.sorted_tables:
            if table.name not in ONCE:
                columns = ", ".join(f'"{column.name}"' for column in table.columns)
                values = ", ".join(_mirrored(table, column) for column in table.columns)
                connection.execute(f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM "{table.name}"')
        connection.execute("COMMIT")
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


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
