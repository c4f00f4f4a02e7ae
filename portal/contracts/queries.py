"""Contracts as each party may see them, who still has to sign, and the public register of admitted providers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, false, func, select, true
from sqlalchemy.orm import joinedload

from portal.access import Permission
from portal.accounts import queries as accounts
from portal.contracts import rules
from portal.contracts.models import (
    Contract,
    ContractSignature,
    ContractState,
    PhaseKind,
    SubAgreement,
)
from portal.contracts.signing.queries import (
    document_task,
    members_for,
    municipal_lines,
    own_mandates,
    own_signature,
    owner_of,
    provider_signatures_needed,
    proxy_holders,
    reasons_not_to_send,
    signed_by_provider,
    standing,
    standings,
    still_to_sign,
    value_needed,
)
from portal.errors import NotFound
from portal.regions.blueprints.identity import Text
from portal.statements import ask, fill
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions.models import Decision
from portal.tenders.decisions.terms.queries import blueprint_of
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.work import Work

__all__ = [
    "asked_of_provider",
    "complete",
    "contract",
    "contractable",
    "count_in",
    "document_task",
    "has_contract",
    "headed",
    "members_for",
    "municipal_lines",
    "own_contracts",
    "own_mandates",
    "own_signature",
    "owner_of",
    "phase_notes",
    "provider_signatures_needed",
    "proxy_holders",
    "reasons_not_to_send",
    "standing",
    "standings",
    "starting_by",
    "still_to_sign",
    "submission_to_contract",
    "term",
    "to_prepare_count",
    "to_sign_for_provider",
    "value_needed",
]

C = ContractState
SHOWN_TO_PARTIES = (C.TO_SIGN, C.SIGNED, C.IN_FORCE, C.ENDED)


def seen_by(work: Work) -> ColumnElement[bool]:
    """Who prepares contracts sees drafts; a party and its readers see what was sent to be signed."""
    actor = work.actor
    if not actor.may(Permission.CONTRACT_READ):
        return false()
    if actor.is_provider:
        return (Contract.organisation_id == actor.organisation_id) & Contract.state.in_(SHOWN_TO_PARTIES)
    here = true() if actor.region_id is None else Contract.region_id == actor.region_id
    return here if actor.may(Permission.CONTRACT_PREPARE) else here & Contract.state.in_(SHOWN_TO_PARTIES)


ONE = (Contract.organisation, Contract.region, Contract.procedure)
LISTS: tuple[tuple[Any, ...], ...] = (
    (Contract.sub_agreements, SubAgreement.product, SubAgreement.tariff_sheet),
    (Contract.phases,),
    (
        Contract.signatures, ContractSignature.user, ContractSignature.municipality, ContractSignature.authority,
        ContractSignature.mandate,
    ),
)  # fmt: skip
"""What a page on a contract shows: one of each, and lists with what stands in them."""


def headed(find: Select[Any]) -> Select[Any]:
    """With what there is one of; the lists follow by `complete`."""
    return find.options(*(joinedload(one) for one in ONE))


def complete(work: Work, found: Collection[Contract]) -> None:
    """The lists that a page on these contracts shows."""
    for some, *more in LISTS:
        fill(work, found, some, *more)


def contract(work: Work, contract_id: int) -> Contract:
    """Raises NotFound for somebody else's, and for a draft to who does not prepare contracts."""
    found = ask(work, _contract, id=contract_id).scalar_one_or_none()
    if found is None:
        raise NotFound("contract")
    complete(work, [found])
    return found


def _contract(work: Work) -> Select[Contract]:
    find = headed(select(Contract).where(Contract.id == bindparam("id"), seen_by(work)))
    return find.options(joinedload(Contract.file), joinedload(Contract.signed_file))


def own_contracts(work: Work) -> list[Contract]:
    """Those of the actor's own organisation: one for each procedure at most, so all of them."""
    found = list(ask(work, _own).scalars())
    complete(work, found)
    return found


def _own(work: Work) -> Select[Contract]:
    return headed(select(Contract).where(seen_by(work)).order_by(Contract.starts_on))


# --- drawing up --------------------------------------------------------------------------------------------------


