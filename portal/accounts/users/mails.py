"""What a person is told about an account."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import User
from portal.accounts.users import rules
from portal.mail import queue_mail
from portal.work import Work


def tell_to_confirm(work: Work, user: User, token: str) -> None:
    until = work.now + timedelta(hours=rules.CONFIRM_HOURS)
    queue_mail(
        work,
        to=user.email,
        template="account_confirm",
        locale=user.locale,
        key=f"confirm:{rules.token_digest(token)}",
        facts={"name": user.name, "link": f"/bevestigen/{token}", "hours": rules.CONFIRM_HOURS, "until": until},
    )


def tell_account_exists(work: Work, user: User) -> None:
    """Somebody registered with the address of an account: only the owner of the mailbox learns that it is there."""
    queue_mail(
        work,
        to=user.email,
        template="account_known",
        locale=user.locale,
        key=f"known:{user.id}:{work.now:%Y%m%d%H}",
        facts={"name": user.name, "link": "/inloggen"},
    )


def tell_reset(work: Work, user: User, token: str) -> None:
    until = work.now + timedelta(hours=rules.RESET_HOURS)
    queue_mail(
        work,
        to=user.email,
        template="account_reset",
        locale=user.locale,
        key=f"reset:{rules.token_digest(token)}",
        facts={"name": user.name, "link": f"/wachtwoord-vergeten/{token}", "until": until},
    )
