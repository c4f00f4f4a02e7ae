"""Asking for a case file and keeping what was made, each on record; taking it along is with the other tasks."""

from __future__ import annotations

from portal.access import Permission
from portal.audit import record
from portal.documents import document_name
from portal.errors import RuleBroken
from portal.reports.casefile import queries
from portal.reports.casefile.rules import Purpose
from portal.storage import Seal, new_seal
from portal.storage.archive import adopt
from portal.storage.disk import Laid
from portal.tasks import Task, TaskStatus, enqueue, give_result
from portal.tenders.procedures.models import Procedure
from portal.work import Work

UNDER_WAY = (TaskStatus.QUEUED, TaskStatus.RUNNING)


def order_casefile(work: Work, procedure: Procedure, *, purpose: Purpose) -> Task:
    """Let the whole case file of this procedure be put together, for a lawyer, a court, an auditor or the archive.

    It holds what the actor may read at the moment it is made. Raises NotAllowed, RuleBroken (casefile_being_made).
    """
    work.require(Permission.CASEFILE_TAKE, procedure)
    if any(task.status in UNDER_WAY for task in queries.own_casefiles(work, procedure)):
        raise RuleBroken("casefile_being_made", subject=procedure)
    facts = {"procedure_id": procedure.id, "membership_id": work.actor.membership_id, "purpose": purpose.value}
    task = enqueue(work, queries.CASEFILE, seal_id=new_seal(work).id, **facts)
    record(work, "casefile.order", procedure, task_id=task.id, purpose=purpose)
    return task


def keep_casefile(work: Work, task: Task, procedure: Procedure, laid: Laid, *, files: int) -> None:
    """Give the ZIP that was made to who asked for it, for some days. A second one is not kept. Raises NotAllowed."""
    work.require(Permission.CASEFILE_TAKE, procedure)
    if task.result_file_id is not None:
        return
    seal = work.get(Seal, int(task.facts["seal_id"]))
    name = document_name("Dossier", procedure.reference, work.now).removesuffix(".docx")
    stored = adopt(work, laid, name=f"{name}.zip", media_type="application/zip", seal=seal)
    give_result(work, task.id, stored.id)
    record(work, "casefile.keep", procedure, task_id=task.id, sha256=laid.sha256, files=files)
