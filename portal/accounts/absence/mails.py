"""The deputy hears from when to when, and what it means; so does who is away, when somebody else arranged it."""

from __future__ import annotations

from portal.accounts.absence.models import Absence
from portal.mail import queue_mail
from portal.work import Work


def tell_deputy(work: Work, absence: Absence) -> None:
    user = absence.deputy.user
    queue_mail(
        work,
        to=user.email,
        template="absence_arranged",
        locale=user.locale,
        key=f"absence:{absence.id}",
        facts={
            "name": user.name, "absent": absence.membership.user.name, "starts_on": absence.starts_on,
            "ends_on": absence.ends_on, "organisation": absence.membership.organisation.name, "link": "/account/afwezigheid",
        },
    )  # fmt: skip


def tell_absent(work: Work, absence: Absence) -> None:
    """Somebody arranged it for a person who was ill: whose mails are read must know by whom."""
    user = absence.membership.user
    queue_mail(
        work,
        to=user.email,
        template="absence_arranged_for_you",
        locale=user.locale,
        key=f"absence-of:{absence.id}",
        facts={
            "name": user.name, "deputy": absence.deputy.user.name, "starts_on": absence.starts_on,
            "ends_on": absence.ends_on, "organisation": absence.membership.organisation.name, "link": "/account/afwezigheid",
        },
    )  # fmt: skip
