"""A stored file and the seal it lies under."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, choice


class Seal(Base):
    """A data key: what is sealed for `recipient` opens only with the key that lies wrapped here under the server key."""

    __tablename__ = "seal"

    purpose: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Filled for the few seals that are shared; empty for the seal of one thing."""
    recipient: Mapped[str] = mapped_column(String(100))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class ScanStatus(enum.Enum):
    """What the malware scanner said. No state of a case: nobody decides it, so it has no transition table."""

    NONE = "none"
    """Came in while no scanner was configured; `scan_files` looks at it as soon as there is one."""
    OWN = "own"
    """Made by the portal itself."""
    WAITING = "waiting"
    """The scanner could not look yet: only who uploaded it may open it."""
    CLEAN = "clean"
    INFECTED = "infected"
    """Found later than at the upload: nobody opens it any more."""


class StoredFile(Base):
    """One file on disk, at the hash of its ciphertext. Its name, kind and hash are as secret as its content.

    It has no permission of its own: the feature that refers to it decides who may read it.
    """

    __tablename__ = "stored_file"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), index=True)
    address: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    """Of the plain content, in bytes."""
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by_id: Mapped[int | None]
    uploaded_at: Mapped[datetime]
    scan_status: Mapped[ScanStatus] = mapped_column(choice(ScanStatus), default=ScanStatus.NONE, server_default="none")
    scanned_at: Mapped[datetime | None]
    scan_version: Mapped[str | None] = mapped_column(String(120))
    """Of the scanner and its signatures, as it says it itself."""
    scan_found: Mapped[str | None] = mapped_column(String(120))
    """The scanner's name for what it found."""
    removed_at: Mapped[datetime | None]
    """Removed under retention: the row stays, name and bytes are gone."""

    seal: Mapped[Seal] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        CheckConstraint("size >= 0", name="size_counts"),
        CheckConstraint("length(address) = 64", name="address_is_a_hash"),
        CheckConstraint("(scan_status = 'infected') = (scan_found IS NOT NULL)", name="infected_has_a_name"),
        Index("ix_stored_file_scan", "scan_status", "id"),
    )


class PdfCopy(Base):
    """The same document as PDF, made once: of a stored Word document, or of one that is made on the spot (by its hash).

    Until `file` is filled it is still to be made. The copy lies under the seal of what it is a copy of.
    """

    __tablename__ = "pdf_copy"

    source_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    source_digest: Mapped[str] = mapped_column(String(64), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]

    source: Mapped[StoredFile | None] = relationship(foreign_keys=[source_id])
    file: Mapped[StoredFile | None] = relationship(foreign_keys=[file_id])

    __table_args__ = (
        Index(
            "ix_pdf_copy_due", "id", sqlite_where=text("file_id IS NULL"), postgresql_where=text("file_id IS NULL"),
        ),
    )  # fmt: skip
