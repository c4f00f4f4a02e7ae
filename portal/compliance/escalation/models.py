"""Signals: the first step of the supplier ladder. Patterns only, never a client."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import Organisation, User
from portal.compliance.obligations.models import Obligation
from portal.db import Base, Versioned, choice


class SignalState(enum.Enum):
    OPEN = "signal_open"
    TRIAGE = "triage"
    DISMISSED = "dismissed"
    CONVERSATION = "conversation"


class SignalSource(enum.Enum):
    COMPLIANCE = "compliance"
    ACCESS_PATTERN = "access_pattern"
    REGIONAL_DATA = "regional_data"
    KPI = "kpi"
    COMPLAINT = "complaint"


class Signal(Versioned, Base):
    __tablename__ = "signal"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"))
    source: Mapped[SignalSource] = mapped_column(choice(SignalSource))
    state: Mapped[SignalState] = mapped_column(choice(SignalState), default=SignalState.OPEN)
    reason: Mapped[str] = mapped_column(String(60))
    """A code, such as `overdue`."""
    opened_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    obligation: Mapped[Obligation | None] = relationship()
    notes: Mapped[list[SignalNote]] = relationship(order_by="SignalNote.id")

    __table_args__ = (UniqueConstraint("obligation_id", "reason"),)

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id)


class SignalNote(Base):
    """Why somebody took a step: every step keeps its own (domain 2.12)."""

    __tablename__ = "signal_note"

    signal_id: Mapped[int] = mapped_column(ForeignKey("signal.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(1000))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime]

    written_by: Mapped[User] = relationship()
