"""A state of the database and its files that is built once per worker and put back for each test that asks for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from portal.db import Base
from portal.work import Office
from tests.databases import empty

T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """Everything that a test could find: rows, files, the moment, and what the builder gave back."""

    made: Any
    moment: datetime
    tables: list[str]
    """On PostgreSQL, which keeps their rows in a schema of the state's own; a SQLite database is kept as its file."""
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
    schema = _schema(folder)
    with office.db.engine.begin() as connection:
        found = [
            table.name for table in Base.metadata.sorted_tables if connection.execute(select(table).limit(1)).first()
        ]
        copies = [f'CREATE TABLE {schema}."{name}" AS SELECT * FROM public."{name}"' for name in found]
        connection.exec_driver_sql("; ".join([f"CREATE SCHEMA {schema}", *copies]))
    return Kept(made, moment, found, folder)


def _schema(folder: Path) -> str:
    return f'"kept_{folder.name}"'


def _put_back(office: Office, state: Kept) -> None:
    for target, name in _places(office):
        if (state.folder / name).exists():
            shutil.copytree(state.folder / name, target, dirs_exist_ok=True)
    if office.db.is_sqlite:
        office.db.engine.dispose()
        shutil.copyfile(state.folder / "database", _file(office))
        return
    schema = _schema(state.folder)
    rows = [f'INSERT INTO public."{name}" SELECT * FROM {schema}."{name}"' for name in state.tables]
    with office.db.engine.begin() as connection:
        empty(connection)
        connection.exec_driver_sql("; ".join([*rows, *map(_count_on, state.tables)]))


def _file(office: Office) -> str:
    return str(office.db.engine.url.database)


def _count_on(table: str) -> str:
    """PostgreSQL gives the next id from a sequence, which did not see these rows."""
    return f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM public.\"{table}\"))"


def _places(office: Office) -> list[tuple[Path, str]]:
    return [(office.settings.var, "var"), (office.settings.seal_key_file.parent, "keys")]
