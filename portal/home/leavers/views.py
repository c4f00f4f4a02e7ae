"""Somebody leaves an organisation."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.accounts.models import Membership
from portal.accounts.rules import ROLE_LABELS
from portal.home.leavers import queries, service
from portal.home.leavers.forms import LeaveForm
from portal.i18n import listed
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

bp = Blueprint("leavers", __name__)


@bp.route("/organisatie/leden/<int:membership_id>/beeindigen", methods=["GET", "POST"])
@bp.route("/beheer/rollen/<int:membership_id>/beeindigen", methods=["GET", "POST"])
@allow(Permission.MEMBER_END, Permission.STAFF_END)
def leave(membership_id: int) -> tuple[str, int] | Response:
    """A role ends: what was open is shown and goes to a colleague."""
    with reading() as work:
        page = queries.leaver(work, membership_id)
        form = LeaveForm([(str(m.id), m.user.name) for m in page.successors])
        if not form.validate_on_submit():
            shown = render_template("home/leave.html", page=page, form=form, role=_(ROLE_LABELS[page.membership.role]))
            return shown, 422 if form.errors else 200
    with writing(form) as work:
        page = queries.leaver(work, membership_id)
        to = next((m for m in page.successors if str(m.id) == form.successor.data), None)
        remaining = service.leave(work, page, to=to)
        done = _("De rol is beëindigd. Deze persoon is direct uitgelogd.")
        if remaining:
            flash(_("Dit moet iemand nog regelen: %(tasks)s.", tasks=listed(remaining, work.actor.locale)), "warning")
        return finish(work, form, _people(work, page.membership), done)


def _people(work: Work, ended: Membership) -> str:
    if work.actor.is_provider:
        return url_for("accounts.members")
    return url_for("accounts.staff_person", user_id=ended.user_id)
