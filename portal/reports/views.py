"""Pages for the auditor: the cases, the trail of one, and the whole chain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.i18n import moment_exact
from portal.web.acts import reading
from portal.web.exports import asked_format, send_list
from portal.web.files import send_bytes
from portal.web.listing import asked, text
from portal.web.locale import _, ngettext, reader_locale
from portal.web.wall import allow
from portal.work import Work

from . import queries
from .trail.rules import Case, Chosen, TrailRow, folded

bp = Blueprint("reports", __name__)
YEARS = range(2000, 2100)
PAGES = {"procedure": ("procedures.setup", "id"), "contract": ("contracts.show", "contract_id")}
"""Table -> the page on one of its things that an auditor may open."""


@bp.get("/controle")
@allow(Permission.AUDIT_READ)
def cases() -> str | Response:
    q, reference = text(), text("procedure", 40)
    with reading() as work:
        if format := asked_format():
            header = [_("Aanbieder"), _("Procedure"), _("Kenmerk"), _("Stand"), _("Laatste handeling")]
            every = queries.all_cases(work, q=q, reference=reference, sort=asked().sort)
            return send_list(_("Zaken"), header, map(_line, every), format)
        return render_template(
            "reports/cases.html",
            page=queries.cases(work, q=q, reference=reference, asked=asked()),
            procedures=[(p.reference, f"{p.reference} {p.title}") for p in queries.procedures(work)],
        )


def _line(line: queries.CaseLine) -> list[object]:
    found = line.case
    return [found.organisation.name, found.procedure.title, found.procedure.reference, line.state[1], line.last]


@bp.get("/controle/keten")
@allow(Permission.AUDIT_READ)
def chain() -> str | Response:
    """Reads every entry, so it is a page of its own that somebody asks for."""
    with reading() as work:
        found = queries.chain(work)
        if request.args.get("formaat") == "txt":
            lines = [f"{name}: {value}" for name, value in _facts(work, found)] + found.faults
            return send_bytes("\n".join([*lines, ""]).encode(), "auditketen.txt", "text/plain; charset=utf-8")
        return render_template("reports/chain.html", chain=found, facts=_facts(work, found))


def _facts(work: Work, found: queries.Chain) -> list[tuple[str, str]]:
    """What was checked, when, and what came out."""
    locale = reader_locale()
    return [
        (_("Uitkomst"), _("de keten klopt niet") if found.faults else _("de keten is heel")),
        (_("Gecontroleerd op"), moment_exact(work.now, locale)),
        (_("Aantal regels"), str(found.entries)),
        (_("Laatste regel van"), moment_exact(found.last_at, locale) or _("geen")),
        (_("Eerste vingerafdruk (SHA-256)"), found.first or _("geen")),
        (_("Laatste vingerafdruk (SHA-256)"), found.last or _("geen")),
    ]


@bp.get("/controle/<int:procedure_id>/<int:organisation_id>")
@allow(Permission.AUDIT_READ)
def case_trail(procedure_id: int, organisation_id: int) -> str | Response:
    with reading() as work:
        case = queries.case(work, procedure_id, organisation_id)
        return _trail_page(work, case)


@bp.get("/controle/spoor")
@allow(Permission.AUDIT_READ)
def whole_trail() -> str | Response:
    with reading() as work:
        return _trail_page(work, None)


def _trail_page(work: Work, case: Case | None) -> str | Response:
    chosen = Chosen(request.args.get("soort", "")[:80], _day("van"), _day("tot"))
    if format := asked_format():
        return _file(queries.every_entry(work, chosen=chosen, about=case), format)
    page = queries.entries(work, chosen=chosen, about=case, asked=asked())
    return render_template(
        "reports/trail.html",
        case=case,
        steps=_steps(queries.milestones(work, case)) if case is not None else [],
        lines=[(run, _said(run), _address(run[0]) if case else None) for run in folded(page.rows)],
        page=page,
        nouns=queries.nouns(work),
    )


def _day(name: str) -> date | None:
    """A day in the address; what is none, or out of this age, narrows nothing."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _steps(found: Sequence[tuple[str, object]]) -> list[tuple[str, object, str]]:
    return [(name, at, "klaar" if at else "later") for name, at in found]


def _said(run: Sequence[TrailRow]) -> str:
    """What one line says: its own act, or how many parts were done in a row."""
    if len(run) == 1:
        return run[0].what
    parts = len({row.part for row in run})
    if run[0].tag == "evidence.added":
        return str(ngettext("%(num)s bewijsstuk toegevoegd", "%(num)s bewijsstukken toegevoegd", parts))
    return str(ngettext("%(num)s onderdeel ingezien", "%(num)s onderdelen ingezien", parts))


def _address(row: TrailRow) -> str | None:
    if row.target is None or row.target[0] not in PAGES:
        return None
    endpoint, name = PAGES[row.target[0]]
    values: dict[str, Any] = {name: row.target[1]}
    return url_for(endpoint, **values)


def _file(rows: Iterable[TrailRow], format: str) -> Response | str:
    header = [
        _("Nummer"), _("Moment (UTC)"), _("Wie"), _("Rol"), _("Handeling"), _("Betreft"), _("Feiten"), "SHA-256",
    ]  # fmt: skip
    lines = (
        [
            row.seq, row.at.isoformat(), row.who, row.role.value, row.tag, row.subject,
            json.dumps(row.facts, ensure_ascii=False, sort_keys=True), row.hash,
        ]
        for row in rows
    )  # fmt: skip
    return send_list("auditspoor", header, lines, format)
