"""What is said when somebody changes their address: to the new mailbox, and to the old one."""

from __future__ import annotations

from portal.accounts.models import User
from portal.accounts.profile.models import EmailChange
from portal.accounts.users.rules import token_digest
from portal.mail import queue_mail, tell
from portal.work import Work


def tell_new_address(work: Work, user: User, change: EmailChange, token: str) -> None:
    queue_mail(
        work,
        to=change.email,
        template="email_change",
        locale=user.locale,
        key=f"email_change:{token_digest(token)}",
        facts={"name": user.name, "link": f"/nieuw-adres/{token}", "until": change.expires_at},
    )


def tell_old_address(work: Work, user: User) -> None:
    """The new address is not named: whoever reads this mailbox need not know it."""
    tell(
        work, user, "email_changing", key=f"email_changing:{user.id}:{work.now:%Y%m%d%H%M}", facts={"link": "/account"}
    )


def tell_changed(work: Work, user: User, old: str) -> None:
    queue_mail(
        work,
        to=old,
        template="email_changed",
        locale=user.locale,
        key=f"email_changed:{user.id}:{work.now:%Y%m%d%H%M}",
        facts={"name": user.name, "link": "/hulp"},
    )
