"""What has to be delivered: a provider's own list, the contract manager's calendar, and all of it as a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, TypeVar

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.web.acts import reading
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Work

from . import queries, rules
from .models import Obligation, ObligationKind
from .waits.queries import waiting

bp = Blueprint("obligations", __name__, url_prefix="/verantwoording")
E = TypeVar("E", bound=Enum)


@bp.get("")
@allow(Permission.OBLIGATION_READ)
def index() -> str:
    with reading() as work:
        filters = _filters(work.today.year)
        if work.actor.is_provider:
            items = queries.obligations(work, year=filters.year)
            return render_template("compliance/own.html", items=items, **_words(work, filters))
        board, waits = queries.board(work, filters, asked()), waiting(work)
        return render_template("compliance/board.html", board=board, waits=waits, **_words(work, filters))


@bp.get("/lijst")
@allow(Permission.OBLIGATION_READ)
def listing() -> str | Response:
    with reading() as work:
        filters = _filters(None)
        if format := asked_format():
            found = queries.all_listed(work, filters, asked().sort)
            return send_list(_("Verantwoording"), _sheet_header(), _sheet_rows(work, found), format)
        page = queries.listed(work, filters, asked())
        density = "ruim" if work.actor.is_provider else "dicht"
        return render_template("compliance/list.html", page=page, density=density, **_words(work, filters))


def _filters(year: int | None) -> rules.Filters:
    """What the address says; `year` when it names none. What it cannot mean is left out."""
    chosen = request.args.get("jaar", type=int)
    return rules.Filters(
        q=text(),
        year=chosen if chosen is not None and 2000 <= chosen <= 2100 else year,
        kind=_member(ObligationKind, "soort"),
        standing=_member(rules.Standing, "stand"),
        late_only=bool(request.args.get("laat")),
    )


def _member(kind: type[E], name: str) -> E | None:
    return next((member for member in kind if member.value == request.args.get(name)), None)


def _words(work: Work, filters: rules.Filters) -> dict[str, Any]:
    locale = reader_locale()
    return {
        "year_choices": _year_choices(queries.years(work), filters.year),
        "kinds": [(kind.value, rules.kind_name(kind, locale)) for kind in ObligationKind],
        "standings": [(found.value, _(name)) for found, name in rules.STANDING_NAMES.items()],
        "words": lambda item: rules.state_words(item, work.today, locale),
        "beside": lambda item: rules.state_beside_a_day(item, work.today, locale),
        "kind": lambda item: rules.kind_name(item.kind, locale),
    }


def _year_choices(years: list[int], chosen: int | None) -> list[tuple[str, str]]:
    """The year that is shown comes first, because the address may leave it out."""
    ordered = years if chosen is None else [chosen, *(year for year in years if year != chosen)]
    return [(str(year), str(year)) for year in ordered]


def _sheet_header() -> list[str]:
    return [
        _("Aanbieder"), _("Contract"), _("Verklaring"), _("Over"), _("Uiterlijk"), _("Stand"), _("Ingediend op"),
        _("Te laat ingediend"), _("Gecontroleerd op"),
    ]  # fmt: skip


def _sheet_rows(work: Work, found: Iterable[Obligation]) -> Iterator[list[Any]]:
    locale = reader_locale()
    for item in found:
        yield _sheet_row(item, rules.state_words(item, work.today, locale)[1], locale)


def _sheet_row(item: Obligation, words: str, locale: str) -> list[Any]:
    return [
        item.organisation.name, item.contract.number, rules.kind_name(item.kind, locale), item.about_year, item.due_on,
        words, item.delivered_at, _("ja") if item.delivered_late else _("nee"), item.checked_at,
    ]  # fmt: skip
