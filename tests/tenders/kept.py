"""A state of the database and its files that is built once and put back for each test that asks for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, insert, select, text

from portal.db import Base
from portal.work import Office

T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """Everything that a test could find: rows by table, files, the moment, and what the builder gave back."""

    made: Any
    moment: datetime
    rows: list[tuple[Table, list[dict[str, Any]]]]
    folder: Path


_KEPT: dict[tuple[bool, str], Kept] = {}


def kept(name: str, office: Office, clock: Any, build: Callable[[Any, Any], T]) -> T:
    """What `build(office, clock)` makes, from the store when it was made before on this kind of database."""
    key = (office.db.is_sqlite, name)
    if key in _KEPT:
        _put_back(office, _KEPT[key])
        clock.set(_KEPT[key].moment)
        made: T = _KEPT[key].made
        return made
    made = build(office, clock)
    _KEPT[key] = _take(office, made, clock())
    return made


def _take(office: Office, made: object, moment: datetime) -> Kept:
    folder = Path(tempfile.mkdtemp(prefix="kept-"))
    for source, name in _places(office):
        if source.exists():
            shutil.copytree(source, folder / name)
    with office.db.engine.connect() as connection:
        rows = [(t, [dict(row) for row in connection.execute(select(t)).mappings()]) for t in _tables()]
    return Kept(made, moment, [(table, found) for table, found in rows if found], folder)


def _put_back(office: Office, state: Kept) -> None:
    for target, name in _places(office):
        if (state.folder / name).exists():
            shutil.copytree(state.folder / name, target, dirs_exist_ok=True)
    with office.db.engine.begin() as connection:
        for table, rows in state.rows:
            connection.execute(insert(table), rows)
            if not office.db.is_sqlite:
                _count_on(connection, table)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL gives the next id from a sequence, which did not see these rows."""
    highest = connection.scalar(select(func.max(table.c.id)))
    connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {int(highest or 1)})"))


def _tables() -> list[Table]:
    return list(Base.metadata.sorted_tables)


def _places(office: Office) -> list[tuple[Path, str]]:
    return [(office.settings.var, "var"), (office.settings.seal_key_file.parent, "keys")]
