"""A meeting with seats, agenda, attendance, minutes and actions; whoever meets uses it."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import User
from portal.db import Base, Versioned, choice


class MeetingState(enum.Enum):
    SCHEDULED = "scheduled"
    AGENDA_SENT = "agenda_sent"
    HELD = "held"
    MINUTES_DRAFT = "minutes_draft"
    """Minutes lie with the participants for comment."""
    MINUTES_ADOPTED = "minutes_adopted"


class SeatKind(enum.Enum):
    MUNICIPALITY = "municipality"
    REGION = "region"
    PROVIDER = "provider"
    ACCESS = "access"
    EDUCATION = "education"
    EXPERIENCE = "experience"
    REFERRER = "referrer"
    OTHER = "other"


class Attendance(enum.Enum):
    EXPECTED = "expected"
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class Meeting(Versioned, Base):
    __tablename__ = "meeting"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    table_id: Mapped[int | None] = mapped_column(ForeignKey("development_table.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    location: Mapped[str] = mapped_column(String(200))
    state: Mapped[MeetingState] = mapped_column(choice(MeetingState), default=MeetingState.SCHEDULED)
    invite_sequence: Mapped[int] = mapped_column(default=0)
    comments_until: Mapped[datetime | None]
    adopted_at: Mapped[datetime | None]
    minutes_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    seats: Mapped[list[MeetingSeat]] = relationship(back_populates="meeting", order_by="MeetingSeat.position")
    agenda: Mapped[list[AgendaItem]] = relationship(back_populates="meeting", order_by="AgendaItem.position")
    actions: Mapped[list[ActionItem]] = relationship(back_populates="meeting", order_by="ActionItem.id")
    comments: Mapped[list[MinutesComment]] = relationship(order_by="MinutesComment.id")
    addenda: Mapped[list[MinutesAddendum]] = relationship(order_by="MinutesAddendum.id")

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),)

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id, table_id=self.table_id)


class MeetingSeat(Base):
    """A seat at one meeting and who was there."""

    __tablename__ = "meeting_seat"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[int]
    kind: Mapped[SeatKind] = mapped_column(choice(SeatKind))
    label: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    attendance: Mapped[Attendance] = mapped_column(choice(Attendance), default=Attendance.EXPECTED)

    meeting: Mapped[Meeting] = relationship(back_populates="seats")

    __table_args__ = (UniqueConstraint("meeting_id", "label"),)


class AgendaItem(Versioned, Base):
    """A point of the agenda with its minutes; each point has its own version so that two typists do not collide."""

    __tablename__ = "agenda_item"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[int]
    minutes_from_start: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(160))
    minutes: Mapped[str] = mapped_column(Text, default="")
    typed_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="agenda")

    @property
    def scope(self) -> Scope:
        return self.meeting.scope


class ActionItem(Base):
    __tablename__ = "action_item"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("meeting_seat.id"))
    """To whom the meeting gave it: stays as it was said there, whoever does it in the end."""
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who took it over from somebody who left, without a seat of their own at this meeting."""
    what: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="actions")
    seat: Mapped[MeetingSeat] = relationship()
    holder: Mapped[User | None] = relationship()

    @property
    def scope(self) -> Scope:
        return self.meeting.scope

    @property
    def whose(self) -> str:
        """Who is to do it, as a page says it."""
        return self.seat.label if self.holder is None else self.holder.name


class MinutesComment(Base):
    __tablename__ = "minutes_comment"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("meeting_seat.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    seat: Mapped[MeetingSeat] = relationship()


class MinutesAddendum(Base):
    """Adopted minutes are closed; what must still be said stands beside them."""

    __tablename__ = "minutes_addendum"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
