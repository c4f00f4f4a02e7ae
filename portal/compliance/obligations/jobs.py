"""What time alone makes due: the obligations of a contract year and the steps that chase them.

Each act is done under a lock, and what is due is asked again inside: two schedulers do it once.
"""

from __future__ import annotations

from portal.access import SYSTEM
from portal.accounts.models import Organisation
from portal.compliance.obligations.reminders import queries as reminders
from portal.compliance.obligations.reminders import service as chasing
from portal.compliance.obligations.terms.queries import owing
from portal.contracts.models import Contract
from portal.regions.models import Region
from portal.work import Lock, Office, begin_read, begin_write

from . import service

AT_ONCE = 25
"""So many providers are chased in one act: few enough that nobody who writes meanwhile waits long."""


def create_due_obligations(office: Office) -> int:
    """From 1 January on: what every contract has to deliver in this year."""
    with begin_read(office, SYSTEM) as look:
        contracts = list(owing(look))
    count = 0
    for contract_id in contracts:
        with begin_write(office, SYSTEM, Lock(Contract, contract_id)) as work:
            contract = work.get(Contract, contract_id)
            for term, about_year in owing(work, contract_id).get(contract_id, []):
                service.create_obligation(work, contract, term, about_year=about_year)
                count += 1
    return count


def remind_due_obligations(office: Office) -> int:
    """Take the steps whose planned day has come, some providers at a time, then tell the contract managers."""
    with begin_read(office, SYSTEM) as look:
        organisations = reminders.organisations_to_chase(look)
    count = 0
    for first in range(0, len(organisations), AT_ONCE):
        some = organisations[first : first + AT_ONCE]
        with begin_write(office, SYSTEM, Lock(Organisation, some)) as work:
            count += chasing.take_steps(work, some)
    with begin_read(office, SYSTEM) as look:
        regions = reminders.regions_to_tell(look)
    for region_id in regions:
        with begin_write(office, SYSTEM, Lock(Region, region_id)) as work:
            chasing.tell_managers(work, work.get(Region, region_id))
    return count


JOBS = {"create_due_obligations": create_due_obligations, "remind_due_obligations": remind_due_obligations}
