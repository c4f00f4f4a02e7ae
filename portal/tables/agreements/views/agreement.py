"""One agreement: its text, where each seat stands, and what can be done now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.errors import RuleBroken, StaleVersion
from portal.meetings.models import AgendaItem
from portal.meetings.rules import ATTENDANCE_LABELS, SEAT_LABELS
from portal.meetings.standing import queries as standing
from portal.regions.queries import members_on
from portal.tables.agreements import queries, service
from portal.tables.agreements.forms import (
    PLACES,
    AgreementForm,
    MediatorForm,
    QuestionForm,
    positions_form,
    positions_of,
)
from portal.tables.agreements.mediation import queries as mediation_queries
from portal.tables.agreements.mediation import service as mediation_service
from portal.tables.agreements.models import Agreement, AgreementState, Stance
from portal.tables.agreements.rules import (
    CONSENSUS_MEANING,
    OUTCOME_LABELS,
    OVER,
    VOTE_LABELS,
    WRITABLE,
    reasons_against_consensus,
    reasons_against_position,
)
from portal.tables.agreements.rulings import service as ruling_service
from portal.tables.agreements.states import AGREEMENT
from portal.tables.kpis.rules import OBLIGATION_LABELS, OBLIGATION_MEANING, name_of, value_words
from portal.tables.rounds.queries import occupants, region_of
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Work

from . import words
from .blueprint import Page, bp
from .tables import offer_kpis, target_of

P = Permission
HERE = "/ontwikkeltafels/<int:table_id>/afspraken/<int:agreement_id>"


def _facts(work: Work, agreement: Agreement) -> dict[str, Any]:
    """Everything that the page of an agreement shows."""
    found = queries.stands(agreement, occupants(work, agreement.table))
    weeks = mediation_queries.mediation_weeks(region_of(work, agreement.table))
    obligation, ruling = agreement.obligation_type, agreement.ruling
    colleges = len(members_on(work, agreement.table.region_id, work.today)) if ruling and not ruling.settled_at else 0
    adopts = work.actor.may(P.MINUTES_ADOPT, agreement.round.meeting)
    return {
        "agreement": agreement,
        "adopts": adopts,
        "colleges": colleges,
        "side": standing.side(work, agreement.round.meeting),
        "state": words.state(agreement),
        "steps": words.road(agreement, adopts=adopts, colleges=colleges),
        "item": _point(agreement),
        "stands": found,
        "counts": words.four_counts(found),
        "options": words.stance_options(),
        "stance_tag": words.stance_tag,
        "seat_words": {kind: _(label) for kind, label in SEAT_LABELS.items()},
        "attendance_words": {kind: _(label) for kind, label in ATTENDANCE_LABELS.items()},
        "obligation": (_(OBLIGATION_LABELS[obligation]), _(OBLIGATION_MEANING[obligation])),
        "writes": work.actor.may(P.AGREEMENT_WRITE, agreement) and agreement.state in WRITABLE,
        "acts": AGREEMENT.acts(work.actor, agreement),
        "against": reasons.sentences(reasons_against_consensus(found)),
        "objections": any(stand.stance is Stance.OBJECTION for stand in found),
        "mediate_until": work.today + timedelta(weeks=weeks),
        "outcome": _outcome(agreement),
        "over": agreement.state in OVER,
        "tally": words.tally_words(agreement.ruling),
        "consensus_meaning": _(CONSENSUS_MEANING),
        "votes": {vote: (kind, _(label)) for vote, (kind, label) in VOTE_LABELS.items()},
        "kpi": _kpi(agreement),
    }


def _point(agreement: Agreement) -> AgendaItem | None:
    """The point of the agenda that has the agreement's title."""
    same = agreement.title.strip().casefold()
    return next((item for item in agreement.round.meeting.agenda if item.title.casefold() == same), None)


def _acts_now(work: Work, agreement: Agreement) -> bool:
    """The reader is the one to act: types the positions, mediates, asks for the ruling, or decides for a college."""
    state, ruling, mediation = agreement.state, agreement.ruling, agreement.mediation
    if state is AgreementState.MEDIATION:
        return mediation is not None and mediation.mediator_id == work.actor.user_id
    if state is AgreementState.RULING_REQUESTED and ruling is not None:
        decided = {decision.municipality_id for decision in ruling.decisions}
        return work.actor.may(P.RULING_DECIDE, ruling) and work.actor.municipality_id not in decided
    if state is AgreementState.MEDIATION_FAILED:
        return work.actor.may(P.RULING_REQUEST, agreement)
    return work.actor.may(P.AGREEMENT_WRITE, agreement)


def _outcome(agreement: Agreement) -> str:
    """Of a mediation only this is for everybody."""
    mediation = agreement.mediation
    return _(OUTCOME_LABELS[mediation.outcome]) if mediation and mediation.outcome else ""


def _kpi(agreement: Agreement) -> dict[str, Any] | None:
    kpi, locale = agreement.kpi, reader_locale()
    if kpi is None or agreement.kpi_value is None:
        return None
    return {
        "kpi": kpi,
        "name": name_of(kpi, locale),
        "value": value_words(kpi, agreement.kpi_value, locale),
        "set": any(target.agreement_id == agreement.id for target in kpi.targets),
    }


