"""Rulings and the colleges' decisions, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.access import Permission, Role
from portal.accounts.models import Membership, User, UserState
from portal.clock import local_date
from portal.errors import NotFound
from portal.regions.models import Region
from portal.regions.queries import blueprint_of, members_among, memberships_of
from portal.tables.agreements.models import Agreement, CollegeDecision, Ruling
from portal.tables.agreements.queries import STANDS
from portal.tables.agreements.rules import RULE_LABELS
from portal.tables.rounds.queries import seen_by
from portal.work import Work

BY_WHOM = selectinload(Ruling.decisions).options(
    joinedload(CollegeDecision.municipality), joinedload(CollegeDecision.mandate)
)


def ruling(work: Work, ruling_id: int) -> Ruling:
    """Raises NotFound, also when its table is not the actor's."""
    found = work.session.scalar(
        select(Ruling)
        .join(Ruling.agreement)
        .join(Agreement.table)
        .where(Ruling.id == ruling_id, seen_by(work.actor))
        .options(joinedload(Ruling.agreement).options(*STANDS, joinedload(Agreement.mediation)), BY_WHOM)
    )
    if found is None:
        raise NotFound("ruling")
    return found


def rulings(work: Work) -> list[Ruling]:
    """Open ones first; a ruling is rare (domain 2.9), so all of a region stand on one page."""
    query = (
        select(Ruling)
        .join(Ruling.agreement)
        .join(Agreement.table)
        .where(seen_by(work.actor))
        .options(contains_eager(Ruling.agreement).contains_eager(Agreement.table), selectinload(Ruling.decisions))
        .order_by(Ruling.settled_at.is_not(None), Ruling.requested_at)
    )
    return list(work.session.scalars(query.limit(200)))


def colleges_asked(work: Work, rulings: Collection[Ruling]) -> dict[int, int]:
    """Ruling -> how many municipalities were members on the day it was asked for."""
    regions = {ruling.agreement.table.region_id for ruling in rulings}
    members = memberships_of(work, regions)
    return {
        ruling.id: len(members_among(members[ruling.agreement.table.region_id], local_date(ruling.requested_at)))
        for ruling in rulings
    }


def sees_vote(work: Work, ruling: Ruling, decision: CollegeDecision) -> bool:
    """Who decided what is for everybody once the municipalities have ruled. Before that a college sees its own decision
    and the auditor all of them, so that nobody decides with an eye on the others."""
    own = work.actor.municipality_id is not None and decision.municipality_id == work.actor.municipality_id
    return ruling.settled_at is not None or own or work.actor.may(Permission.AUDIT_READ)


def ruling_locked(work: Work, ruling: Ruling) -> list[CollegeDecision]:
    """The decisions so far, while nobody else adds one: the last two colleges must see each other."""
    work.session.execute(select(Ruling.id).where(Ruling.id == ruling.id).with_for_update())
    query = select(CollegeDecision).where(CollegeDecision.ruling_id == ruling.id)
    return list(work.session.scalars(query.execution_options(populate_existing=True)))


def delegates(work: Work, region_id: int, municipality_ids: Sequence[int]) -> list[User]:
    """Who records decisions for these municipalities."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role == Role.COLLEGE_DELEGATE,
            Membership.region_id == region_id,
            Membership.municipality_id.in_(municipality_ids),
            Membership.ended_at.is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(User.id)
    )
    return list(work.session.scalars(query).unique())


def ruling_rule(region: Region) -> str | None:
    """unanimous or majority; None where the blueprint names no rule that colleges can vote under."""
    ruling = blueprint_of(region).governance.final_ruling
    rule = ruling.rule.value if ruling and ruling.rule else None
    return rule if rule in RULE_LABELS else None
