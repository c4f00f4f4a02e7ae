"""Verbs on belonging: invite, accept, ask to join, give a role, end one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from portal.access import PROVIDER_ROLES, Permission, Role, Scope
from portal.accounts.absence.rules import reasons_not_to_stand_in
from portal.accounts.members import mails, queries
from portal.accounts.members.states import JOIN_REQUEST
from portal.accounts.models import Invitation, JoinRequest, Membership, Organisation, User, UserState
from portal.accounts.rules import reasons_not_to_give_role, reasons_roles_conflict
from portal.accounts.users import queries as user_queries
from portal.accounts.users import rules as user_rules
from portal.accounts.users import service as users
from portal.audit import record
from portal.errors import RuleBroken
from portal.work import Work

INVITATION_DAYS = 7


def invite(
    work: Work,
    *,
    email: str,
    organisation: Organisation,
    role: Role,
    region_id: int | None = None,
    municipality_id: int | None = None,
    table_id: int | None = None,
) -> str:
    """Mail a link with which this person joins in this role; returns its token.

    Raises NotAllowed, or RuleBroken: already_invited, already_member, roles_on_both_sides, role_does_not_fit_organisation,
    role_needs_region, role_needs_municipality.
    """
    _require_to_give(work, role, organisation)
    address = user_rules.normal_email(email)
    reasons = reasons_not_to_give_role(
        role, organisation.kind, region_id=region_id, municipality_id=municipality_id
    ) + _reasons_against_person(work, address, organisation, role)
    if queries.same_invitation(work, address, organisation.id, role, work.now) is not None:
        reasons.append("already_invited")
    if reasons:
        raise RuleBroken(*reasons, subject=organisation)
    token = users.new_token()
    invitation = Invitation(
        email=address,
        organisation_id=organisation.id,
        organisation=organisation,
        role=role,
        region_id=region_id,
        municipality_id=municipality_id,
        table_id=table_id,
        token_digest=user_rules.token_digest(token),
        invited_by_id=work.actor.user_id,
        invited_at=work.now,
        expires_at=work.now + timedelta(days=INVITATION_DAYS),
    )
    work.add(invitation)
    record(work, "invitation.sent", invitation, role=role, organisation_id=organisation.id)
    mails.tell_invited(work, invitation, token, locale=_locale_of(work, address))
    return token


def resend_invitation(work: Work, invitation: Invitation) -> str:
    """A new link with a new term; the old link stops working."""
    _require_to_give(work, invitation.role, invitation.organisation)
    token = users.new_token()
    invitation.token_digest = user_rules.token_digest(token)
    invitation.expires_at = work.now + timedelta(days=INVITATION_DAYS)
    record(work, "invitation.resent", invitation, organisation_id=invitation.organisation_id)
    mails.tell_invited(work, invitation, token, locale=_locale_of(work, invitation.email))
    return token


def revoke_invitation(work: Work, invitation: Invitation) -> None:
    """The link stops working."""
    _require_to_give(work, invitation.role, invitation.organisation)
    invitation.revoked_at = work.now
    record(work, "invitation.revoked", invitation, organisation_id=invitation.organisation_id)


def accept_invitation(work: Work, token: str, *, name: str = "", password: str = "", locale: str = "nl") -> User:
    """Join. Somebody without an account gets one; somebody with one keeps name and password.

    Raises RuleBroken: link_expired, deactivated, already_member, roles_on_both_sides, or what is wrong with the password.
    """
    invitation = queries.invitation_by_token(work, token)
    if invitation is None:
        raise RuleBroken("link_expired")
    user = user_queries.user_by_email(work.session, invitation.email)
    if user is None:
        user = users.new_user(work, email=invitation.email, name=name, password=password, locale=locale)
    if user.state is UserState.DEACTIVATED:
        raise RuleBroken("deactivated", subject=user)
    _refuse(_reasons_against_roles(work, user, invitation.role, invitation.organisation), user)
    users.confirm_invited(work, user)
    invitation.accepted_at = work.now
    record(work, "invitation.accepted", invitation, user_account_id=user.id)
    _join(
        work,
        user,
        invitation.organisation,
        invitation.role,
        Scope(invitation.region_id, None, invitation.municipality_id, invitation.table_id),
    )
    return user


def give_role(
    work: Work,
    user: User,
    *,
    organisation: Organisation,
    role: Role,
    region_id: int | None = None,
    municipality_id: int | None = None,
    table_id: int | None = None,
) -> Membership:
    """A further role for somebody who has an account; their sessions end so that it counts at once.

    Raises NotAllowed, or RuleBroken as `invite` does.
    """
    _require_to_give(work, role, organisation)
    unfit = reasons_not_to_give_role(role, organisation.kind, region_id=region_id, municipality_id=municipality_id)
    _refuse(unfit + _reasons_against_person(work, user.email, organisation, role), user)
    return _join(work, user, organisation, role, Scope(region_id, None, municipality_id, table_id))


def found_organisation(work: Work, user: User, organisation: Organisation) -> Membership:
    """Who registers an organisation becomes its first administrator."""
    _refuse(_reasons_against_roles(work, user, Role.PROVIDER_ADMIN), user)
    return _join(work, user, organisation, Role.PROVIDER_ADMIN, Scope())


def end_membership(work: Work, membership: Membership) -> None:
    """The role is over and the person's sessions end. Raises NotAllowed, or RuleBroken: last_administrator."""
    queries.require_to_end(work, membership)
    if queries.is_last_administrator(work, membership):
        raise RuleBroken("last_administrator", subject=membership)
    membership.ended_at = work.now
    users.end_sessions(membership.user)
    record(
        work, "membership.ended", membership,
        role=membership.role, user_account_id=membership.user_id, organisation_id=membership.organisation_id,
    )  # fmt: skip


