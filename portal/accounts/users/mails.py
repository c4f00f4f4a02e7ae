"""What a person is told about an account."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import User
from portal.accounts.users import rules
from portal.mail import tell
from portal.work import Work


def tell_to_confirm(work: Work, user: User, token: str) -> None:
    until = work.now + timedelta(hours=rules.CONFIRM_HOURS)
    tell(
        work,
        user,
        "account_confirm",
        key=f"confirm:{rules.token_digest(token)}",
        facts={"link": f"/bevestigen/{token}", "hours": rules.CONFIRM_HOURS, "until": until},
    )


def tell_account_exists(work: Work, user: User) -> None:
    """Somebody registered with the address of an account: only the owner of the mailbox learns that it is there."""
    tell(work, user, "account_known", key=f"known:{user.id}:{work.now:%Y%m%d%H}", facts={"link": "/inloggen"})


def tell_reset(work: Work, user: User, token: str) -> None:
    until = work.now + timedelta(hours=rules.RESET_HOURS)
    tell(
        work,
        user,
        "account_reset",
        key=f"reset:{rules.token_digest(token)}",
        facts={"link": f"/wachtwoord-vergeten/{token}", "until": until},
    )
