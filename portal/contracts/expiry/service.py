"""Verbs on contracts that have been kept long enough."""

from __future__ import annotations

from portal.audit import record
from portal.contracts.models import Contract
from portal.storage import StoredFile
from portal.storage.removal import remove_file
from portal.work import Work


def remove_documents(work: Work, contract: Contract) -> None:
    """The text and the register of signatures go, with the names in them. What was agreed with which organisation, for
    which products and how long stays: the register and the figures rest on it, and name nobody.
    """
    for file_id in (contract.file_id, contract.signed_file_id):
        if file_id is not None:
            remove_file(work, work.get(StoredFile, file_id))
    record(work, "contract.removed", contract, organisation_id=contract.organisation_id)
