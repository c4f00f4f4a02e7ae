"""The verbs of contracting: draw up, send, sign, bring into force. Raises what is named at each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portal.access import Permission
from portal.accounts import queries as accounts
from portal.audit import record
from portal.contracts import mails, queries, rules
from portal.contracts.models import (
    Contract,
    ContractPhase,
    ContractSignature,
    ContractState,
    Party,
    PhaseKind,
    SubAgreement,
)
from portal.contracts.states import CONTRACT
from portal.documents import document_name
from portal.errors import IllegalTransition, RuleBroken
from portal.i18n import mark
from portal.regions import queries as regions
from portal.regions.blueprints.schema import Blueprint
from portal.regions.mandates import queries as mandates
from portal.regions.models import Municipality, Power
from portal.storage import put_bytes, system_seal
from portal.tasks import TaskStatus, enqueue
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions.models import Decision
from portal.tenders.decisions.terms.queries import blueprint_of
from portal.tenders.submissions.models import Submission
from portal.work import Work

DOCUMENT, SIGNED_DOCUMENT = rules.DOCUMENT, rules.SIGNED_DOCUMENT


def prepare_contract(work: Work, submission: Submission, *, estimated_value: Decimal | None = None) -> Contract:
    """Draw up the framework agreement with a sub-agreement per admitted product; a task makes its document.

    Term, phases and margin cap come from the procedure's own copy of the blueprint. `estimated_value`: EUR a year.
    Raises NotAllowed, RuleBroken (already_contracted, nothing_admitted, contract_term_missing, contract_value_needed).
    """
    procedure = submission.procedure
    work.require(Permission.CONTRACT_PREPARE, procedure)
    admitted = decisions.contractable_in(work, submission)
    starts_on, ends_on = queries.term(procedure)
    reasons = rules.reasons_not_to_prepare(
        admitted=len(admitted),
        contracted=queries.has_contract(work, procedure.id, submission.organisation_id),
        starts_on=starts_on,
        ends_on=ends_on,
        value_missing=estimated_value is None
        and queries.value_needed(work, submission.organisation_id, procedure.region_id),
    )
    if reasons or starts_on is None or ends_on is None:
        raise RuleBroken(*reasons, subject=submission)
    contract = _framework(work, submission, starts_on, ends_on)
    contract.estimated_value = estimated_value
    contract.sub_agreements = [_sub_agreement(contract, decision) for decision in admitted]
    work.add(contract)
    facts = {"submission_id": submission.id, "procedure_id": procedure.id, "products": len(admitted)}
    record(work, "contract.prepare", contract, **facts)
    enqueue(work, DOCUMENT, contract_id=contract.id)
    return contract


def _framework(work: Work, submission: Submission, starts_on: date, ends_on: date) -> Contract:
    """The framework agreement with its phases and its margin cap. Raises NotFound for who is nobody."""
    procedure, blueprint = submission.procedure, blueprint_of(submission.procedure)
    cap = blueprint.contract.margin_cap
    return Contract(
        region=procedure.region,
        organisation=submission.organisation,
        procedure=procedure,
        number=f"{procedure.reference}-R{queries.count_in(work, procedure.id) + 1:03d}",
        starts_on=starts_on,
        ends_on=ends_on,
        phases=_phases(blueprint, starts_on),
        margin_cap=cap.pct if cap else None,
        margin_basis=cap.basis.value if cap else "",
        margin_cap_illustrative=bool(cap and cap.illustrative),
        prepared_by_id=accounts.own_user(work).id,
        prepared_at=work.now,
    )


def _sub_agreement(contract: Contract, decision: Decision) -> SubAgreement:
    bought = decision.submission_product.procedure_product
    days = {"starts_on": contract.starts_on, "ends_on": contract.ends_on}
    return SubAgreement(product=bought.product, decision_id=decision.id, tariff_sheet_id=bought.tariff_sheet_id, **days)


def _phases(blueprint: Blueprint, first_day: date) -> list[ContractPhase]:
    """What is left of the phases from the contract's first day and, where the region names its dates, the extension."""
    terms = blueprint.contract
    left = [(p, max(p.starts, first_day)) for p in terms.phases if p.ends >= first_day]
    found = [
        ContractPhase(number=n, kind=PhaseKind.PHASE, name=p.name.nl, starts_on=starts, ends_on=p.ends)
        for n, (p, starts) in enumerate(left, 1)
    ]
    for extension in terms.extensions:
        if extension.starts is not None and extension.ends is not None:
            found.append(
                ContractPhase(
                    number=len(found) + 1,
                    kind=PhaseKind.EXTENSION,
                    name=mark("Verlenging (keuze)"),
                    starts_on=extension.starts,
                    ends_on=extension.ends,
                    condition=extension.condition.nl[:500] if extension.condition else "",
                )
            )
    return found


def make_document_again(work: Work, contract: Contract) -> None:
    """After a failure: ask once more for the document that this contract waits for.

    Raises NotAllowed, RuleBroken (document_is_there, document_is_being_made).
    """
    work.require(Permission.CONTRACT_PREPARE, contract)
    due, task = rules.document_due(contract), queries.document_task(work, contract)
    if not due:
        raise RuleBroken("document_is_there", subject=contract)
    if task is not None and task.status in (TaskStatus.QUEUED, TaskStatus.RUNNING):
        raise RuleBroken("document_is_being_made", subject=contract)
    record(work, "contract.make_document_again", contract)
    enqueue(work, due, contract_id=contract.id)


