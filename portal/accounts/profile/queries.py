"""Wishes for another address, and how mail reaches somebody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.profile.models import EmailChange
from portal.accounts.users.rules import token_digest
from portal.work import Work


def open_change(work: Work, token: str) -> EmailChange | None:
    """The wish that this mailed link confirms now: not used, overtaken or over."""
    find = select(EmailChange).where(
        EmailChange.token_digest == token_digest(token),
        EmailChange.used_at.is_(None),
        EmailChange.expires_at > work.now,
    )
    return work.session.scalar(find)


def open_changes(work: Work, user: User) -> Sequence[EmailChange]:
    """What still waits for its link, the newest first."""
    find = select(EmailChange).where(
        EmailChange.user_id == user.id, EmailChange.used_at.is_(None), EmailChange.expires_at > work.now
    )
    return work.session.scalars(find.order_by(EmailChange.id.desc())).all()


def wants_digest(work: Work, address: str) -> bool:
    """Does this reader want the mails that only inform once a day?"""
    return bool(work.session.scalar(select(User.mail_digest).where(User.email == address.lower())))
