"""Members, invitations and requests to join, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from portal.access import PROVIDER_ROLES, Permission, Role
from portal.accounts.models import (
    Invitation,
    JoinRequest,
    JoinRequestState,
    Membership,
    Organisation,
    OrganisationKind,
    User,
    UserState,
)
from portal.accounts.users import rules as user_rules
from portal.accounts.users.queries import current_memberships
from portal.db import sort_key
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_of
from portal.work import Work

T = TypeVar("T")


def own_organisation(work: Work) -> Organisation:
    """The organisation of the active membership. Raises NotFound for who has none."""
    found = work.session.get(Organisation, work.actor.organisation_id or 0)
    if found is None:
        raise NotFound("Organisation")
    return found


def _mine(work: Work, column: ColumnElement[int]) -> ColumnElement[bool]:
    """A provider's people see their own organisation; who invites staff sees all; nobody else sees anything."""
    if work.actor.may(Permission.STAFF_INVITE):
        return true()
    return column == (work.actor.organisation_id if work.actor.is_provider else None)


def members(work: Work, organisation_id: int) -> Sequence[Membership]:
    """Current roles at this organisation, by name."""
    find = (
        select(Membership)
        .join(User)
        .options(joinedload(Membership.user))
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .where(_mine(work, Membership.__table__.c.organisation_id))
    )
    return sorted(work.session.scalars(find), key=lambda m: (m.user.name.casefold(), m.id))


def membership(work: Work, membership_id: int) -> Membership:
    """A current role that the actor may end. Raises NotFound."""
    find = select(Membership).where(
        Membership.id == membership_id,
        Membership.ended_at.is_(None),
        _mine(work, Membership.__table__.c.organisation_id),
    )
    return _found(work.session.scalar(find))


def open_invitations(work: Work, organisation_id: int | None = None) -> Sequence[Invitation]:
    """Sent and not yet accepted or revoked, the newest first; also those whose term is over, so that they can be resent."""
    find = (
        select(Invitation)
        .options(joinedload(Invitation.organisation))
        .where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .where(_mine(work, Invitation.__table__.c.organisation_id))
        .order_by(Invitation.invited_at.desc(), Invitation.id.desc())
    )
    if organisation_id is not None:
        find = find.where(Invitation.organisation_id == organisation_id)
    else:
        find = find.where(Invitation.role.not_in(PROVIDER_ROLES))
    return work.session.scalars(find).all()


def invitation(work: Work, invitation_id: int) -> Invitation:
    """One that still stands open and that the actor may revoke or resend. Raises NotFound."""
    find = select(Invitation).where(
        Invitation.id == invitation_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        _mine(work, Invitation.__table__.c.organisation_id),
    )
    return _found(work.session.scalar(find))


def invitation_by_token(work: Work, token: str) -> Invitation | None:
    """The invitation that this mailed link opens now: not revoked, accepted or over."""
    find = select(Invitation).where(
        Invitation.token_digest == user_rules.token_digest(token),
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > work.now,
    )
    return work.session.scalar(find)


