"""The requirements of a procedure: the list with what is unfinished, and a page for each."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.tenders.procedures import forms, queries, rules, service
from portal.tenders.procedures.forms import PLACES
from portal.tenders.procedures.models import Criterion, Procedure, ProcedureState
from portal.web.acts import finish, reading, writing
from portal.web.locale import _, _l, reader_locale
from portal.web.wall import allow

from .blueprint import bp, said

Page = tuple[str, int] | Response

GAPS: dict[str, Any] = {
    "text": _l("de eis zelf"),
    "pass_rule": _l("wanneer een aanbieder voldoet"),
    "example": _l("een voorbeeld"),
    "evidence": _l("welk bewijs telt"),
    "statement": _l("de verklaring"),
}
HIDDEN = ("version", "nonce", "csrf_token")


@bp.get("/inkoop/procedures/<int:id>/eisen")
@allow(P.PROCEDURE_WORK)
def criteria(id: int) -> str:
    with reading() as work:
        procedure = queries.procedure(work, id)
        return render_template(
            "procedures/criteria.html",
            procedure=procedure,
            shown=_narrowed(procedure.criteria),
            products=[(line.product.code, said(line.product, "name")) for line in procedure.products],
            gaps={c.code: [str(GAPS[gap]) for gap in rules.criterion_gaps(c)] for c in procedure.criteria},
            evidence=queries.evidence_names(procedure),
            editable=procedure.state is ProcedureState.DRAFT and work.actor.may(P.PROCEDURE_DRAFT, procedure),
        )


def _narrowed(criteria: list[Criterion]) -> list[Criterion]:
    """What the address asks for: part of a code or title, and the product it holds for."""
    text, product = request.args.get("q", "").strip().casefold(), request.args.get("product", "")
    return [
        c
        for c in criteria
        if text in f"{c.code} {said(c, 'title')}".casefold()
        and (not product or c.is_common or product in c.product_codes)
    ]


@bp.route("/inkoop/procedures/<int:id>/eisen/<code>", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def criterion(id: int, code: str) -> Page:
    with reading() as work:
        procedure = queries.procedure(work, id)
        form = _form(procedure, queries.criterion(work, procedure, code))
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                asked = queries.criterion(work, queries.procedure(work, id), code)
                texts = {name: value for name, value in form.data.items() if name not in HIDDEN}
                service.update_criterion(work, asked, version=form.version.data, **texts)
                done = _("Eis %(code)s is opgeslagen.", code=code)
                return finish(work, form, url_for("procedures.criteria", id=id), done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        procedure = queries.procedure(work, id)
        found = queries.criterion(work, procedure, code)
        page = render_template(
            "procedures/edit_criterion.html",
            form=form,
            procedure=procedure,
            criterion=found,
            source=_source(procedure, found),
            editable=procedure.state is ProcedureState.DRAFT or form.is_submitted(),
        )
    return page, 422 if form.errors else 200


def _source(procedure: Procedure, found: Criterion) -> str:
    """Where the region's blueprint has the requirement from, by its title."""
    titles = {source["code"]: source["title"] for source in procedure.blueprint.get("sources", [])}
    title = titles.get(found.source, {})
    return str(title.get(reader_locale()) or title.get("nl") or found.source)


def _form(procedure: Procedure, found: Criterion) -> forms.CriterionForm:
    form = forms.CriterionForm(obj=found)
    form.accepted_evidence.choices = [(kind.code, said(kind)) for kind in procedure.evidence_kinds]
    form.product_codes.choices = [(line.product.code, said(line.product)) for line in procedure.products]
    return form
