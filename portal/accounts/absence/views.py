"""Who stands in for whom while somebody is away."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts import service
from portal.accounts.absence import queries
from portal.accounts.absence.forms import PLACES, AbsenceForm
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


@bp.post("/account/afwezigheid/<int:absence_id>/beeindigen")
@allow()
def end_absence(absence_id: int) -> Response:
    with writing() as work:
        service.end_absence(work, queries.absence(work, absence_id))
        return finish(work, None, url_for("absence.absence"), _("De vervanging is beëindigd."))
