"""The outbox: a mail is a row of the act that caused it, sent later."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, choice


class MailStatus(enum.Enum):
    """How far the machine came. No state of a case: nobody decides it, so it has no transition table."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class OutboxMail(Base):
    __tablename__ = "outbox_mail"

    recipient: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(5))
    template: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[bytes | None] = mapped_column(LargeBinary)
    attachments: Mapped[list[Any]]
    """Ids of stored files."""
    digest: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    status: Mapped[MailStatus] = mapped_column(choice(MailStatus), default=MailStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    """By the machine's clock, also in a practice installation."""
    held: Mapped[bool] = mapped_column(default=False)
    """Kept for the daily overview of a reader who asked for that; it leaves by itself when no overview comes for it."""
    last_error: Mapped[str | None] = mapped_column(String(80))
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("recipient", "digest"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_moment"),
        Index("ix_outbox_mail_due", "status", "next_attempt_at"),
    )
