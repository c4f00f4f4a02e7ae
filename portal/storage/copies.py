"""The PDF of a Word document: made once and kept beside it, by a job soon after the document or on the spot."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from ..access import SYSTEM
from ..audit import record
from ..work import Office, Work, begin_read, begin_write
from . import open_file, put_bytes
from .models import PdfCopy, Seal, StoredFile
from .pdf import NoPdf, convert, is_installed
from .removal import remove_file

BATCH = 20
ATTEMPTS = 3


@dataclass(frozen=True)
class Source:
    """A Word document in the clear: its bytes, what it is called, whose seal it lies under, and its row where it has one.

    Without a seal it is of the moment (an agenda, a draft): its PDF is not kept.
    """

    data: bytes
    name: str
    seal_id: int | None = None
    file_id: int | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pdf_name(self) -> str:
        return f"{self.name.removesuffix('.docx')}.pdf"


def source_of(work: Work, stored: StoredFile) -> Source:
    """A stored Word document, small enough to read at once. Only for who may read it."""
    opened = open_file(work, stored)
    return Source(opened.read(), opened.name, stored.seal_id, stored.id)


def pdf_of(work: Work, stored: StoredFile) -> StoredFile | None:
    """The PDF of a stored document, when it was made. Only for who may read that document."""
    return work.session.scalar(_made().where(PdfCopy.source_id == stored.id))


def pdf_of_bytes(work: Work, source: Source) -> StoredFile | None:
    """The PDF of exactly these bytes under this seal, when it was made before."""
    same = (PdfCopy.source_digest == source.digest) & (StoredFile.seal_id == source.seal_id)
    return work.session.scalar(_made().where(same).order_by(StoredFile.id).limit(1))


def _made() -> Select[StoredFile]:
    return select(StoredFile).join(PdfCopy, PdfCopy.file_id == StoredFile.id).where(StoredFile.removed_at.is_(None))


def copies_of(work: Work, stored: StoredFile) -> list[StoredFile]:
    """What was made of this file and goes when it goes."""
    return list(work.session.scalars(_made().where(PdfCopy.source_id == stored.id)))


def remove_copies(work: Work, seal_id: int) -> None:
    """What was made on the spot of what lies under this seal, and holds the same words, goes with it."""
    spot = (StoredFile.seal_id == seal_id) & PdfCopy.source_id.is_(None)
    for stored in work.session.scalars(_made().where(spot)):
        remove_file(work, stored)


def made_now(office: Office, sources: Sequence[Source]) -> list[bytes | None]:
    """The PDF of each: what is kept already, and the others made in one run and kept. Opens its own acts.

    None for one that does not become a PDF. Raises NoPdf (not_installed, busy, failed) when none of the missing ones did.
    """
    with begin_read(office, SYSTEM) as work:
        found = [_kept(work, source) for source in sources]
    missing = [source for source, pdf in zip(sources, found, strict=True) if pdf is None]
    if not missing:
        return found
    made = iter(convert(office.settings.soffice, [source.data for source in missing]))
    fresh = [next(made) if pdf is None else None for pdf in found]
    with begin_write(office, SYSTEM) as work:
        for source, new in zip(sources, fresh, strict=True):
            if new is not None and source.seal_id is not None:
                keep_pdf(work, source, new)
    return [kept or new for kept, new in zip(found, fresh, strict=True)]


def with_pdf(office: Office, sources: Sequence[Source]) -> list[bytes | None]:
    """The PDF of each; None for every one where none could be made now."""
    try:
        return made_now(office, sources)
    except NoPdf:
        return [None] * len(sources)


def _kept(work: Work, source: Source) -> bytes | None:
    stored = pdf_of_bytes(work, source) if source.seal_id is not None else None
    return open_file(work, stored).read() if stored is not None else None


def keep_pdf(work: Work, source: Source, pdf: bytes) -> StoredFile:
    """Keep what was made, under the seal of its source, with both hashes on record. The first one made is the one kept."""
    if (known := pdf_of_bytes(work, source)) is not None:
        return known
    copy = work.session.scalar(select(PdfCopy).where(PdfCopy.source_id == source.file_id)) if source.file_id else None
    copy = copy or PdfCopy(source_id=source.file_id, source_digest=source.digest, asked_at=work.now)
    stored = put_bytes(work, pdf, name=source.pdf_name, seal=work.get(Seal, source.seal_id or 0))
    copy.file_id, copy.made_at = stored.id, work.now
    record(work, "pdf.keep", work.add(copy), source_sha256=source.digest, sha256=hashlib.sha256(pdf).hexdigest())
    return stored


def make_due_pdfs(office: Office) -> int:
    """Make the PDF of what was stored lately, many in one run. Returns how many; none where there is no converter."""
    if not is_installed(office.settings.soffice):
        return 0
    with begin_read(office, SYSTEM) as work:
        sources = [source_of(work, copy.source) for copy in _due(work) if copy.source is not None]
    if not sources:
        return 0
    try:
        made = made_now(office, sources)
    except NoPdf as none:
        made = [None] * len(sources)
        if none.reason == "busy":
            return 0
    _count_failures(office, [s for s, pdf in zip(sources, made, strict=True) if pdf is None])
    return sum(pdf is not None for pdf in made)


def _due(work: Work) -> list[PdfCopy]:
    due = (PdfCopy.file_id.is_(None)) & (PdfCopy.attempts < ATTEMPTS) & StoredFile.removed_at.is_(None)
    find = select(PdfCopy).join(StoredFile, StoredFile.id == PdfCopy.source_id).where(due)
    return list(work.session.scalars(find.order_by(PdfCopy.id).limit(BATCH)))


def _count_failures(office: Office, failed: Sequence[Source]) -> None:
    if failed:
        with begin_write(office, SYSTEM) as work:
            ids = [source.file_id for source in failed]
            for copy in work.session.scalars(select(PdfCopy).where(PdfCopy.source_id.in_(ids))):
                copy.attempts += 1
