"""Who acts, whom to tell, and what waits: what other features ask of accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, joinedload

from portal.access import PROVIDER_ROLES, Actor, Permission, Role
from portal.accounts.authority.queries import authorities_of, authority_of, verified_authority
from portal.accounts.models import (
    AuthorityState,
    JoinRequest,
    JoinRequestState,
    Membership,
    Organisation,
    OrganisationState,
    SigningAuthority,
    User,
    UserState,
)
from portal.accounts.users.queries import current_memberships
from portal.errors import NotFound
from portal.i18n import gettext, ngettext
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work

__all__ = [
    "actor_in", "authorities_of", "authority_of", "memberships_of", "own_membership", "own_user",
    "recipients_by_organisation", "recipients_of", "staff_of", "verified_authority", "waiting",
]  # fmt: skip


def actor_of_membership(session: Session, membership_id: int) -> Actor | None:
    """Who acts in this role today, without a session: for a background task. None when the role or the account ended."""
    find = (
        select(Membership)
        .options(joinedload(Membership.user), joinedload(Membership.organisation))
        .where(Membership.id == membership_id, Membership.ended_at.is_(None))
    )
    found = session.scalar(find)
    return actor_in(found) if found is not None and found.user.state is UserState.ACTIVE else None


def actor_in(membership: Membership) -> Actor:
    """The actor of a membership; its user and organisation must be loaded."""
    user, organisation = membership.user, membership.organisation
    return Actor(
        user_id=user.id,
        membership_id=membership.id,
        role=membership.role,
        name=user.name,
        email=user.email,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        region_id=membership.region_id,
        municipality_id=membership.municipality_id,
        table_id=membership.table_id,
        locale=user.locale,
    )


def memberships_of(session: Session, user_id: int) -> Sequence[Membership]:
    """The roles a person may work in now, oldest first."""
    return current_memberships(session, user_id)


def own_membership(work: Work, membership_id: int | None) -> Membership:
    """A role that the actor may change to. Raises NotFound."""
    for held in memberships_of(work.session, work.actor.user_id or 0):
        if held.id == membership_id:
            return held
    raise NotFound("Membership")


def own_user(work: Work) -> User:
    """The account of the actor. Raises NotFound."""
    return work.get(User, work.actor.user_id or 0)


def recipients_of(work: Work, organisation_id: int, role: Role | None = None) -> list[User]:
    """Active people of an organisation, each once; for mails."""
    return _by_name(ask(work, _recipients, role, organisation=organisation_id).scalars().all())


def _recipients(_work: Work, role: Role | None) -> Select[User]:
    find = select(User).join(Membership).where(Membership.organisation_id == bindparam("organisation"), *_CURRENT)
    return (find if role is None else find.where(Membership.role == role)).distinct()


def recipients_by_organisation(work: Work, organisation_ids: Collection[int]) -> dict[int, list[User]]:
    """The same for many organisations in one query; who works for two of them is told for each."""
    wanted = Membership.organisation_id.in_(organisation_ids)
    find = select(Membership.organisation_id, User).join(User, Membership.user_id == User.id).where(wanted)
    found: dict[int, list[User]] = {id: [] for id in organisation_ids}
    for organisation_id, user in work.session.execute(find.where(*_CURRENT).distinct()):
        found[organisation_id].append(user)
    return {id: _by_name(users) for id, users in found.items()}


def staff_of(work: Work, region_id: int, role: Role) -> list[User]:
    """Active people in this role for this region, each once; for mails and assignments."""
    find = select(User).join(Membership).where(Membership.region_id == region_id, Membership.role == role)
    return _active(work, find)


_CURRENT = (Membership.ended_at.is_(None), User.state == UserState.ACTIVE)


def _active(work: Work, find: Select[User]) -> list[User]:
    return _by_name(work.session.scalars(find.where(*_CURRENT).distinct()).all())


def _by_name(users: Sequence[User]) -> list[User]:
    return sorted(users, key=lambda user: (user.name.casefold(), user.id))


# --- what waits --------------------------------------------------------------------------------------------------


def waiting(work: Work) -> list[Wait]:
    """What waits for the actor here, and what the actor waits for: two queries at most."""
    if work.actor.role in PROVIDER_ROLES:
        return _provider_waits(work)
    if work.actor.may(Permission.AUTHORITY_VERIFY):
        return _officer_waits(work)
    return []


def _claimed(_work: Work) -> Select[int]:
    return select(func.count()).where(SigningAuthority.state == AuthorityState.CLAIMED)


def _officer_waits(work: Work) -> list[Wait]:
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    count = ask(work, _claimed).scalar() or 0
    if not count:
        return []
    title = n_("%(num)s tekenbevoegdheid controleren", "%(num)s tekenbevoegdheden controleren", count)
    detail = _("Zonder controle telt de handtekening van de aanbieder niet.")
    return [Wait(title, detail, "accounts.verifications", words=_("Te controleren"), kind="let-op", due=None)]


def _standing(work: Work) -> Select[*tuple[Any, ...]]:
    """How an organisation stands: its state, its claims on signing authority, and who asks to join it."""
    mine = work.actor.organisation_id
    own = SigningAuthority.organisation_id == mine
    asks = (JoinRequest.organisation_id == mine, JoinRequest.state == JoinRequestState.OPEN)
    return select(
        Organisation.state,
        exists().where(own, SigningAuthority.state == AuthorityState.CLAIMED),
        exists().where(own, SigningAuthority.state == AuthorityState.VERIFIED),
        exists().where(own, SigningAuthority.state == AuthorityState.REJECTED),
        select(func.min(JoinRequest.name)).where(*asks).scalar_subquery(),
        select(func.count()).where(*asks).scalar_subquery(),
    ).where(Organisation.id == mine)


def _provider_waits(work: Work) -> list[Wait]:
    _ = gettext(work.actor.locale)
    state, claimed, verified, rejected, first_asker, asked = ask(work, _standing).one()
    waits = []
    if asked and work.actor.may(Permission.MEMBER_INVITE):
        waits.append(_join_wait(work, asked, first_asker))
    if claimed:
        waits.append(_check_wait(work))
    elif not verified:
        waits.append(_claim_wait(work, rejected=rejected))
    if state is OrganisationState.SUSPENDED:
        title, detail = _("Uw organisatie is geschorst"), _("Neem contact op met de inkoper van de regio.")
        waits.append(Wait(title, detail, "accounts.organisation", words=_("Geschorst"), kind="fout"))
    return waits


def _claim_wait(work: Work, *, rejected: bool) -> Wait:
    """For who manages the organisation; a plain member reads that this is not done yet, and by whom."""
    _ = gettext(work.actor.locale)
    if not rejected and not work.actor.may(Permission.MEMBER_INVITE):
        title, detail = _("Nog niemand mag tekenen"), _("Mag u zelf tekenen? Dan legt u uw bevoegdheid hier vast.")
        return Wait(title, detail, "accounts.authority", mine=False, whose=_("uw beheerder"))
    title, detail = _("Leg vast wie mag tekenen"), _("Met een uittreksel uit het Handelsregister.")
    detail = " ".join((detail, _("Zonder controle telt uw handtekening niet.")))
    words, kind = (_("Afgewezen: lees de reden"), "fout") if rejected else (_("Eerst nodig"), "let-op")
    return Wait(title, detail, "accounts.authority", words=words, kind=kind)


def _join_wait(work: Work, count: int, name: str) -> Wait:
    """One person is named; more are counted."""
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    title = n_("%(name)s vraagt toegang", "%(num)s personen vragen toegang", count, name=name)
    detail = n_(
        "Laat weten of deze persoon bij uw organisatie hoort.", "Laat weten of zij bij uw organisatie horen.", count
    )
    return Wait(title, detail, "accounts.members", words=_("Te beantwoorden"), kind="let-op")


def _check_wait(work: Work) -> Wait:
    _ = gettext(work.actor.locale)
    title, detail = _("Controle van uw tekenbevoegdheid"), _("U krijgt bericht zodra het uittreksel is bekeken.")
    words = _("Wacht op controle")
    return Wait(title, detail, "accounts.authority", words=words, kind="bezig", mine=False, whose=_("inkoper"))
