"""The composition root: the only place that knows all parts and puts them together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import portal.accounts.mails  # noqa: F401  (how mail reaches people, and who hears of a virus: also for a command)

from . import web
from .accounts.queries import actor_of_membership
from .accounts.sessions.queries import entry_of
from .accounts.sessions.service import touch_session
from .clock import Clock, PracticeClock, system_clock
from .config import MIB, Settings, load_settings
from .db import Database
from .home.queries import header
from .mail import Transport, transport_for
from .tasks import HANDLERS
from .web import making
from .web.links import register_pages
from .work import Office, Work

ROOT = Path(__file__).parent.parent

FEATURES = (
    "accounts", "accounts.absence", "accounts.profile", "regions", "regions.locations", "evidence", "meetings",
    "tenders.procedures", "tenders.submissions", "tenders.assessment", "tenders.decisions", "contracts",
    "tables.rounds", "tables.agreements", "tables.kpis", "compliance.obligations", "compliance.declarations",
    "compliance.escalation", "reports", "reports.casefile", "search", "retention", "home", "home.deputies",
    "home.leavers", "home.tasks", "operations",
)  # fmt: skip


def clock_of(settings: Settings) -> Clock:
    """The system clock, or in a practice installation the clock that can be moved forward."""
    return PracticeClock(settings.clock_file) if settings.practice else system_clock


def office_of(settings: Settings, clock: Clock | None = None) -> Office:
    return Office(Database(settings.database_url), settings, clock or clock_of(settings))


def build(settings: Settings | None = None, clock: Clock | None = None, transport: Transport | None = None) -> Flask:
    """The web application. Tests pass their own clock and transport."""
    settings = settings or load_settings()
    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "portal" / "static"))
    configure(app, settings)
    web.install(app, parts_of(settings, clock, transport))
    add_pages(app)
    if settings.practice:
        app.register_blueprint(import_module("portal.practice.views").bp)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "portal" / "static"),
        prefix="static/",
        allow_all_origins=False,
        add_headers_function=partial(_add_headers, settings.base_url),
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)  # type: ignore[method-assign]
    return app


def add_pages(app: Flask) -> Flask:
    """The pages of every feature."""
    for feature in FEATURES:
        if find_spec(f"portal.{feature}.views"):
            app.register_blueprint(import_module(f"portal.{feature}.views").bp)
    app.register_blueprint(making.bp)
    return app


register_pages(lambda: add_pages(Flask("portal")).url_map)


def _add_headers(base_url: str, headers: Any, _path: str, _url: str) -> None:
    """A style sheet or script says what a page says."""
    for name, value in web.headers.fixed(base_url).items():
        headers[name] = value


def parts_of(settings: Settings, clock: Clock | None, transport: Transport | None) -> web.Parts:
    """What the web layer is given of the rooms to its right."""
    return web.Parts(
        office=office_of(settings, clock),
        transport=transport or transport_for(settings),
        load_actor=load_actor,
        touch=touch_session,
        header=header,
    )


def load_actor(work: Work, user_id: int, membership_id: int, key: str) -> web.wall.Entrance | None:
    """Who the session with this key acts as; None when it is over."""
    found = entry_of(work.session, user_id, membership_id, key)
    return None if found is None else web.wall.Entrance(found.actor, found.session_id, found.last_used_at)


def make_list(office: Office, task_id: int) -> str:
    """A long list as a file, by the view that shows it: the one background task that needs the pages."""
    app = build(office.settings, office.clock)
    app.extensions["portal"] = replace(app.extensions["portal"], office=office)
    return making.run(app, office, task_id, lambda work, id: actor_of_membership(work.session, id))


HANDLERS[making.KIND] = make_list


def configure(app: Flask, settings: Settings) -> None:
    """Flask's own settings, as they follow from the portal's."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload + MIB,
        MAX_FORM_MEMORY_SIZE=2 * MIB,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="portal",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        TRUSTED_HOSTS=[host, "localhost", "127.0.0.1"],
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
