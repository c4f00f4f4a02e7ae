"""Many more providers in a database, each a twin of one that is there: for counting queries and for measuring.

A twin has everything that hangs on its original: people, evidence, submissions, assessments, decisions, contracts,
declarations. Rows are copied below the verbs, so twins are good for reading only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Engine, Index, Row, String, Table, UniqueConstraint, func, select, text

from portal.db import Base

Rows = dict[Table, dict[int, Row[Any]]]
SINGLE = "organisation"
LEFT = {"audit_event", "audit_head", "task", "job_run"}
"""What is about the installation, and not about a provider."""


def multiply(engine: Engine, times: int, kind: str = "PROVIDER") -> int:
    """Give every provider `times` twins. Returns how many rows were added."""
    tables = [t for t in Base.metadata.sorted_tables if "id" in t.c and t.name not in LEFT]
    with engine.connect() as connection:
        held = _belongings(connection, tables, kind)
        step = {t: (connection.scalar(select(func.max(t.c.id))) or 0) + 1 for t in held}
        _without_checks(connection)
        added = 0
        for twin in range(1, times + 1):
            for table, rows in held.items():
                connection.execute(table.insert(), [_twin(table, row, held, step, twin) for row in rows.values()])
                added += len(rows)
        _numbers_go_on(connection, held)
        connection.commit()
    return added


def _belongings(connection: Connection, tables: list[Table], kind: str) -> Rows:
    """The providers and every row that hangs on them, however far."""
    held: Rows = defaultdict(dict)
    organisation = Base.metadata.tables[SINGLE]
    held[organisation] = {r.id: r for r in connection.execute(select(organisation)) if r.kind.name == kind}
    everything = {t: connection.execute(select(t)).all() for t in tables}
    grown = True
    while grown:
        grown = False
        for table in tables:
            links = list(_links(table))
            for row in everything[table]:
                if row.id not in held[table] and any(getattr(row, c.key) in held.get(to, ()) for c, to in links):
                    held[table][row.id] = row
                    grown = True
        grown |= _single_parents(held, everything) or _people_of_theirs(held, everything)
    return {table: rows for table, rows in held.items() if rows}


def _single_parents(held: Rows, everything: dict[Table, Any]) -> bool:
    """A row that may be pointed at only once, such as a stored file, gets a twin as well."""
    grown = False
    for table, rows in list(held.items()):
        targets = dict(_links(table))
        for columns in _unique(table):
            if any(targets.get(c) in held and held[targets[c]] for c in columns) or len(columns) != 1:
                continue
            if (to := targets.get(columns[0])) is None:
                continue
            wanted = {getattr(row, columns[0].key) for row in rows.values()}
            found = {r.id: r for r in everything[to] if r.id in wanted and r.id not in held[to]}
            held[to].update(found)
            grown |= bool(found)
    return grown


def _people_of_theirs(held: Rows, everything: dict[Table, Any]) -> bool:
    """Who works for these providers alone has a twin as well: nobody works for a thousand."""
    people, membership = (Base.metadata.tables[name] for name in ("user_account", "membership"))
    elsewhere = {m.user_id for m in everything[membership] if m.id not in held[membership]}
    wanted = {m.user_id for m in held[membership].values()} - elsewhere - held[people].keys()
    held[people].update({user.id: user for user in everything[people] if user.id in wanted})
    return bool(wanted)


def _links(table: Table) -> Iterator[tuple[Column[Any], Table]]:
    for column in table.c:
        for key in column.foreign_keys:
            yield column, key.column.table


def _unique(table: Table) -> list[list[Column[Any]]]:
    constraints = [list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    indexes = [list(i.columns) for i in table.indexes if isinstance(i, Index) and i.unique]
    return constraints + indexes


def _twin(table: Table, row: Row[Any], held: Rows, step: dict[Table, int], twin: int) -> dict[str, Any]:
    values = {c.key: getattr(row, c.key) for c in table.c}
    values["id"] += twin * step[table]
    moved = set()
    for column, to in _links(table):
        if values[column.key] in held.get(to, ()):
            values[column.key] += twin * step[to]
            moved.add(column.key)
    for columns in _unique(table):
        if not moved & {c.key for c in columns}:
            _differ(values, columns, twin, step[table])
    return values


def _differ(values: dict[str, Any], columns: list[Column[Any]], twin: int, step: int) -> None:
    """Make one of these columns another one than the original's."""
    for column in columns:
        value = values[column.key]
        if isinstance(value, str):
            size = column.type.length if isinstance(column.type, String) and column.type.length else 200
            mark = str(values["id"]).rjust(min(size, 10), "0")
            values[column.key] = mark.rjust(size, "0") if size < 20 else value[: size - len(mark)] + mark
            return
        if isinstance(value, int) and not isinstance(value, bool) and not column.foreign_keys:
            values[column.key] = value + twin * (step + 1000)
            return
        if isinstance(value, bytes | date | datetime):
            continue


def _without_checks(connection: Connection) -> None:
    """The copies hang together as the originals do; their order of arrival does not matter."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    else:
        connection.execute(text("SET session_replication_role = replica"))


def _numbers_go_on(connection: Connection, held: Rows) -> None:
    if connection.dialect.name == "postgresql":
        for table in held:
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")
            )
