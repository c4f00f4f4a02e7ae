"""What every page knows: who reads it, of which region, at what moment, and where they can go."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import current_user

from portal.access import Permission
from portal.clock import local_date

from .acts import actor, parts, reading
from .locale import reader_locale
from .macros import moment


def install(app: Flask) -> None:
    app.context_processor(_common)
    app.after_request(_next_turn)


def _next_turn(response: Response) -> Response:
    """Whoever did something sees fresh counts in the menu: the address they are kept under is another one now."""
    if request.method == "POST" and current_user.is_authenticated:
        session["turn"] = secrets.token_hex(4)
    return response


def counted(told: list[int]) -> None:
    """The start page says its own counts: where these are others than last time, every page asks for them anew."""
    if session.get("told") != told:
        session["told"], session["turn"] = told, secrets.token_hex(4)


def _turn() -> str:
    """A number of this session that changes with each act of its reader and with what the start page told; no number
    is ever used by two sessions.
    """
    turn: str = session.setdefault("turn", secrets.token_hex(4))
    return turn


def _common() -> dict[str, Any]:
    who = actor()
    now = moment()
    locale = reader_locale()
    header = _header()
    return {
        **header,
        "nav": _menu(header["nav"]),
        "may": lambda permission, thing=None: who.may(Permission(permission), thing),
        "now": now,
        "today": local_date(now),
        "locale": locale,
        "here": request.full_path.rstrip("?"),
        "turn": _turn,
    }


def _header() -> dict[str, Any]:
    """Asked once per request; an error page inside a broken request falls back on an empty header."""
    if "header" not in g:
        with reading() as work:
            g.header = parts().header(work)
    header: dict[str, Any] = g.header
    return header


def _menu(items: list[Any]) -> list[Any]:
    """The headings, with the one lit whose address says most of where the reader is."""
    near = [max(len(url) if _is_here(url) else 0 for url in (item.url, *item.also)) for item in items]
    nearest = max(near, default=0)
    return [replace(item, current=0 < length == nearest) for item, length in zip(items, near, strict=True)]


def _is_here(url: str) -> bool:
    return request.path == url or request.path.startswith(f"{url}/")
