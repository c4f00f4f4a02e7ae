"""Claims on signing authority: a provider sees its own, officers see all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, exists, false, select, true
from sqlalchemy.orm import joinedload

from portal.access import Actor, Permission
from portal.accounts.authority.states import AUTHORITY
from portal.accounts.models import AuthorityState, Membership, Organisation, OrganisationState, SigningAuthority
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, page_of
from portal.statements import ask
from portal.work import Work

CURRENT = (AuthorityState.CLAIMED, AuthorityState.VERIFIED)


def _visible(work: Work) -> ColumnElement[bool]:
    if work.actor.may(Permission.AUTHORITY_VERIFY) or work.actor.may(Permission.AUDIT_READ):
        return true()
    if work.actor.is_provider:
        return SigningAuthority.__table__.c.organisation_id == work.actor.organisation_id
    return false()


def _is_member() -> ColumnElement[bool]:
    """Who left the organisation binds it no longer, whatever was verified."""
    return exists().where(
        Membership.user_id == SigningAuthority.user_id,
        Membership.organisation_id == SigningAuthority.organisation_id,
        Membership.ended_at.is_(None),
    )


def _is_active() -> ColumnElement[bool]:
    """A suspended or closed organisation is bound by nobody."""
    return exists().where(
        Organisation.id == SigningAuthority.organisation_id, Organisation.state == OrganisationState.ACTIVE
    )


def _all(work: Work) -> Select[SigningAuthority]:
    return (
        select(SigningAuthority)
        .options(joinedload(SigningAuthority.user), joinedload(SigningAuthority.organisation))
        .where(_visible(work))
    )


def authority(work: Work, authority_id: int) -> SigningAuthority:
    """Raises NotFound."""
    found = work.session.scalar(_all(work).where(SigningAuthority.id == authority_id))
    if found is None:
        raise NotFound("SigningAuthority")
    return found


def claims_of(work: Work, organisation_id: int) -> Sequence[SigningAuthority]:
    """Everything ever claimed for this organisation, the newest first."""
    find = _all(work).where(SigningAuthority.organisation_id == organisation_id)
    return work.session.scalars(find.order_by(SigningAuthority.claimed_at.desc(), SigningAuthority.id.desc())).all()


def own_claim(work: Work) -> SigningAuthority | None:
    """The actor's current claim at the active organisation."""
    find = _all(work).where(
        SigningAuthority.user_id == work.actor.user_id,
        SigningAuthority.organisation_id == work.actor.organisation_id,
        SigningAuthority.state.in_(CURRENT),
    )
    return work.session.scalar(find)


OLDEST = Order({"": [Key(SigningAuthority.claimed_at)]}, last=Key(SigningAuthority.id))


def queue(work: Work, asked: Asked = FIRST) -> Page[SigningAuthority]:
    """One page of what waits for an officer's check, the oldest first."""
    waits = true() if work.actor.may(Permission.AUTHORITY_VERIFY) else false()
    find = _all(work).where(waits, SigningAuthority.state == AuthorityState.CLAIMED, _is_member())
    return page_of(work.session, find, OLDEST, asked, counted=True)


def recently_checked(work: Work, limit: int = 20) -> Sequence[SigningAuthority]:
    if not work.actor.may(Permission.AUTHORITY_VERIFY):
        return []
    checked = (AuthorityState.VERIFIED, AuthorityState.REJECTED)
    find = _all(work).where(SigningAuthority.state.in_(checked))
    return work.session.scalars(find.order_by(SigningAuthority.checked_at.desc()).limit(limit)).all()


def verified_authority(
    user_id: int | BindParameter[int] | None, organisation_id: int | BindParameter[int] | None
) -> Select[SigningAuthority]:
    """This person's verified authority at this organisation, as long as it holds: for another query to build upon."""
    return select(SigningAuthority).where(
        SigningAuthority.user_id == user_id,
        SigningAuthority.organisation_id == organisation_id,
        SigningAuthority.state == AuthorityState.VERIFIED,
        _is_member(),
        _is_active(),
    )


def authority_of(work: Work, user_id: int, organisation_id: int) -> SigningAuthority | None:
    """This person's verified authority at this organisation; None when it is not verified, or no longer holds."""
    return ask(work, _authority, person=user_id, organisation=organisation_id).scalar()


def _authority(_work: Work) -> Select[SigningAuthority]:
    find = verified_authority(bindparam("person", type_=Integer()), bindparam("organisation", type_=Integer()))
    return find.options(joinedload(SigningAuthority.user))


def authorities_of(work: Work, organisation_id: int) -> Sequence[SigningAuthority]:
    """All verified authorities of an organisation's present people, by person."""
    find = (
        select(SigningAuthority)
        .options(joinedload(SigningAuthority.user))
        .where(
            SigningAuthority.organisation_id == organisation_id,
            SigningAuthority.state == AuthorityState.VERIFIED,
            _is_member(),
            _is_active(),
        )
    )
    return work.session.scalars(find.order_by(SigningAuthority.id)).all()


def acts(actor: Actor, found: SigningAuthority) -> list[str]:
    """What the table of states lets this actor do now."""
    return AUTHORITY.acts(actor, found)
