"""Development tables (ontwikkeltafels), their permanent seats and their rounds."""

from __future__ import annotations

import enum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.access import Scope
from portal.db import SORT_TEXT, Base, Versioned, choice, sort_key
from portal.meetings.models import Meeting, SeatKind


class TableState(enum.Enum):
    PLANNED = "planned"
    ACTIVE = "active"
    CLOSED = "closed"


class DevelopmentTable(Versioned, Base):
    __tablename__ = "development_table"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(160))
    sort_name: Mapped[str] = mapped_column(SORT_TEXT, server_default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[TableState] = mapped_column(choice(TableState), default=TableState.PLANNED)
    rules_of_play: Mapped[str] = mapped_column(Text, default="")

    seats: Mapped[list[TableSeat]] = relationship(back_populates="table", order_by="TableSeat.position")
    rounds: Mapped[list[Round]] = relationship(back_populates="table", order_by="Round.number")

    __table_args__ = (UniqueConstraint("region_id", "code"),)

    @validates("name")
    def _keyed(self, _name: str, value: str) -> str:
        """The key follows the name, whoever writes it."""
        self.sort_name = sort_key(value)
        return value

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id, table_id=self.id)


class TableSeat(Base):
    """A seat that takes a position on agreements; a person may change, the seat stays."""

    __tablename__ = "table_seat"

    table_id: Mapped[int] = mapped_column(ForeignKey("development_table.id"), index=True)
    position: Mapped[int]
    kind: Mapped[SeatKind] = mapped_column(choice(SeatKind))
    label: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)

    table: Mapped[DevelopmentTable] = relationship(back_populates="seats")

    __table_args__ = (UniqueConstraint("table_id", "label"),)


class Round(Base):
    """A round of a table: its meeting carries the state."""

    __tablename__ = "table_round"

    table_id: Mapped[int] = mapped_column(ForeignKey("development_table.id"), index=True)
    number: Mapped[int]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)

    table: Mapped[DevelopmentTable] = relationship(back_populates="rounds")
    meeting: Mapped[Meeting] = relationship()

    __table_args__ = (UniqueConstraint("table_id", "number"),)
