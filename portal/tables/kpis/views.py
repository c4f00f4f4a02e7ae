"""KPIs: the list with what is undecided on top, and one KPI with its target, its baseline and how it is measured."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request

from portal.access import Permission
from portal.i18n import mark
from portal.tables.kpis import queries
from portal.tables.kpis.models import Kpi, TargetStatus
from portal.tables.kpis.rules import (
    OBLIGATION_LABELS,
    OBLIGATION_MEANING,
    amount_words,
    in_words,
    is_new,
    matches,
    name_of,
    path_years,
    target_words,
    verdict,
)
from portal.tables.rounds.queries import next_round, sees_a_table
from portal.web.acts import reading
from portal.web.exports import FORMATS, send_table
from portal.web.locale import _, reader_locale
from portal.web.wall import allow

P = Permission
bp = Blueprint("kpis", __name__)

COLUMNS = (
    mark("KPI"), mark("Code"), mark("Streefwaarde"), mark("Uiterlijk op"), mark("Nulmeting"), mark("Categorie"),
    mark("Soort"),
)  # fmt: skip


@bp.get("/kpi")
@allow(P.KPI_READ)
def kpis() -> str | Response:
    with reading() as work:
        category, status = request.args.get("categorie", ""), request.args.get("stand", "")
        everything = queries.visible_kpis(work)
        names = queries.categories(work, work.actor.region_id, reader_locale())
        undecided = sum(kpi.target.status is TargetStatus.TBD_AT_TABLE for kpi in everything)
        rows = [row(kpi, names, work.today) for kpi in everything if matches(kpi, category, status)]
        if (format := request.args.get("formaat", "")) in FORMATS:
            return send_table(
                _("KPI’s"), [str(_(words)) for words in COLUMNS], [_line(found) for found in rows], format
            )
        region_id = work.actor.region_id
        return render_template(
            "tables/kpis.html",
            rows=rows,
            reads_tables=region_id is not None and sees_a_table(work, region_id),
            categories=list(names.items()),
            undecided=undecided,
        )


def _line(found: dict[str, Any]) -> list[Any]:
    """The same row for a file."""
    return [found[field] for field in ("name", "code", "target", "by", "baseline", "categories", "obligation")]


def row(kpi: Kpi, names: dict[str, str], today: date) -> dict[str, Any]:
    """One KPI in words; an unknown baseline or target is said, never shown as a number."""
    locale = reader_locale()
    target = kpi.target
    return {
        "kpi": kpi,
        "code": kpi.code,
        "is_new": is_new(target, today),
        "name": in_words(name_of(kpi, locale), names),
        "categories": ", ".join(names.get(code, code) for code in kpi.category_code.split(",") if code),
        "baseline": baseline_words(kpi),
        "target": target_words(kpi, target, locale),
        "undecided": target.status is TargetStatus.TBD_AT_TABLE,
        "by": target.target_date,
        "obligation": _(OBLIGATION_LABELS[target.obligation_type]) if target.obligation_type else "",
    }


def baseline_words(kpi: Kpi) -> str:
    if kpi.baseline_value is None:
        return ""
    amount = amount_words(kpi.unit, kpi.baseline_value, reader_locale())
    return _("%(amount)s in %(year)s", amount=amount, year=kpi.baseline_year) if kpi.baseline_year else amount


@bp.get("/kpi/<int:kpi_id>")
@allow(P.KPI_READ)
def kpi(kpi_id: int) -> str:
    with reading() as work:
        found = queries.kpi(work, kpi_id)
        locale = reader_locale()
        names = queries.categories(work, found.region_id, locale)
        obligation = found.target.obligation_type
        history = [(t, target_words(found, t, locale)) for t in reversed(found.targets)]
        return render_template(
            "tables/kpi.html",
            verdict=verdict(found).value,
            history=history,
            years=path_years(found),
            meaning=_(OBLIGATION_MEANING[obligation]) if obligation else "",
            metric=(found.metric_en if locale == "en" and found.metric_en else found.metric_nl),
            note=(found.note_en if locale == "en" and found.note_en else found.note_nl),
            next_round=next_round(work, found.region_id),
            reads_tables=sees_a_table(work, found.region_id),
            **row(found, names, work.today),
        )
