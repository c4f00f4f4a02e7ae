"""The evidence passport: what a provider can show, kept once, reused in every submission."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, exists
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.access import Scope
from portal.db import Base, Versioned, choice
from portal.storage import ScanStatus, StoredFile


class EvidenceMode(enum.Enum):
    FILE = "file"
    ATTESTATION = "attestation"


class EvidenceItem(Versioned, Base):
    """One piece of evidence through the years; what it says stands in its versions."""

    __tablename__ = "evidence_item"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    evidence_type: Mapped[str] = mapped_column(String(40))
    """Code of the blueprint's evidence types."""
    title: Mapped[str] = mapped_column(String(160))
    archived_at: Mapped[datetime | None]

    versions: Mapped[list[EvidenceVersion]] = relationship(back_populates="item", order_by="EvidenceVersion.number")

    @property
    def current(self) -> EvidenceVersion:
        return self.versions[-1]

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id)


class EvidenceVersion(Base):
    """What was shown at one time. Never changed afterwards: a renewal is a new version."""

    __tablename__ = "evidence_version"

    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"), index=True)
    number: Mapped[int]
    mode: Mapped[EvidenceMode] = mapped_column(choice(EvidenceMode))
    issuer: Mapped[str] = mapped_column(String(160), default="")
    reference: Mapped[str] = mapped_column(String(80), default="")
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    statement: Mapped[str] = mapped_column(Text, default="")
    """The attestation in words, for mode attestation."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    item: Mapped[EvidenceItem] = relationship(back_populates="versions")
    is_blocked: Mapped[bool] = column_property(
        exists().where(StoredFile.id == file_id, StoredFile.scan_status == ScanStatus.INFECTED)
    )
    """A virus was found in its file after it came in: nobody can open it any more."""

    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        # a certificate of conduct is attested, never kept (region: a copy proves nothing because of the watermark)
        CheckConstraint("(mode = 'file') = (file_id IS NOT NULL)", name="a_file_or_an_attestation"),
        CheckConstraint("valid_until IS NULL OR issued_on IS NULL OR valid_until >= issued_on", name="valid_period"),
    )


class EvidenceUse(Base):
    """Where a version is relied on. Written by those who rely on it, through the service of this package."""

    __tablename__ = "evidence_use"

    version_id: Mapped[int] = mapped_column(ForeignKey("evidence_version.id"), index=True)
    used_by: Mapped[str] = mapped_column(String(40))
    """Table name of the user, such as `submission`."""
    used_by_id: Mapped[int]
    since: Mapped[datetime]

    __table_args__ = (UniqueConstraint("version_id", "used_by", "used_by_id"),)
