"""Who is told that signing authority was verified or rejected: the person, in the person's language."""

from __future__ import annotations

from portal.accounts.models import AuthorityKind, SigningAuthority
from portal.accounts.rules import AUTHORITY_LABELS
from portal.i18n import gettext
from portal.mail import queue_mail
from portal.work import Work


def tell_of_check(work: Work, authority: SigningAuthority) -> None:
    outcome = authority.state.value
    locale = authority.user.locale
    queue_mail(
        work,
        to=authority.user.email,
        template=f"authority_{outcome}",
        locale=locale,
        key=f"authority:{authority.id}:{outcome}",
        facts={
            "name": authority.user.name,
            "organisation": authority.organisation.name,
            "kind": gettext(locale)(AUTHORITY_LABELS[authority.kind]),
            "joint": authority.kind is AuthorityKind.JOINT,
            "reason": authority.reject_reason,
            "link": "/organisatie/tekenbevoegdheid",
        },
    )
