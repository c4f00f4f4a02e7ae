"""Accounts and their tokens and log-in attempts. Nothing here is shown to anybody: it feeds the verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import AccountToken, AttemptKind, LoginAttempt, Membership, TokenPurpose, User
from portal.accounts.users import rules


def user_by_email(session: Session, email: str, *, lock: bool = False) -> User | None:
    """With `lock`, whoever tries the same account at the same time waits for this one."""
    find = select(User).where(User.email == rules.normal_email(email))
    return session.scalar(find.with_for_update() if lock else find)


def current_memberships(session: Session, user_id: int) -> Sequence[Membership]:
    """The roles a person holds now, oldest first, each with its organisation."""
    find = select(Membership).where(Membership.user_id == user_id, Membership.ended_at.is_(None))
    find = find.options(joinedload(Membership.organisation))
    return session.scalars(find.order_by(Membership.id)).all()


def open_token(session: Session, token: str, purpose: TokenPurpose, now: datetime) -> AccountToken | None:
    find = select(AccountToken).where(
        AccountToken.token_digest == rules.token_digest(token),
        AccountToken.purpose == purpose,
        AccountToken.used_at.is_(None),
        AccountToken.expires_at > now,
    )
    return session.scalar(find)


def tokens_of(session: Session, user_id: int, purpose: TokenPurpose) -> Sequence[AccountToken]:
    """Unused ones, the newest first."""
    find = select(AccountToken).where(
        AccountToken.user_id == user_id, AccountToken.purpose == purpose, AccountToken.used_at.is_(None)
    )
    return session.scalars(find.order_by(AccountToken.expires_at.desc())).all()


def limiting_failures(session: Session, account: str, address: str, moment: datetime) -> list[datetime | None]:
    """For each limit (account, address, everybody): the failure within the window that reached it."""
    since, of_kind = moment - rules.LOCK_WINDOW, LoginAttempt.kind == AttemptKind.LOG_IN
    success = _last_success(session, account)
    of_account: list[ColumnElement[bool]] = [of_kind, LoginAttempt.email_digest == account]
    if success is not None:
        of_account.append(LoginAttempt.at > success)
    return [
        _nth_failure(session, rules.WRONG_PER_ACCOUNT, since, of_account),
        _nth_failure(session, rules.WRONG_PER_ADDRESS, since, [of_kind, LoginAttempt.address_digest == address]),
        _nth_failure(session, rules.WRONG_IN_TOTAL, since, [of_kind]),
    ]


def limiting_requests(
    session: Session, kind: AttemptKind, account: str, address: str, moment: datetime
) -> list[datetime | None]:
    """As `limiting_failures`, for what is limited whatever came of it."""
    since, of_kind = moment - rules.ASKED_WINDOW, LoginAttempt.kind == kind
    return [
        _nth_failure(session, rules.ASKED_PER_ACCOUNT, since, [of_kind, LoginAttempt.email_digest == account]),
        _nth_failure(session, rules.ASKED_PER_ADDRESS, since, [of_kind, LoginAttempt.address_digest == address]),
        _nth_failure(session, rules.ASKED_IN_TOTAL, since, [of_kind]),
    ]


def _last_success(session: Session, account: str) -> datetime | None:
    find = select(LoginAttempt.at).where(LoginAttempt.email_digest == account, LoginAttempt.succeeded)
    return session.scalar(find.order_by(LoginAttempt.at.desc()).limit(1))


def _nth_failure(session: Session, n: int, since: datetime, where: Sequence[ColumnElement[bool]]) -> datetime | None:
    find = select(LoginAttempt.at).where(LoginAttempt.at > since, LoginAttempt.succeeded.is_(False), *where)
    return session.scalar(find.order_by(LoginAttempt.at.desc()).offset(n - 1).limit(1))
