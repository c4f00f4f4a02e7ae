"""The deputy hears from when to when, and what it means; so does who is away, when somebody else arranged it."""

from __future__ import annotations

from portal.accounts.absence.models import Absence
from portal.accounts.models import User
from portal.mail import tell
from portal.work import Work


def tell_deputy(work: Work, absence: Absence) -> None:
    _tell(work, absence.deputy.user, "absence_arranged", absence)


def tell_absent(work: Work, absence: Absence) -> None:
    """Somebody arranged it for a person who was ill: whose mails are read must know by whom."""
    _tell(work, absence.membership.user, "absence_arranged_for_you", absence)


def _tell(work: Work, user: User, template: str, absence: Absence) -> None:
    tell(
        work,
        user,
        template,
        key=f"absence:{absence.id}",
        facts={
            "absent": absence.membership.user.name,
            "deputy": absence.deputy.user.name,
            "starts_on": absence.starts_on,
            "ends_on": absence.ends_on,
            "organisation": absence.membership.organisation.name,
            "link": "/account/afwezigheid",
        },
    )
