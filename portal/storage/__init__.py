"""The gatekeeper of files: nothing comes in unseen, nothing readable lies on disk, nothing goes out without its owner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from mimetypes import guess_type
from typing import BinaryIO, cast

from sqlalchemy import select

from ..access import SYSTEM
from ..clock import system_clock
from ..config import MIB
from ..errors import FileRefused
from ..i18n import file_size, gettext
from ..work import Office, Work, begin_read
from . import disk
from .inspection import DEFAULT_TYPES, PDF_ONLY, TYPES, clean_name, recognise
from .models import PdfCopy, ScanStatus, Seal, StoredFile
from .reasons import IN_SHORT, reason_text, withheld_text
from .scanning import blocked_among, look_first, note_scan, refuse_infected, refuse_withheld, withheld
from .seal import (
    Damaged,
    Readable,
    SealKeyMissing,
    new_seal,
    open_bytes,
    open_stream,
    seal_bytes,
    seal_stream,
    system_seal,
)

ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True)
class FileFacts:
    """What the sealed name says: as secret as the file itself."""

    name: str
    media_type: str
    sha256: str
    size: int
    note: str = ""
    """In the reader's words: waiting for the malware scan, blocked, or removed; empty when there is nothing to say."""


@dataclass(frozen=True)
class OpenedFile:
    """A file to send: its facts, and its plain content in pieces, to be read once."""

    name: str
    media_type: str
    sha256: str
    size: int
    chunks: Iterator[bytes]

    def read(self) -> bytes:
        """All of it, for a small file."""
        return b"".join(self.chunks)


def receive(
    work: Work,
    stream: Readable,
    *,
    name: str,
    seal: Seal,
    allowed: tuple[str, ...] = DEFAULT_TYPES,
    limit: int | None = None,
) -> StoredFile:
    """Take in a file of a user: look at it, seal it, make it last on disk, then add its row.

    Raises FileRefused; the codes stand in `reasons.py`. A rolled-back act leaves at most a file without a row, which
    `sweep` removes.
    """
    limit = work.settings.max_upload if limit is None else limit
    shown = clean_name(name)
    with _seekable(work, stream, limit) as plain:
        size = plain.seek(0, 2)
        if size == 0:
            raise FileRefused("empty", file_name=shown)
        if size > limit:
            raise FileRefused("too_large", file_name=shown)
        kind = recognise(plain, shown, allowed)
        refuse_infected(stream, shown)
        stored = _keep(work, plain, shown, kind.media_type, seal)
        note_scan(work, stored, stream)
        return stored


def put_bytes(work: Work, data: bytes, *, name: str, seal: Seal) -> StoredFile:
    """Keep a document that the portal made itself. The PDF of a Word document is made soon after, by a job."""
    shown = clean_name(name)
    known = TYPES.get(shown.rpartition(".")[2].lower())
    media_type = known.media_type if known else guess_type(shown)[0] or "application/octet-stream"
    stored = _keep(work, BytesIO(data), shown, media_type, seal)
    stored.scan_status = ScanStatus.OWN
    if known is TYPES["docx"]:
        digest = hashlib.sha256(data).hexdigest()
        work.add(PdfCopy(source_id=stored.id, source_digest=digest, asked_at=work.now))
    return stored


@contextmanager
def _seekable(work: Work, stream: Readable, limit: int) -> Iterator[BinaryIO]:
    """The upload as something that can be looked at from both ends; a bare stream passes through a nameless file."""
    if getattr(stream, "seekable", lambda: False)():
        yield cast(BinaryIO, stream)
        return
    with disk.nameless(work.settings.file_root) as copy:
        disk.copy_limited(stream, copy, limit)
        yield copy


def _keep(work: Work, plain: BinaryIO, name: str, media_type: str, seal: Seal) -> StoredFile:
    plain.seek(0)
    laid = disk.write(work.settings.file_root, plain, lambda source, target: seal_stream(seal, source, target))
    label = label_of(name, media_type, laid.sha256)
    return work.add(
        StoredFile(
            seal_id=seal.id,
            seal=seal,
            address=laid.address,
            size=laid.size,
            sealed_name=seal_bytes(work, seal, label),
            uploaded_by_id=work.actor.user_id,
            uploaded_at=work.now,
        )
    )


def label_of(name: str, media_type: str, sha256: str) -> bytes:
    """What the sealed name of a file holds."""
    return json.dumps({"name": name, "media_type": media_type, "sha256": sha256}).encode()


def describe(work: Work, stored: StoredFile) -> FileFacts:
    """Name, kind and hash of the plain content. Only for who may read the file."""
    why = withheld(work, stored) or ("waiting" if stored.scan_status is ScanStatus.WAITING else "")
    note = gettext(work.actor.locale)(IN_SHORT[why]) if why else ""
    if stored.removed_at is not None:
        return FileFacts(note, "", "", stored.size, note)
    label = json.loads(open_bytes(work, stored.seal, stored.sealed_name))
    return FileFacts(label["name"], label["media_type"], label["sha256"], stored.size, note)


def open_file(work: Work, stored: StoredFile) -> OpenedFile:
    """The file to send; it stays readable after the act is over. Only for who may read it."""
    refuse_withheld(work, stored)
    facts = describe(work, stored)
    path = disk.path_of(work.settings.file_root, stored.address)
    chunks = open_stream(work, stored.seal, path, stored.size)
    return OpenedFile(facts.name, facts.media_type, facts.sha256, facts.size, chunks)


def accepted_types(locale: str, allowed: tuple[str, ...] = DEFAULT_TYPES, limit: int | None = None) -> str:
    """What may be uploaded and how large it may be: said beforehand, at the field."""
    _ = gettext(locale)
    labels = list(dict.fromkeys(_(TYPES[suffix].label) for suffix in allowed))
    return _(
        "%(types)s. Maximaal %(size)s per bestand.",
        types=", ".join(labels),
        size=file_size(25 * MIB if limit is None else limit, locale),
    )


def accept_attribute(allowed: tuple[str, ...] = DEFAULT_TYPES) -> str:
    """For the `accept` of a file field."""
    return ",".join(TYPES[suffix].suffix for suffix in allowed)


def sweep(office: Office) -> int:
    """Remove files without a row that are older than a day: what a broken-off upload or a rolled-back act left."""
    root, removed = office.settings.file_root, 0
    for path in list(disk.old_files(root, ORPHAN_AGE, system_clock())):
        with begin_read(office, SYSTEM) as work:
            there = StoredFile.address == path.name, StoredFile.removed_at.is_(None)
            known = work.session.scalar(select(StoredFile.id).where(*there))
        if known is None:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


__all__ = [
    "DEFAULT_TYPES", "PDF_ONLY", "TYPES", "Damaged", "FileFacts", "OpenedFile", "ScanStatus", "Seal",
    "SealKeyMissing", "StoredFile", "accept_attribute", "accepted_types", "blocked_among", "describe", "look_first",
    "new_seal", "open_bytes", "open_file", "put_bytes", "reason_text", "receive", "seal_bytes", "sweep",
    "system_seal", "withheld_text",
]  # fmt: skip
