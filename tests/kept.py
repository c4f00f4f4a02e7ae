"""A state of the database and its files that is built once per worker and put back for each test that asks for it."""

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
from tests.databases import empty

T = TypeVar("T")
Rows = list[tuple[Table, list[dict[str, Any]]]]


@dataclass(frozen=True)
class Kept:
    """Everything that a test could find: rows, files, the moment, and what the builder gave back."""

    made: Any
    moment: datetime
    rows: Rows
    """On PostgreSQL; a SQLite database is kept as its file."""
    folder: Path


_KEPT: dict[tuple[bool, str], Kept] = {}
_HOME = tempfile.TemporaryDirectory(prefix="kept-")
"""Gone with the worker."""


def kept(name: str, office: Office, clock: Any, build: Callable[[Any, Any], T]) -> T:
    """What `build(office, clock)` makes, from the store when it was made before on this kind of database.

    What is given back must hold nothing of the office it was built in: a test has its own.
    """
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
    folder = Path(tempfile.mkdtemp(dir=_HOME.name))
    for source, name in _places(office):
        if source.exists():
            shutil.copytree(source, folder / name)
    if office.db.is_sqlite:
        office.db.engine.dispose()  # the last connection writes its log into the file
        shutil.copyfile(_file(office), folder / "database")
        return Kept(made, moment, [], folder)
    with office.db.engine.connect() as connection:
        rows = [
            (t, [dict(row) for row in connection.execute(select(t)).mappings()]) for t in Base.metadata.sorted_tables
        ]
    return Kept(made, moment, [(table, found) for table, found in rows if found], folder)


def _put_back(office: Office, state: Kept) -> None:
    for target, name in _places(office):
        if (state.folder / name).exists():
            shutil.copytree(state.folder / name, target, dirs_exist_ok=True)
    if office.db.is_sqlite:
        office.db.engine.dispose()
        shutil.copyfile(state.folder / "database", _file(office))
        return
    with office.db.engine.begin() as connection:
        empty(connection)
        for table, rows in state.rows:
            connection.execute(insert(table), rows)
            _count_on(connection, table)


def _file(office: Office) -> str:
    return str(office.db.engine.url.database)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL gives the next id from a sequence, which did not see these rows."""
    highest = connection.scalar(select(func.max(table.c.id)))
    connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {int(highest or 1)})"))


def _places(office: Office) -> list[tuple[Path, str]]:
    return [(office.settings.var, "var"), (office.settings.seal_key_file.parent, "keys")]