def hand_over(
    work: Work,
    membership: Membership,
    *,
    to: Membership | None,
    tasks: Sequence[tuple[str, str]],
    remaining: Sequence[tuple[str, str]] = (),
) -> None:
    """Somebody leaves: the role and the right to sign for the organisation end, and a colleague hears what was open.

    `tasks` are (title, address) of what is the colleague's now, `remaining` of what somebody must still arrange. Raises
    as `end_membership` does, or RuleBroken(deputy_may_not) for a colleague who may do less.
    """
    if to is not None and (reasons := reasons_not_to_stand_in(membership, to)):
        raise RuleBroken(*reasons, subject=membership)
    end_membership(work, membership)
    if to is not None:
        facts = {"to_membership_id": to.id, "tasks": len(tasks), "organisation_id": membership.organisation_id}
        record(work, "membership.handed_over", membership, **facts, remaining=len(remaining))
        mails.tell_handed_over(work, membership, to, tasks, remaining)


def end_sessions_at(work: Work, organisation: Organisation) -> None:
    """What its people may do has changed for all of them at once: they log in again."""
    for user in queries.everybody_at(work, organisation.id):
        users.end_sessions(user)


# --- asking to join ----------------------------------------------------------------------------------------------


def ask_to_join(work: Work, organisation: Organisation, *, name: str, email: str) -> JoinRequest:
    """Somebody registers an organisation that is here already: its administrators are asked. Asking twice is asking once."""
    address = user_rules.normal_email(email)
    found = queries.request_of(work, organisation.id, address)
    if found is not None:
        return found
    request = JoinRequest(organisation_id=organisation.id, name=name.strip(), email=address, asked_at=work.now)
    work.add(request)
    record(work, "join_request.asked", request, organisation_id=organisation.id)
    mails.tell_of_join_request(work, organisation, request)
    return request


def accept_join_request(work: Work, request: JoinRequest, *, role: Role) -> str:
    """The person belongs here: they are invited. Returns the token. Raises as `invite` does."""
    JOIN_REQUEST.apply(work, request, "accept", organisation_id=request.organisation_id)
    request.answered_by_id = work.actor.user_id
    organisation = work.get(Organisation, request.organisation_id)
    return invite(work, email=request.email, organisation=organisation, role=role)


def decline_join_request(work: Work, request: JoinRequest) -> None:
    """The person does not belong here and is told so, without a name."""
    JOIN_REQUEST.apply(work, request, "decline", organisation_id=request.organisation_id)
    request.answered_by_id = work.actor.user_id
    organisation = work.get(Organisation, request.organisation_id)
    mails.tell_declined(work, organisation, request, locale=_locale_of(work, request.email))


# --- inside ------------------------------------------------------------------------------------------------------


def _join(work: Work, user: User, organisation: Organisation, role: Role, scope: Scope) -> Membership:
    membership = Membership(
        user=user,
        organisation_id=organisation.id,
        organisation=organisation,
        role=role,
        region_id=scope.region_id,
        municipality_id=scope.municipality_id,
        table_id=scope.table_id,
        since=work.now,
    )
    work.add(membership)
    users.end_sessions(user)
    facts = {"role": role, "user_account_id": user.id, "organisation_id": organisation.id}
    record(work, "membership.began", membership, **facts)
    return membership


def _require_to_give(work: Work, role: Role, organisation: Organisation) -> None:
    """A provider's administrator gives its own roles; the platform's administrator gives the others."""
    if role in PROVIDER_ROLES:
        work.require(Permission.MEMBER_INVITE, organisation)
    else:
        work.require(Permission.STAFF_INVITE)


def _reasons_against_person(work: Work, email: str, organisation: Organisation, role: Role) -> list[str]:
    user = user_queries.user_by_email(work.session, email)
    return [] if user is None else _reasons_against_roles(work, user, role, organisation)


def _reasons_against_roles(work: Work, user: User, role: Role, organisation: Organisation | None = None) -> list[str]:
    held = user_queries.current_memberships(work.session, user.id)
    twice = organisation is not None and (organisation.id, role) in {(m.organisation_id, m.role) for m in held}
    return ["already_member"] if twice else reasons_roles_conflict(role, [m.role for m in held])


def _refuse(reasons: list[str], subject: object) -> None:
    if reasons:
        raise RuleBroken(*reasons, subject=subject)


def _locale_of(work: Work, email: str) -> str:
    """The reader's own language where it is known, else that of who writes."""
    user = user_queries.user_by_email(work.session, email)
    return user.locale if user is not None else work.actor.locale
