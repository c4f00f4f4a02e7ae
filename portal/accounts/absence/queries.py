"""Absences and deputies, as far as they are the actor's own or those of people whom the actor looks after."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.access import Permission
from portal.accounts.absence.models import Absence
from portal.accounts.absence.rules import reasons_not_to_stand_in
from portal.accounts.models import Membership, Organisation, OrganisationKind, User, UserState
from portal.errors import NotFound
from portal.statements import ask
from portal.work import Work

AWAY, DEPUTY = aliased(Membership), aliased(Membership)


def _all() -> Select[Absence]:
    """Absences that nobody took back, of people and deputies who still have their role."""
    loads = [
        joinedload(getattr(Absence, side)).options(joinedload(Membership.user), joinedload(Membership.organisation))
        for side in ("membership", "deputy")
    ]
    return (
        select(Absence)
        .join(AWAY, AWAY.id == Absence.membership_id)
        .join(DEPUTY, DEPUTY.id == Absence.deputy_id)
        .options(*loads)
        .where(Absence.ended_at.is_(None), AWAY.ended_at.is_(None), DEPUTY.ended_at.is_(None))
    )


def _now(work: Work) -> ColumnElement[bool]:
    return and_(Absence.starts_on <= work.today, Absence.ends_on >= work.today)


def _manages(work: Work) -> ColumnElement[bool]:
    """The own absence, and those at a provider for its administrator."""
    mine = AWAY.user_id == work.actor.user_id
    if work.actor.is_provider and work.actor.may(Permission.MEMBER_END):
        return or_(mine, AWAY.organisation_id == work.actor.organisation_id)
    return mine


def _looks_after(work: Work) -> ColumnElement[bool]:
    """Also those of the buyer's people, for the administrator of the portal: who fell ill arranges nothing."""
    if work.actor.may(Permission.STAFF_END):
        return or_(_manages(work), AWAY.organisation_id.in_(select(Organisation.id).where(_buyers())))
    return _manages(work)


def _buyers() -> ColumnElement[bool]:
    return Organisation.kind != OrganisationKind.PROVIDER


def arranged(work: Work) -> Sequence[Absence]:
    """Absences that are not over, which the actor arranges: the soonest first."""
    find = _all().where(_manages(work), Absence.ends_on >= work.today)
    return work.session.scalars(find.order_by(Absence.starts_on, Absence.id)).all()


def arranged_for(work: Work, membership: Membership) -> Sequence[Absence]:
    """Those of one role that are not over: the soonest first."""
    find = _all().where(_looks_after(work), Absence.membership_id == membership.id, Absence.ends_on >= work.today)
    return work.session.scalars(find.order_by(Absence.starts_on, Absence.id)).all()


def absence(work: Work, absence_id: int) -> Absence:
    """One that the actor may take back. Raises NotFound."""
    find = _all().where(_looks_after(work), Absence.id == absence_id, Absence.ends_on >= work.today)
    found = work.session.scalar(find)
    if found is None:
        raise NotFound("Absence")
    return found


def standing_in(work: Work) -> Sequence[Absence]:
    """For whom the actor stands in today, in the role that is active now."""
    return ask(work, _standing_in).scalars().all()


def _standing_in(work: Work) -> Select[Absence]:
    find = _all().join(User, User.id == AWAY.user_id)
    find = find.where(Absence.deputy_id == work.actor.membership_id, _now(work), User.state == UserState.ACTIVE)
    return find.order_by(Absence.id)


def stood_in_for(work: Work, absence_id: int) -> Absence:
    """Raises NotFound when the actor does not stand in for that person today."""
    for found in standing_in(work):
        if found.id == absence_id:
            return found
    raise NotFound("Absence")


def arrangeable(work: Work) -> Sequence[Membership]:
    """Whose absence the actor may arrange: the own role, and for a provider's administrator those of colleagues."""
    find = select(Membership).options(joinedload(Membership.user)).where(Membership.ended_at.is_(None))
    if work.actor.is_provider and work.actor.may(Permission.MEMBER_END):
        find = find.where(Membership.organisation_id == work.actor.organisation_id)
    else:
        find = find.where(Membership.id == work.actor.membership_id)
    return _by_name(work.session.scalars(find).all())


def staff_role(work: Work, membership_id: int) -> Membership:
    """A current role of the buyer's people, for who looks after them. Raises NotFound."""
    find = (
        select(Membership)
        .join(Membership.organisation)
        .options(joinedload(Membership.user), contains_eager(Membership.organisation))
        .where(Membership.id == membership_id, Membership.ended_at.is_(None), _buyers())
    )
    found = work.session.scalar(find) if work.actor.may(Permission.STAFF_END) else None
    if found is None:
        raise NotFound("Membership")
    return found


def deputies_for(work: Work, away: Membership) -> Sequence[Membership]:
    """Colleagues who may stand in for this role: by name."""
    return _by_name([m for m in _colleagues(work, away.organisation_id) if not reasons_not_to_stand_in(away, m)])


def deputies_at(work: Work) -> Sequence[Membership]:
    """Colleagues who may stand in for the actor, or for whomever the actor may arrange it: by name."""
    away, colleagues = arrangeable(work), _colleagues(work, work.actor.organisation_id)
    return _by_name([m for m in colleagues if any(not reasons_not_to_stand_in(a, m) for a in away)])


def _colleagues(work: Work, organisation_id: int | None) -> Sequence[Membership]:
    find = select(Membership).join(User).options(joinedload(Membership.user)).where(
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
        User.state == UserState.ACTIVE,
    )  # fmt: skip
    return work.session.scalars(find).all()


def overlapping(work: Work, membership_id: int, starts_on: object, ends_on: object) -> bool:
    find = _all().where(
        Absence.membership_id == membership_id, Absence.starts_on <= ends_on, Absence.ends_on >= starts_on
    )
    return work.session.scalars(find).first() is not None


def deputies_of(work: Work, address: str) -> list[tuple[User, str]]:
    """(deputy, name of who is away): who gets a copy of what is mailed to this address.

    That is whoever stands in today for every role of its person. A mail does not say for which role it is; who stands
    in for one of two roles must not read about the other.
    """
    held = select(Membership.id).join(User).where(User.email == address.lower(), Membership.ended_at.is_(None))
    roles = set(work.session.scalars(held))
    if not roles:
        return []
    find = _all().where(Absence.membership_id.in_(roles), _now(work))
    covered: dict[User, set[int]] = {}
    away = ""
    for found in work.session.scalars(find):
        if found.deputy.user.state is UserState.ACTIVE:
            covered.setdefault(found.deputy.user, set()).add(found.membership_id)
            away = found.membership.user.name
    return [(user, away) for user, stands_for in covered.items() if stands_for == roles]


def anybody_away(work: Work) -> set[str]:
    """The addresses of who is away today, asked once per act: nearly always few or none."""
    known: set[str] | None = work.session.info.get("away")
    if known is None:
        known = work.session.info["away"] = set(ask(work, _away).scalars())
    return known


def _away(work: Work) -> Select[str]:
    find = select(User.email).join(AWAY, AWAY.user_id == User.id).join(Absence, Absence.membership_id == AWAY.id)
    return find.where(Absence.ended_at.is_(None), _now(work))


def _by_name(found: Sequence[Membership]) -> list[Membership]:
    return sorted(found, key=lambda m: (m.user.name.casefold(), m.id))
