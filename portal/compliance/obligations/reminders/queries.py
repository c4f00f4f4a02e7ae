"""Which steps are due, and what the contract managers have not been told yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from portal.clock import local_date
from portal.compliance.obligations.models import (
    Obligation,
    ObligationKind,
    ObligationState,
    Reminder,
    ReminderState,
)
from portal.compliance.obligations.terms.queries import terms_of_procedures
from portal.contracts.models import Contract
from portal.regions.blueprints.terms import Obligation as Term
from portal.statements import ask
from portal.work import Work

from . import rules

LOOK_AHEAD = timedelta(days=62)


@dataclass(frozen=True)
class Look:
    """What deciding needs to know of an open obligation; `last` is the latest step that was taken."""

    id: int
    organisation_id: int
    kind: ObligationKind
    due_on: date
    created_at: datetime
    procedure_id: int
    last: int | None


def _open(work: Work, organisation_ids: Collection[int] | None) -> list[Look]:
    facts = {} if organisation_ids is None else {"organisations": list(organisation_ids)}
    return [Look(*row) for row in ask(work, _looks, bool(facts), until=work.today + LOOK_AHEAD, **facts)]


def _looks(_work: Work, of_some: bool) -> Select[*tuple[Any, ...]]:
    find = (
        select(
            Obligation.id,
            Obligation.organisation_id,
            Obligation.kind,
            Obligation.due_on,
            Obligation.created_at,
            Contract.procedure_id,
            func.max(Reminder.step),
        )
        .join(Contract, Contract.id == Obligation.contract_id)
        .outerjoin(Reminder, Reminder.obligation_id == Obligation.id)
        .where(Obligation.state == ObligationState.OPEN, Obligation.due_on <= bindparam("until"))
        .group_by(Obligation.id, Contract.procedure_id)
        .order_by(Obligation.due_on, Obligation.id)
    )
    return find.where(Obligation.organisation_id.in_(bindparam("organisations", expanding=True))) if of_some else find


def _due(work: Work, organisation_ids: Collection[int] | None) -> list[tuple[Look, Term, rules.Due]]:
    """What is alike in everything that counts is decided once: thousands of providers have the same last day."""
    looks = _open(work, organisation_ids)
    terms = terms_of_procedures(work, {look.procedure_id for look in looks})
    found, decided = [], dict[tuple[object, ...], rules.Due | None]()
    for look in looks:
        term = terms[look.procedure_id].get(look.kind)
        if term is None:
            continue
        created = local_date(look.created_at)
        alike = (look.procedure_id, look.kind, look.due_on, created, look.last)
        if alike not in decided:
            decided[alike] = rules.due_of(term, look.last, created=created, due_on=look.due_on, today=work.today)
        if (due := decided[alike]) is not None:
            found.append((look, term, due))
    return found


def organisations_to_chase(work: Work) -> list[int]:
    """Ids of the organisations that have a step due today: a constant number of queries for any number of them."""
    return sorted({look.organisation_id for look, _term, _step in _due(work, None)})


def due_now(work: Work, organisation_ids: Collection[int]) -> list[rules.Chase]:
    """What is to be done today about these organisations, most urgent first: as many queries as for one of them."""
    decided = {look.id: (term, due) for look, term, due in _due(work, organisation_ids)}
    chases = []
    for item in ask(work, _some, ids=list(decided)).scalars():
        term, due = decided[item.id]
        chases.append(rules.Chase(item, due, rules.actions(term, due.step)))
    return chases


def _some(_work: Work) -> Select[Obligation]:
    find = select(Obligation).where(Obligation.id.in_(bindparam("ids", expanding=True)))
    return find.options(joinedload(Obligation.organisation)).order_by(Obligation.due_on, Obligation.id)


def regions_to_tell(work: Work) -> list[int]:
    """Ids of the regions whose contract managers have something to hear."""
    find = select(Obligation.region_id).join(Reminder).where(Reminder.state == ReminderState.COLLECTED)
    return sorted(set(work.session.scalars(find)))


def collected(work: Work, region_id: int) -> list[tuple[Reminder, Obligation]]:
    """Steps that the contract managers of a region have not heard of, with their obligations, the oldest first."""
    find = (
        select(Reminder, Obligation)
        .join(Obligation, Obligation.id == Reminder.obligation_id)
        .where(Reminder.state == ReminderState.COLLECTED, Obligation.region_id == region_id)
        .options(joinedload(Obligation.organisation))
        .order_by(Obligation.due_on, Obligation.id, Reminder.step)
    )
    return [(reminder, item) for reminder, item in work.session.execute(find)]


def is_chased(item: Obligation) -> bool:
    return item.state is ObligationState.OPEN
