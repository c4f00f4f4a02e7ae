"""How a backup is written down: rows as lines, what a manifest says, and why a backup is refused.

A table is a file of JSON lines, the same for both kinds of database. What JSON has no word for is written as text and
read back by the code of its column.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from portal.errors import PortalError

FORMAT = 1
MANIFEST, FINGERPRINT, FILES, TABLES = "manifest.json", "manifest.sha256", "files.jsonl", "tables"
SEAL_KEY, SESSION_KEY, PRACTICE_CLOCK = "seal.key", "session.key", "clock.json"


@dataclass(frozen=True)
class Column:
    """`code` is one of int, bool, text, bytes, json, moment, date, time, float, decimal; `places` are those of a decimal."""

    name: str
    code: str
    places: int | None = None


@dataclass(frozen=True)
class TableForm:
    """One table: its columns in the order in which a line gives their values."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class TableFacts:
    """What a backup holds of a table. `said` is the hash of its lines, `kept` that of the compressed file."""

    form: TableForm
    rows: int
    said: str
    kept: str
    size: int


@dataclass(frozen=True)
class Fault:
    """A file that has a row and could not be copied: "missing" or "damaged" where it lay."""

    address: str
    kind: str


@dataclass(frozen=True)
class Manifest:
    made_at: str
    migration: str
    chain_seq: int
    chain_hash: str
    tables: tuple[TableFacts, ...]
    files: int
    file_bytes: int
    files_kept: str
    """The hash of the list of files; the address of each file is the hash of its bytes."""
    faults: tuple[Fault, ...] = ()
    gone: tuple[str, ...] = ()
    """Addresses of files that were removed under retention between the look at the rows and the copy."""
    practice: bool = False
    format: int = field(default=FORMAT)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class BackupRefused(PortalError):
    """It cannot be made or put back; the message is a sentence for the operator."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(SENTENCES[code].format(**facts))
        self.code = code


SENTENCES = {
    "target_not_empty": "{place} is not empty. A backup is written to a new folder; choose another name.",
    "keys_beside_data": "The keys belong apart from the data they open: {keys} and {place} lie in one another.",
    "not_up_to_date": "The database stands at version {found} and this program expects {expected}. Run `portal upgrade` first.",
    "no_room": "There is too little room at {place}: {needed} is needed and {free} is free.",
    "no_backup": "{place} holds no finished backup: {file} is missing.",
    "manifest_changed": "{file} is not as it was written: it is broken or somebody changed it. Nothing was restored.",
    "other_fingerprint": "This is not the backup with that fingerprint: it says {found}. Nothing was restored.",
    "other_format": "This backup has format {found}; this program reads format {expected}.",
    "piece_missing": "{file} is missing from the backup. Nothing was restored.",
    "piece_changed": "{file} is not as it was written: it is broken or somebody changed it. Nothing was restored.",
    "row_unreadable": "Line {line} of {file} cannot be read. Nothing was restored.",
    "newer_program": "This backup was made by a newer version of the portal ({found}). Install that version and try again.",
    "database_in_use": "The database has rows in {table}. A backup is restored into an empty database only.",
    "database_at_other_version": "The database stands at version {found}, the backup at {expected}. Choose an empty database.",
    "rows_do_not_fit": "The rows of {table} do not fit in this database: {why}. Nothing was restored.",
    "rows_differ": "After restoring, {table} does not say what the backup says. Nothing was restored.",
    "references_broken": "The backup has references to rows that are not there, among others in {table}. Nothing was restored.",
    "chain_broken": "The audit chain of the backup is not whole: {fault}. Nothing was restored.",
    "files_differ": "The rows and the list of files disagree about {address}. Nothing was restored.",
    "other_key_there": "There is already another key at {file}. Put that away first; it may be needed for other data.",
    "key_missing": "There is no {file} in {place}.",
}


def line_of(form: TableForm, row: Any) -> bytes:
    """One row as a line, the same on every database that holds it."""
    said = [encoded(value, column) for value, column in zip(row, form.columns, strict=True)]
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def row_of(form: TableForm, line: bytes) -> dict[str, Any]:
    """Raises ValueError or KeyError on a line that is not of this form."""
    said = json.loads(line)
    return {c.name: decoded(value, c) for value, c in zip(said, form.columns, strict=True)}


def encoded(value: Any, column: Column) -> Any:
    """JSON columns come as their text, so that "no value" and the value null stay apart."""
    if value is None:
        return None
    if column.code == "json":
        return {"is": json.loads(value)}
    if column.code == "bytes":
        return b64encode(value).decode()
    if column.code == "moment":
        return value.astimezone(UTC).isoformat()
    if column.code in ("date", "time"):
        return value.isoformat()
    if column.code == "decimal":
        return str(value)
    return value.value if isinstance(value, Enum) else value


def decoded(value: Any, column: Column) -> Any:
    if value is None:
        return None
    readers: dict[str, Callable[[Any], Any]] = {
        "json": lambda v: json.dumps(v["is"]),
        "bytes": lambda v: b64decode(v, validate=True),
        "moment": datetime.fromisoformat,
        "date": date.fromisoformat,
        "time": time.fromisoformat,
        "decimal": Decimal,
    }
    return readers.get(column.code, lambda v: v)(value)


def written(manifest: Manifest) -> bytes:
    return json.dumps(asdict(manifest), indent=1, sort_keys=True).encode() + b"\n"


def manifest_of(text: bytes) -> Manifest:
    """Raises BackupRefused when this is no manifest that we can read."""
    try:
        said = json.loads(text)
        if said.get("format") != FORMAT:
            raise BackupRefused("other_format", found=said.get("format"), expected=FORMAT)
        tables = [{**t, "form": _form(t["form"])} for t in said.pop("tables")]
        faults = [Fault(**fault) for fault in said.pop("faults")]
        gone = tuple(said.pop("gone"))
        return Manifest(tables=tuple(TableFacts(**t) for t in tables), faults=tuple(faults), gone=gone, **said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused("manifest_changed", file=MANIFEST) from error


def _form(said: dict[str, Any]) -> TableForm:
    return TableForm(said["name"], tuple(Column(**column) for column in said["columns"]))


def in_words(size: int) -> str:
    """Bytes as an operator reads them."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} bytes"