_NOT_TAKEN = Decision.id.not_in(select(SubAgreement.decision_id))


def to_prepare_count(work: Work) -> int:
    """How many can be contracted now."""
    return decisions.contractable_count(work, _NOT_TAKEN) if work.actor.may(Permission.CONTRACT_PREPARE) else 0


def contractable(work: Work) -> list[rules.Contractable]:
    """Who can be contracted now, by name: short-lived work, emptied as the contracts are drawn up, so all of it."""
    if not work.actor.may(Permission.CONTRACT_PREPARE):
        return []
    found: dict[int, list[Decision]] = {}
    for decision in decisions.contractable(work, _NOT_TAKEN):
        found.setdefault(decision.submission_id, []).append(decision)
    ready = [
        rules.Contractable(id, some[0].submission.organisation, some[0].submission.procedure.title, tuple(some))
        for id, some in found.items()
    ]
    return sorted(ready, key=lambda c: (c.organisation.sort_name, c.submission_id))


def submission_to_contract(work: Work, submission_id: int) -> tuple[Submission, list[Decision]]:
    """A submission of the actor's region and its admissions without a contract. Raises NotFound."""
    ready = next((c for c in contractable(work) if c.submission_id == submission_id), None)
    submission = work.session.get(Submission, submission_id)
    here = submission is not None and work.actor.may(Permission.CONTRACT_PREPARE, submission.procedure)
    if submission is None or not here or submission.state is not SubmissionState.DECIDED:
        raise NotFound("submission")
    return submission, list(ready.decisions) if ready else []


def term(procedure: Procedure) -> tuple[date | None, date | None]:
    """First and last day of a contract from this procedure, by its own copy of the blueprint."""
    terms = blueprint_of(procedure).contract
    return procedure.contract_starts or terms.start, terms.ends


def phase_notes(work: Work, found: Contract) -> dict[int, Text]:
    """What the sources leave open about a phase, by its number: only for who prepares contracts, never in one."""
    if not work.actor.may(Permission.CONTRACT_PREPARE, found):
        return {}
    notes = {e.ends: e.note for e in blueprint_of(found.procedure).contract.extensions if e.note is not None}
    return {p.number: notes[p.ends_on] for p in found.phases if p.kind is PhaseKind.EXTENSION and p.ends_on in notes}


def has_contract(work: Work, procedure_id: int, organisation_id: int) -> bool:
    """A live one from this procedure."""
    find = select(Contract.id).where(Contract.procedure_id == procedure_id, Contract.state != C.ENDED)
    return work.session.scalar(find.where(Contract.organisation_id == organisation_id)) is not None


def count_in(work: Work, procedure_id: int) -> int:
    return work.session.scalar(select(func.count(Contract.id)).where(Contract.procedure_id == procedure_id)) or 0


# --- signing -----------------------------------------------------------------------------------------------------


def asked_of_provider(work: Work) -> list[tuple[Contract, bool]]:
    """What the actor's organisation still has to sign and the actor did not sign yet; and whether the actor may."""
    if not work.actor.is_provider:
        return []
    rows = ask(work, _asked_of_provider).unique()
    return [(found, may) for found, may in rows if not signed_by_provider(found)]


def _asked_of_provider(work: Work) -> Select[Contract, bool]:
    able = exists(accounts.verified_authority(work.actor.user_id, work.actor.organisation_id))
    mine = exists().where(ContractSignature.contract_id == Contract.id, ContractSignature.user_id == work.actor.user_id)
    find = select(Contract, able).where(seen_by(work), Contract.state == C.TO_SIGN, ~mine).order_by(Contract.id)
    signed = joinedload(Contract.signatures).joinedload(ContractSignature.authority)
    return find.options(joinedload(Contract.procedure), signed)


def to_sign_for_provider(work: Work) -> list[Contract]:
    return [found for found, _may in asked_of_provider(work)]


# --- for others --------------------------------------------------------------------------------------------------


def starting_by(work: Work, day: date) -> list[int]:
    """Ids of signed contracts whose first day has come."""
    find = select(Contract.id).where(Contract.state == C.SIGNED, Contract.starts_on <= day)
    return list(work.session.scalars(find.order_by(Contract.id)))
