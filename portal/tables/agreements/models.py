"""Agreements of a table: proposal, positions, consensus, mediation, ruling."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.access import Scope
from portal.db import SORT_TEXT, Base, Versioned, choice, sort_key
from portal.regions.models import Mandate, Municipality
from portal.tables.kpis.models import Kpi, ObligationType
from portal.tables.rounds.models import DevelopmentTable, Round, TableSeat


class AgreementState(enum.Enum):
    PROPOSED = "proposed"
    DISCUSSED = "discussed"
    CONSENSUS = "consensus"
    MEDIATION = "mediation"
    MEDIATION_FAILED = "mediation_failed"
    RULING_REQUESTED = "ruling_requested"
    RULED = "ruled"
    NOT_ADOPTED = "not_adopted"
    """The colleges ruled against it."""


class Agreement(Versioned, Base):
    __tablename__ = "agreement"

    table_id: Mapped[int] = mapped_column(ForeignKey("development_table.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("table_round.id"), index=True)
    number: Mapped[int]
    """Counted within the round that proposed it: the fourth of round 7 is called 7.4."""
    title: Mapped[str] = mapped_column(String(200))
    sort_title: Mapped[str] = mapped_column(SORT_TEXT, server_default="")
    text: Mapped[str] = mapped_column(Text)
    obligation_type: Mapped[ObligationType] = mapped_column(choice(ObligationType))
    state: Mapped[AgreementState] = mapped_column(choice(AgreementState), default=AgreementState.PROPOSED)
    kpi_id: Mapped[int | None] = mapped_column(ForeignKey("kpi.id"))
    kpi_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    kpi_date: Mapped[date | None]
    """The target that this agreement sets once there is consensus or a ruling."""
    proposed_at: Mapped[datetime]
    text_changed_at: Mapped[datetime]
    """A position that is older than the text is a position on another text: it must be taken again."""
    positions_at: Mapped[datetime | None]
    """When positions were last recorded; recording them is a new version of the agreement, so that two typists notice."""
    settled_at: Mapped[datetime | None]

    table: Mapped[DevelopmentTable] = relationship()
    round: Mapped[Round] = relationship()
    kpi: Mapped[Kpi | None] = relationship()
    positions: Mapped[list[Position]] = relationship(back_populates="agreement")
    mediation: Mapped[Mediation | None] = relationship(back_populates="agreement")
    ruling: Mapped[Ruling | None] = relationship(back_populates="agreement")

    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        # a target is one promise: a number with a date for one measure, or none of the three
        CheckConstraint(
            "(kpi_id IS NULL) = (kpi_value IS NULL) AND (kpi_id IS NULL) = (kpi_date IS NULL)",
            name="a_whole_target_or_none",
        ),
    )

    @property
    def code(self) -> str:
        return f"{self.round.number}.{self.number}"

    @validates("title")
    def _keyed(self, _name: str, value: str) -> str:
        """The key follows the title, whoever writes it."""
        self.sort_title = sort_key(value)
        return value

    @property
    def scope(self) -> Scope:
        return self.table.scope


class Stance(enum.Enum):
    CONSENT = "consent"
    RESERVATION = "reservation"
    OBJECTION = "objection"


class Position(Versioned, Base):
    """Where a seat stands. A reservation or an objection is not complete without its reason."""

    __tablename__ = "position"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("table_seat.id"))
    stance: Mapped[Stance] = mapped_column(choice(Stance))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    agreement: Mapped[Agreement] = relationship(back_populates="positions")
    seat: Mapped[TableSeat] = relationship()

    __table_args__ = (
        UniqueConstraint("agreement_id", "seat_id"),
        CheckConstraint("stance = 'consent' OR length(reason) > 0", name="dissent_has_a_reason"),
    )


class MediationOutcome(enum.Enum):
    CONSENSUS = "consensus"
    FAILED = "failed"


class Mediation(Versioned, Base):
    """The chair as mediator. The file is confidential and apart from the minutes; only the outcome shows."""

    __tablename__ = "mediation"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), unique=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    mediator_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    outcome: Mapped[MediationOutcome | None] = mapped_column(choice(MediationOutcome))
    closed_at: Mapped[datetime | None]

    agreement: Mapped[Agreement] = relationship(back_populates="mediation")
    entries: Mapped[list[MediationEntry]] = relationship(order_by="MediationEntry.id")

    @property
    def scope(self) -> Scope:
        return self.agreement.scope


class MediationEntry(Base):
    """A sealed note of the mediator."""

    __tablename__ = "mediation_entry"

    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


class Ruling(Versioned, Base):
    """The municipalities as commissioner rule after failed mediation, under the region's rule."""

    __tablename__ = "ruling"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), unique=True)
    rule: Mapped[str] = mapped_column(String(40))
    """unanimous or majority, from the blueprint."""
    question: Mapped[str] = mapped_column(Text)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    agreement: Mapped[Agreement] = relationship(back_populates="ruling")
    decisions: Mapped[list[CollegeDecision]] = relationship(order_by="CollegeDecision.id")

    @property
    def scope(self) -> Scope:
        """Of the region, not of the table: the colleges stand outside the table."""
        return Scope(region_id=self.agreement.table.region_id)


class Vote(enum.Enum):
    FOR = "for"
    AGAINST = "against"


class CollegeDecision(Base):
    """One college's decision: date, number and the proxy under which it was recorded. One vote per municipality."""

    __tablename__ = "college_decision"

    ruling_id: Mapped[int] = mapped_column(ForeignKey("ruling.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    vote: Mapped[Vote] = mapped_column(choice(Vote))
    decided_on: Mapped[date]
    decision_number: Mapped[str] = mapped_column(String(60))
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"))
    reasons: Mapped[str] = mapped_column(Text, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]

    municipality: Mapped[Municipality] = relationship()
    mandate: Mapped[Mandate] = relationship()

    __table_args__ = (UniqueConstraint("ruling_id", "municipality_id"),)
