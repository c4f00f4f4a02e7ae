"""Who hears what about an obligation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.mail import OutboxMail, queue_mail
from portal.work import Work

from .models import Obligation
from .queries import kind_name


def remind(work: Work, reader: str, items: Sequence[tuple[Obligation, int]]) -> OutboxMail:
    """One digest per reader and day: what is due or late, most urgent first."""
    user = work.session.scalar(select(User).where(User.email == reader))
    locale = user.locale if user is not None else "nl"
    rows = [
        {
            "what": kind_name(item.kind, locale),
            "about_year": item.about_year,
            "provider": item.organisation.name,
            "due_on": item.due_on,
            "days": (item.due_on - work.today).days,
            "legal": item.legal,
            "path": f"/verantwoording/{item.id}",
        }
        for item, _step in sorted(items, key=lambda pair: pair[0].due_on)
    ]
    own = user is not None and all(item.organisation_id in _organisations(user) for item, _step in items)
    key = "obligations:" + ",".join(f"{item.id}@{step}" for item, step in items)
    facts = {"items": rows, "name": user.name if user else "", "own": own}
    return queue_mail(work, to=reader, template="obligations_due", locale=locale, key=key, facts=facts)


def _organisations(user: User) -> set[int]:
    return {membership.organisation_id for membership in user.memberships if membership.ended_at is None}


def tell_of_check(work: Work, item: Obligation) -> None:
    _tell_provider(work, item, "obligation_checked", f"checked:{item.version}")


def tell_of_question(work: Work, item: Obligation) -> None:
    _tell_provider(work, item, "obligation_question", f"question:{item.version}")


def tell_of_waiver(work: Work, item: Obligation) -> None:
    _tell_provider(work, item, "obligation_waived", "waived")


def _tell_provider(work: Work, item: Obligation, template: str, what: str) -> None:
    for user in accounts.recipients_of(work, item.organisation_id):
        facts = {
            "name": user.name,
            "what": kind_name(item.kind, user.locale),
            "about_year": item.about_year,
            "question": item.question,
            "answer_by": item.answer_by,
            "path": f"/verantwoording/{item.id}",
        }
        queue_mail(
            work, to=user.email, template=template, locale=user.locale, key=f"obligation:{item.id}:{what}", facts=facts
        )