def keep_document(work: Work, contract: Contract, document: bytes) -> None:
    """Keep what is going to be signed, with its hash. A contract that was sent keeps the document it was sent with.

    Raises NotAllowed.
    """
    work.require(Permission.CONTRACT_PREPARE, contract)
    if contract.state is not ContractState.DRAFT or contract.file_digest:
        return
    name = document_name("Raamovereenkomst", contract.number, work.today)
    contract.file = put_bytes(work, document, name=name, seal=system_seal(work))
    contract.file_digest = hashlib.sha256(document).hexdigest()
    record(work, "contract.keep_document", contract, sha256=contract.file_digest)


def send_to_sign(work: Work, contract: Contract) -> None:
    """Ask all parties to sign this one document.

    Raises NotAllowed, IllegalTransition, RuleBroken (document_not_ready, provider_cannot_sign, no_proxy_holder; outside
    a practice installation also contract_text_is_example, tariff_is_example, margin_cap_is_example).
    """
    reasons = queries.reasons_not_to_send(work, contract)
    CONTRACT.apply(work, contract, "send_to_sign", unless=reasons, sha256=contract.file_digest)
    contract.sent_at = work.now
    mails.ask_to_sign(work, contract)


def sign_as_provider(work: Work, contract: Contract) -> None:
    """A signature by a verified authority, freshly logged in (domain 3.16).

    Raises NotAllowed, IllegalTransition, RuleBroken (of accounts: no_authority, authority_not_verified,
    authority_expired, amount_above_authority; here: contract_already_signed, provider_has_signed,
    contract_value_missing, contract_log_in_again).
    """
    work.require(Permission.CONTRACT_SIGN_PROVIDER, contract)
    _must_be_out(contract, "sign_as_provider")
    authority, reasons = queries.own_signature(work, contract)
    if reasons or authority is None:
        raise RuleBroken(*reasons, subject=contract)
    _sign(work, contract, ContractSignature(party=Party.PROVIDER, authority_id=authority.id))
    _complete(work, contract, "complete_by_provider")


def sign_as_municipality(work: Work, contract: Contract, municipality_id: int) -> None:
    """A signature by the proxy holder of the mandate register (art. 171 Gemeentewet), freshly logged in.

    Raises NotAllowed, IllegalTransition, RuleBroken (not_a_member, contract_already_signed, no_mandate_to_sign,
    above_mandate_amount, contract_value_missing, contract_log_in_again).
    """
    work.require(Permission.CONTRACT_SIGN_MUNICIPALITY, contract)
    _must_be_out(contract, "sign_as_municipality")
    mandate = mandates.mandate_of(work, work.actor.user_id or 0, municipality_id, Power.SIGN_CONTRACT, work.today)
    if mandate is not None and mandate.region_id != contract.region_id:
        mandate = None
    members = {m.id for m in regions.members_on(work, contract.region_id, work.today)}
    reasons = rules.reasons_not_to_sign_for_municipality(
        contract, mandate, municipality_id=municipality_id, members=members, fresh=work.actor.fresh
    )
    if reasons or mandate is None:
        raise RuleBroken(*reasons, subject=contract)
    signature = ContractSignature(party=Party.MUNICIPALITY, mandate_id=mandate.id)
    signature.municipality = work.get(Municipality, municipality_id)
    _sign(work, contract, signature)
    _complete(work, contract, "complete_by_municipality")


def sign_many(work: Work, chosen: Sequence[tuple[Contract, int]]) -> int:
    """Several contracts in one act, all or none. Raises as `sign_as_municipality`."""
    for contract, municipality_id in chosen:
        sign_as_municipality(work, contract, municipality_id)
    return len(chosen)


def _must_be_out(contract: Contract, act: str) -> None:
    if contract.state is not ContractState.TO_SIGN:
        raise IllegalTransition(CONTRACT.name, act, contract.state.value, subject=contract)


def _sign(work: Work, contract: Contract, signature: ContractSignature) -> None:
    signature.user, signature.signed_at = accounts.own_user(work), work.now
    signature.file_digest = contract.file_digest
    contract.signatures.append(signature)
    work.session.flush()
    facts = {"party": signature.party, "sha256": signature.file_digest}
    if signature.municipality is not None:
        facts["municipality_id"] = signature.municipality.id
    record(work, "contract.sign", contract, **facts)


def _complete(work: Work, contract: Contract, act: str) -> None:
    """The last signature makes the contract."""
    if queries.standing(work, contract).complete:
        CONTRACT.apply(work, contract, act, sha256=contract.file_digest)
        contract.signed_at = work.now
        enqueue(work, SIGNED_DOCUMENT, contract_id=contract.id)


def keep_signature_register(work: Work, contract: Contract, document: bytes) -> None:
    """Keep the register of signatures and send it to everybody with the file that was signed, once. Raises NotAllowed."""
    work.require(Permission.CONTRACT_PREPARE, contract)
    if contract.signed_file_digest:
        return
    name = document_name("Register van handtekeningen bij raamovereenkomst", contract.number, work.today)
    contract.signed_file = put_bytes(work, document, name=name, seal=system_seal(work))
    contract.signed_file_digest = hashlib.sha256(document).hexdigest()
    facts = {"sha256": contract.signed_file_digest, "signed_sha256": contract.file_digest}
    record(work, "contract.keep_signature_register", contract, **facts)
    mails.send_signed(work, contract)


def bring_into_force(work: Work, contract: Contract) -> None:
    """On the first day of the contract. Raises NotAllowed, IllegalTransition, RuleBroken (not_started_yet)."""
    CONTRACT.apply(
        work, contract, "bring_into_force", unless=rules.reasons_not_to_bring_into_force(contract, work.today)
    )
    contract.in_force_at = work.now
    mails.tell_of_start(work, contract)
