"""Who stands in for whom while somebody is away."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, Role
from portal.accounts import service
from portal.accounts.absence import queries
from portal.accounts.absence.forms import PLACES, AbsenceForm
from portal.accounts.absence.models import Absence
from portal.accounts.models import Membership
from portal.accounts.rules import ROLE_LABELS
from portal.errors import NotFound, RuleBroken
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

bp = Blueprint("absence", __name__)


def _form(work: Work) -> AbsenceForm:
    away, deputies = queries.arrangeable(work), queries.deputies_at(work)
    data = {"absent": str(work.actor.membership_id), "starts_on": work.today}
    return AbsenceForm(_named(away), _named(deputies), data=data)


def _named(found: Sequence[Membership]) -> list[tuple[str, str]]:
    return [(str(m.id), f"{m.user.name} ({_(ROLE_LABELS[m.role])})") for m in found]


@bp.route("/account/afwezigheid", methods=["GET", "POST"])
@allow()
def absence() -> tuple[str, int] | Response:
    with reading() as work:
        form = _form(work)
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                return _arrange(work, form)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    with reading() as work:
        page = render_template(
            "accounts/absence.html",
            form=form,
            arranged=queries.arranged(work),
            standing_in=queries.standing_in(work),
            nobody=len(form.deputy.choices) == 1,
            judges=work.actor.role is Role.ASSESSOR,
            today=work.today,
        )
    return page, 422 if form.errors else 200


def _arrange(work: Work, form: AbsenceForm) -> Response:
    away = _one(queries.arrangeable(work), form.absent.data)
    deputy = _one(queries.deputies_at(work), form.deputy.data)
    service.arrange_absence(work, away, deputy=deputy, **form.days())
    done = _("%(deputy)s vervangt %(name)s en krijgt daarover een mail.", deputy=deputy.user.name, name=away.user.name)
    return finish(work, form, url_for("absence.absence"), done)


def _one(found: Sequence[Membership], chosen: str) -> Membership:
    for membership in found:
        if str(membership.id) == chosen:
            return membership
    raise NotFound("Membership")


@bp.route("/beheer/rollen/<int:membership_id>/vervanging", methods=["GET", "POST"])
@allow(Permission.STAFF_END)
def of_staff(membership_id: int) -> tuple[str, int] | Response:
    """For a colleague at the buyer's side who fell ill."""
    with reading() as work:
        away = queries.staff_role(work, membership_id)
        form = _form_for(work, away)
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                return _arrange_for(work, form, membership_id)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    with reading() as work:
        away = queries.staff_role(work, membership_id)
        page = render_template(
            "accounts/absence_of_staff.html",
            form=form,
            away=away,
            role=_(ROLE_LABELS[away.role]),
            arranged=queries.arranged_for(work, away),
            nobody=len(form.deputy.choices) == 1,
            judges=away.role is Role.ASSESSOR,
            today=work.today,
        )
    return page, 422 if form.errors else 200


def _form_for(work: Work, away: Membership) -> AbsenceForm:
    data = {"absent": str(away.id), "starts_on": work.today}
    return AbsenceForm(_named([away]), _named(queries.deputies_for(work, away)), data=data)


def _arrange_for(work: Work, form: AbsenceForm, membership_id: int) -> Response:
    away = queries.staff_role(work, membership_id)
    deputy = _one(queries.deputies_for(work, away), form.deputy.data)
    service.arrange_absence(work, away, deputy=deputy, **form.days())
    names = {"deputy": deputy.user.name, "name": away.user.name}
    done = _("%(deputy)s vervangt %(name)s. Beiden krijgen daarover een mail.", **names)
    return finish(work, form, url_for("absence.of_staff", membership_id=membership_id), done)


@bp.post("/account/afwezigheid/<int:absence_id>/beeindigen")
@allow()
def end_absence(absence_id: int) -> Response:
    with writing() as work:
        found = queries.absence(work, absence_id)
        service.end_absence(work, found)
        return finish(work, None, _back(work, found), _("De vervanging is beëindigd."))


def _back(work: Work, ended: Absence) -> str:
    """To the page on which it was arranged."""
    if work.actor.is_provider or ended.membership.user_id == work.actor.user_id:
        return url_for("absence.absence")
    return url_for("absence.of_staff", membership_id=ended.membership_id)
