"""Logging in, proving it again, the language, logging out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portal import i18n
from portal.accounts import queries, service
from portal.accounts.forms import PLACES, LogInForm, ProveAgainForm
from portal.accounts.models import User
from portal.accounts.sessions import queries as sessions
from portal.accounts.sessions.rules import device_words
from portal.accounts.users import rules
from portal.clock import system_clock
from portal.errors import RuleBroken
from portal.web import kept
from portal.web.acts import actor, writing
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import (
    allow,
    begin_session,
    end_session,
    open_endpoint,
    renew_proof,
    safe_next,
    session_key,
)

from .blueprint import bp


@bp.route("/inloggen", methods=["GET", "POST"])
@open_endpoint
def log_in() -> str | tuple[str, int] | Response:
    form = LogInForm()
    onward = safe_next(url_for("home.start"))
    if actor().user_id is not None:
        return redirect(onward, 303)
    if not form.validate_on_submit():
        return _page(form, "accounts/log_in.html")
    user = entered(form, form.email.data or "", form.password.data or "")
    if user is None:
        return _page(form, "accounts/log_in.html")
    start_session(user, rules.role_named_in(onward))
    if (typed := kept.carried()) is not None:
        return kept.page_again(typed)
    return redirect(onward, 303)


@bp.route("/opnieuw-inloggen", methods=["GET", "POST"])
@allow()
def prove_again() -> str | tuple[str, int] | Response:
    """A fresh log-in, asked before an act that binds."""
    form = ProveAgainForm()
    if form.validate_on_submit() and entered(form, actor().email, form.password.data or "", again=True):
        renew_proof()
        return redirect(safe_next(url_for("home.start")), 303)
    return _page(form, "accounts/prove_again.html")


@bp.post("/taal")
@open_endpoint
def set_language() -> Response:
    locale = request.form.get("locale", "nl")
    if locale in i18n.LOCALES:
        session["locale"] = locale
        if actor().user_id is not None:
            with writing() as work:
                service.set_locale(work, queries.own_user(work), locale)
    return redirect(safe_next(url_for("home.front")), 303)


@bp.post("/uitloggen")
@open_endpoint
def log_out() -> Response:
    if actor().user_id is not None:
        with writing() as work:
            if (found := sessions.by_key(work, session_key())) is not None:
                service.end_session(work, found)
    end_session()
    flash(_("U bent uitgelogd."), "ok")
    return redirect(url_for("home.front"), 303)


def entered(form: BaseForm, email: str, password: str, *, again: bool = False) -> User | None:
    """Whose log-in this is; None puts the reason into the form. The slow comparison happens outside both acts.

    Raises TooManyAttempts, which is a page of its own.
    """
    try:
        with writing() as work:
            address = request.remote_addr or ""
            entry = service.begin_log_in(work, email=email, address=address, moment=system_clock())
        if not rules.password_matches(entry.password_hash, password):
            raise RuleBroken("log_in_failed")
        with writing() as work:
            return service.finish_log_in(work, entry, password=password, again=again)
    except rules.TooManyAttempts:
        raise
    except RuleBroken as refusal:
        form.refuse_all(refusal.reasons, PLACES)
    return None


def start_session(user: User, membership_id: int | None) -> None:
    """A new session in the role that the link names, else in the person's first; it is switched in the header."""
    with writing() as work:
        held = queries.memberships_of(work.session, user.id)
        begun = next((m for m in held if m.id == membership_id), held[0])
        key = service.begin_session(work, begun.user, device=device())
        begin_session(queries.actor_in(begun), key)


def device() -> str:
    """What this browser calls itself, in words its owner recognises."""
    return device_words(request.user_agent.string)


def _page(form: BaseForm, template: str) -> str | tuple[str, int]:
    return_to = safe_next("")
    page = render_template(template, form=form, return_to=return_to)
    return (page, 422) if form.errors else page
