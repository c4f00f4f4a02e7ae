"""Which records of a class have been kept long enough: rows of id, what it is called, and since when it is no longer
needed. What a procedure, objection or contract still needs is never among it.

A question two levels deep says by `correlate` which row it is about: by itself it would ask about all rows of that table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.accounts.models import Invitation, Membership, Organisation, User
from portal.clock import local_date
from portal.compliance.declarations.models import (
    Declaration,
    EvaluationDeclaration,
    ProfitMarginDeclaration,
    TopOfficial,
    WntDeclaration,
)
from portal.compliance.obligations.models import Obligation
from portal.contracts.models import Contract, ContractSignature, ContractState, SubAgreement
from portal.contracts.wording.rules import OWNERS_PAID_FROM_RESULT
from portal.evidence.models import EvidenceItem, EvidenceUse, EvidenceVersion
from portal.mail.forgetting import GONE
from portal.mail.models import MailStatus, OutboxMail
from portal.meetings.models import ActionItem, AgendaItem, Meeting, MeetingSeat, MinutesAddendum, MinutesComment
from portal.storage import StoredFile
from portal.tables.agreements.models import Agreement, Mediation, MediationEntry, Position
from portal.tables.agreements.queries import DISPUTED
from portal.tables.rounds.models import DevelopmentTable, Round, TableState
from portal.tenders.decisions.models import Decision, DecisionState, Objection, ObjectionState, Outcome
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.submissions.models import Answer, Signature, Submission, SubmissionFile, SubmissionState
from portal.tenders.submissions.rules import UNSENT

Rows = Select[*tuple[Any, ...]]
OVER = (ProcedureState.COMPLETED, ProcedureState.WITHDRAWN)
AGREEMENT_CALLED = (
    DevelopmentTable.name
    + ", "
    + cast(Round.number, String)
    + "."
    + cast(Agreement.number, String)
    + " "
    + Agreement.title
)
AGREED = (ContractState.SIGNED, ContractState.IN_FORCE, ContractState.ENDED)


def _draft(before: datetime) -> Rows:
    wanted = select(Submission.id, Organisation.name, Procedure.closes_at).join(Submission.organisation)
    return wanted.join(Submission.procedure).where(
        Submission.state.in_(UNSENT), Procedure.closes_at < before, _has_content()
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
    wanted = select(Submission.id, Organisation.name, since).join(Submission.organisation).join(Submission.procedure)
    return wanted.where(since < local_date(before), ~otherwise, ~running, ~contract, _has_content())


def _has_content() -> ColumnElement[bool]:
    return or_(
        Submission.content.is_not(None),
        exists().where(Answer.submission_id == Submission.id),
        exists().where(SubmissionFile.submission_id == Submission.id),
    )


def _awarded(before: datetime) -> Rows:
    """A contract with the submissions that it came from. While an objection runs all of it stays."""
    own = SubAgreement.contract_id == Contract.id
    submission = select(Decision.submission_id).join(SubAgreement, SubAgreement.decision_id == Decision.id)
    submission = submission.where(own).correlate(Contract)
    running = exists().where(
        Decision.submission_id.in_(submission),
        Objection.decision_id == Decision.id,
        Objection.state == ObjectionState.RECEIVED,
    )
    text = exists().where(
        StoredFile.id.in_((Contract.file_id, Contract.signed_file_id)), StoredFile.removed_at.is_(None)
    )
    content = exists().where(Submission.id.in_(submission), _has_content())
    other = aliased(Contract)
    longer = exists().where(
        other.procedure_id == Contract.procedure_id, other.organisation_id == Contract.organisation_id,
        other.ends_on >= local_date(before),
    )  # fmt: skip
    called = Organisation.name + ", " + Contract.number
    wanted = select(Contract.id, called, Contract.ends_on).join(Contract.organisation)
    ended = Contract.state.in_(AGREED) & (Contract.ends_on < local_date(before))
    return wanted.where(ended, ~running, ~longer, or_(text, content))


def _minutes(before: datetime) -> Rows:
    """Of a meeting, once every contract that ran on that day has been over as long."""
    day = func.date(Meeting.starts_at)
    still = exists().where(
        Contract.region_id == Meeting.region_id, Contract.state.in_(AGREED), Contract.ends_on >= local_date(before),
        Contract.starts_on <= day,
    )  # fmt: skip
    said = or_(
        exists().where(AgendaItem.meeting_id == Meeting.id, AgendaItem.minutes != ""),
        exists().where(MeetingSeat.meeting_id == Meeting.id, MeetingSeat.user_id.is_not(None)),
        *(exists().where(kind.meeting_id == Meeting.id) for kind in (MinutesComment, MinutesAddendum, ActionItem)),
        exists().where(StoredFile.id == Meeting.minutes_file_id, StoredFile.removed_at.is_(None)),
    )
    wanted = select(Meeting.id, Meeting.title, Meeting.starts_at)
    return wanted.where(Meeting.starts_at < before, ~still, said)


def _mediation(before: datetime) -> Rows:
    """The mediator's notes, once nobody waits for an outcome any more or the table is closed."""
    since = func.coalesce(Agreement.settled_at, Mediation.closed_at, Mediation.opened_at)
    over = or_(Agreement.state.not_in(DISPUTED), DevelopmentTable.state == TableState.CLOSED)
    notes = exists().where(MediationEntry.mediation_id == Mediation.id)
    wanted = select(Mediation.id, AGREEMENT_CALLED, since).join(Mediation.agreement).join(Agreement.table)
    return wanted.join(Agreement.round).where(over, since < before, notes)


