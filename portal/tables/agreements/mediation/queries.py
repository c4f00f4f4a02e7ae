"""Mediation files: for their mediator alone."""

from __future__ import annotations

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission, Role
from portal.accounts.models import Membership, User, UserState
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, page_of
from portal.regions.models import Region
from portal.regions.queries import blueprint_of
from portal.tables.agreements.models import Mediation
from portal.tables.agreements.queries import STANDS
from portal.tables.agreements.rules import MEDIATION_WEEKS
from portal.tables.rounds.models import DevelopmentTable
from portal.work import Work


def mediation(work: Work, mediation_id: int) -> Mediation:
    """The confidential file: for its mediator alone. Raises NotFound for everybody else."""
    found = work.session.scalar(
        select(Mediation)
        .where(Mediation.id == mediation_id, Mediation.mediator_id == work.actor.user_id)
        .options(selectinload(Mediation.entries), joinedload(Mediation.agreement).options(*STANDS))
    )
    if found is None or not work.actor.may(Permission.MEDIATION_LEAD, found):
        raise NotFound("mediation")
    return found


def mediators(work: Work, table: DevelopmentTable) -> list[User]:
    """Who may mediate here: independent chairs of this table or of the region."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role == Role.INDEPENDENT_CHAIR,
            Membership.region_id == table.region_id,
            or_(Membership.table_id.is_(None), Membership.table_id == table.id),
            Membership.ended_at.is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(User.name)
    )
    return list(work.session.scalars(query).unique())


ORDER = Order(
    {"": [Key(case((Mediation.closed_at.is_(None), 0), else_=1)), Key(Mediation.due_on)]}, last=Key(Mediation.id)
)


def own_mediations(work: Work, asked: Asked = FIRST) -> Page[Mediation]:
    """One page of those that the actor leads or led, the open ones first."""
    if not work.actor.may(Permission.MEDIATION_LEAD):
        return Page([])
    find = select(Mediation).where(Mediation.mediator_id == work.actor.user_id)
    return page_of(work.session, find.options(joinedload(Mediation.agreement).options(*STANDS)), ORDER, asked)


def open_mediations(work: Work) -> int:
    """How many the actor leads now."""
    if not work.actor.may(Permission.MEDIATION_LEAD):
        return 0
    mine = select(func.count(Mediation.id)).where(Mediation.mediator_id == work.actor.user_id)
    return work.session.scalar(mine.where(Mediation.closed_at.is_(None))) or 0


def name_of(work: Work, user_id: int) -> str:
    return work.get(User, user_id).name


def mediation_weeks(region: Region) -> int:
    """The time box of the region, or ours where it has none."""
    said = blueprint_of(region).governance.mediation
    return said.time_box_weeks if said and said.time_box_weeks else MEDIATION_WEEKS
