"""What contracts ask of providers every year, as the blueprint that each was concluded under says it."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from portal.accounts.models import Organisation
from portal.compliance.obligations import rules
from portal.compliance.obligations.models import Obligation, ObligationKind
from portal.contracts.models import Contract, ContractState
from portal.regions.blueprints import Blueprint, from_json
from portal.regions.blueprints.terms import Obligation as Term
from portal.tenders.procedures.models import Procedure
from portal.work import Work

LOOK_BACK = 5
"""Years that a declaration may look back at most."""
_BLUEPRINTS: dict[str, Blueprint] = {}
"""Read once: the same digest is the same blueprint."""


def blueprint_of(procedure: Procedure) -> Blueprint:
    """The blueprint under which the contract was concluded: the copy in its procedure."""
    known = _BLUEPRINTS.get(procedure.blueprint_digest)
    if known is None:
        known = _BLUEPRINTS[procedure.blueprint_digest] = from_json(json.dumps(procedure.blueprint))
    return known


def terms_of(procedure: Procedure) -> dict[ObligationKind, Term]:
    """What a contract of this procedure asks; kinds that the portal does not chase are left out."""
    return _terms(blueprint_of(procedure))


def _terms(blueprint: Blueprint) -> dict[ObligationKind, Term]:
    chased = {kind.value for kind in ObligationKind}
    return {ObligationKind(t.kind.value): t for t in blueprint.obligations if t.kind.value in chased}


def terms_of_procedures(work: Work, procedure_ids: Collection[int]) -> dict[int, dict[ObligationKind, Term]]:
    """The terms of each of these procedures. A blueprint is large: it is loaded once, later its digest will do."""
    find = select(Procedure.id, Procedure.blueprint_digest).where(Procedure.id.in_(procedure_ids))
    found = {id: _BLUEPRINTS.get(digest) for id, digest in work.session.execute(find)}
    return {id: _terms(known or blueprint_of(work.get(Procedure, id))) for id, known in found.items()}


def term_of(item: Obligation) -> Term:
    """The contract's terms for an obligation that `obligations.queries.obligation` found."""
    return terms_of(item.contract.procedure)[item.kind]


def owing(work: Work, contract_id: int | None = None) -> dict[int, list[tuple[Term, int]]]:
    """Contract id -> the terms, each with the year it is about, that fall due this year and are not there yet."""
    year = work.today.year
    find = (
        select(
            Contract.id,
            Contract.procedure_id,
            Contract.starts_on,
            Contract.ends_on,
            Organisation.legal_form,
            Organisation.youth_workers,
        )
        .join(Organisation, Organisation.id == Contract.organisation_id)
        .where(Contract.state.in_((ContractState.IN_FORCE, ContractState.ENDED)))
        .where(Contract.ends_on >= date(year - LOOK_BACK, 1, 1))
    )
    there = select(Obligation.contract_id, Obligation.kind, Obligation.about_year)
    there = there.where(Obligation.about_year >= year - LOOK_BACK)
    if contract_id is not None:
        find, there = find.where(Contract.id == contract_id), there.where(Obligation.contract_id == contract_id)
    contracts = work.session.execute(find.order_by(Contract.id)).all()
    terms = terms_of_procedures(work, {row.procedure_id for row in contracts})
    known = {tuple(row) for row in work.session.execute(there)}
    found: dict[int, list[tuple[Term, int]]] = {}
    for id, procedure_id, starts_on, ends_on, legal_form, workers in contracts:
        for kind, term in terms[procedure_id].items():
            about = year + term.about_year_offset
            asked = rules.runs_in(starts_on, ends_on, about) and rules.asks(term, legal_form, workers)
            if asked and (id, kind, about) not in known:
                found.setdefault(id, []).append((term, about))
    return found
