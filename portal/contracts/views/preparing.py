"""Drawing up: who was admitted and has no contract, and what a new contract will hold."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.contracts import queries, service
from portal.contracts.forms import PrepareForm
from portal.errors import RuleBroken
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow

from . import words
from .blueprint import bp

P = Permission


@bp.get("/contracten/op-te-stellen")
@allow(P.CONTRACT_PREPARE)
def to_prepare() -> str:
    with reading() as work:
        rows = queries.contractable(work)
        running = any(d.objection_ends and d.objection_ends >= work.today for row in rows for d in row.decisions)
        return render_template("contracts/to_prepare.html", rows=rows, running=running, words=words)


@bp.route("/contracten/op-te-stellen/<int:submission_id>", methods=["GET", "POST"])
@allow(P.CONTRACT_PREPARE)
def prepare(submission_id: int) -> tuple[str, int] | Response:
    form = PrepareForm()
    if form.validate_on_submit():
        try:
            return _prepare(form, submission_id)
        except RuleBroken as refusal:
            _explain(form, refusal)
    with reading() as work:
        submission, admitted = queries.submission_to_contract(work, submission_id)
        if queries.value_needed(work, submission.organisation_id, submission.procedure.region_id):
            form.estimated_value.flags.optional = False
        starts_on, ends_on = queries.term(submission.procedure)
        page = render_template(
            "contracts/prepare.html",
            form=form,
            submission=submission,
            lines=[decision.submission_product.procedure_product for decision in admitted],
            starts_on=starts_on,
            ends_on=ends_on,
            words=words,
        )
    return page, 422 if form.errors else 200


def _explain(form: PrepareForm, refusal: RuleBroken) -> None:
    """What is about the amount stands at the amount."""
    at_field = [code for code in refusal.reasons if code == "contract_value_needed"]
    form.estimated_value.errors = [*form.estimated_value.errors, *reasons.sentences(at_field)]
    form.form_errors.extend(reasons.sentences(code for code in refusal.reasons if code not in at_field))


def _prepare(form: PrepareForm, submission_id: int) -> Response:
    with writing(form) as work:
        submission, _admitted = queries.submission_to_contract(work, submission_id)
        made = service.prepare_contract(work, submission, estimated_value=form.estimated_value.data)
        done = _("Contract %(number)s is opgesteld. Het document wordt nu gemaakt.", number=made.number)
        return finish(work, form, url_for("contracts.show", contract_id=made.id), done)
