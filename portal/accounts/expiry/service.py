"""Verbs on invitations and leavers that have been kept long enough."""

from __future__ import annotations

from sqlalchemy import delete

from portal.accounts.models import AccountToken, Invitation, User
from portal.accounts.users import service as users
from portal.audit import record
from portal.errors import RuleBroken
from portal.work import Work

ADDRESS = "vertrokken-{id}@ongeldig.invalid"


def forget_invitation(work: Work, invitation: Invitation) -> None:
    """The invitation and the address it went to. Raises RuleBroken(invitation_open) while it can still be accepted."""
    if invitation.accepted_at is None and invitation.revoked_at is None and invitation.expires_at > work.now:
        raise RuleBroken("invitation_open", subject=invitation)
    record(work, "invitation.removed", invitation, organisation_id=invitation.organisation_id)
    work.session.delete(invitation)


def forget_person(work: Work, user: User) -> None:
    """A leaver becomes a number: name and address go, what the person did stays under that number.

    Raises RuleBroken(person_has_role) while there is a current membership. (AVG article 5, first paragraph, under e.)
    """
    if any(membership.ended_at is None for membership in user.memberships):
        raise RuleBroken("person_has_role", subject=user)
    user.name, user.email, user.password_hash = f"Oud-medewerker {user.id}", ADDRESS.format(id=user.id), ""
    work.session.execute(delete(AccountToken).where(AccountToken.user_id == user.id))
    users.end_sessions(user)
    record(work, "user_account.forgotten", user)