def _agreement(before: datetime) -> Rows:
    """Of a closed table. It binds, so it stays as long as what hangs on the contracts that began while the table met."""
    since = func.coalesce(Agreement.settled_at, Agreement.proposed_at)
    met = select(func.max(Meeting.starts_at)).join(Round, Round.meeting_id == Meeting.id)
    last = met.where(Round.table_id == DevelopmentTable.id).correlate(DevelopmentTable).scalar_subquery()
    binds = exists().where(
        Contract.region_id == DevelopmentTable.region_id, Contract.state.in_(AGREED),
        Contract.ends_on >= local_date(before), Contract.starts_on <= func.date(last),
    )  # fmt: skip
    said = or_(Agreement.text != "", exists().where(Position.agreement_id == Agreement.id))
    wanted = select(Agreement.id, AGREEMENT_CALLED, since).join(Agreement.table).join(Agreement.round)
    return wanted.where(DevelopmentTable.state == TableState.CLOSED, since < before, ~binds, said)


def _declaration(before: datetime) -> Rows:
    own = Declaration.id
    official = exists().where(WntDeclaration.declaration_id == own, TopOfficial.wnt_declaration_id == WntDeclaration.id)
    personal = or_(ProfitMarginDeclaration.explanation != "", Organisation.legal_form.in_(OWNERS_PAID_FROM_RESULT))
    margin = exists().where(ProfitMarginDeclaration.declaration_id == own, personal)
    file = exists().where(StoredFile.id == Declaration.file_id, StoredFile.removed_at.is_(None))
    answers = exists().where(EvaluationDeclaration.declaration_id == own)
    said = or_(Declaration.remark != "", Declaration.question != "", official, margin, file, answers)
    called = Organisation.name + ", " + Contract.number + ", " + cast(Obligation.about_year, String)
    wanted = select(own, called, Contract.ends_on).join(Declaration.obligation).join(Obligation.contract)
    wanted = wanted.join(Obligation.organisation)
    return wanted.where(Contract.state.in_(AGREED), Contract.ends_on < local_date(before), said)


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
    signed = exists().where(Signature.submission_id == Submission.id, Signature.user_id == User.id)
    begun = or_(Submission.started_by_id == User.id, signed.correlate(Submission, User))
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


DUE: dict[str, Callable[[datetime], Rows]] = {
    "draft": _draft, "withdrawn": _withdrawn, "rejected": _rejected, "awarded": _awarded, "evidence": _evidence,
    "leaver": _leaver, "invitation": _invitation, "mail": _mail, "table_minutes": _minutes, "declaration": _declaration,
    "mediation": _mediation, "agreement": _agreement,
}  # fmt: skip
"""Class -> what of it began to be superfluous before a moment."""

REGION: dict[str, InstrumentedAttribute[int]] = {
    "draft": Procedure.region_id, "withdrawn": Procedure.region_id, "rejected": Procedure.region_id,
    "awarded": Contract.region_id, "table_minutes": Meeting.region_id, "declaration": Contract.region_id,
    "mediation": DevelopmentTable.region_id, "agreement": DevelopmentTable.region_id,
}  # fmt: skip
"""The classes of which each record is of one region, and by what."""
