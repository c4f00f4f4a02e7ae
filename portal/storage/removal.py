"""Removing a file for good: its row says that it was there and when it went; name and bytes are gone."""

from __future__ import annotations

from sqlalchemy import select

from ..access import SYSTEM
from ..audit import record
from ..work import Office, Work, begin_read
from . import disk
from .models import PdfCopy, StoredFile


def remove_file(work: Work, stored: StoredFile) -> None:
    """In the act of the owning feature, with the PDF made of it. The bytes go once it is committed: `erase_removed`."""
    if stored.removed_at is not None:
        return
    stored.removed_at, stored.sealed_name = work.now, b""
    record(work, "file.removed", stored)
    for copy in work.session.scalars(select(PdfCopy).where(PdfCopy.source_id == stored.id)):
        if copy.file_id is not None and copy.file_id != stored.id:
            remove_file(work, work.get(StoredFile, copy.file_id))


def erase_removed(office: Office) -> int:
    """Take the bytes of removed files off the disk. Returns how many files went; running it again is harmless."""
    with begin_read(office, SYSTEM) as work:
        addresses = list(work.session.scalars(select(StoredFile.address).where(StoredFile.removed_at.is_not(None))))
    gone = 0
    for address in addresses:
        path = disk.path_of(office.settings.file_root, address)
        if path.exists():
            path.unlink(missing_ok=True)
            disk.fsync_folder(path.parent)
            gone += 1
    return gone
