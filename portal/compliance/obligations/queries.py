"""Obligations as the actor may see them, and what the jobs look for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal import i18n
from portal.access import Permission
from portal.accounts.models import Organisation
from portal.contracts.models import Contract, ContractState
from portal.errors import NotFound
from portal.regions.blueprints import Blueprint, from_json
from portal.regions.blueprints.terms import Obligation as Term
from portal.tenders.procedures.models import Procedure
from portal.waits import Wait
from portal.work import Work

from . import rules
from .models import Obligation, ObligationKind, ObligationState

LOOK_AHEAD = timedelta(days=62)


@lru_cache(maxsize=64)
def _parsed(digest: str, text: str) -> Blueprint:
    return from_json(text)


def terms_of(procedure: Procedure) -> Blueprint:
    """The blueprint under which the contract was concluded: the copy in its procedure."""
    return _parsed(procedure.blueprint_digest, json.dumps(procedure.blueprint, sort_keys=True))


def term_of(obligation: Obligation, procedure: Procedure) -> Term:
    """What the contract says about this kind of obligation."""
    return next(t for t in terms_of(procedure).obligations if t.kind.value == obligation.kind.value)


def _visible(work: Work) -> Select[Obligation]:
    work.require(Permission.OBLIGATION_READ)
    find = select(Obligation).join(Obligation.organisation)
    if work.actor.is_provider:
        return find.where(Obligation.organisation_id == work.actor.organisation_id)
    if work.actor.region_id is not None:
        return find.where(Obligation.region_id == work.actor.region_id)
    return find


def obligation(work: Work, obligation_id: int) -> Obligation:
    """Raises NotFound when it is not there or not the actor's."""
    find = (
        _visible(work)
        .where(Obligation.id == obligation_id)
        .options(
            contains_eager(Obligation.organisation), joinedload(Obligation.contract), selectinload(Obligation.steps)
        )
    )
    found = work.session.scalar(find)
    if found is None:
        raise NotFound("obligation")
    return found


def obligations(work: Work, *, year: int | None = None) -> Sequence[Obligation]:
    """All that the actor sees, most urgent first; `year` is the year of delivery."""
    find = _visible(work).options(contains_eager(Obligation.organisation))
    if year is not None:
        find = find.where(Obligation.due_on.between(date(year, 1, 1), date(year, 12, 31)))
    return work.session.scalars(find.order_by(Obligation.due_on, Organisation.sort_name, Obligation.id)).all()


def years(work: Work) -> list[int]:
    """Years of delivery in which there is anything, newest first."""
    dates = work.session.scalars(_visible(work).with_only_columns(Obligation.due_on).distinct())
    return sorted({day.year for day in dates}, reverse=True)


@dataclass(frozen=True)
class ContractTerms:
    contract: Contract
    procedure: Procedure


def contracts_in_force_during(work: Work, year: int) -> list[ContractTerms]:
    """Contracts in force on any day of that calendar year, with the procedure that carries their terms."""
    find = (
        select(Contract, Procedure)
        .join(Procedure, Procedure.id == Contract.procedure_id)
        .where(
            Contract.state == ContractState.IN_FORCE,
            Contract.starts_on <= date(year, 12, 31),
            Contract.ends_on >= date(year, 1, 1),
        )
        .order_by(Contract.id)
    )
    return [ContractTerms(contract, procedure) for contract, procedure in work.session.execute(find)]


def existing_keys(work: Work, about_year: int) -> set[tuple[int, ObligationKind]]:
    find = select(Obligation.contract_id, Obligation.kind).where(Obligation.about_year == about_year)
    return {(contract_id, kind) for contract_id, kind in work.session.execute(find)}


def chased(work: Work, organisation_id: int | None = None) -> list[tuple[Obligation, Procedure]]:
    """Open obligations near or past their date, with steps taken and terms."""
    find = (
        select(Obligation, Procedure)
        .join(Contract, Contract.id == Obligation.contract_id)
        .join(Procedure, Procedure.id == Contract.procedure_id)
        .where(Obligation.state == ObligationState.OPEN, Obligation.due_on <= work.today + LOOK_AHEAD)
        .options(selectinload(Obligation.steps), joinedload(Obligation.organisation))
        .order_by(Obligation.organisation_id, Obligation.due_on, Obligation.id)
    )
    if organisation_id is not None:
        find = find.where(Obligation.organisation_id == organisation_id)
    return [(found, procedure) for found, procedure in work.session.execute(find)]


