"""Closed by default: who is not logged in sees only what is marked open; who lacks the grant sees that nothing is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from portal.access import SYSTEM, Actor, Permission
from portal.clock import system_clock
from portal.work import begin_write

from . import kept
from .acts import close_reading, office, page_work, parts

log = logging.getLogger("portal.web")

V = TypeVar("V", bound=Callable[..., Any])
TOUCH_AFTER = timedelta(minutes=5)
"""The last use of a session is written at most this often."""


@dataclass(frozen=True)
class Entrance:
    """Who a cookie belongs to, and the session it is the key of."""

    actor: Actor
    session_id: int
    last_used_at: datetime


def open_endpoint(view: V) -> V:
    """Visitors may see this."""
    view.open_to_visitors = True  # type: ignore[attr-defined]
    return view


def allow(*permissions: Permission) -> Callable[[V], V]:
    """Only who holds one of these; for everybody else the page does not exist. Without any: every person logged in."""

    def mark(view: V) -> V:
        view.permissions = permissions  # type: ignore[attr-defined]
        return view

    return mark


def fresh_login_required(view: V) -> V:
    """For acts that bind: the log-in must be recent."""
    view.needs_fresh_login = True  # type: ignore[attr-defined]
    return view


class PortalUser:
    """Flask-Login's user around the frozen Actor."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, actor: Actor, key: str) -> None:
        self.actor, self.key = actor, key

    def get_id(self) -> str:
        return f"{self.actor.user_id}:{self.actor.membership_id}:{self.key}"


def load_user(session_id: str) -> PortalUser | None:
    """The actor of this session, or None when it is over: too old, ended, role or password changed, person deactivated."""
    try:
        user_id, membership_id, key = session_id.split(":")
        who, held = int(user_id), int(membership_id)
        began = datetime.fromisoformat(session["began"])
    except (ValueError, KeyError):
        return None
    settings = office().settings
    if system_clock() - began > timedelta(seconds=settings.session_seconds):
        return None
    found = parts().load_actor(page_work(), who, held, key)
    if found is None:
        return None
    g.entrance = found
    return PortalUser(replace(found.actor, fresh=_is_fresh(settings.fresh_login_seconds)), key)


def _is_fresh(seconds: int) -> bool:
    proved = session.get("proved")
    return proved is not None and system_clock() - datetime.fromisoformat(proved) <= timedelta(seconds=seconds)


def begin_session(actor: Actor, key: str) -> None:
    """Log in with the key of a new session, so that nothing set before the log-in survives it. Language stays."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    session["began"] = session["proved"] = system_clock().isoformat()
    login_user(PortalUser(actor, key))


def switch_session(actor: Actor) -> None:
    """Another membership of the same person becomes the active one; the log-in stays as old as it was."""
    login_user(PortalUser(actor, session_key()))


def session_key() -> str:
    """The key of the session that sent this request; empty for a visitor."""
    return current_user.key if current_user.is_authenticated else ""


def renew_proof() -> None:
    """The password was given again."""
    session["proved"] = system_clock().isoformat()


def end_session() -> None:
    locale = session.get("locale")
    logout_user()
    session.clear()
    if locale:
        session["locale"] = locale


def safe_next(default: str) -> str:
    """Where to go after logging in: a path of this site, never another one."""
    target = request.values.get("next", "")
    return target if is_path(target) else default


def is_path(target: str) -> bool:
    """A browser drops tabs and line ends and reads a backslash as a slash before it looks where an address leads."""
    odd = "\\" in target or any(not c.isprintable() for c in target)
    return target.startswith("/") and not target.startswith("//") and not odd


def install(app: Flask) -> None:
    app.before_request(_guard)
    app.teardown_request(_touch)
    app.teardown_request(close_reading)  # the last one named comes first: nobody's look is open while this writes


def _touch(_error: BaseException | None = None) -> None:
    """Note that the session was used, every few minutes, after the answer was made. It may fail: nothing hangs on it."""
    entrance: Entrance | None = g.pop("entrance", None)
    if entrance is None or system_clock() - entrance.last_used_at < TOUCH_AFTER:
        return
    try:
        with begin_write(office(), SYSTEM) as work:
            parts().touch(work, entrance.session_id)
    except OperationalError:
        log.warning("the last use of session %s could not be written", entrance.session_id)


def _guard() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    if "\0" in request.path or any("\0" in value for _, value in request.args.items(multi=True)):
        abort(400)  # no database keeps it and nobody types it
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "open_to_visitors", False):
        return None
    if not current_user.is_authenticated:
        typed = kept.page_when_logged_out(_here())
        return (
            Response(typed, 403, mimetype="text/html")
            if typed
            else redirect(url_for("accounts.log_in", next=_here()), 303)
        )
    permissions = getattr(view, "permissions", None)
    if permissions is None:
        abort(404)  # a page that nobody was allowed to see is closed
    if permissions and not any(current_user.actor.may(p) for p in permissions):
        abort(404)
    if getattr(view, "needs_fresh_login", False) and not current_user.actor.fresh:
        return redirect(url_for("accounts.prove_again", next=_here()), 303)
    return None


def _here() -> str:
    """The page the reader is on: for a form, the page that showed it."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    referrer = request.referrer or ""
    return referrer.removeprefix(request.host_url.rstrip("/")) if referrer.startswith(request.host_url) else "/"
