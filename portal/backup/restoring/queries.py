"""Looking at a backup, and at the place where it is to be restored, before anything is written."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from portal.backup import queries
from portal.backup.rules import (
    FILES,
    FINGERPRINT,
    MANIFEST,
    TABLES,
    BackupRefused,
    Manifest,
    TableFacts,
    manifest_of,
    row_of,
)
from portal.storage import disk

Tell = Callable[[str, int, int], None]


def read_manifest(folder: Path, fingerprint: str | None = None) -> tuple[Manifest, str]:
    """What the backup says of itself, and its fingerprint. Raises BackupRefused when that is not as it was written."""
    for name in (MANIFEST, FINGERPRINT):
        if not (folder / name).is_file():
            raise BackupRefused("no_backup", place=folder, file=name)
    text = (folder / MANIFEST).read_bytes()
    found = hashlib.sha256(text).hexdigest()
    if (folder / FINGERPRINT).read_text().strip() != found:
        raise BackupRefused("manifest_changed", file=MANIFEST)
    if fingerprint is not None and fingerprint != found:
        raise BackupRefused("other_fingerprint", found=found)
    return manifest_of(text), found


def check_pieces(folder: Path, manifest: Manifest, tell: Tell) -> None:
    """Read every table and every file of the backup. Raises BackupRefused at the first that is missing or changed."""
    for table in manifest.tables:
        path = table_file(folder, table)
        _expect(path, table.kept, folder)
    _expect(folder / FILES, manifest.files_kept, folder)
    done = 0
    for address, length in listed(folder):
        try:
            disk.check(folder / "files", address)
        except disk.WrongBytes as wrong:
            name = disk.path_of(Path("files"), address)
            raise BackupRefused("piece_missing" if wrong.kind == "missing" else "piece_changed", file=name) from wrong
        done += length
        tell("checked", done, manifest.file_bytes)


def _expect(path: Path, kept: str, folder: Path) -> None:
    name = path.relative_to(folder)
    if not path.is_file():
        raise BackupRefused("piece_missing", file=name)
    with path.open("rb") as file:
        source = disk.Hashed(file)
        while source.read():
            pass
    if source.hex != kept:
        raise BackupRefused("piece_changed", file=name)


def table_file(folder: Path, table: TableFacts) -> Path:
    return folder / TABLES / f"{table.form.name}.jsonl.gz"


def listed(folder: Path) -> Iterator[tuple[str, int]]:
    """Address and length of every file in the backup, in order of address."""
    with (folder / FILES).open("rb") as listing:
        for line in listing:
            said = json.loads(line)
            yield said["address"], said["bytes"]


def rows(folder: Path, table: TableFacts) -> Iterator[dict[str, Any]]:
    """The rows of one table. Raises BackupRefused on a line that cannot be read."""
    path, number = table_file(folder, table), 0
    try:
        with gzip.open(path, "rb") as packed:
            for line in packed:
                number += 1
                yield row_of(table.form, line)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise BackupRefused("row_unreadable", line=number, file=path.relative_to(folder)) from error


def refuse_target(connection: Connection, manifest: Manifest) -> None:
    """Raises BackupRefused when this database holds rows, or is at another version than the backup."""
    names = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    used = next((name for name in names if queries.count(connection, name)), None)
    if used is not None:
        raise BackupRefused("database_in_use", table=used)
    found = queries.migration_of(connection)
    if (names or found) and found != manifest.migration:
        raise BackupRefused("database_at_other_version", found=found, expected=manifest.migration)


def said(connection: Connection, table: TableFacts) -> tuple[int, str]:
    """How many rows the database has now, and the hash of what they say."""
    seen, number = hashlib.sha256(), 0
    for line in queries.lines(connection, table.form):
        seen.update(line)
        number += 1
    return number, seen.hexdigest()


def disagreement(connection: Connection, folder: Path, manifest: Manifest) -> str | None:
    """The first address that only the rows or only the list of files knows."""
    without = {fault.address for fault in manifest.faults} | set(manifest.gone)
    wanted = (address for address, _size in queries.addresses(connection) if address not in without)
    there = (address for address, _length in listed(folder))
    for address in wanted:
        if next(there, None) != address:
            return address
    return next(there, None)
