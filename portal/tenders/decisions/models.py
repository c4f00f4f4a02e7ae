"""Admission decisions per product, their letters, the objection term and what came in."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import User
from portal.db import Base, Versioned, choice
from portal.regions.models import Mandate
from portal.storage.models import StoredFile
from portal.tenders.submissions.models import Submission, SubmissionProduct


class DecisionState(enum.Enum):
    PREPARED = "prepared"
    DECIDED = "decided"
    ANNOUNCED = "announced"
    """Sent; the objection term runs."""
    CHALLENGED = "challenged"
    FINAL = "final"


class Outcome(enum.Enum):
    ADMITTED = "admitted"
    REJECTED = "rejected"


class Decision(Versioned, Base):
    __tablename__ = "decision"

    submission_product_id: Mapped[int] = mapped_column(ForeignKey("submission_product.id"), unique=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    state: Mapped[DecisionState] = mapped_column(choice(DecisionState), default=DecisionState.PREPARED)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    reasons: Mapped[list[Any]]
    """Frozen per criterion: [{code, title, verdict, reasons}]."""
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    """The line that names the function of who decided; `mandates` has the line of every college."""
    mandates: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Frozen when decided, per college: [{municipality, decision_number}]."""
    announced_at: Mapped[datetime | None]
    objection_ends: Mapped[date | None]
    """Last day on which an objection is in time, Dutch calendar date."""
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("decision_letter.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()
    submission_product: Mapped[SubmissionProduct] = relationship()
    mandate: Mapped[Mandate | None] = relationship()
    prepared_by: Mapped[User] = relationship(foreign_keys=[prepared_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    letter: Mapped[DecisionLetter | None] = relationship()
    objections: Mapped[list[Objection]] = relationship(back_populates="decision", order_by="Objection.id")

    __table_args__ = (
        Index("ix_decision_state", "state", "outcome", "submission_id", "objection_ends"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> prepared_by_id", name="decided_by_a_second_person"),
    )

    @property
    def scope(self) -> Scope:
        return self.submission.scope


class DecisionLetter(Base):
    """One letter per submission: all its products, the reasons per criterion, the end of the objection term."""

    __tablename__ = "decision_letter"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()


class ObjectionKind(enum.Enum):
    COMPLAINT = "complaint"
    OBJECTION_LETTER = "objection_letter"
    COURT_CASE = "court_case"


class ObjectionState(enum.Enum):
    RECEIVED = "received"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Objection(Versioned, Base):
    """A complaint, letter or writ against a decision; not an objection under administrative law (domain 2.8)."""

    __tablename__ = "objection"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    kind: Mapped[ObjectionKind] = mapped_column(choice(ObjectionKind))
    state: Mapped[ObjectionState] = mapped_column(choice(ObjectionState), default=ObjectionState.RECEIVED)
    received_on: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text, default="")
    outcome_text: Mapped[str] = mapped_column(Text, default="")
    in_time: Mapped[bool]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(back_populates="objections")

    @property
    def scope(self) -> Scope:
        return self.decision.scope
