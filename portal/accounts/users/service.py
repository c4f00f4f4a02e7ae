"""Verbs on a person's account: made, confirmed, entered, reset, deactivated."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, delete

from portal.access import SYSTEM, Actor, Permission
from portal.accounts.models import AccountToken, AttemptKind, LoginAttempt, TokenPurpose, User, UserState
from portal.accounts.users import mails, queries, rules
from portal.accounts.users.states import USER
from portal.audit import record
from portal.errors import NotFound, RuleBroken
from portal.work import Office, Work, begin_write

RESEND_AFTER = timedelta(minutes=2)


def _on_the_link(work: Work) -> Work:
    """The same act, permitted by the mailed link that its sender holds instead of by a role."""
    return replace(work, actor=SYSTEM)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_user(work: Work, *, email: str, name: str, password: str, locale: str) -> User:
    """An account that still has to be confirmed. Raises RuleBroken: email_known, or what is wrong with the password."""
    hashed = rules.hashed(password)
    reasons = rules.reasons_against_password(password, email)
    if queries.user_by_email(work.session, email) is not None:
        reasons.append("email_known")
    if reasons:
        raise RuleBroken(*reasons)
    user = User(
        email=rules.normal_email(email), name=name.strip(), password_hash=hashed, locale=locale, registered_at=work.now
    )
    work.add(user)
    record(work, "user_account.registered", user)
    return user


def ask_to_confirm(work: Work, user: User) -> str:
    """Mail the link that proves the address; returns its token."""
    token = _issue(work, user, TokenPurpose.CONFIRM, timedelta(hours=rules.CONFIRM_HOURS))
    mails.tell_to_confirm(work, user, token)
    return token


def resend_confirmation(work: Work, email: str) -> None:
    """Mail a new link when this account still waits for it. To whoever asks, nothing shows whether it does."""
    user = queries.user_by_email(work.session, email)
    if user is not None and user.state is UserState.UNCONFIRMED and not _just_sent(work, user, TokenPurpose.CONFIRM):
        ask_to_confirm(work, user)
    else:
        _as_if_mailed(work, email)


def confirm_account(work: Work, token: str) -> User:
    """The address is proven. Raises RuleBroken(link_expired) when the link is unknown, used or older than a day."""
    user = _redeem(work, token, TokenPurpose.CONFIRM)
    if user.state is UserState.UNCONFIRMED:
        USER.apply(_on_the_link(work), user, "confirm")
    return user


def confirm_invited(work: Work, user: User) -> None:
    """The invitation reached this mailbox, which proves the address as a confirmation would."""
    if user.state is UserState.UNCONFIRMED:
        USER.apply(_on_the_link(work), user, "confirm")


def tell_account_exists(work: Work, email: str) -> None:
    """Somebody registers with the address of an account. Who never confirmed it gets the link to do so."""
    user = queries.user_by_email(work.session, email)
    if user is not None and user.state is UserState.UNCONFIRMED:
        resend_confirmation(work, email)
    elif user is not None:
        mails.tell_account_exists(work, user)


# --- logging in --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogIn:
    """An attempt that was let through; the password is compared between the two acts, outside a transaction."""

    attempt_id: int
    user_id: int | None
    password_hash: str


def begin_log_in(work: Work, *, email: str, address: str, moment: datetime) -> LogIn:
    """Count this attempt as a wrong one until it proves right. `moment` is the system clock's: limits cannot be moved.

    Raises TooManyAttempts, for the right password too.
    """
    secret = work.settings.secret_key
    account, place = rules.attempt_digest(secret, email), rules.attempt_digest(secret, address)
    user = queries.user_by_email(work.session, email, lock=True)
    until = rules.locked_until(queries.limiting_failures(work.session, account, place, moment), moment)
    if until is not None:
        raise rules.TooManyAttempts(until)
    attempt = LoginAttempt(email_digest=account, address_digest=place, at=moment, succeeded=False)
    work.add(attempt)
    return LogIn(attempt.id, user.id if user else None, user.password_hash if user else "")


def count_request(work: Work, kind: AttemptKind, *, email: str, address: str, moment: datetime) -> None:
    """Count a registration, a request to join or a link asked for; known and unknown addresses alike.

    Raises TooManyAttempts. `moment` is the system clock's: limits cannot be moved.
    """
    secret = work.settings.secret_key
    account, place = rules.attempt_digest(secret, email), rules.attempt_digest(secret, address)
    reached = queries.limiting_requests(work.session, kind, account, place, moment)
    until = rules.locked_until(reached, moment, rules.ASKED_WINDOW)
    if until is not None:
        raise rules.TooManyAttempts(until)
    attempt = LoginAttempt(kind=kind, email_digest=account, address_digest=place, at=moment, succeeded=False)
    work.add(attempt)


def finish_log_in(work: Work, entry: LogIn, *, password: str, again: bool = False) -> User:
    """The password matched, at the start of a session or once more in it.

    Raises RuleBroken: not_confirmed, deactivated, or no_role left to log in with.
    """
    user = work.get(User, entry.user_id or 0)
    if user.password_hash != entry.password_hash:
        raise NotFound("password")  # changed in between
    work.get(LoginAttempt, entry.attempt_id).succeeded = True
    work.session.flush()
    if rules.needs_rehash(user.password_hash):
        user.password_hash = rules.hashed(password)
    if user.state is UserState.UNCONFIRMED:
        raise RuleBroken("not_confirmed", subject=user)
    if user.state is UserState.DEACTIVATED:
        raise RuleBroken("deactivated", subject=user)
    if not queries.current_memberships(work.session, user.id):
        raise RuleBroken("no_role", subject=user)
    record(work, "session.proved_again" if again else "session.began", user)
    return user


def prove_password(office: Office, actor: Actor, *, password: str, address: str, moment: datetime) -> None:
    """Somebody logged in gives the own password once more: a wrong one counts as one at the log-in does.

    Acts of its own, so that what is refused afterwards does not take the count along, and the slow comparison is outside
    them. Raises TooManyAttempts, for the right password too; whether it is right is for the verb that follows.
    """
    with begin_write(office, actor) as work:
        entry = begin_log_in(work, email=actor.email, address=address, moment=moment)
    if rules.password_matches(entry.password_hash, password):
        with begin_write(office, actor) as work:
            finish_log_in(work, entry, password=password, again=True)


def forget_old_attempts(work: Work, before: datetime) -> int:
    """Remove attempts that no limit looks at any more."""
    gone = work.session.execute(delete(LoginAttempt).where(LoginAttempt.at < before))
    return cast(CursorResult[None], gone).rowcount


# --- passwords ---------------------------------------------------------------------------------------------------


def request_reset(work: Work, email: str) -> None:
    """Mail a link when there is such an account. To whoever asks, nothing shows whether there is."""
    user = queries.user_by_email(work.session, email)
    if user is not None and user.state is UserState.UNCONFIRMED:
        resend_confirmation(work, email)
    elif user is not None and user.state is UserState.ACTIVE and not _just_sent(work, user, TokenPurpose.RESET):
        token = _issue(work, user, TokenPurpose.RESET, timedelta(hours=rules.RESET_HOURS))
        mails.tell_reset(work, user, token)
    else:
        _as_if_mailed(work, email)


def reset_password(work: Work, token: str, *, password: str) -> User:
    """A new password; every open session ends. Raises RuleBroken: link_expired, or what is wrong with the password."""
    user = _redeem(work, token, TokenPurpose.RESET)
    _set_password(work, user, password)
    for other in queries.tokens_of(work.session, user.id, TokenPurpose.RESET):
        other.used_at = work.now
    record(work, "user_account.password_reset", user)
    return user


def change_password(work: Work, user: User, *, current: str, password: str) -> User:
    """The person's own new password; every other session ends. Raises RuleBroken: password_wrong, or its faults."""
    if user.id != work.actor.user_id:
        raise NotFound("User")
    if not rules.password_matches(user.password_hash, current):
        raise RuleBroken("password_wrong", subject=user)
    _set_password(work, user, password)
    record(work, "user_account.password_changed", user)
    return user


