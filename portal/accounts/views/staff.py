"""The platform's administrator looks after the people of the buyer's side. Inviting them is a page of regions,
which knows the regions and municipalities that a role can be for."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, Role
from portal.accounts import service
from portal.accounts.members import queries
from portal.accounts.models import Membership, UserState
from portal.accounts.rules import ROLE_LABELS
from portal.web.acts import finish, reading, writing
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _, _l
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp

P = Permission
STATES = {
    UserState.UNCONFIRMED: ("bezig", _l("Nog niet bevestigd")),
    UserState.ACTIVE: ("ok", _l("Actief")),
    UserState.DEACTIVATED: ("idle", _l("Uitgezet")),
}


@bp.get("/beheer/gebruikers")
@allow(P.STAFF_INVITE)
def staff() -> str | Response:
    with reading() as work:
        if format := asked_format():
            header = [_("Naam"), _("E-mailadres"), _("Rollen"), _("Stand")]
            return send_list(_("Gebruikers"), header, map(_line, queries.all_staff(work, text(), asked().sort)), format)
        page = queries.staff(work, text(), asked())
        return render_template(
            "accounts/staff.html",
            page=page,
            people=[(p, [_roles(m) for m in p.memberships], STATES[p.user.state]) for p in page.rows],
            invitations=[(i, _(ROLE_LABELS[i.role])) for i in queries.open_invitations(work)],
            now=work.now,
        )


def _line(person: queries.StaffMember) -> list[str]:
    roles = "; ".join(_roles(m) for m in person.memberships)
    return [person.user.name, person.user.email, roles, str(STATES[person.user.state][1])]


def _roles(membership: Membership) -> str:
    """The role and for whom; the portal's own administrator works for the portal, which the role says already."""
    role = _(ROLE_LABELS[membership.role])
    return role if membership.role is Role.PLATFORM_ADMIN else f"{role}, {membership.organisation.name}"


@bp.get("/beheer/gebruikers/<int:user_id>")
@allow(P.STAFF_INVITE)
def staff_person(user_id: int) -> str:
    with reading() as work:
        person = queries.person(work, user_id)
        return render_template(
            "accounts/staff_person.html",
            user=person.user,
            held=[(m, _roles(m)) for m in person.memberships],
            state=STATES[person.user.state],
            may_deactivate=person.user.state is not UserState.DEACTIVATED and person.user.id != work.actor.user_id,
        )


@bp.post("/beheer/gebruikers/<int:user_id>/uitzetten")
@allow(P.STAFF_END)
def deactivate_user(user_id: int) -> Response:
    with writing() as work:
        user = queries.person(work, user_id).user
        service.deactivate_user(work, user)
        return _to_person(work, user_id, _("Het account van %(name)s is uitgezet en direct uitgelogd.", name=user.name))


@bp.post("/beheer/gebruikers/<int:user_id>/aanzetten")
@allow(P.STAFF_INVITE)
def reactivate_user(user_id: int) -> Response:
    with writing() as work:
        user = queries.person(work, user_id).user
        service.reactivate_user(work, user)
        return _to_person(work, user_id, _("Het account van %(name)s staat weer aan.", name=user.name))


@bp.post("/beheer/uitnodigingen/<int:invitation_id>/opnieuw")
@allow(P.STAFF_INVITE)
def resend_staff_invitation(invitation_id: int) -> Response:
    with writing() as work:
        service.resend_invitation(work, queries.invitation(work, invitation_id))
        done = _("De uitnodiging is opnieuw verstuurd. De oude link werkt niet meer.")
        return finish(work, None, url_for("accounts.staff"), done)


@bp.post("/beheer/uitnodigingen/<int:invitation_id>/intrekken")
@allow(P.STAFF_INVITE)
def revoke_staff_invitation(invitation_id: int) -> Response:
    with writing() as work:
        service.revoke_invitation(work, queries.invitation(work, invitation_id))
        return finish(
            work, None, url_for("accounts.staff"), _("De uitnodiging is ingetrokken. De link werkt niet meer.")
        )


def _to_person(work: Work, user_id: int, done: str) -> Response:
    return finish(work, None, url_for("accounts.staff_person", user_id=user_id), done)
