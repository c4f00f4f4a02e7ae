"""What somebody with a mandate may sign today for a municipality: a page at a time, and how much it is in all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from portal.access import Permission
from portal.accounts.models import Organisation
from portal.contracts import rules
from portal.contracts.models import Contract, ContractSignature, ContractState
from portal.contracts.queries import complete, headed, seen_by
from portal.listing import FIRST, Asked, Key, Order, Page, page_of
from portal.regions import queries as regions
from portal.regions.mandates import queries as mandates
from portal.regions.models import Mandate, Municipality, Power
from portal.work import Work

ORDER = Order({"": [Key(Organisation.sort_name), Key(Contract.id)]}, last=Key(Municipality.id))


@dataclass(frozen=True)
class Asking:
    """How much waits for this proxy holder, and since which first day of a contract it must be done."""

    number: int = 0
    first: date | None = None


def asking(work: Work) -> Asking:
    held = _held(work)
    if not held:
        return Asking()
    counted = _pairs(work, held).with_only_columns(func.count(), func.min(Contract.starts_on))
    number, first = work.session.execute(counted).one()
    return Asking(number, first)


def to_sign(work: Work, asked: Asked = FIRST) -> Page[rules.ToSign]:
    """One page of what the actor may sign, by provider; one line for each municipality."""
    held = _held(work)
    if not held:
        return Page([])
    every = _pairs(work, held).with_only_columns(func.count()).correlate(None).scalar_subquery()
    find: Any = _pairs(work, held).add_columns(every)
    page = page_of(work.session, headed(find), ORDER, asked)
    complete(work, {found for found, _municipality, _every in page.rows})
    rows = [rules.ToSign(found, held[municipality.id]) for found, municipality, _every in page.rows]
    return replace(page, rows=rows, total=page.rows[0][2] if page.rows else 0)


def may_sign(work: Work, found: Contract) -> bool:
    """Whether a line of this contract waits for the actor."""
    held = _held(work)
    if not held:
        return False
    find = _pairs(work, held).where(Contract.id == found.id).with_only_columns(Contract.id).limit(1)
    return work.session.scalar(find) is not None


def _held(work: Work) -> dict[int, Mandate]:
    """Municipality -> the widest mandate that the actor holds for it today; without those that left the region."""
    if not work.actor.may(Permission.CONTRACT_SIGN_MUNICIPALITY) or work.actor.user_id is None:
        return {}
    found = mandates.mandates_of(work, work.actor.user_id, Power.SIGN_CONTRACT, work.today)
    by_reach = sorted(found, key=lambda m: (m.max_amount is None, m.max_amount or 0))
    best = {mandate.municipality_id: mandate for mandate in by_reach}
    members = regions.members_by_region(work, {mandate.region_id for mandate in best.values()}, work.today)
    inside = {(region_id, member.id) for region_id, some in members.items() for member in some}
    return {id: mandate for id, mandate in best.items() if (mandate.region_id, id) in inside}


def _pairs(work: Work, held: dict[int, Mandate]) -> Select[Contract, Municipality]:
    """Contract and municipality, where that municipality has not signed yet."""
    here = or_(*(and_(Municipality.id == id, Contract.region_id == m.region_id) for id, m in held.items()))
    signed = exists().where(
        ContractSignature.contract_id == Contract.id, ContractSignature.municipality_id == Municipality.id
    )
    return (
        select(Contract, Municipality)
        .select_from(Contract)
        .join(Contract.organisation)
        .join(Municipality, here)
        .where(seen_by(work), Contract.state == ContractState.TO_SIGN, ~signed)
    )