def _page(table_id: int, agreement_id: int, form: BaseForm | None = None, code: int = 200) -> Page:
    with reading() as work:
        agreement = queries.agreement(work, agreement_id, table_id=table_id)
        people = {user.id: user.name for user in mediation_queries.mediators(work, agreement.table)}
        is_mediator = agreement.mediation is not None and agreement.mediation.mediator_id == work.actor.user_id
        mediators = MediatorForm(formdata=None).offer(people)
        mediators.mediator.data = work.actor.user_id
        mediator = mediation_queries.name_of(work, agreement.mediation.mediator_id) if agreement.mediation else ""
        facts = _facts(work, agreement)
        can = _acts_now(work, agreement)
        page = render_template(
            "tables/agreement.html",
            form=form or positions_form(queries.stands(agreement)),
            mediators=mediators,
            is_mediator=is_mediator,
            mediator=mediator,
            baton=words.baton(agreement, can=can, mediator=mediator, colleges=facts["colleges"]),
            **facts,
        )
    return page, code


def _done(work: Work, form: BaseForm, agreement: Agreement, said: str) -> Response:
    location = url_for("agreements.agreement", table_id=agreement.table_id, agreement_id=agreement.id)
    return finish(work, form, location, said)


@bp.get(HERE)
@allow(P.TABLE_READ)
def agreement(table_id: int, agreement_id: int) -> Page:
    return _page(table_id, agreement_id)


@bp.get("/afspraken/<int:agreement_id>")
@allow(P.TABLE_READ)
def by_id(agreement_id: int) -> Page:
    """From the number alone, as a KPI knows it, to the page below its table."""
    with reading() as work:
        found = queries.agreement(work, agreement_id)
        return redirect(url_for("agreements.agreement", table_id=found.table_id, agreement_id=agreement_id), 303)


@bp.post(f"{HERE}/standpunten")
@allow(P.AGREEMENT_WRITE)
def positions(table_id: int, agreement_id: int) -> Page:
    """All seats in one form. A missing reason is said at its own field; everything typed stays."""
    with reading() as work:
        found = queries.stands(queries.agreement(work, agreement_id, table_id=table_id))
        form = positions_form(found)
    taken = positions_of(form, found)
    form.validate_on_submit()
    for seat_id, (stance, reason) in taken.items():
        label = next(stand.label for stand in found if stand.seat_id == seat_id)
        for code in reasons_against_position(stance, reason):
            form.refuse(f"reden_{seat_id}", reasons.sentence(f"{code}:{label}"))
    if not taken:
        form.form_errors.append(_("Er is nog geen standpunt gekozen. Kies van ten minste één zetel het standpunt."))
    if form.errors:
        return _page(table_id, agreement_id, form, 422)
    try:
        with writing(form) as work:
            changed = queries.agreement(work, agreement_id, table_id=table_id)
            service.record_positions(work, changed, taken, version=form.version.data)
            return _done(work, form, changed, _("De standpunten zijn bewaard."))
    except StaleVersion:
        form.form_errors.append(
            _(
                "Iemand anders heeft deze afspraak ook gewijzigd. Uw keuzes staan er nog: controleer ze en bewaar opnieuw."
            )
        )
        return _page(table_id, agreement_id, form, 409)


@bp.route(f"{HERE}/tekst", methods=["GET", "POST"])
@allow(P.AGREEMENT_WRITE)
def edit(table_id: int, agreement_id: int) -> Page:
    with reading() as work:
        found = queries.agreement(work, agreement_id, table_id=table_id)
        form = offer_kpis(work, AgreementForm(), found.table.region_id)
    if form.validate_on_submit():
        try:
            return _edit(form, table_id, agreement_id)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    elif request.method == "GET":
        form.title.data, form.text.data, form.obligation.data = found.title, found.text, found.obligation_type.value
        form.kpi.data, form.kpi_value.data, form.kpi_date.data = found.kpi_id or 0, found.kpi_value, found.kpi_date
    with reading() as work:
        found = queries.agreement(work, agreement_id, table_id=table_id)
        side = standing.side(work, found.round.meeting)
        page = render_template("tables/agreement_form.html", form=form, round=found.round, side=side, agreement=found)
    return page, 422 if request.method == "POST" else 200


def _edit(form: AgreementForm, table_id: int, agreement_id: int) -> Response:
    with writing(form) as work:
        found = queries.agreement(work, agreement_id, table_id=table_id)
        service.edit_agreement(
            work,
            found,
            title=form.title.data or "",
            text=form.text.data or "",
            obligation_type=form.kind,
            target=target_of(work, form, found.table.region_id),
            version=form.version.data,
        )
        return _done(work, form, found, _("De tekst is bewaard."))


@bp.post(f"{HERE}/consensus")
@allow(P.AGREEMENT_WRITE)
def consensus(table_id: int, agreement_id: int) -> Page:
    form = BaseForm()
    with writing(form) as work:
        found = queries.agreement(work, agreement_id, table_id=table_id)
        service.record_consensus(work, found)
        return _done(work, form, found, _("Consensus is vastgelegd."))


@bp.post(f"{HERE}/bemiddeling")
@allow(P.MEDIATION_LEAD)
def start_mediation(table_id: int, agreement_id: int) -> Page:
    form = MediatorForm()
    with writing(form) as work:
        found = queries.agreement(work, agreement_id, table_id=table_id)
        mediation_service.start_mediation(work, found, mediator_id=form.mediator.data)
        return _done(work, form, found, _("De bemiddeling is begonnen. De tafel krijgt daarover een mail."))


@bp.route(f"{HERE}/uitspraak", methods=["GET", "POST"])
@allow(P.RULING_REQUEST)
def request_ruling(table_id: int, agreement_id: int) -> Page:
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found = queries.agreement(work, agreement_id, table_id=table_id)
                ruling_service.request_ruling(work, found, question=form.question.data or "")
                return _done(work, form, found, _("De colleges zijn gevraagd om een besluit."))
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    with reading() as work:
        found = queries.agreement(work, agreement_id, table_id=table_id)
        page = render_template("tables/request_ruling.html", form=form, **_facts(work, found))
    return page, 422 if request.method == "POST" else 200
