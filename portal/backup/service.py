"""Making a backup while the portal is being written to: rows of one moment first, then the files that they name.

Files never change: their address is the hash of their bytes. So each file of a row in the snapshot can be copied later,
and the copy proves itself. Sealed content stays sealed; the keys go to a place of their own, or not along at all.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from portal import audit
from portal.access import SYSTEM
from portal.storage import disk
from portal.work import Office, begin_write

from . import queries
from .rules import (
    FILES,
    FINGERPRINT,
    MANIFEST,
    PRACTICE_CLOCK,
    SEAL_KEY,
    SESSION_KEY,
    TABLES,
    BackupRefused,
    Fault,
    Manifest,
    TableFacts,
    TableForm,
    in_words,
    written,
)

Tell = Callable[[str, int, int], None]
"""Hears of progress: what is done ("rows", "files"), how far, of how much."""


@dataclass(frozen=True)
class Made:
    manifest: Manifest
    fingerprint: str
    """Hash of the manifest. Who notes it elsewhere can tell later whether this backup is still the one that was made."""


def make_backup(
    office: Office, target: Path, *, keys: Path | None = None, tell: Tell = lambda what, done, total: None
) -> Made:
    """Write database and files to the new folder `target`, and the keys to `keys`. Raises BackupRefused."""
    _refuse_places(target, keys)
    draft = target.with_name(f".{target.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        manifest = _write_all(office, draft, tell)
        text = written(manifest)
        fingerprint = hashlib.sha256(text).hexdigest()
        disk.keep(draft / MANIFEST, text)
        disk.keep(draft / FINGERPRINT, f"{fingerprint}\n".encode())
        if office.settings.practice and office.settings.clock_file.exists():
            disk.keep(draft / PRACTICE_CLOCK, office.settings.clock_file.read_bytes())
        disk.fsync_folder(draft)
        os.replace(draft, target)
        disk.fsync_folder(target.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    if keys is not None:
        _copy_keys(office, keys)
    with begin_write(office, SYSTEM) as work:
        audit.record(work, "backup.made", None, fingerprint=fingerprint, rows=manifest.rows, files=manifest.files)
    return Made(manifest, fingerprint)


def _refuse_places(target: Path, keys: Path | None) -> None:
    for place in filter(None, (target, keys)):
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise BackupRefused("target_not_empty", place=place)
    if keys is not None:
        data, apart = target.resolve(), keys.resolve()
        if data == apart or data in apart.parents or apart in data.parents:
            raise BackupRefused("keys_beside_data", keys=keys, place=target)


def _write_all(office: Office, folder: Path, tell: Tell) -> Manifest:
    with queries.snapshot(office.db) as connection:
        found, expected = queries.migration_of(connection), queries.newest_migration()
        if found != expected:
            raise BackupRefused("not_up_to_date", found=found, expected=expected)
        _refuse_full_disk(connection, folder)
        seq, head = queries.chain_head(connection)
        tables = _write_tables(connection, folder, tell)
        files = _write_files(office, connection, folder, tell)
    return Manifest(
        made_at=office.clock().isoformat(), migration=expected, chain_seq=seq, chain_hash=head, tables=tables,
        files=files.count, file_bytes=files.bytes, files_kept=files.kept, faults=tuple(files.faults),
        gone=tuple(files.gone), practice=office.settings.practice,
    )  # fmt: skip


def _refuse_full_disk(connection: Connection, folder: Path) -> None:
    needed = queries.size_of(connection) + queries.file_bytes(connection)
    free = disk.free_bytes(folder)
    if free < needed * 1.05:
        raise BackupRefused("no_room", place=folder.parent, needed=in_words(needed), free=in_words(free))


def _write_tables(connection: Connection, folder: Path, tell: Tell) -> tuple[TableFacts, ...]:
    (folder / TABLES).mkdir(mode=0o700)
    forms = queries.forms()
    total = sum(queries.count(connection, form.name) for form in forms)
    facts: list[TableFacts] = []

    def tell_rows(rows: int) -> None:
        tell("rows", sum(table.rows for table in facts) + rows, total)

    for form in forms:
        facts.append(_write_table(connection, form, folder / TABLES, tell_rows))
    disk.fsync_folder(folder / TABLES)
    return tuple(facts)


def _write_table(connection: Connection, form: TableForm, folder: Path, tell: Callable[[int], None]) -> TableFacts:
    path, said, rows = folder / f"{form.name}.jsonl.gz", hashlib.sha256(), 0
    with disk.private(path) as raw:
        kept = disk.Hashed(raw)
        with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=kept, mtime=0) as packed:
            for line in queries.lines(connection, form):
                packed.write(line)
                said.update(line)
                rows += 1
                if rows % queries.AT_ONCE == 0:
                    tell(rows)
        raw.flush()
        os.fsync(raw.fileno())
    tell(rows)
    return TableFacts(form, rows, said.hexdigest(), kept.hex, kept.size)


@dataclass
class _Copied:
    count: int
    bytes: int
    kept: str
    faults: list[Fault]
    gone: list[str]


def _write_files(office: Office, connection: Connection, folder: Path, tell: Tell) -> _Copied:
    """Copy each file that a row of the snapshot names, and list it. One that is missing or damaged is named, not hidden."""
    copied, total = _Copied(0, 0, "", [], []), queries.file_bytes(connection)
    done = 0
    with disk.private(folder / FILES) as raw:
        listing = disk.Hashed(raw)
        for address, size in queries.addresses(connection):
            try:
                length = disk.copy_checked(office.settings.file_root, folder / "files", address)
            except disk.WrongBytes as wrong:
                if queries.was_removed(office.db, address):
                    copied.gone.append(address)
                else:
                    copied.faults.append(Fault(address, wrong.kind))
                continue
            listing.write(json.dumps({"address": address, "bytes": length}).encode() + b"\n")
            copied.count, copied.bytes, done = copied.count + 1, copied.bytes + length, done + size
            tell("files", done, total)
        raw.flush()
        os.fsync(raw.fileno())
    copied.kept = listing.hex
    return copied


def _copy_keys(office: Office, keys: Path) -> None:
    """The key that opens the seals, and the one that signs the sessions when it lies in a file."""
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = ((SEAL_KEY, office.settings.seal_key_file), (SESSION_KEY, office.settings.var / "keys" / "session.key"))
    for name, file in known:
        if file.exists():
            disk.keep(keys / name, file.read_bytes())