def _set_password(work: Work, user: User, password: str) -> None:
    if reasons := rules.reasons_against_password(password, user.email):
        raise RuleBroken(*reasons, subject=user)
    user.password_hash = rules.hashed(password)
    end_sessions(user)


# --- the person --------------------------------------------------------------------------------------------------


def end_sessions(user: User) -> None:
    """Whatever this person has open now is over at the next click."""
    user.session_generation += 1


def set_locale(work: Work, user: User, locale: str) -> None:
    """The language of pages and mails for this person."""
    if user.id != work.actor.user_id:
        raise NotFound("User")
    user.locale = locale


def rename(work: Work, user: User, *, name: str) -> None:
    """The person's own name as others see it."""
    if user.id != work.actor.user_id:
        raise NotFound("User")
    if user.name != name.strip():
        user.name = name.strip()
        record(work, "user_account.renamed", user)


def deactivate_user(work: Work, user: User) -> None:
    """A leaver: no log-in any more, open sessions end at once. Raises RuleBroken(deactivates_self)."""
    unless = ["deactivates_self"] if user.id == work.actor.user_id else []
    USER.apply(work, user, "deactivate", unless=unless)
    end_sessions(user)


def reactivate_user(work: Work, user: User) -> None:
    """Back again, with the roles that were not ended."""
    USER.apply(work, user, "reactivate")


def make_account(work: Work, *, email: str, name: str, password: str, locale: str = "nl") -> User:
    """An account that needs no mailed link: for the command line and for fictitious persons. Needs STAFF_INVITE."""
    work.require(Permission.STAFF_INVITE)
    user = new_user(work, email=email, name=name, password=password, locale=locale)
    confirm_invited(work, user)
    return user


# --- mailed links ------------------------------------------------------------------------------------------------


def _issue(work: Work, user: User, purpose: TokenPurpose, valid: timedelta) -> str:
    token = new_token()
    digest = rules.token_digest(token)
    work.add(AccountToken(user_id=user.id, purpose=purpose, token_digest=digest, expires_at=work.now + valid))
    return token


def _as_if_mailed(work: Work, email: str) -> None:
    """As much work as a link asks, of which nothing is kept: the time that an answer takes tells nothing either."""
    trial = work.session.begin_nested()
    mails.tell_reset(work, User(email=rules.normal_email(email), name="", locale=work.actor.locale), new_token())
    trial.rollback()


def forget_links(work: Work, user: User) -> None:
    """Links that were mailed to an address which is no longer this person's stop working."""
    for purpose in TokenPurpose:
        for token in queries.tokens_of(work.session, user.id, purpose):
            token.used_at = work.now


def _just_sent(work: Work, user: User, purpose: TokenPurpose) -> bool:
    """A link went out moments ago: a second click must not fill somebody's mailbox."""
    hours = rules.CONFIRM_HOURS if purpose is TokenPurpose.CONFIRM else rules.RESET_HOURS
    newest = next(iter(queries.tokens_of(work.session, user.id, purpose)), None)
    return newest is not None and newest.expires_at - timedelta(hours=hours) > work.now - RESEND_AFTER


def _redeem(work: Work, token: str, purpose: TokenPurpose) -> User:
    found = queries.open_token(work.session, token, purpose, work.now)
    if found is None:
        raise RuleBroken("link_expired")
    found.used_at = work.now
    return work.get(User, found.user_id)
