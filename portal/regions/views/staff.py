"""The platform's administrator gives people of the buyer's side their role: at which organisation, for which region."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, Role
from portal.accounts import service as accounts
from portal.accounts.members.queries import person
from portal.accounts.organisations.queries import staff_organisation, staff_organisations
from portal.errors import RuleBroken
from portal.regions import queries
from portal.regions.forms import PLACES, GiveRoleForm, StaffInviteForm
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp


def _choices(work: Work) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    organisations = [(str(found.id), found.name) for found in staff_organisations(work)]
    return organisations, [(str(region.id), region.name) for region in queries.regions(work)]


def _given(work: Work, form: StaffInviteForm | GiveRoleForm) -> dict[str, Any]:
    """The role with its scope. A municipality's people act for that municipality."""
    organisation = staff_organisation(work, int(form.organisation.data))
    municipality = queries.municipality_of(work, organisation.id)
    return {
        "organisation": organisation,
        "role": Role(form.role.data),
        "region_id": int(form.region.data) if form.region.data else None,
        "municipality_id": municipality.id if municipality else None,
    }


@bp.route("/beheer/gebruikers/uitnodigen", methods=["GET", "POST"])
@allow(Permission.STAFF_INVITE)
def invite_staff() -> tuple[str, int] | Response:
    with reading() as work:
        form = StaffInviteForm(*_choices(work))
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                email = form.email.data or ""
                accounts.invite(work, email=email, **_given(work, form))
                done = _("De uitnodiging is verstuurd naar %(email)s.", email=email)
                return finish(work, form, url_for("accounts.staff"), done)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return render_template("regions/invite_staff.html", form=form), 422 if form.errors else 200


@bp.route("/beheer/gebruikers/<int:user_id>/rol", methods=["GET", "POST"])
@allow(Permission.STAFF_INVITE)
def give_role(user_id: int) -> tuple[str, int] | Response:
    with reading() as work:
        name = person(work, user_id).user.name
        form = GiveRoleForm(*_choices(work))
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                accounts.give_role(work, person(work, user_id).user, **_given(work, form))
                done = _("%(name)s heeft de rol. Die geldt vanaf de volgende keer inloggen.", name=name)
                return finish(work, form, url_for("accounts.staff_person", user_id=user_id), done)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return render_template("regions/give_role.html", form=form, name=name, user_id=user_id), 422 if form.errors else 200
