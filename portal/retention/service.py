"""Verbs on removal: a human proposes with a reason, says yes in a second step, and only then the owners let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from portal.access import Permission
from portal.accounts.expiry.service import forget_invitation, forget_person
from portal.accounts.models import Invitation, User
from portal.audit import record
from portal.compliance.declarations.expiry.service import remove_declaration
from portal.compliance.declarations.models import Declaration
from portal.contracts.expiry.service import remove_documents
from portal.contracts.models import Contract
from portal.db import Base
from portal.errors import RuleBroken
from portal.evidence.expiry.service import remove_version
from portal.evidence.models import EvidenceVersion
from portal.i18n import mark
from portal.mail.forgetting import forget_mail
from portal.mail.models import OutboxMail
from portal.meetings.expiry.service import remove_minutes
from portal.meetings.models import Meeting
from portal.retention import queries, rules
from portal.retention.models import Removal
from portal.storage import StoredFile
from portal.storage.removal import remove_file
from portal.tables.agreements.expiry.service import remove_agreement, remove_notes
from portal.tables.agreements.models import Agreement, Mediation
from portal.tasks import OUTCOMES, TITLES, Task, enqueue, forget_result
from portal.tenders.decisions.expiry.service import remove_letters
from portal.tenders.decisions.models import Decision
from portal.tenders.submissions.expiry.service import remove_content
from portal.tenders.submissions.models import Submission
from portal.work import Work

REMOVE = "retention.remove"
TITLES[REMOVE] = mark("Verwijderen na de bewaartermijn")
OUTCOMES["retention_removed"] = mark("Wat op de lijst stond, is verwijderd.")


def propose_removal(work: Work, key: str, *, reason: str) -> Removal:
    """Fix the list of what is due in this class. Raises NotAllowed, NotFound, RuleBroken (see rules)."""
    work.require(Permission.RETENTION_CONFIRM)
    kind, due = queries.by_hand(key), queries.due(work, key)
    open_already = queries.open_removal(work, key) is not None
    if reasons := rules.reasons_not_to_propose(kind, due=len(due), open_already=open_already, reason=reason):
        raise RuleBroken(*reasons)
    removal = Removal(
        class_key=key,
        subject_ids=[one.id for one in due],
        reason=reason.strip(),
        proposed_by_id=work.actor.user_id,
        proposed_at=work.now,
    )
    work.add(removal)
    record(work, "retention.proposed", removal, class_key=key, count=len(due))
    return removal


def cancel_removal(work: Work, removal: Removal) -> None:
    """Nothing goes. Raises NotAllowed, RuleBroken(retention_over)."""
    work.require(Permission.RETENTION_CONFIRM)
    if removal.confirmed_at is not None or removal.cancelled_at is not None:
        raise RuleBroken("retention_over", subject=removal)
    removal.cancelled_at = work.now
    record(work, "retention.cancelled", removal, class_key=removal.class_key)


def confirm_removal(work: Work, removal: Removal, *, seen: int) -> Task:
    """A human's yes; `seen` is the number on the list that was typed. Raises NotAllowed, RuleBroken (see rules)."""
    work.require(Permission.RETENTION_CONFIRM)
    confirmed, cancelled = removal.confirmed_at is not None, removal.cancelled_at is not None
    listed = len(removal.subject_ids)
    if reasons := rules.reasons_not_to_confirm(confirmed=confirmed, cancelled=cancelled, seen=seen, listed=listed):
        raise RuleBroken(*reasons, subject=removal)
    removal.confirmed_by_id, removal.confirmed_at = work.actor.user_id, work.now
    task = enqueue(work, REMOVE, removal_id=removal.id)
    removal.task_id = task.id
    record(work, "retention.confirmed", removal, class_key=removal.class_key, count=listed)
    return task


def remove_next(work: Work, removal: Removal) -> bool:
    """Let the owner remove the next of the list, unless it is needed again; False when the list is done."""
    place = removal.removed + removal.held_back
    if place >= len(removal.subject_ids):
        if removal.finished_at is None:
            removal.finished_at = work.now
            facts = {"class_key": removal.class_key, "removed": removal.removed, "held_back": removal.held_back}
            record(work, "retention.finished", removal, **facts)
        return False
    id = int(removal.subject_ids[place])
    if queries.is_due(work, removal.class_key, id):
        _remove(work, removal.class_key, id)
        removal.removed += 1
    else:
        removal.held_back += 1
    return True


def _remove_contract(work: Work, contract: Contract) -> None:
    """The whole file of a contract: its documents, and the letters and submissions that it came from."""
    remove_documents(work, contract)
    ids = select(Decision.submission_id).where(
        Decision.id.in_([agreed.decision_id for agreed in contract.sub_agreements])
    )
    for submission in work.session.scalars(select(Submission).where(Submission.id.in_(ids))):
        remove_letters(work, submission)
        remove_content(work, submission)


LET_GO: dict[str, tuple[type[Base], Callable[[Work, Any], None]]] = {
    "draft": (Submission, remove_content),
    "withdrawn": (Submission, remove_content),
    "rejected": (Submission, remove_content),
    "awarded": (Contract, _remove_contract),
    "evidence": (EvidenceVersion, remove_version),
    "leaver": (User, forget_person),
    "invitation": (Invitation, forget_invitation),
    "mail": (OutboxMail, forget_mail),
    "table_minutes": (Meeting, remove_minutes),
    "declaration": (Declaration, remove_declaration),
    "mediation": (Mediation, remove_notes),
    "agreement": (Agreement, remove_agreement),
}
"""Class -> what its records are, and the verb by which the owner lets one go."""


def _remove(work: Work, key: str, id: int) -> None:
    kind, let_go = LET_GO[key]
    let_go(work, work.get(kind, id))


def remove_result(work: Work, task: Task) -> None:
    """What a background task made and nobody can download any more."""
    if (file_id := forget_result(work, task)) is not None:
        remove_file(work, work.get(StoredFile, file_id))
