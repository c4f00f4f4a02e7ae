"""Pages of a meeting: agenda, attendance, live minutes, actions, comments, adoption."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.clock import last_day
from portal.errors import RuleBroken, StaleVersion
from portal.i18n import time_short
from portal.meetings import forms, queries, rules, service
from portal.meetings.actions.queries import action_item, whose_actions
from portal.meetings.forms import PLACES
from portal.meetings.models import Attendance, Meeting
from portal.meetings.rules import COMPETITION_NOTICE, OPENING, agenda_of
from portal.meetings.standing import queries as standing
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Work

P = Permission
Page = str | tuple[str, int] | Response
bp = Blueprint("meetings", __name__)


def facts(work: Work, meeting: Meeting) -> dict[str, Any]:
    """What every page of a meeting shows."""
    side = standing.side(work, meeting)
    return {
        "meeting": meeting,
        "side": side,
        "baton": standing.baton(work, meeting, side.acts),
        "comments_open": rules.comments_open(meeting, work.now),
        "groups": {seat.id: rules.group_of(seat, reader_locale()) for seat in meeting.seats},
        "notice": _(COMPETITION_NOTICE),
        "opening": OPENING,
        "closes_on": meeting.comments_until and (last_day(meeting.comments_until) or meeting.comments_until),
    }


def _page(template: str, meeting_id: int, form: BaseForm | None = None, **more: Any) -> Page:
    with reading() as work:
        meeting = queries.meeting(work, meeting_id)
        page = render_template(template, form=form, **facts(work, meeting), **more)
    return page, 422 if form is not None and form.errors else 200


def _act(form: BaseForm, meeting_id: int, verb: Callable[[Work, Meeting], object], said: str) -> Response:
    with writing(form) as work:
        verb(work, queries.meeting(work, meeting_id))
        return finish(work, form, url_for("meetings.meeting", meeting_id=meeting_id), said)


@bp.get("/overleggen/<int:meeting_id>")
@allow(P.TABLE_READ)
def meeting(meeting_id: int) -> Page:
    with reading() as work:
        found = queries.meeting(work, meeting_id)
        seats = queries.own_seats(work, found)
        return render_template(
            "meetings/meeting.html",
            **facts(work, found),
            own_seats=seats,
            **whose_actions(work, found),
            can_announce=not list(rules.reasons_not_to_announce(found, has_seat=bool(seats), now=work.now)),
            excused=any(seat.attendance is Attendance.EXCUSED for seat in seats),
            agreed=queries.agreed_at(work, found),
            sent_at=queries.agenda_sent_at(work, found),
            due_on=rules.agenda_due_on(found.starts_at),
            empty=[(item.id, _(item.title)) for item in rules.empty_points(found.agenda)],
            following=standing.following(work, found) if found.table_id else None,
            plans=found.table_id is not None and work.actor.may(P.TABLE_PLAN, found),
            names=queries.names_of(work, [addendum.by_id for addendum in found.addenda]),
        )


@bp.route("/overleggen/<int:meeting_id>/agenda", methods=["GET", "POST"])
@allow(P.TABLE_PLAN)
def agenda(meeting_id: int) -> Page:
    form = forms.AgendaForm()
    if form.validate_on_submit():
        typed = form.points.data or ""
        try:
            return _act(
                form, meeting_id,
                lambda work, m: service.set_agenda(work, m, agenda_of(typed, m.starts_at), version=form.version.data),
                _("De agenda is bewaard."),
            )  # fmt: skip
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    elif request.method == "GET":
        with reading() as work:
            form.points.data = form.typed_from(queries.meeting(work, meeting_id))
    return _page("meetings/agenda.html", meeting_id, form)


@bp.route("/overleggen/<int:meeting_id>/verplaatsen", methods=["GET", "POST"])
@allow(P.TABLE_PLAN)
def move(meeting_id: int) -> Page:
    form = forms.MoveForm()
    if form.validate_on_submit():
        try:
            starts_at, ends_at = form.moments()
            location, version = form.location.data or "", form.version.data
            return _act(
                form, meeting_id,
                lambda work, m: service.move_meeting(
                    work, m, starts_at=starts_at, ends_at=ends_at, location=location, version=version
                ),
                _("Het overleg is verplaatst. Wie was uitgenodigd, krijgt de nieuwe afspraak per mail."),
            )  # fmt: skip
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    elif request.method == "GET":
        with reading() as work:
            form.show(queries.meeting(work, meeting_id))
    return _page("meetings/move.html", meeting_id, form)


@bp.post("/overleggen/<int:meeting_id>/agenda-versturen")
@allow(P.TABLE_PLAN)
def send_agenda(meeting_id: int) -> Page:
    return _act(BaseForm(), meeting_id, service.send_agenda, _("De agenda is verstuurd, met een agendabestand."))


@bp.route("/overleggen/<int:meeting_id>/aanwezigheid", methods=["GET", "POST"])
@allow(P.MINUTES_WRITE)
def attendance(meeting_id: int) -> Page:
    with reading() as work:
        found = queries.meeting(work, meeting_id)
        form = forms.attendance_form(found.seats)
        if not form.is_submitted():
            return _attendance(work, found, form)
    if form.validate_on_submit():
        return _act(
            form, meeting_id,
            lambda work, m: service.record_attendance(work, m, forms.attendance_of(form, m.seats)),
            _("De aanwezigheid is bewaard."),
        )  # fmt: skip
    with reading() as work:
        return _attendance(work, queries.meeting(work, meeting_id), form)


def _attendance(work: Work, meeting: Meeting, form: BaseForm) -> Page:
    people = queries.occupants(work, [(seat.id, seat.organisation_id, seat.user_id) for seat in meeting.seats])
    page = render_template("meetings/attendance.html", form=form, **facts(work, meeting), occupants=people)
    return page, 422 if form.errors else 200


@bp.post("/overleggen/<int:meeting_id>/afmelden")
@allow(P.TABLE_READ)
def announce(meeting_id: int) -> Page:
    """The holder of a seat says not to come; with `komt` to come after all."""
    coming = request.form.get("komt") == "1"
    said = _("U bent weer aangemeld.") if coming else _("U bent afgemeld. De voorzitter en de secretaris zien dat.")
    return _act(BaseForm(), meeting_id, lambda work, m: service.announce_attendance(work, m, coming=coming), said)


@bp.route("/overleggen/<int:meeting_id>/verslag/<int:item_id>", methods=["GET", "POST"])
@allow(P.MINUTES_WRITE)
def minutes(meeting_id: int, item_id: int) -> Page:
    """One point at a time. Autosave and the button send the same fields; without JavaScript there is the button."""
    form = forms.MinutesForm()
    quiet = request.headers.get("X-Autosave") == "1"
    theirs = None
    if form.validate_on_submit():
        try:
            return _save_minutes(form, meeting_id, item_id, quiet)
        except StaleVersion as stale:
            if quiet:
                return jsonify(conflict=True), 409  # type: ignore[return-value]
            theirs = next(iter(stale.theirs.values()), "")
    elif quiet:
        return jsonify(invalid=True), 422  # type: ignore[return-value]
    return _minutes_page(form, meeting_id, item_id, theirs)


def _save_minutes(form: forms.MinutesForm, meeting_id: int, item_id: int, quiet: bool) -> Page:
    with writing(None if quiet else form) as work:
        found = queries.meeting(work, meeting_id)
        item = queries.agenda_item(work, found, item_id)
        typed = form.minutes.data or ""
        saved = service.save_minutes(work, item, minutes=typed, version=form.version.data)
        if quiet:
            return jsonify(saved_at=time_short(work.now, reader_locale())[:5], version=saved.version)
        here = found.agenda.index(item)
        following = found.agenda[here + 1] if "next" in request.form and here + 1 < len(found.agenda) else item
        location = url_for("meetings.minutes", meeting_id=meeting_id, item_id=following.id)
        return finish(work, form, location, _("Bewaard."))


def _minutes_page(form: forms.MinutesForm, meeting_id: int, item_id: int, theirs: str | None) -> Page:
    """With `theirs` somebody else saved this point meanwhile: both texts are shown and the typed one stays in the box."""
    with reading() as work:
        found = queries.meeting(work, meeting_id)
        item = queries.agenda_item(work, found, item_id)
        if not form.is_submitted():
            form.minutes.data = item.minutes
        page = render_template(
            "meetings/minutes.html",
            form=form,
            item=item,
            theirs=theirs,
            title=_(item.title),
            **facts(work, found),
        )
    return page, 409 if theirs is not None else 422 if form.errors else 200


@bp.route("/overleggen/<int:meeting_id>/acties", methods=["GET", "POST"])
@allow(P.MINUTES_WRITE)
def add_action(meeting_id: int) -> Page:
    with reading() as work:
        form = forms.ActionForm().offer(queries.meeting(work, meeting_id).seats)
    if form.validate_on_submit():
        action = {"what": form.what.data, "seat_id": form.seat.data, "due_on": form.due_on.data}
        try:
            return _act(
                form,
                meeting_id,
                lambda work, m: service.add_action(work, m, **action),
                _("Het actiepunt is genoteerd."),
            )
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page("meetings/action.html", meeting_id, form)


@bp.post("/overleggen/acties/<int:action_id>/klaar")
@allow(P.TABLE_READ)
def finish_action(action_id: int) -> Page:
    form = BaseForm()
    with writing(form) as work:
        action = action_item(work, action_id)
        service.finish_action(work, action)
        return finish(
            work, form, url_for("meetings.meeting", meeting_id=action.meeting_id), _("Het actiepunt is klaar.")
        )


@bp.route("/overleggen/<int:meeting_id>/verslag-rondsturen", methods=["GET", "POST"])
@allow(P.MINUTES_WRITE)
def send_draft(meeting_id: int) -> Page:
    form = forms.DraftForm()
    if form.validate_on_submit():
        try:
            until = form.moment
            return _act(
                form, meeting_id,
                lambda work, m: service.send_minutes_draft(work, m, comments_until=until),
                _("Het verslag is rondgestuurd. Deelnemers kunnen reageren."),
            )  # fmt: skip
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page("meetings/send_draft.html", meeting_id, form)


@bp.route("/overleggen/<int:meeting_id>/reactie", methods=["GET", "POST"])
@allow(P.MINUTES_COMMENT)
def comment(meeting_id: int) -> Page:
    form = forms.TextForm()
    if form.validate_on_submit():
        text = form.text.data or ""
        said = _("Uw reactie staat bij het verslag.")
        return _act(form, meeting_id, lambda work, m: service.comment_minutes(work, m, text=text), said)
    with reading() as work:
        found = queries.meeting(work, meeting_id)
        told = {**facts(work, found), **whose_actions(work, found), "agreed": queries.agreed_at(work, found)}
        page = render_template("meetings/comment.html", form=form, **told)
    return page, 422 if form.errors else 200


@bp.post("/overleggen/<int:meeting_id>/vaststellen")
@allow(P.MINUTES_ADOPT)
def adopt(meeting_id: int) -> Page:
    return _act(
        BaseForm(), meeting_id, service.adopt_minutes, _("Het verslag is vastgesteld. Het verandert niet meer.")
    )


@bp.route("/overleggen/<int:meeting_id>/aanvulling", methods=["GET", "POST"])
@allow(P.MINUTES_WRITE)
def addendum(meeting_id: int) -> Page:
    form = forms.TextForm()
    if form.validate_on_submit():
        text = form.text.data or ""
        said = _("De aanvulling staat bij het verslag.")
        return _act(form, meeting_id, lambda work, m: service.add_addendum(work, m, text=text), said)
    return _page("meetings/addendum.html", meeting_id, form)
