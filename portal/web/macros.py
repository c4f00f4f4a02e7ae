"""What the macros of templates/parts ask for by themselves. They are set up once for all pages, so no page can hand them
more than their arguments."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from itertools import cycle, repeat
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, url_for

from portal import i18n
from portal.clock import local_date
from portal.storage.pdf import is_installed

from .acts import office
from .locale import reader_locale


def install(app: Flask) -> None:
    told = (
        time_left,
        seconds_left,
        days_left,
        form_nonce,
        pdf_made,
        address_here,
        begin_row,
        column_of_cell,
        reader_locale,
    )
    app.jinja_env.globals |= {function.__name__: function for function in told}


def moment() -> datetime:
    """The moment of the page: read once, so that all of it says the same."""
    if "moment" not in g:
        g.moment = office().clock()
    known: datetime = g.moment
    return known


def time_left(at: datetime) -> str:
    return i18n.time_left(at, moment(), reader_locale())


def seconds_left(at: datetime) -> float:
    return (at - moment()).total_seconds()


def days_left(day: date) -> int:
    return (day - local_date(moment())).days


def form_nonce() -> str:
    """A number of one form on one page: by it, what is sent twice is known."""
    return secrets.token_urlsafe(24)


def pdf_made() -> bool:
    """Whether documents can be had as PDF here."""
    return is_installed(office().settings.soffice)


def address_here(**values: Any) -> str:
    """This address with other values in the query; None removes a value. What `url_for` would take for an option of
    its own, such as `?_external=`, is a value like any other.
    """
    query = {**request.args.to_dict(flat=False), **values}
    kept = {name: value for name, value in query.items() if value is not None}
    path = url_for(request.endpoint or "", **(request.view_args or {}))
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


_NO_TABLE = repeat("")


def begin_row(words: Iterable[str] = ("",)) -> str:
    """From here on each cell takes the next of these words: those of its column, for narrow pages. Prints nothing."""
    g.columns = cycle(words)
    return ""


def column_of_cell() -> str:
    words: str = next(g.get("columns", _NO_TABLE))
    return words
