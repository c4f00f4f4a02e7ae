"""Where a person is logged in. The cookie holds the key; here stands only its digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.access import Scope
from portal.db import Base


class UserSession(Base):
    """One log-in on one device. It is over when it is ended, too old, or of an earlier generation of its person."""

    __tablename__ = "user_session"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    generation: Mapped[int]
    """The person's `session_generation` when it began: a changed role or password ends all earlier ones."""
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    """Browser and system in words. No network address is kept."""
    began_at: Mapped[datetime] = mapped_column(index=True)
    last_used_at: Mapped[datetime]
    """By the system clock, as all of a session; written every few minutes at most."""
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_user_session_user_ended", "user_id", "ended_at"),)

    @property
    def scope(self) -> Scope:
        return Scope()
