"""A provider's submission: one dossier, judged per product. What it says lies under a seal until it is opened."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from portal.access import Scope
from portal.accounts.models import Organisation, SigningAuthority, User
from portal.db import Base, Versioned, choice
from portal.storage import Seal
from portal.tenders.procedures.models import Procedure, ProcedureProduct


class SubmissionState(enum.Enum):
    DRAFT = "draft"
    SIGNING = "signing"
    """Content frozen; waiting for a further signatory."""
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    ASSESSED = "assessed"
    DECIDED = "decided"


class Submission(Versioned, Base):
    __tablename__ = "submission"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[SubmissionState] = mapped_column(choice(SubmissionState), default=SubmissionState.DRAFT)
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    started_at: Mapped[datetime]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    content_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the frozen content: what is signed, and what the receipt shows."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Sealed canonical JSON of everything that is signed; the digest is of its plain text."""
    submitted_at: Mapped[datetime | None]
    receipt_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed JSON: the files with name, size and SHA-256, the answers' digest."""
    withdrawn_at: Mapped[datetime | None]
    holds_virus: Mapped[bool | None] = query_expression()
    """Whether one was found in a file uploaded for it; nothing where a query did not ask (`queries.virus`)."""

    procedure: Mapped[Procedure] = relationship()
    organisation: Mapped[Organisation] = relationship()
    seal: Mapped[Seal] = relationship()
    products: Mapped[list[SubmissionProduct]] = relationship(
        back_populates="submission", order_by="SubmissionProduct.id"
    )
    answers: Mapped[list[Answer]] = relationship(back_populates="submission")
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.signed_at")

    __table_args__ = (
        Index("ix_submission_procedure_id_state", "procedure_id", "state", "organisation_id"),
        # one live submission per provider and procedure: the same form sent twice has one effect
        Index(
            "uq_submission_live", "procedure_id", "organisation_id", unique=True,
            sqlite_where=text("state <> 'withdrawn'"), postgresql_where=text("state <> 'withdrawn'"),
        ),
    )  # fmt: skip

    @property
    def number(self) -> str:
        return f"INS-{self.started_at.year}-{self.id:04d}"

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.procedure.region_id, organisation_id=self.organisation_id)


class SubmissionProduct(Base):
    """The unit of admission: this provider, this product."""

    __tablename__ = "submission_product"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    procedure_product_id: Mapped[int] = mapped_column(ForeignKey("procedure_product.id"), index=True)

    submission: Mapped[Submission] = relationship(back_populates="products")
    procedure_product: Mapped[ProcedureProduct] = relationship()

    __table_args__ = (UniqueConstraint("submission_id", "procedure_product_id"),)

    @property
    def scope(self) -> Scope:
        return self.submission.scope


class Answer(Versioned, Base):
    """The answer to one criterion, for one product or (product empty) for the whole submission. Its words are sealed."""

    __tablename__ = "answer"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    """Which part: G1 (common), HA-1.HA-1a (product and criterion), HA-1.tarief, verklaringen."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed JSON, the shape of `rules.Said`. Whether it is complete is computed, never stored: that too is sealed."""
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    submission: Mapped[Submission] = relationship(back_populates="answers")

    __table_args__ = (UniqueConstraint("submission_id", "key"),)


class SubmissionFile(Base):
    """A file uploaded for this submission. Files of the evidence passport are pinned by their version instead."""

    __tablename__ = "submission_file"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    answer_key: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("submission_id", "file_id", "answer_key"),)


class Signature(Base):
    """One signatory's signature under the frozen content."""

    __tablename__ = "submission_signature"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("signing_authority.id"))
    content_digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    authority: Mapped[SigningAuthority] = relationship()

    __table_args__ = (UniqueConstraint("submission_id", "user_id"),)
