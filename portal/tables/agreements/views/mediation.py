"""The mediator's own pages. For everybody else they are not there."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.errors import RuleBroken
from portal.tables.agreements.forms import PLACES, MediatorForm, NoteForm, OutcomeForm
from portal.tables.agreements.mediation import queries, service
from portal.tables.agreements.models import MediationOutcome, Stance
from portal.tables.agreements.queries import stands
from portal.tables.agreements.rules import OUTCOME_LABELS, reasons_against_consensus
from portal.tables.rounds.queries import occupants
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.listing import asked
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

from . import words
from .blueprint import Page, bp

P = Permission


@bp.get("/bemiddeling")
@allow(P.MEDIATION_LEAD)
def mediations() -> Page:
    with reading() as work:
        page = queries.own_mediations(work, asked())
        rows = [(m, words.state(m.agreement)) for m in page.rows]
        return render_template("tables/mediations.html", page=page, rows=rows, open=queries.open_mediations(work))


@bp.get("/bemiddeling/<int:mediation_id>")
@allow(P.MEDIATION_LEAD)
def mediation(mediation_id: int) -> Page:
    return _page(mediation_id)


def _page(mediation_id: int, form: BaseForm | None = None) -> Page:
    """Opening the file is on record, so it is an act; the page is made when that act is over."""
    with writing() as work:
        found = queries.mediation(work, mediation_id)
        notes = [(entry.at, text) for entry, text in service.read_mediation(work, found)]
    with reading() as work:
        found = queries.mediation(work, mediation_id)
        agreement = found.agreement
        people = {u.id: u.name for u in queries.mediators(work, agreement.table) if u.id != work.actor.user_id}
        found_stands = stands(agreement, occupants(work, agreement.table))
        page = render_template(
            "tables/mediation.html",
            mediation=found,
            agreement=agreement,
            state=words.state(agreement),
            counts=words.four_counts(found_stands),
            dissent=[stand for stand in found_stands if stand.stance in (Stance.OBJECTION, Stance.RESERVATION)],
            stance_tag=words.stance_tag,
            against=reasons.sentences(reasons_against_consensus(found_stands)),
            notes=notes,
            note=form if isinstance(form, NoteForm) else NoteForm(formdata=None),
            outcome=form if isinstance(form, OutcomeForm) else OutcomeForm(formdata=None),
            substitute=MediatorForm(formdata=None).offer(people),
            people=people,
            form=form,
            outcome_words=_(OUTCOME_LABELS[found.outcome]) if found.outcome else "",
        )
    return page, 422 if form is not None else 200


def _done(work: Work, form: BaseForm, mediation_id: int, said: str) -> Response:
    return finish(work, form, url_for("agreements.mediation", mediation_id=mediation_id), said)


@bp.post("/bemiddeling/<int:mediation_id>/notities")
@allow(P.MEDIATION_LEAD)
def note(mediation_id: int) -> Page:
    form = NoteForm()
    if form.validate_on_submit():
        with writing(form) as work:
            service.note_mediation(work, queries.mediation(work, mediation_id), text=form.text.data or "")
            return _done(work, form, mediation_id, _("De notitie is verzegeld bewaard."))
    return _page(mediation_id, form)


@bp.post("/bemiddeling/<int:mediation_id>/uitkomst")
@allow(P.MEDIATION_LEAD)
def close_mediation(mediation_id: int) -> Page:
    form = OutcomeForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found = queries.mediation(work, mediation_id)
                service.close_mediation(work, found, outcome=MediationOutcome(form.outcome.data))
                return _done(
                    work, form, mediation_id, _("De uitkomst is vastgelegd. Alleen die uitkomst is zichtbaar.")
                )
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES | dict.fromkeys(CONSENSUS_CODES, "outcome"))
    return _page(mediation_id, form)


CONSENSUS_CODES = (
    "there_is_an_objection", "attendance_is_not_recorded", "present_seat_without_position", "position_on_an_older_text",
)  # fmt: skip


@bp.post("/bemiddeling/<int:mediation_id>/vervanger")
@allow(P.MEDIATION_LEAD)
def replace_mediator(mediation_id: int) -> Page:
    form = MediatorForm()
    with writing(form) as work:
        found = queries.mediation(work, mediation_id)
        service.replace_mediator(work, found, mediator_id=form.mediator.data or 0)
        location = url_for("agreements.agreement", table_id=found.agreement.table_id, agreement_id=found.agreement_id)
        return finish(work, form, location, _("De bemiddeling is overgedragen. U kunt het dossier niet meer openen."))
