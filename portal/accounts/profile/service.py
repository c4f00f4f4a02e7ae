"""Verbs on what a person says about themselves. The name, language and password stand with the other verbs on users."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User, UserState
from portal.accounts.profile import mails, queries
from portal.accounts.profile.models import EmailChange
from portal.accounts.users import queries as user_queries
from portal.accounts.users import rules as user_rules
from portal.accounts.users import service as users
from portal.audit import record
from portal.errors import NotFound, RuleBroken
from portal.mail import release_held
from portal.work import Work

LINK_HOURS = 24


def ask_new_email(work: Work, user: User, *, email: str, password: str) -> str:
    """Mail a link to the new address and a notice to the old one, which stays in force until the link is used.

    Whether the address belongs to another account is told to nobody but its own mailbox: the wish stands there all the
    same, with a token that nobody has. Returns the token, or "" when no link went out. Raises RuleBroken:
    password_wrong, email_same.
    """
    if user.id != work.actor.user_id:
        raise NotFound("User")
    address = user_rules.normal_email(email)
    if not user_rules.password_matches(user.password_hash, password):
        raise RuleBroken("password_wrong", subject=user)
    if address == user.email:
        raise RuleBroken("email_same", subject=user)
    for earlier in queries.open_changes(work, user):
        earlier.used_at = work.now
    record(work, "user_account.email_asked", user)
    mails.tell_old_address(work, user)
    token = users.new_token()
    change = EmailChange(
        user_id=user.id, email=address, token_digest=user_rules.token_digest(token),
        asked_at=work.now, expires_at=work.now + timedelta(hours=LINK_HOURS),
    )  # fmt: skip
    work.add(change)
    if user_queries.user_by_email(work.session, address) is not None:
        users.tell_account_exists(work, address)
        return ""
    mails.tell_new_address(work, user, change, token)
    return token


def confirm_new_email(work: Work, token: str) -> User:
    """The new mailbox answered: from now on it is the address to log in with. Sessions end, as with a new password.

    Raises RuleBroken(link_expired) when the link is unknown, used, overtaken, too old, or the address is taken since.
    """
    change = queries.open_change(work, token)
    user = work.get(User, change.user_id) if change is not None else None
    if change is None or user is None or user.state is not UserState.ACTIVE:
        raise RuleBroken("link_expired")
    if user_queries.user_by_email(work.session, change.email) is not None:
        raise RuleBroken("link_expired", subject=user)
    old, change.used_at = user.email, work.now
    user.email = change.email
    users.forget_links(work, user)
    users.end_sessions(user)
    _flush(work, user)
    release_held(work, old, to=user.email)
    record(work, "user_account.email_changed", user)
    mails.tell_changed(work, user, old)
    return user


def _flush(work: Work, user: User) -> None:
    """Somebody registered with the address a moment ago."""
    try:
        work.session.flush()
    except IntegrityError as error:
        raise RuleBroken("link_expired") from error


def set_mail_preference(work: Work, user: User, *, digest: bool) -> None:
    """Mails that only inform once a day, or each by itself. Legal notices always come at once: nothing switches them off."""
    if user.id != work.actor.user_id:
        raise NotFound("User")
    if user.mail_digest is digest:
        return
    user.mail_digest = digest
    if not digest:
        release_held(work, user.email)
    record(work, "user_account.mail_preference", user, digest=digest)
