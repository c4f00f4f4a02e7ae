"""Pages that plan: the list of tables, rules of play, seats, rounds. What was agreed is shown by `agreements`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.errors import NotFound, RuleBroken
from portal.meetings.rules import SEAT_LABELS, SeatFacts, agenda_of
from portal.tables.rounds import forms, queries, service
from portal.tables.rounds.forms import PLACES
from portal.tables.rounds.models import DevelopmentTable, TableSeat
from portal.tables.rounds.rules import RULES_OF_PLAY, STATE_LABELS, reasons_not_to_plan_a_round
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

P = Permission
Page = str | tuple[str, int] | Response
bp = Blueprint("rounds", __name__)


@bp.get("/ontwikkeltafels")
@allow(P.TABLE_READ)
def tables() -> Page:
    with reading() as work:
        found = queries.visible_tables(work)
        rows = [
            {
                "table": table,
                "state": (STATE_LABELS[table.state][0], _(STATE_LABELS[table.state][1])),
                "next": min((r for r in table.rounds if r.meeting.ends_at > work.now), key=_start, default=None),
            }
            for table in found
        ]
        return render_template("tables/tables.html", rows=rows)


def _start(round_: Any) -> Any:
    return round_.meeting.starts_at


@bp.get("/ontwikkeltafels/overleg/<int:meeting_id>")
@allow(P.TABLE_READ)
def of_meeting(meeting_id: int) -> Page:
    """From a meeting to the round it belongs to."""
    with reading() as work:
        found = queries.round_at(work, meeting_id)
        return redirect(url_for("agreements.round", table_id=found.table_id, number=found.number), 303)


@bp.get("/ontwikkeltafels/overleg/<int:meeting_id>/verslag.docx")
@allow(P.TABLE_READ)
def document_of_meeting(meeting_id: int) -> Page:
    """From a meeting to the document of its round, as Word or as PDF."""
    kind = "pdf" if request.args.get("formaat") == "pdf" else None
    with reading() as work:
        found = queries.round_at(work, meeting_id)
        there = "agreements.minutes_document"
        return redirect(url_for(there, table_id=found.table_id, number=found.number, formaat=kind), 303)


def _page(template: str, table_id: int, form: BaseForm, **more: Any) -> Page:
    with reading() as work:
        table = queries.table(work, table_id)
        page = render_template(template, form=form, table=table, seat_words=_seat_words(), **more)
    return page, 422 if form.errors else 200


def _seat_words() -> dict[Any, str]:
    return {kind: _(words) for kind, words in SEAT_LABELS.items()}


def _act(form: BaseForm, table_id: int, verb: Callable[[Work, DevelopmentTable], object], said: str) -> Response:
    with writing(form) as work:
        verb(work, queries.table(work, table_id))
        return finish(work, form, url_for("agreements.table", table_id=table_id), said)


@bp.post("/ontwikkeltafels/<int:table_id>/starten")
@allow(P.TABLE_PLAN)
def activate(table_id: int) -> Page:
    return _act(BaseForm(), table_id, service.activate_table, _("De tafel is begonnen. U kunt nu rondes plannen."))


@bp.post("/ontwikkeltafels/<int:table_id>/afronden")
@allow(P.TABLE_PLAN)
def close(table_id: int) -> Page:
    return _act(BaseForm(), table_id, service.close_table, _("De tafel is afgerond."))


@bp.route("/ontwikkeltafels/<int:table_id>/spelregels", methods=["GET", "POST"])
@allow(P.TABLE_PLAN)
def rules_of_play(table_id: int) -> Page:
    form = forms.RulesForm()
    if form.validate_on_submit():
        text, version = form.text.data or "", form.version.data
        return _act(
            form, table_id, lambda work, t: service.agree_rules(work, t, text=text, version=version),
            _("De spelregels zijn bewaard."),
        )  # fmt: skip
    if request.method == "GET":
        with reading() as work:
            form.text.data = queries.table(work, table_id).rules_of_play or _(RULES_OF_PLAY)
    return _page("tables/rules_of_play.html", table_id, form)


@bp.route("/ontwikkeltafels/<int:table_id>/zetels/nieuw", methods=["GET", "POST"])
@allow(P.TABLE_PLAN)
def add_seat(table_id: int) -> Page:
    with reading() as work:
        form = forms.SeatForm().offer(*queries.candidates(work, queries.table(work, table_id)))
    if form.validate_on_submit():
        organisation_id, user_id = form.organisation.data or None, form.person.data or None
        seat = SeatFacts(form.chosen_kind, form.label.data or "", organisation_id, user_id)
        try:
            return _act(form, table_id, lambda work, t: service.add_seat(work, t, seat), _("De zetel is toegevoegd."))
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page("tables/seat.html", table_id, form, seat=None)


@bp.route("/ontwikkeltafels/<int:table_id>/zetels/<int:seat_id>", methods=["GET", "POST"])
@allow(P.TABLE_PLAN)
def fill_seat(table_id: int, seat_id: int) -> Page:
    with reading() as work:
        table = queries.table(work, table_id)
        seat = _seat_of(table, seat_id)
        form = forms.SeatForm().offer(*queries.candidates(work, table))
        if request.method == "GET":
            form.organisation.data, form.person.data = seat.organisation_id or 0, seat.user_id or 0
        form.kind.data, form.label.data = seat.kind.value, seat.label
    if form.validate_on_submit():
        who = {"organisation_id": form.organisation.data or None, "user_id": form.person.data or None}
        return _act(
            form,
            table_id,
            lambda work, t: service.fill_seat(work, t, _seat_of(t, seat_id), **who),
            _("De zetel is bezet."),
        )
    return _page("tables/seat.html", table_id, form, seat=seat)


def _seat_of(table: DevelopmentTable, seat_id: int) -> TableSeat:
    for seat in table.seats:
        if seat.id == seat_id:
            return seat
    raise NotFound("table_seat")


@bp.route("/ontwikkeltafels/<int:table_id>/rondes/nieuw", methods=["GET", "POST"])
@allow(P.TABLE_PLAN)
def plan(table_id: int) -> Page:
    """A table that cannot plan says so before somebody fills in the form."""
    form = forms.RoundForm()
    with reading() as work:
        if against := list(reasons_not_to_plan_a_round(queries.table(work, table_id))):
            raise RuleBroken(*against)
    if form.validate_on_submit():
        try:
            return _plan(form, table_id)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page("tables/plan_round.html", table_id, form)


def _plan(form: forms.RoundForm, table_id: int) -> Response:
    starts_at, ends_at = form.moments()
    points = agenda_of(form.points.data or "", starts_at)
    with writing(form) as work:
        planned = service.plan_round(
            work,
            queries.table(work, table_id),
            starts_at=starts_at,
            ends_at=ends_at,
            location=form.location.data or "",
            points=points,
        )
        location = url_for("agreements.round", table_id=table_id, number=planned.number)
        return finish(work, form, location, _("De ronde is gepland. Stuur nu de agenda rond."))
