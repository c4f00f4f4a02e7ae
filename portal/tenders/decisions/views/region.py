"""What the region's people do with decisions: prepare, decide, announce, confirm."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.errors import NotFound
from portal.listing import Page as ListPage
from portal.tenders.decisions import queries, rules, service
from portal.tenders.decisions.forms import STATES, ConfirmForm
from portal.tenders.decisions.lists import queries as lists
from portal.tenders.decisions.models import Decision, DecisionState
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import Procedure
from portal.web.acts import finish, reading, writing
from portal.web.errors import refusal
from portal.web.exports import asked_format, send_list
from portal.web.files import Document, send_document
from portal.web.forms import BaseForm
from portal.web.listing import asked, text, ticked
from portal.web.locale import _, ngettext
from portal.web.wall import allow, fresh_login_required
from portal.work import Lock, Work

from .blueprint import Page, bp, decision_tag, outcome_tag


@bp.get("/inkoop/procedures/<int:procedure_id>/besluiten")
@allow(Permission.DECISION_READ)
def overview(procedure_id: int) -> Page:
    with reading() as work:
        procedure = procedures.procedure(work, procedure_id)
        filters = lists.Filters(text(), text("staat", 30))
        if format := asked_format():
            return _export(procedure, lists.all_decisions(work, procedure, filters, asked().sort), format)
        return _overview_page(work, procedure, lists.decisions_page(work, procedure, filters, asked()))


def _overview_page(work: Work, procedure: Procedure, page: ListPage[Decision]) -> str:
    figures = lists.figures(work, procedure)
    task = queries.letters_task(work, procedure)
    return render_template(
        "decisions/overview.html",
        procedure=procedure,
        page=page,
        counts=figures.counts,
        admitted=figures.admitted,
        total=figures.total,
        to_prepare=figures.to_prepare,
        missing=figures.missing,
        announced=rules.is_announced(procedure),
        task=task,
        making=queries.is_making_letters(task),
        today=work.today,
        to_confirm=figures.to_confirm,
        may_announce=work.actor.may(Permission.DECISION_ANNOUNCE, procedure),
        may_prepare=work.actor.may(Permission.DECISION_PREPARE, procedure),
        may_decide=work.actor.may(Permission.DECISION_DECIDE, procedure),
        states=list(STATES),
    )


def _export(procedure: Procedure, found: Iterable[Decision], format: str) -> Response | str:
    header = [_("Nummer"), _("Aanbieder"), _("Product"), _("Beslissing"), _("Stand"), _("Klacht of bezwaar tot en met")]
    rows = (
        [
            d.submission.number,
            d.submission.organisation.name,
            d.submission_product.procedure_product.product.code,
            outcome_tag(d.outcome)[1],
            decision_tag(d.state)[1],
            d.objection_ends,
        ]
        for d in found
    )
    return send_list(f"Besluiten {procedure.reference}", header, rows, format)


@bp.post("/inkoop/procedures/<int:procedure_id>/besluiten/voorbereiden")
@allow(Permission.DECISION_PREPARE)
def prepare(procedure_id: int) -> Response:
    form = BaseForm()
    with writing(form, Lock(Procedure, procedure_id)) as work:
        made = service.prepare_decisions(work, procedures.procedure(work, procedure_id))
        message = ngettext(
            "%(num)s besluit is voorbereid. De mandaathouder kan nu beslissen.",
            "%(num)s besluiten zijn voorbereid. De mandaathouder kan nu beslissen.",
            len(made),
        )
        return finish(work, form, url_for("decisions.overview", procedure_id=procedure_id), message)


@bp.post("/inkoop/procedures/<int:procedure_id>/besluiten/bekendmaken")
@allow(Permission.DECISION_ANNOUNCE)
def announce(procedure_id: int) -> Response:
    form = BaseForm()
    with writing(form, Lock(Procedure, procedure_id)) as work:
        service.announce(work, procedures.procedure(work, procedure_id))
        message = _("De brieven worden gemaakt. Daarna gaan ze in één keer de deur uit.")
        return finish(work, form, url_for("decisions.overview", procedure_id=procedure_id), message)


@bp.get("/inkoop/procedures/<int:procedure_id>/besluiten/nemen")
@allow(Permission.DECISION_DECIDE)
def take(procedure_id: int) -> Page:
    with reading() as work:
        procedure = procedures.procedure(work, procedure_id)
        ready = [d for d in queries.decisions_in(work, procedure) if d.state is DecisionState.PREPARED]
        held = service.mandate_of_actor(work, procedure.region_id)
        return render_template(
            "decisions/take.html",
            procedure=procedure,
            decisions=ready,
            mandate=held,
        )


@bp.post("/inkoop/procedures/<int:procedure_id>/besluiten/nemen")
@allow(Permission.DECISION_DECIDE)
@fresh_login_required
def decide(procedure_id: int) -> Page:
    form, back = BaseForm(), url_for("decisions.take", procedure_id=procedure_id)
    chosen = set(ticked("besluit"))
    if not chosen:
        with reading() as work:
            procedures.procedure(work, procedure_id)  # of another region: not there
        title, link = _("Er is niets beslist"), [(_("Terug naar de besluiten"), back)]
        return refusal([_("Kies de besluiten die u wilt nemen.")], 422, title=title, what_now=link)
    with writing(form, Lock(Procedure, procedure_id)) as work:
        procedure = procedures.procedure(work, procedure_id)
        found = queries.decisions_in(work, procedure, *chosen)
        if len(found) != len(chosen):
            raise NotFound("decision")
        for one in found:
            service.decide(work, one)
        message = ngettext("%(num)s besluit is genomen.", "%(num)s besluiten zijn genomen.", len(found))
        return finish(work, form, url_for("decisions.overview", procedure_id=procedure_id), message)


@bp.get("/inkoop/besluiten/<int:decision_id>")
@allow(Permission.DECISION_PREPARE, Permission.DECISION_DECIDE, Permission.CONTRACT_RUN, Permission.AUDIT_READ)
def decision(decision_id: int) -> Page:
    with reading() as work:
        return _decision_page(work, decision_id, ConfirmForm())


def _decision_page(work: Work, decision_id: int, form: ConfirmForm) -> str:
    found = queries.decision(work, decision_id)
    return render_template(
        "decisions/decision.html",
        decision=found,
        product=found.submission_product.procedure_product.product,
        submission=found.submission,
        procedure=found.submission.procedure,
        form=form,
        against=rules.reasons_not_to_confirm(found, found.objections, work.today),
        may_record=work.actor.may(Permission.OBJECTION_RECORD, found),
        may_confirm=work.actor.may(Permission.DECISION_CONFIRM, found),
        sent=found.state in queries.SENT,
    )


@bp.post("/inkoop/besluiten/<int:decision_id>/definitief")
@allow(Permission.DECISION_CONFIRM)
def confirm(decision_id: int) -> Page:
    form = ConfirmForm()
    if form.validate_on_submit():
        with writing(form, Lock(Decision, decision_id)) as work:
            service.confirm_final(work, queries.decision(work, decision_id))
            message = _("Het besluit is definitief. De aanbieder krijgt bericht.")
            return finish(work, form, url_for("decisions.decision", decision_id=decision_id), message)
    with reading() as work:
        return _decision_page(work, decision_id, form), 422


@bp.get("/inkoop/besluiten/<int:decision_id>/brief")
@allow(Permission.DECISION_PREPARE, Permission.DECISION_DECIDE, Permission.CONTRACT_RUN, Permission.AUDIT_READ)
def letter(decision_id: int) -> Document:
    with reading() as work:
        return send_document(work, queries.letter_file(work, queries.decision(work, decision_id)))
