"""Opening, assignment, conflicts of interest, individual judgement and the settled verdict per criterion."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import User
from portal.db import Base, Versioned, choice
from portal.storage.models import StoredFile
from portal.tenders.procedures.models import Criterion, Procedure
from portal.tenders.submissions.models import Submission, SubmissionProduct


class OpeningState(enum.Enum):
    WAITING_FOR_SECOND = "waiting_for_second"
    OPENED = "opened"


class Opening(Versioned, Base):
    """The opening of a procedure's submissions: two officers, each with a fresh log-in, after the closing time."""

    __tablename__ = "opening"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), unique=True)
    state: Mapped[OpeningState] = mapped_column(choice(OpeningState), default=OpeningState.WAITING_FOR_SECOND)
    first_officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    first_at: Mapped[datetime]
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    second_at: Mapped[datetime | None]
    count: Mapped[int | None]
    record_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The record of opening (proces-verbaal), made after the act."""
    record_digest: Mapped[str] = mapped_column(String(64), default="")

    procedure: Mapped[Procedure] = relationship()
    first_officer: Mapped[User] = relationship(foreign_keys=[first_officer_id])
    second_officer: Mapped[User | None] = relationship(foreign_keys=[second_officer_id])
    record_file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "second_officer_id IS NULL OR second_officer_id <> first_officer_id", name="opened_by_two_officers"
        ),
    )

    @property
    def scope(self) -> Scope:
        return self.procedure.scope


class AssignmentState(enum.Enum):
    ASSIGNED = "assigned"
    DECLARED = "declared"
    """No conflict of interest: the file is readable."""
    CONFLICTED = "conflicted"
    """A conflict: locked out of this file for good."""
    LOCKED = "locked"
    """Judgement finished."""


class Assignment(Versioned, Base):
    """An assessor to a submission. Nothing of it is readable before the declaration on conflicts of interest."""

    __tablename__ = "assignment"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    assigned_at: Mapped[datetime]
    state: Mapped[AssignmentState] = mapped_column(choice(AssignmentState), default=AssignmentState.ASSIGNED)
    conflict_note: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()
    assessor: Mapped[User] = relationship(foreign_keys=[assessor_id])
    assigned_by: Mapped[User] = relationship(foreign_keys=[assigned_by_id])
    judgements: Mapped[list[Judgement]] = relationship(back_populates="assignment")
    reopenings: Mapped[list[Reopening]] = relationship(order_by="Reopening.id")

    __table_args__ = (
        UniqueConstraint("submission_id", "assessor_id"),
        Index("ix_assignment_submission_id_state", "submission_id", "state"),
        # somebody who hands out the work does not do it himself: four eyes from the start
        CheckConstraint("assessor_id <> assigned_by_id", name="assigned_by_another_person"),
    )

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.submission.procedure.region_id)


class Reopening(Base):
    """A locked judgement that was opened again: who did it and why. Nothing changes after the lock without this."""

    __tablename__ = "reopening"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    reopened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reopened_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)

    reopened_by: Mapped[User] = relationship()

    __table_args__ = (CheckConstraint("length(reason) > 0", name="no_reopening_without_a_reason"),)


class Verdict(enum.Enum):
    """In an admission procedure there is no score, rank or comparison: it meets or it does not."""

    MEETS = "meets"
    DOES_NOT_MEET = "does_not_meet"


class Judgement(Versioned, Base):
    """One assessor's verdict on one criterion, with reasons. Others see it only after locking.

    A common criterion is judged once for the whole submission: then the product is empty.
    """

    __tablename__ = "judgement"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    """criterion or criterion-product, unique within the assignment."""
    submission_product_id: Mapped[int | None] = mapped_column(ForeignKey("submission_product.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict))
    reasons: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]

    assignment: Mapped[Assignment] = relationship(back_populates="judgements")
    criterion: Mapped[Criterion] = relationship()
    submission_product: Mapped[SubmissionProduct | None] = relationship()

    __table_args__ = (UniqueConstraint("assignment_id", "key"),)


class Settlement(Versioned, Base):
    """The verdict that counts per criterion (and product): unanimous, or settled in consensus with reasons."""

    __tablename__ = "settlement"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    submission_product_id: Mapped[int | None] = mapped_column(ForeignKey("submission_product.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    reasons: Mapped[str] = mapped_column(Text)
    unanimous: Mapped[bool]
    settled_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    settled_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship()

    __table_args__ = (
        UniqueConstraint("submission_id", "key"),
        CheckConstraint("length(reasons) > 0", name="no_verdict_without_reasons"),
    )
