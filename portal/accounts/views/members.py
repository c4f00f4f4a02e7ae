"""Who works for a provider: colleagues, invitations, and people who ask to join."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, Role
from portal.accounts import service
from portal.accounts.forms import PLACES, InviteForm
from portal.accounts.members import queries
from portal.accounts.models import AttemptKind, Invitation, Membership
from portal.accounts.rules import ROLE_LABELS
from portal.accounts.users.rules import TooManyAttempts
from portal.clock import system_clock
from portal.errors import RuleBroken
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp

P = Permission


@bp.get("/organisatie/leden")
@allow(P.AUTHORITY_CLAIM)
def members() -> str:
    return _page(InviteForm())[0]


def _page(form: InviteForm) -> tuple[str, int]:
    with reading() as work:
        organisation = queries.own_organisation(work)
        people = queries.members(work, organisation.id)
        page = render_template(
            "accounts/members.html",
            form=form,
            organisation=organisation,
            people=[(m, _(ROLE_LABELS[m.role])) for m in people],
            invitations=_invitations(work, organisation.id) if work.actor.may(P.MEMBER_INVITE) else [],
            requests=queries.open_join_requests(work),
            can_invite=work.actor.may(P.MEMBER_INVITE),
            can_end=work.actor.may(P.MEMBER_END),
            last_admin=_last_admin(people),
            now=work.now,
        )
    return page, 422 if form.errors else 200


def _last_admin(people: Sequence[Membership]) -> int | None:
    """The role that cannot end, because nobody else could manage the organisation."""
    held = [membership.id for membership in people if membership.role is Role.PROVIDER_ADMIN]
    return held[0] if len(held) == 1 else None


def _invitations(work: Work, organisation_id: int) -> list[tuple[Invitation, str]]:
    return [(found, _(ROLE_LABELS[found.role])) for found in queries.open_invitations(work, organisation_id)]


@bp.post("/organisatie/leden/uitnodigen")
@allow(P.MEMBER_INVITE)
def invite_member() -> tuple[str, int] | Response:
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                organisation, email = queries.own_organisation(work), form.email.data or ""
                _count(work, email)
                service.invite(work, email=email, organisation=organisation, role=Role(form.role.data))
                return _back(work, form, _("De uitnodiging is verstuurd naar %(email)s.", email=email))
        except TooManyAttempts:
            raise  # a page of its own
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page(form)


def _count(work: Work, email: str) -> None:
    """However often somebody invites, takes back and invites: a mailbox gets a few links an hour. Raises TooManyAttempts."""
    service.count_request(work, AttemptKind.JOIN, email=email, address=email, moment=system_clock())


@bp.post("/organisatie/uitnodigingen/<int:invitation_id>/opnieuw")
@allow(P.MEMBER_INVITE)
def resend_invitation(invitation_id: int) -> Response:
    with writing() as work:
        found = queries.invitation(work, invitation_id)
        _count(work, found.email)
        service.resend_invitation(work, found)
        return _back(work, None, _("De uitnodiging is opnieuw verstuurd. De oude link werkt niet meer."))


@bp.post("/organisatie/uitnodigingen/<int:invitation_id>/intrekken")
@allow(P.MEMBER_INVITE)
def revoke_invitation(invitation_id: int) -> Response:
    with writing() as work:
        service.revoke_invitation(work, queries.invitation(work, invitation_id))
        return _back(work, None, _("De uitnodiging is ingetrokken. De link werkt niet meer."))


@bp.post("/organisatie/verzoeken/<int:request_id>/toestaan")
@allow(P.MEMBER_INVITE)
def accept_join(request_id: int) -> Response:
    with writing() as work:
        found = queries.join_request(work, request_id)
        service.accept_join_request(work, found, role=Role.PROVIDER_EDITOR)
        return _back(work, None, _("Het verzoek is toegestaan. %(name)s krijgt een uitnodiging.", name=found.name))


@bp.post("/organisatie/verzoeken/<int:request_id>/weigeren")
@allow(P.MEMBER_INVITE)
def decline_join(request_id: int) -> Response:
    with writing() as work:
        service.decline_join_request(work, queries.join_request(work, request_id))
        return _back(work, None, _("Het verzoek is geweigerd. De aanvrager krijgt daarover een mail."))


def _back(work: Work, form: InviteForm | None, done: str) -> Response:
    return finish(work, form, url_for("accounts.members"), done)
