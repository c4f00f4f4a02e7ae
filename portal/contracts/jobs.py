"""What time makes due, and what is rendered while no write is open."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.contracts import queries, service
from portal.contracts.documents import contract_document
from portal.contracts.models import Contract
from portal.contracts.signing.documents import signature_register
from portal.contracts.wording.rules import ContractFacts, SignatureFacts
from portal.storage import describe
from portal.tasks import HANDLERS, Task
from portal.tenders.decisions.terms.queries import blueprint_of
from portal.work import Office, Work, begin_read, begin_write


def bring_contracts_into_force(office: Office) -> int:
    """Every signed contract whose first day has come, each in its own act. An hour late does no harm."""
    with begin_read(office, SYSTEM) as work:
        due = queries.starting_by(work, work.today)
    for contract_id in due:
        with begin_write(office, SYSTEM) as work:
            service.bring_into_force(work, queries.contract(work, contract_id))
    return len(due)


def write_document(office: Office, task_id: int) -> str:
    """Render what is to be signed and keep it. A second run finds it there."""
    with begin_read(office, SYSTEM) as work:
        contract = _contract_of(work, task_id)
        contract_id, facts = contract.id, _facts(work, contract)
    document = contract_document(facts)
    with begin_write(office, SYSTEM) as work:
        service.keep_document(work, queries.contract(work, contract_id), document)
    return facts.number


def write_signature_register(office: Office, task_id: int) -> str:
    """Render the register of signatures, keep it and send it with the signed file. A second run finds it there."""
    with begin_read(office, SYSTEM) as work:
        contract = _contract_of(work, task_id)
        name = describe(work, contract.file).name if contract.file is not None else ""
        contract_id = contract.id
        facts = SignatureFacts.of(contract, file_name=name, practice=work.settings.practice)
    document = signature_register(facts)
    with begin_write(office, SYSTEM) as work:
        service.keep_signature_register(work, queries.contract(work, contract_id), document)
    return facts.number


def _contract_of(work: Work, task_id: int) -> Contract:
    return queries.contract(work, int(work.get(Task, task_id).facts["contract_id"]))


def _facts(work: Work, contract: Contract) -> ContractFacts:
    members = tuple(m.name for m in queries.members_for(work, contract))
    return ContractFacts.of(
        contract,
        members,
        blueprint_of(contract.procedure),
        owner=queries.owner_of(work, contract),
        practice=work.settings.practice,
    )


HANDLERS[service.DOCUMENT] = write_document
HANDLERS[service.SIGNED_DOCUMENT] = write_signature_register
JOBS = {"bring_contracts_into_force": bring_contracts_into_force}
