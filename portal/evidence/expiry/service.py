"""Verbs on evidence that has been kept long enough."""

from __future__ import annotations

from sqlalchemy import delete, exists, select

from portal.audit import record
from portal.errors import RuleBroken
from portal.evidence.models import EvidenceUse, EvidenceVersion
from portal.storage import StoredFile
from portal.storage.removal import remove_file
from portal.work import Work


def remove_version(work: Work, version: EvidenceVersion) -> None:
    """What an old version showed goes, that it existed stays. Raises RuleBroken(evidence_in_use)."""
    if work.session.scalar(select(exists().where(EvidenceUse.version_id == version.id))):
        raise RuleBroken("evidence_in_use", subject=version)
    version.issuer = version.reference = version.statement = ""
    if version.file_id is not None:
        remove_file(work, work.get(StoredFile, version.file_id))
    record(work, "evidence.version_removed", version, item_id=version.item_id)


def release_uses(work: Work, *, used_by: str, used_by_id: int) -> None:
    """Who relied on evidence does so no longer, because it is gone itself."""
    work.session.execute(
        delete(EvidenceUse).where(EvidenceUse.used_by == used_by, EvidenceUse.used_by_id == used_by_id)
    )
