"""Pages for the auditor: the cases, the trail of one, and the whole chain."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.audit import verify_chain
from portal.web.acts import reading
from portal.web.files import send_bytes
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

from . import queries

bp = Blueprint("reports", __name__)


@bp.get("/controle")
@allow(Permission.AUDIT_READ)
def cases() -> str:
    with reading() as work:
        return render_template("reports/cases.html", cases=queries.cases(work))


@bp.get("/controle/keten")
@allow(Permission.AUDIT_READ)
def chain() -> str:
    """Reads every entry, so it is a page of its own that somebody asks for."""
    with reading() as work:
        return render_template("reports/chain.html", faults=list(verify_chain(work.session)))


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


def _trail_page(work: Work, case: queries.Case | None) -> str | Response:
    tag = request.args.get("soort", "")[:80]
    if request.args.get("formaat") == "csv":
        return send_bytes(_csv(queries.trail(work, tag=tag, about=case, limit=100_000)), "auditspoor.csv", "text/csv")
    after = max(request.args.get("na", 0, type=int), 0)
    rows = queries.trail(work, after=after, tag=tag, about=case, limit=queries.PER_PAGE + 1)
    return render_template(
        "reports/trail.html",
        case=case,
        rows=rows[: queries.PER_PAGE],
        more=rows[queries.PER_PAGE - 1].seq if len(rows) > queries.PER_PAGE else None,
        after=after,
        tag=tag,
        nouns=queries.nouns(work),
    )


def _csv(rows: Iterable[queries.TrailRow]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(
        [_("Nummer"), _("Moment (UTC)"), _("Wie"), _("Rol"), _("Handeling"), _("Betreft"), _("Feiten"), "SHA-256"]
    )
    for row in rows:
        facts = json.dumps(row.facts, ensure_ascii=False, sort_keys=True)
        writer.writerow([row.seq, row.at.isoformat(), row.who, row.role.value, row.tag, row.subject, facts, row.hash])
    return ("\ufeff" + out.getvalue()).encode()
