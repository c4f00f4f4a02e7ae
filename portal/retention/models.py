"""A removal: what a human looked at, why it may go, who said yes, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Versioned


class Removal(Versioned, Base):
    """Proposed with a reason and a fixed list, confirmed in a second step, then done by a background task."""

    __tablename__ = "retention_removal"

    class_key: Mapped[str] = mapped_column(String(40))
    subject_ids: Mapped[list[Any]]
    """What was on the list; nothing that became due later goes along."""
    reason: Mapped[str] = mapped_column(String(500))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    removed: Mapped[int] = mapped_column(default=0)
    held_back: Mapped[int] = mapped_column(default=0)
    """On the list, and kept after all: a procedure, objection or contract had begun meanwhile."""
    finished_at: Mapped[datetime | None]

    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])

    __table_args__ = (
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_somebody"),
        CheckConstraint("finished_at IS NULL OR confirmed_at IS NOT NULL", name="nothing_goes_without_a_yes"),
        CheckConstraint("confirmed_at IS NULL OR cancelled_at IS NULL", name="confirmed_or_cancelled"),
        # one open proposal per class: a form that is sent twice has one effect
        Index(
            "uq_retention_removal_open", "class_key", unique=True,
            sqlite_where=text("finished_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("finished_at IS NULL AND cancelled_at IS NULL"),
        ),
    )  # fmt: skip
