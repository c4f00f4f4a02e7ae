"""An address that somebody wants to change to. The old one stays in force until the new mailbox answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.access import Scope
from portal.db import Base


class EmailChange(Base):
    """A mailed link that proves a new address. Only the digest of its token is kept; it works once."""

    __tablename__ = "email_change"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it was confirmed, or overtaken by a later wish."""

    @property
    def scope(self) -> Scope:
        return Scope()
