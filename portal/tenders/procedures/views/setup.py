"""Setting up a procedure: a task list, and a page for each of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.i18n import datetime_short
from portal.tenders.procedures import forms, queries, rules, service
from portal.tenders.procedures.forms import PLACES, WARNINGS
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.procedures.states import PROCEDURE
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, _l, ngettext, reader_locale
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp, said

SECTIONS: dict[str, tuple[Any, str]] = {
    "gegevens": (_l("Gegevens"), "procedures.details"),
    "planning": (_l("Planning"), "procedures.dates"),
    "producten": (_l("Producten en tarieven"), "procedures.products"),
    "criteria": (_l("Eisen en bewijs"), "procedures.criteria"),
    "aankondiging": (_l("Aankondiging op TenderNed"), "procedures.notice"),
    "bezwaar": (_l("Termijn voor bezwaar"), "procedures.objection"),
}

Page = tuple[str, int] | Response


@bp.get("/inkoop/procedures/<int:id>")
@allow(P.PROCEDURE_WORK)
def setup(id: int) -> str:
    with reading() as work:
        procedure = queries.procedure(work, id)
        found = list(rules.missing_parts(procedure))
        missing = {name: [reason for section, reason in found if section == name] for name in SECTIONS}
        every = reasons.sentences(rules.reasons_not_to_publish(procedure, work.now))
        return render_template(
            "procedures/setup.html",
            procedure=procedure,
            sections=[(name, words, endpoint, missing[name]) for name, (words, endpoint) in SECTIONS.items()],
            missing=every if procedure.state in queries.IN_PREPARATION else [],
            warnings=warnings(work, procedure),
            acts=PROCEDURE.acts(work.actor, procedure),
            own_work=any(rules.reasons_not_to_approve(procedure, work.actor.user_id)),
            editable=procedure.state is ProcedureState.DRAFT and work.actor.may(P.PROCEDURE_DRAFT, procedure),
            may_draft=work.actor.may(P.PROCEDURE_DRAFT, procedure),
            may_move=work.actor.may(P.PROCEDURE_PUBLISH, procedure),
            may_answer=work.actor.may(P.QUESTION_ANSWER, procedure),
            questions=queries.questions_of(work, procedure) if work.actor.may(P.QUESTION_ANSWER, procedure) else [],
            phase=rules.phase(procedure, work.now).value,
            section_words=section_words(procedure),
        )


def section_words(procedure: Procedure) -> dict[str, str]:
    """What stands in each part, in a few words."""
    products, criteria = len(procedure.products), len(procedure.criteria)
    days = procedure.objection_days
    return {
        "gegevens": procedure.contact_email,
        "planning": _("Sluit %(moment)s", moment=datetime_short(procedure.closes_at, reader_locale()))
        if procedure.closes_at
        else "",
        "producten": ngettext("%(num)s product", "%(num)s producten", products),
        "criteria": ngettext("%(num)s eis", "%(num)s eisen", criteria),
        "aankondiging": procedure.notice_number
        or ("" if procedure.above_threshold else _("Niet nodig: onder de drempel")),
        "bezwaar": ngettext("%(num)s kalenderdag", "%(num)s kalenderdagen", days) if days else "",
    }


def warnings(work: Work, procedure: Procedure) -> list[str]:
    """Terms that are shorter than customary: said, never refused."""
    start = procedure.published_at.date() if procedure.published_at else work.today
    found = rules.warnings_about_terms(rules.Dates.of(procedure), procedure.objection_days, start)
    return [str(WARNINGS[code]) for code in found]


def edit(id: int, form: BaseForm, section: str, verb: Callable[[Work, Procedure], None], **facts: Any) -> Page:
    """One part of the set-up: show the form, or change and go back to the task list."""
    refused = False
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                verb(work, queries.procedure(work, id))
                return finish(work, form, url_for("procedures.setup", id=id), _("Bewaard."))
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
            refused = True
    with reading() as work:
        procedure = queries.procedure(work, id)
        words, _endpoint = SECTIONS[section]
        page = render_template(
            f"procedures/edit_{section}.html",
            form=form,
            procedure=procedure,
            title=words,
            warnings=warnings(work, procedure),
            editable=procedure.state is ProcedureState.DRAFT,
            **facts,
        )
        return page, 422 if form.errors or refused else 200


def opened(id: int, form_class: type[BaseForm], **data: str) -> Any:
    """The form as it stands now; `data` maps a field to an attribute with another name."""
    with reading() as work:
        procedure = queries.procedure(work, id)
        return form_class(obj=procedure, data={field: getattr(procedure, name) for field, name in data.items()})


@bp.route("/inkoop/procedures/<int:id>/gegevens", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def details(id: int) -> Page:
    form = opened(id, forms.DetailsForm)
    texts = {"title": form.title.data, "summary": form.summary.data, "contact_email": form.contact_email.data}
    return edit(id, form, "gegevens", lambda w, p: service.update_details(w, p, version=form.version.data, **texts))


@bp.route("/inkoop/procedures/<int:id>/planning", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def dates(id: int) -> Page:
    form = opened(id, forms.DatesForm)
    return edit(id, form, "planning", lambda w, p: service.update_dates(w, p, form.dates(), version=form.version.data))


@bp.route("/inkoop/procedures/<int:id>/producten", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def products(id: int) -> Page:
    form = forms.ProductsForm()
    with reading() as work:
        procedure = queries.procedure(work, id)
        offered = queries.catalogue(work, procedure.region_id)
        lines = {line.product.code: line for line in procedure.products}
        form.products.choices = [(code, f"{code} {said(product)}") for code, product in offered.items()]
        if not form.is_submitted():
            form.version.data, form.products.data = procedure.version, list(lines)
    return edit(
        id, form, "producten",
        lambda w, p: service.update_products(w, p, form.products.data or [], version=form.version.data),
        lines=lines, without=[code for code, product in offered.items() if not product.tariffs],
    )  # fmt: skip


@bp.get("/inkoop/procedures/<int:id>/eisen")
@allow(P.PROCEDURE_WORK)
def criteria(id: int) -> str:
    with reading() as work:
        procedure = queries.procedure(work, id)
        return render_template(
            "procedures/criteria.html",
            procedure=procedure,
            gaps={c.code: list(rules.criterion_gaps(c)) for c in procedure.criteria},
            evidence=queries.evidence_names(procedure),
            editable=procedure.state is ProcedureState.DRAFT and work.actor.may(P.PROCEDURE_DRAFT, procedure),
        )


@bp.route("/inkoop/procedures/<int:id>/eisen/<code>", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def criterion(id: int, code: str) -> Page:
    with reading() as work:
        procedure = queries.procedure(work, id)
        found = queries.criterion(work, procedure, code)
        form = forms.CriterionForm(obj=found)
        form.accepted_evidence.choices = [(kind.code, said(kind)) for kind in procedure.evidence_kinds]
        form.product_codes.choices = [(line.product.code, said(line.product)) for line in procedure.products]
    if form.validate_on_submit():
        texts = {name: form[name].data for name in form.data if name not in ("version", "nonce", "csrf_token")}
        texts["statement_nl"] = texts["statement_nl"] or ""
        with writing(form) as work:
            asked = queries.criterion(work, queries.procedure(work, id), code)
            service.update_criterion(work, asked, version=form.version.data, **texts)
            return finish(work, form, url_for("procedures.criteria", id=id), _("De eis is bewaard."))
    page = render_template("procedures/edit_criterion.html", form=form, procedure=procedure, criterion=found)
    return page, 422 if form.errors else 200


@bp.route("/inkoop/procedures/<int:id>/aankondiging", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def notice(id: int) -> Page:
    form = opened(id, forms.NoticeForm, number="notice_number", day="notice_date")
    facts = {"above_threshold": form.above_threshold.data, "number": form.number.data or "", "day": form.day.data}
    return edit(id, form, "aankondiging", lambda w, p: service.update_notice(w, p, version=form.version.data, **facts))


@bp.route("/inkoop/procedures/<int:id>/bezwaartermijn", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def objection(id: int) -> Page:
    form = opened(id, forms.ObjectionForm, days="objection_days", basis="objection_basis")
    facts = {"days": form.days.data, "basis": form.basis.data or ""}
    return edit(
        id, form, "bezwaar", lambda w, p: service.update_objection_term(w, p, version=form.version.data, **facts)
    )
