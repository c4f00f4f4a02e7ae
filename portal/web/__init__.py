"""The web layer: log-in wall, forms, acts, errors, headers and language. Features know these; these know no feature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from portal.mail import Transport
from portal.work import Office, Work

from . import calendar, cells, context, errors, headers, health, locale, logs, macros, wall

LoadActor = Callable[[Work, int, int, str], wall.Entrance | None]
"""(work, user id, membership id, session key) -> the actor and session, or None when that session is over."""


@dataclass(frozen=True)
class Parts:
    """What `create_app` gives the web layer of the rooms to its right."""

    office: Office
    transport: Transport
    load_actor: LoadActor
    touch: Callable[[Work, int], None]
    """(work, session id): that session was used."""
    header: Callable[[Work], Any]
    """Everything the page header shows: name, role, memberships, region, navigation."""


def install(app: Flask, parts: Parts) -> None:
    """Put the web layer around the app. The wall comes before the CSRF check: a body is read only for who may send it."""
    app.extensions["portal"] = parts
    logs.install(app)
    login = LoginManager(app)
    login.user_loader(wall.load_user)
    wall.install(app)
    locale.install(app)
    CSRFProtect(app)
    context.install(app)
    macros.install(app)
    cells.install(app)
    calendar.install(app)
    errors.install(app)
    headers.install(app)
    app.register_blueprint(health.bp)
