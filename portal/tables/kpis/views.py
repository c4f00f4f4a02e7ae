"""KPIs: the list with what is undecided on top, and one KPI with its target, its baseline and how it is measured."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portal.access import Permission
from portal.tables.kpis import queries
from portal.tables.kpis.models import Kpi, TargetStatus
from portal.tables.kpis.rules import (
    OBLIGATION_LABELS,
    OBLIGATION_MEANING,
    amount_words,
    in_words,
    matches,
    name_of,
    path_years,
    target_words,
    verdict,
)
from portal.tables.rounds.queries import next_round, sees_a_table
from portal.web.acts import reading
from portal.web.locale import _, reader_locale
from portal.web.wall import allow

P = Permission
bp = Blueprint("kpis", __name__)


@bp.get("/kpi")
@allow(P.KPI_READ)
def kpis() -> str:
    with reading() as work:
        category, status = request.args.get("categorie", ""), request.args.get("stand", "")
        everything = queries.visible_kpis(work)
        names = queries.categories(work, work.actor.region_id, reader_locale())
        undecided = sum(kpi.target.status is TargetStatus.TBD_AT_TABLE for kpi in everything)
        return render_template(
            "tables/kpis.html",
            rows=[row(kpi, names) for kpi in everything if matches(kpi, category, status)],
            categories=list(names.items()),
            undecided=undecided,
        )


def row(kpi: Kpi, names: dict[str, str]) -> dict[str, object]:
    """One KPI in words; an unknown baseline or target is said, never shown as a number."""
    locale = reader_locale()
    target = kpi.target
    return {
        "kpi": kpi,
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
            **row(found, names),
        )
