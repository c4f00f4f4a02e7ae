"""Putting a backup back, on either kind of database: looked at in full first, then files, then all rows at once.

The rows are written, compared with the backup and their audit chain checked in one transaction: what is not right is
not there. A restore that broke off can simply be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import audit
from portal.access import SYSTEM
from portal.backup.queries import AT_ONCE, knows_migration, newest_migration, table_of
from portal.backup.rules import (
    PRACTICE_CLOCK,
    SEAL_KEY,
    SESSION_KEY,
    BackupRefused,
    Manifest,
    TableFacts,
    in_words,
)
from portal.db import Database, migrate
from portal.storage import disk
from portal.storage.seal import try_seals
from portal.work import Office, begin_write

from . import queries
from .queries import Tell


@dataclass(frozen=True)
class Restored:
    """What was put back and found to be whole. `unopened` seals do not open with the key that lies here."""

    manifest: Manifest
    fingerprint: str
    seals: int
    unopened: int
    mails_waiting: int


def restore_backup(
    office: Office,
    folder: Path,
    *,
    keys: Path | None = None,
    fingerprint: str | None = None,
    tell: Tell = lambda what, done, total: None,
) -> Restored:
    """Restore into the empty database and the file root of this office. Raises BackupRefused, and then leaves no row."""
    manifest, found = queries.read_manifest(folder, fingerprint)
    if not knows_migration(manifest.migration):
        raise BackupRefused("newer_program", found=manifest.migration)
    _refuse_keys(office, keys)
    with office.db.engine.connect() as connection:
        queries.refuse_target(connection, manifest)
    queries.check_pieces(folder, manifest, tell)
    _refuse_full_disk(office, manifest)
    _put_files(office, folder, manifest, tell)
    migrate(office.db.url, manifest.migration)
    with _writing(office.db) as connection:
        queries.refuse_target(connection, manifest)  # somebody may have begun meanwhile
        _put_rows(connection, folder, manifest, tell)
        _verify(connection, folder, manifest, tell)
    if manifest.migration != newest_migration():
        migrate(office.db.url)
    _put_keys(office, folder, keys)
    return _closing(office, manifest, found)


def _refuse_keys(office: Office, keys: Path | None) -> None:
    if keys is None:
        return
    for name, file in _keys(office):
        if name == SEAL_KEY and not (keys / name).is_file():
            raise BackupRefused("key_missing", file=name, place=keys)
        if name == SEAL_KEY and file.exists() and file.read_bytes() != (keys / name).read_bytes():
            raise BackupRefused("other_key_there", file=file)


def _keys(office: Office) -> tuple[tuple[str, Path], ...]:
    return (SEAL_KEY, office.settings.seal_key_file), (SESSION_KEY, office.settings.var / "keys" / "session.key")


def _refuse_full_disk(office: Office, manifest: Manifest) -> None:
    root = office.settings.file_root
    rows = sum(table.size for table in manifest.tables) * 8 if office.db.is_sqlite else 0
    needed, free = manifest.file_bytes + rows, disk.free_bytes(root)
    if free < needed:
        raise BackupRefused("no_room", place=root, needed=in_words(needed), free=in_words(free))


def _put_files(office: Office, folder: Path, manifest: Manifest, tell: Tell) -> None:
    done = 0
    for address, length in queries.listed(folder):
        try:
            disk.copy_checked(folder / "files", office.settings.file_root, address)
        except disk.WrongBytes as wrong:
            raise BackupRefused("piece_changed", file=disk.path_of(Path("files"), address)) from wrong
        done += length
        tell("files", done, manifest.file_bytes)


@contextmanager
def _writing(db: Database) -> Iterator[Connection]:
    """One transaction in which references are only looked at when all rows are there: rows refer in circles."""
    with db.engine.connect().execution_options(portal_write=True) as connection:
        if db.is_sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        references = [] if db.is_sqlite else _lift_references(connection)
        yield connection
        if db.is_sqlite:
            broken = connection.execute(sa.text("PRAGMA foreign_key_check")).first()
            if broken is not None:
                raise BackupRefused("references_broken", table=broken[0])
        for table, name, text in references:
            try:
                connection.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}')
            except SQLAlchemyError as error:
                raise BackupRefused("references_broken", table=table) from error
        connection.commit()
    db.dispose()  # on SQLite the next connection minds references again


def _lift_references(connection: Connection) -> list[tuple[str, str, str]]:
    """Take the references of PostgreSQL away for as long as this transaction lasts; returns how to put them back."""
    found = connection.execute(
        sa.text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name, _text in found:
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return [(str(table), str(name), str(text)) for table, name, text in found]


def _put_rows(connection: Connection, folder: Path, manifest: Manifest, tell: Tell) -> None:
    done = 0
    for table in manifest.tables:
        target = table_of(table.form, sqlite=connection.dialect.name == "sqlite")
        found = queries.rows(folder, table)
        while several := list(islice(found, AT_ONCE)):
            _put(connection, target, several)
            done += len(several)
            tell("rows", done, manifest.rows)
        _count_on(connection, table)


def _put(connection: Connection, target: sa.TableClause, several: list[dict[str, Any]]) -> None:
    try:
        connection.execute(sa.insert(target), several)
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).splitlines()[0]
        raise BackupRefused("rows_do_not_fit", table=target.name, why=why) from error


def _count_on(connection: Connection, table: TableFacts) -> None:
    """PostgreSQL gives the next id from a sequence, which did not see these rows."""
    if connection.dialect.name == "sqlite" or not table.rows:
        return
    highest = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(table.form.name)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.form.name, "id"), highest)))


def _verify(connection: Connection, folder: Path, manifest: Manifest, tell: Tell) -> None:
    """What stands in the database now is what the backup said: counts, contents, files and the audit chain."""
    done = 0
    for table in manifest.tables:
        if queries.said(connection, table) != (table.rows, table.said):
            raise BackupRefused("rows_differ", table=table.form.name)
        done += table.rows
        tell("compared", done, manifest.rows)
    if (address := queries.disagreement(connection, folder, manifest)) is not None:
        raise BackupRefused("files_differ", address=address)
    with Session(connection) as session:
        fault = next(audit.verify_chain(session), None)
    if fault is not None:
        raise BackupRefused("chain_broken", fault=fault)


def _put_keys(office: Office, folder: Path, keys: Path | None) -> None:
    for name, file in _keys(office) if keys is not None else ():
        if keys is not None and (keys / name).is_file() and not file.exists():
            disk.keep(file, (keys / name).read_bytes())
    clock = folder / PRACTICE_CLOCK
    if clock.is_file() and office.settings.practice and not office.settings.clock_file.exists():
        disk.keep(office.settings.clock_file, clock.read_bytes())


def _closing(office: Office, manifest: Manifest, fingerprint: str) -> Restored:
    """Note in the chain that this is a restored copy, and try the key on every seal."""
    with begin_write(office, SYSTEM) as work:
        audit.record(work, "backup.restored", None, fingerprint=fingerprint, made_at=manifest.made_at)
        seals, unopened = try_seals(work)
        waiting = work.session.scalar(sa.text("SELECT count(*) FROM outbox_mail WHERE status = 'queued'"))
    return Restored(manifest, fingerprint, seals, unopened, int(waiting or 0))
