"""Who is away from when to when, and who stands in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import Membership
from portal.db import Base


class Absence(Base):
    """A deputy for one role of one person. It begins and ends by its dates; nobody has to switch anything off.

    The deputy gets no right by it: somebody who may do at least the same, for the same organisation and region, sees
    what waits and gets a copy of the mails.
    """

    __tablename__ = "absence"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day, in Dutch calendar days."""
    arranged_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    arranged_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When somebody took it back before its last day."""

    membership: Mapped[Membership] = relationship(foreign_keys=[membership_id])
    deputy: Mapped[Membership] = relationship(foreign_keys=[deputy_id])

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="absence_ends_after_it_starts"),
        # a deputy who is away too would leave the work lying: nobody stands in for themselves
        CheckConstraint("deputy_id <> membership_id", name="nobody_stands_in_for_himself"),
    )

    @property
    def scope(self) -> Scope:
        return self.membership.scope
