"""Forms that were sent, so that the same form sent twice has one effect."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class SentForm(Base):
    __tablename__ = "sent_form"

    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None]
    location: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
