"""What a contract obliges a provider to deliver, per contract year, and how it is chased."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import Organisation
from portal.contracts.models import Contract
from portal.db import Base, Versioned, choice


class ObligationKind(enum.Enum):
    YEARLY_EVALUATION = "yearly_evaluation"
    PROFIT_MARGIN = "profit_margin"
    WNT_DECLARATION = "wnt_declaration"


class ObligationState(enum.Enum):
    """Human acts only; what time alone makes of it (late, unanswered) is `rules.standing(obligation, today)`."""

    OPEN = "open"
    DELIVERED = "delivered"
    RETURNED = "returned"
    """Handed back with a question."""
    CHECKED = "checked"
    WAIVED = "waived"


class CheckOutcome(enum.Enum):
    """What the contract manager concludes about profit above the threshold."""

    EXPLAINED = "explained"
    REINVEST = "reinvest"
    REPAY = "repay"


class Obligation(Versioned, Base):
    __tablename__ = "obligation"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    kind: Mapped[ObligationKind] = mapped_column(choice(ObligationKind))
    about_year: Mapped[int]
    """The contract year it reports on."""
    due_on: Mapped[date] = mapped_column(index=True)
    legal: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    """Law, contract or proposal: where the date comes from; unconfirmed ones say so."""
    confirmed: Mapped[bool]
    state: Mapped[ObligationState] = mapped_column(choice(ObligationState), default=ObligationState.OPEN)
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    delivered_late: Mapped[bool] = mapped_column(default=False)
    """Stays true for good once delivered after the due date."""
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    check_outcome: Mapped[str] = mapped_column(String(20), default="")
    """The value of a `CheckOutcome`; empty where the declaration asked for none."""
    check_reason: Mapped[str] = mapped_column(String(2000), default="")
    question: Mapped[str] = mapped_column(String(2000), default="")
    answer_by: Mapped[date | None]
    waiver_reason: Mapped[str] = mapped_column(String(1000), default="")
    waiver_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    waived_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship()
    organisation: Mapped[Organisation] = relationship()
    steps: Mapped[list[Reminder]] = relationship(order_by="Reminder.planned_on")

    __table_args__ = (
        UniqueConstraint("contract_id", "kind", "about_year"),
        Index("ix_obligation_region_id_due_on", "region_id", "due_on"),
        # what waits for a manager: the first few and the number of each kind, in the order of the list
        Index("ix_obligation_region_id_state", "region_id", "state", "due_on", "id", "answer_by", "waiver_asked_by_id"),
        Index(
            "ix_obligation_waiver_asked", "region_id", "due_on",
            sqlite_where=text("waiver_asked_by_id IS NOT NULL"), postgresql_where=text("waiver_asked_by_id IS NOT NULL"),
        ),
        # the calendar of a region, provider by provider
        Index(
            "ix_obligation_region_id_organisation_id", "region_id", "organisation_id", "due_on", "state", "answer_by"
        ),
        # a waiver frees a provider of what the contract asks: never the act of one person (domain chapter 4)
        CheckConstraint(
            "state <> 'waived' OR (waiver_asked_by_id IS NOT NULL AND waived_by_id IS NOT NULL"
            " AND waived_by_id <> waiver_asked_by_id)",
            name="waived_by_a_second_person",
        ),
    )  # fmt: skip

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id, organisation_id=self.organisation_id)


class ReminderState(enum.Enum):
    QUEUED = "queued"
    """A mail lies in the outbox."""
    SUPERSEDED = "superseded"
    """After downtime only the latest step is sent; earlier ones are on record."""
    DONE = "done"
    """A step without a mail, such as a note in the risk profile or a signal."""
    COLLECTED = "collected"
    """For the contract managers, who get one mail about all providers together."""
    NOBODY = "nobody"
    """The provider has nobody left who reads mail."""


class Reminder(Base):
    """A step of the ladder that was taken: exactly one per obligation, step and recipient."""

    __tablename__ = "reminder"

    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    step: Mapped[int]
    """Days from the due date: -60, -30, -14, -7, -1, 1, 7, 14, 30."""
    recipient: Mapped[str] = mapped_column(String(254))
    """An address, or what is done in place of a mail (`reminders.rules`); empty when there is neither."""
    planned_on: Mapped[date]
    state: Mapped[ReminderState] = mapped_column(choice(ReminderState))
    outbox_mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mail.id"))
    taken_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("obligation_id", "step", "recipient"),)