def due_now(work: Work, organisation_id: int | None = None) -> dict[int, list[tuple[Obligation, Term, rules.Due]]]:
    """Organisation id -> its obligations that have a step to take today."""
    found: dict[int, list[tuple[Obligation, Term, rules.Due]]] = defaultdict(list)
    for item, procedure in chased(work, organisation_id):
        term = term_of(item, procedure)
        due = due_of(item, term, work.today)
        if due.step is not None:
            found[item.organisation_id].append((item, term, due))
    return found


def due_of(item: Obligation, term: Term, today: date) -> rules.Due:
    created = item.created_at.date()
    steps = rules.ladder(term.reminders, [o.days for o in term.overdue], created=created, due_on=item.due_on)
    taken = {reminder.step for reminder in item.steps}
    return rules.due_steps(steps, taken, due_on=item.due_on, created=created, today=today)


def waiting(work: Work) -> list[Wait]:
    """What the actor has to deliver, check or wait for."""
    actor = work.actor
    if not actor.may(Permission.OBLIGATION_READ):
        return []
    if actor.may(Permission.DECLARATION_FILE):
        return [row for item in obligations(work) for row in _for_provider(item, work)]
    if actor.may(Permission.DECLARATION_CHECK):
        return [row for item in obligations(work) for row in _for_manager(item, work)]
    return []


def _for_provider(item: Obligation, work: Work) -> list[Wait]:
    _ = i18n.gettext(work.actor.locale)
    name, args = kind_name(item.kind, work.actor.locale), {"obligation_id": item.id}
    title = _("%(what)s over %(year)s", what=name, year=item.about_year)
    match item.state, rules.timing(item.state, item.due_on, work.today):
        case ObligationState.RETURNED, _timing:
            detail = _("De contractmanager heeft een vraag.")
            return [Wait(title, detail, "declarations.show", args, item.answer_by, _("Vraag"), "let-op")]
        case ObligationState.DELIVERED, _timing:
            detail = _("U heeft dit ingediend; het wordt gecontroleerd.")
            return [Wait(title, detail, "declarations.show", args, mine=False, whose=_("contractmanager"))]
        case _state, rules.Timing.OVERDUE:
            return [
                Wait(
                    title,
                    _("Dien dit zo snel mogelijk in."),
                    "declarations.show",
                    args,
                    item.due_on,
                    _("Te laat"),
                    "fout",
                )
            ]
        case _state, rules.Timing.SOON:
            return [
                Wait(
                    title,
                    _("Dien dit op tijd in."),
                    "declarations.show",
                    args,
                    item.due_on,
                    _("Nog niet ingediend"),
                    "idle",
                )
            ]
    return []


def _for_manager(item: Obligation, work: Work) -> list[Wait]:
    _ = i18n.gettext(work.actor.locale)
    name, args = kind_name(item.kind, work.actor.locale), {"obligation_id": item.id}
    title = _(
        "%(what)s over %(year)s van %(provider)s", what=name, year=item.about_year, provider=item.organisation.name
    )
    if item.state is ObligationState.DELIVERED:
        return [
            Wait(
                title, _("Controleer wat is ingediend."), "declarations.show", args, None, _("Te controleren"), "bezig"
            )
        ]
    late = (work.today - item.due_on).days
    if item.state is ObligationState.OPEN and late >= 7:
        detail = _("De aanbieder heeft herinneringen gehad.")
        return [Wait(title, detail, "declarations.show", args, item.due_on, _("Te laat"), "fout")]
    if item.state is ObligationState.OPEN and item.waiver_asked_by_id not in (None, work.actor.user_id):
        detail = _("Een collega stelt een vrijstelling voor; een tweede persoon beslist.")
        return [Wait(title, detail, "declarations.show", args, None, _("Vrijstelling"), "let-op")]
    return []


KIND_NAMES = {
    ObligationKind.YEARLY_EVALUATION: i18n.mark("Jaarlijkse evaluatie"),
    ObligationKind.PROFIT_MARGIN: i18n.mark("Verklaring winstmarge"),
    ObligationKind.WNT_DECLARATION: i18n.mark("WNT-verklaring"),
}


def kind_name(kind: ObligationKind, locale: str) -> str:
    return i18n.gettext(locale)(KIND_NAMES[kind])


def term_of_item(work: Work, item: Obligation) -> Term:
    """The contract's terms for an obligation that the actor was found to see."""
    return term_of(item, work.get(Procedure, item.contract.procedure_id))