def same_invitation(work: Work, email: str, organisation_id: int, role: Role, now: datetime) -> Invitation | None:
    find = select(Invitation).where(
        Invitation.email == email,
        Invitation.organisation_id == organisation_id,
        Invitation.role == role,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
    return work.session.scalar(find)


def open_join_requests(work: Work) -> Sequence[JoinRequest]:
    """Who asks to join the actor's organisation, the oldest first; only for who may answer."""
    if not work.actor.may(Permission.MEMBER_INVITE):
        return []
    find = select(JoinRequest).where(
        JoinRequest.organisation_id == work.actor.organisation_id, JoinRequest.state == JoinRequestState.OPEN
    )
    return work.session.scalars(find.order_by(JoinRequest.asked_at)).all()


def join_request(work: Work, request_id: int) -> JoinRequest:
    """A request to the actor's own organisation. Raises NotFound."""
    find = select(JoinRequest).where(
        JoinRequest.id == request_id, JoinRequest.organisation_id == work.actor.organisation_id
    )
    return _found(work.session.scalar(find))


def request_of(work: Work, organisation_id: int, email: str) -> JoinRequest | None:
    find = select(JoinRequest).where(JoinRequest.organisation_id == organisation_id, JoinRequest.email == email)
    return work.session.scalar(find)


def administrators(work: Work, organisation_id: int) -> Sequence[User]:
    """Who answers for a provider's accounts. For mails: never shown to who asks."""
    find = (
        select(User)
        .join(Membership)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == Role.PROVIDER_ADMIN,
            Membership.ended_at.is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(User.id)
    )
    return work.session.scalars(find).unique().all()


def require_to_end(work: Work, held: Membership) -> None:
    """Who may end this role, and hand over what goes with it. Raises NotAllowed."""
    if not work.actor.may(Permission.STAFF_END):
        work.require(Permission.MEMBER_END if held.role in PROVIDER_ROLES else Permission.STAFF_END, held)


def holds_only(work: Work, held: Membership) -> bool:
    """Whether this is the person's only role: then a seat in person goes with it."""
    return len(current_memberships(work.session, held.user_id)) == 1


def colleagues_of(work: Work, held: Membership) -> Sequence[Membership]:
    """The other current roles at the same organisation, by name. For who may end this one."""
    find = (
        select(Membership)
        .join(User)
        .options(joinedload(Membership.user))
        .where(Membership.organisation_id == held.organisation_id, Membership.ended_at.is_(None))
        .where(Membership.user_id != held.user_id, User.state == UserState.ACTIVE)
    )
    return sorted(work.session.scalars(find), key=lambda m: (m.user.name.casefold(), m.id))


def is_last_administrator(work: Work, held: Membership) -> bool:
    """Nobody else could manage this organisation, or the portal."""
    is_admin = held.role in (Role.PROVIDER_ADMIN, Role.PLATFORM_ADMIN)
    return is_admin and count_current(work, held.organisation_id, held.role) == 1


def everybody_at(work: Work, organisation_id: int) -> Sequence[User]:
    """Who holds a role at this organisation now, each once. For verbs: never shown."""
    find = select(User).join(Membership).where(Membership.organisation_id == organisation_id)
    return work.session.scalars(find.where(Membership.ended_at.is_(None)).order_by(User.id)).unique().all()


def count_current(work: Work, organisation_id: int, role: Role) -> int:
    find = select(func.count()).where(
        Membership.organisation_id == organisation_id, Membership.role == role, Membership.ended_at.is_(None)
    )
    return work.session.scalar(find) or 0


@dataclass(frozen=True)
class StaffMember:
    user: User
    memberships: Sequence[Membership]


BY_NAME = [Key(User.sort_name)]
ORDER = Order({"": BY_NAME, "naam": BY_NAME, "adres": [Key(User.email)]}, last=Key(User.id))


def staff(work: Work, search: str = "", asked: Asked = FIRST) -> Page[StaffMember]:
    """One page of everybody with a role at the buyer's side or the platform, also deactivated ones; for who may invite."""
    page = page_of(work.session, _staff(work, search), ORDER, asked, counted=True)
    return replace(page, rows=_with_roles(work, page.rows))


def all_staff(work: Work, search: str = "", sort: str = "") -> Iterator[StaffMember]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _staff(work, search), ORDER, sort):
        yield from _with_roles(work, some)


def _roles() -> Select[Membership]:
    find = select(Membership).join(Organisation).options(joinedload(Membership.organisation))
    return find.where(Organisation.kind != OrganisationKind.PROVIDER, Membership.ended_at.is_(None))


def _staff(work: Work, search: str) -> Select[User]:
    allowed = true() if work.actor.may(Permission.STAFF_INVITE) else false()
    find = select(User).where(allowed, User.id.in_(_roles().with_only_columns(Membership.user_id)))
    if search:
        name = User.sort_name.contains(sort_key(search), autoescape=True)
        find = find.where(or_(name, User.email.icontains(search, autoescape=True)))
    return find


def _with_roles(work: Work, people: Sequence[User]) -> list[StaffMember]:
    held: dict[int, list[Membership]] = {user.id: [] for user in people}
    for found in work.session.scalars(_roles().where(Membership.user_id.in_(held)).order_by(Membership.id)):
        held[found.user_id].append(found)
    return [StaffMember(user, held[user.id]) for user in people]


def person(work: Work, user_id: int) -> StaffMember:
    """One account with its current roles; for who may invite staff. Raises NotFound."""
    user = work.session.get(User, user_id) if work.actor.may(Permission.STAFF_INVITE) else None
    if user is None:
        raise NotFound("User")
    find = (
        select(Membership)
        .options(joinedload(Membership.organisation))
        .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    return StaffMember(user, work.session.scalars(find).all())


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound("membership")
    return thing
