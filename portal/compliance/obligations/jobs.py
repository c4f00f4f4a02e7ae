"""What time alone makes due: the obligations of a contract year and the steps that chase them."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.contracts.models import Contract
from portal.work import Office, begin_read, begin_write

from . import queries, service
from .models import ObligationKind

KINDS = {kind.value for kind in ObligationKind}


def create_due_obligations(office: Office) -> int:
    """On and after 1 January: what every contract that was in force in the past year owes about that year."""
    with begin_read(office, SYSTEM) as look:
        about_year = look.today.year - 1
        known = queries.existing_keys(look, about_year)
        missing = [
            (found.contract.id, term)
            for found in queries.contracts_in_force_during(look, about_year)
            for term in queries.terms_of(found.procedure).obligations
            if term.kind.value in KINDS and (found.contract.id, ObligationKind(term.kind.value)) not in known
        ]
    for contract_id, term in missing:
        with begin_write(office, SYSTEM) as work:
            service.create_obligation(work, work.get(Contract, contract_id), term, about_year=about_year)
    return len(missing)


def remind_due_obligations(office: Office) -> int:
    """Take the steps whose planned day has come, provider by provider; a second run finds nothing left to do."""
    with begin_read(office, SYSTEM) as look:
        organisations = sorted(queries.due_now(look))
    count = 0
    for organisation_id in organisations:
        with begin_write(office, SYSTEM) as work:
            count += service.take_steps(work, queries.due_now(work, organisation_id).get(organisation_id, []))
    return count


JOBS = {"create_due_obligations": create_due_obligations, "remind_due_obligations": remind_due_obligations}
