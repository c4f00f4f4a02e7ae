"""What has been kept long enough today, per class. What a procedure, objection or contract still needs is never among it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portal.accounts.models import Invitation, Membership, Organisation, User
from portal.clock import local_date, local_moment
from portal.contracts.models import Contract, ContractSignature
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem, EvidenceUse, EvidenceVersion
from portal.mail.forgetting import GONE
from portal.mail.models import MailStatus, OutboxMail
from portal.retention.classes import RetentionClass, all_classes, class_of
from portal.retention.models import Removal
from portal.storage import StoredFile
from portal.tenders.decisions.models import Decision, DecisionState, Objection, ObjectionState, Outcome
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.submissions.models import Answer, Signature, Submission, SubmissionFile, SubmissionState
from portal.work import Work

AT_ONCE = 500
"""So many at a time: what a human can look through."""
Rows = Select[*tuple[Any, ...]]
"""Rows of id, what it is called, and since when it is no longer needed."""
OVER = (ProcedureState.COMPLETED, ProcedureState.WITHDRAWN)


@dataclass(frozen=True)
class Due:
    """One record on the list: what it is called and since when it is no longer needed."""

    id: int
    what: str
    since: date


def _draft(before: datetime) -> Rows:
    open_states = (SubmissionState.DRAFT, SubmissionState.SIGNING)
    wanted = select(Submission.id, Organisation.name, Procedure.closes_at).join(Submission.organisation)
    return wanted.join(Submission.procedure).where(
        Submission.state.in_(open_states), Procedure.closes_at < before, _has_content()
    )


def _withdrawn(before: datetime) -> Rows:
    since = func.coalesce(Procedure.completed_at, Submission.withdrawn_at)
    wanted = select(Submission.id, Organisation.name, since).join(Submission.organisation).join(Submission.procedure)
    over = Procedure.state.in_(OVER)
    return wanted.where(Submission.state == SubmissionState.WITHDRAWN, over, since < before, _has_content())


def _rejected(before: datetime) -> Rows:
    own = Decision.submission_id == Submission.id
    since = select(func.max(Decision.objection_ends)).where(own).scalar_subquery()
    otherwise = exists().where(own, or_(Decision.state != DecisionState.FINAL, Decision.outcome != Outcome.REJECTED))
    running = exists().where(own, Objection.decision_id == Decision.id, Objection.state == ObjectionState.RECEIVED)
    contract = exists().where(
        Contract.procedure_id == Submission.procedure_id, Contract.organisation_id == Submission.organisation_id
    )
    wanted = select(Submission.id, Organisation.name, since).join(Submission.organisation)
    return wanted.where(since < local_date(before), ~otherwise, ~running, ~contract, _has_content())


def _has_content() -> ColumnElement[bool]:
    return or_(
        Submission.content.is_not(None),
        exists().where(Answer.submission_id == Submission.id),
        exists().where(SubmissionFile.submission_id == Submission.id),
    )


def _evidence(before: datetime) -> Rows:
    newer = aliased(EvidenceVersion)
    replaced = (
        select(func.min(newer.added_at))
        .where(newer.item_id == EvidenceVersion.item_id, newer.number > EvidenceVersion.number)
        .scalar_subquery()
    )
    since = func.coalesce(replaced, EvidenceItem.archived_at)
    used = exists().where(EvidenceUse.version_id == EvidenceVersion.id)
    said = or_(EvidenceVersion.issuer != "", EvidenceVersion.reference != "", EvidenceVersion.statement != "")
    file = exists().where(StoredFile.id == EvidenceVersion.file_id, StoredFile.removed_at.is_(None))
    wanted = select(EvidenceVersion.id, EvidenceItem.title, since).join(EvidenceVersion.item)
    return wanted.where(since < before, ~used, or_(said, file))


def _leaver(before: datetime) -> Rows:
    own = Membership.user_id == User.id
    since = select(func.max(Membership.ended_at)).where(own).scalar_subquery()
    has_role = exists().where(own, Membership.ended_at.is_(None))
    begun = or_(
        Submission.started_by_id == User.id,
        exists().where(Signature.submission_id == Submission.id, Signature.user_id == User.id),
    )
    in_procedure = exists().where(begun, Submission.procedure_id == Procedure.id, Procedure.state.not_in(OVER))
    in_contract = exists().where(
        ContractSignature.user_id == User.id, ContractSignature.contract_id == Contract.id,
        Contract.ends_on >= local_date(before),
    )  # fmt: skip
    wanted = select(User.id, User.name, since)
    gone = User.email.like("vertrokken-%@ongeldig.invalid")
    return wanted.where(since < before, ~has_role, ~in_procedure, ~in_contract, ~gone)


def _invitation(before: datetime) -> Rows:
    since = func.coalesce(Invitation.accepted_at, Invitation.revoked_at, Invitation.expires_at)
    return select(Invitation.id, Invitation.email, since).where(since < before)


def _mail(before: datetime) -> Rows:
    sent = and_(OutboxMail.status == MailStatus.SENT, OutboxMail.sent_at < before)
    return select(OutboxMail.id, OutboxMail.recipient + ": " + OutboxMail.subject, OutboxMail.sent_at).where(
        sent, ~OutboxMail.recipient.startswith(GONE)
    )


_DUE: dict[str, Callable[[datetime], Rows]] = {
    "draft": _draft, "withdrawn": _withdrawn, "rejected": _rejected, "evidence": _evidence, "leaver": _leaver,
    "invitation": _invitation, "mail": _mail,
}  # fmt: skip


def _select(work: Work, kind: RetentionClass) -> Rows:
    last = kind.begins_before(work.today)
    return _DUE[kind.key](local_moment(datetime.combine(last + timedelta(days=1), time())))


def by_hand(key: str) -> RetentionClass:
    """Raises NotFound for a class that nobody removes by hand."""
    found = next((kind for kind in all_classes() if kind.key == key and kind.by_hand), None)
    if found is None:
        raise NotFound("RetentionClass")
    return found


def due(work: Work, key: str) -> Sequence[Due]:
    """The oldest first, at most AT_ONCE."""
    wanted = _select(work, by_hand(key))
    id_column, _what, since = wanted.selected_columns
    found = work.session.execute(wanted.order_by(since, id_column).limit(AT_ONCE))
    return [Due(id, what, _day(begun)) for id, what, begun in found]


def is_due(work: Work, key: str, id: int) -> bool:
    """Still, at this moment: what began to run meanwhile is kept."""
    wanted = _select(work, class_of(key))
    return work.session.execute(wanted.where(wanted.selected_columns[0] == id)).first() is not None


def _day(begun: object) -> date:
    """SQLite gives what a subquery finds as text."""
    if isinstance(begun, str):
        begun = datetime.fromisoformat(begun)
    return local_date(begun) if isinstance(begun, datetime) and begun.tzinfo else _plain(begun)


def _plain(begun: object) -> date:
    if isinstance(begun, datetime):
        return begun.date()
    assert isinstance(begun, date)
    return begun


def counts(work: Work) -> dict[str, int]:
    """Class -> how many are due, in one question."""
    several = [
        select(literal(kind.key), select(func.count()).select_from(_select(work, kind).subquery()).scalar_subquery())
        for kind in all_classes()
        if kind.by_hand
    ]
    return {str(row[0]): int(row[1]) for row in work.session.execute(union_all(*several))}


def open_removal(work: Work, key: str) -> Removal | None:
    open_one = Removal.finished_at.is_(None), Removal.cancelled_at.is_(None)
    return work.session.scalar(select(Removal).where(Removal.class_key == key, *open_one))


def removals(work: Work, limit: int = 50) -> Sequence[Removal]:
    """The newest first."""
    return work.session.scalars(select(Removal).order_by(Removal.id.desc()).limit(limit)).all()


def removal(work: Work, removal_id: int) -> Removal:
    """Raises NotFound."""
    return work.get(Removal, removal_id)


def listed(work: Work, found: Removal) -> Sequence[Due]:
    """Those of the list that are still due."""
    wanted = _select(work, class_of(found.class_key))
    rows = work.session.execute(wanted.where(wanted.selected_columns[0].in_(found.subject_ids)))
    return [Due(id, what, _day(begun)) for id, what, begun in rows]
