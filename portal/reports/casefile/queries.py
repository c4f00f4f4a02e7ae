"""What of a procedure goes into its case file, as far as the actor may read it; and the case files that were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access import PROVIDER_ROLES, Actor, Permission
from portal.accounts.models import Membership, User, UserState
from portal.accounts.queries import actor_in
from portal.audit import AuditEvent, AuditHead
from portal.contracts.models import Contract, ContractState
from portal.errors import NotFound
from portal.reports.casefile import rules
from portal.reports.casefile.rules import Reach
from portal.storage import StoredFile
from portal.storage.scanning import withheld
from portal.tasks import Task
from portal.tenders.assessment import queries as assessment
from portal.tenders.assessment.models import Assignment, Opening
from portal.tenders.assessment.rules import Compared
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions.models import Decision, DecisionLetter, DecisionState, Objection
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import NoteOfInformation, Procedure, ProcedureProduct, Question
from portal.tenders.submissions import rules as submission_rules
from portal.tenders.submissions.models import Submission
from portal.work import Work

CASEFILE = "reports.casefile"
PAGE = 500


def procedure_of(work: Work, procedure_id: int) -> Procedure:
    """A procedure of which the actor may take out the case file. Raises NotFound."""
    found = procedures.procedure(work, procedure_id)
    if not work.actor.may(Permission.CASEFILE_TAKE, found):
        raise NotFound("procedure")
    return found


def asker(work: Work, user_id: int | None, membership_id: int | None) -> Actor | None:
    """Who asked, as long as they still hold the role in which they did; None when that is over."""
    find = select(Membership).where(Membership.id == membership_id, Membership.ended_at.is_(None))
    found = work.session.scalar(find.options(joinedload(Membership.user), joinedload(Membership.organisation)))
    if found is None or found.user_id != user_id or found.user.state is not UserState.ACTIVE:
        return None
    return actor_in(found)


# --- what was made -----------------------------------------------------------------------------------------------


def own_casefiles(work: Work, procedure: Procedure) -> list[Task]:
    """The case files of this procedure that the actor asked for in this role, the latest first."""
    mine = (Task.kind == CASEFILE) & (Task.asked_by_id == work.actor.user_id)
    here = Task.facts["procedure_id"].as_integer() == procedure.id
    role = Task.facts["membership_id"].as_integer() == work.actor.membership_id
    return list(work.session.scalars(select(Task).where(mine, here, role).order_by(Task.id.desc()).limit(10)))


# --- what goes in ------------------------------------------------------------------------------------------------


def whole(work: Work, procedure_id: int) -> Procedure:
    """The procedure with everything that was published of it. Raises NotFound."""
    procedure_of(work, procedure_id)
    lines = selectinload(Procedure.products)
    find = select(Procedure).where(Procedure.id == procedure_id)
    find = find.options(
        joinedload(Procedure.region),
        lines.joinedload(ProcedureProduct.product),
        lines.joinedload(ProcedureProduct.tariff_sheet),
        selectinload(Procedure.criteria),
        selectinload(Procedure.evidence_kinds),
        selectinload(Procedure.notes, NoteOfInformation.questions),
    )
    return work.session.scalars(find).one()


@dataclass(frozen=True)
class Contents:
    """What goes in, by id: gathered in one look, read one by one afterwards."""

    reach: Reach
    papers: list[tuple[str, int]]
    """(folder, stored file) of every document that was made and kept before."""
    submissions: list[int]
    outside: rules.Outside


def contents(work: Work, procedure: Procedure) -> Contents:
    """What the actor may have of it now, and what belongs to it and cannot be in it."""
    reach = rules.reach_of(work.actor, procedure)
    readable = _readable(work, procedure) if reach.submissions else []
    found = list(_papers(work, procedure, reach))
    closed = _closed_files(work, [id for _folder, _what, id in found if id is not None])
    empty = _removed(work, readable)
    return Contents(
        reach=reach,
        papers=[(folder, id) for folder, _what, id in found if id is not None and id not in closed],
        submissions=[s.id for s in readable if s.id not in empty],
        outside=rules.Outside(
            opened=procedure.opened_at is not None,
            unconcluded=sum(s.state not in rules.CONCLUDED for s in readable),
            prepared=sum(d.state is DecisionState.PREPARED for d in _decided(work, procedure, reach)),
            unmade=[what for _folder, what, id in found if id is None],
            closed=[(what, closed[id]) for _folder, what, id in found if id in closed],
            emptied=[s.number for s in readable if s.id in empty],
        ),
    )


def _papers(work: Work, procedure: Procedure, reach: Reach) -> Iterator[tuple[str, str, int | None]]:
    """Folder, what it is, and its stored file; None for what is still to be made."""
    for note in procedure.notes:
        yield "Nota's van inlichtingen", f"Nota van inlichtingen {note.number}", note.file_id
    opening = assessment.opening_of(work, procedure)
    if opening is not None and opening.second_at is not None:
        yield "Opening", "Proces-verbaal van opening", opening.record_file_id
    taken = [d for d in _decided(work, procedure, reach) if d.state in rules.TAKEN]
    letters = {d.submission_id: d for d in taken if d.state is not DecisionState.DECIDED}
    for decision in sorted(letters.values(), key=lambda d: d.letter_id or 0):
        file_id = decision.letter.file_id if decision.letter is not None else None
        yield "Brieven", f"Brief over inschrijving {decision.submission.number}", file_id
    for contract in _contracts(work, procedure, reach):
        yield "Contracten", f"Contract {contract.number}", contract.file_id
        if contract.state is not ContractState.TO_SIGN:
            yield "Contracten", f"Register van handtekeningen bij contract {contract.number}", contract.signed_file_id


def _closed_files(work: Work, ids: list[int]) -> dict[int, str]:
    """Of these files: those that open for nobody, and why ("removed", "infected", "waiting")."""
    held = or_(StoredFile.removed_at.is_not(None), StoredFile.scan_status.in_(rules.HELD))
    found = work.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids), held))
    return {stored.id: withheld(work, stored) or "waiting" for stored in found}


def _removed(work: Work, readable: list[Submission]) -> set[int]:
    """Submissions of which the content went after its term: what was handed in is always frozen."""
    ids = [s.id for s in readable]
    return set(work.session.scalars(select(Submission.id).where(Submission.id.in_(ids), Submission.content.is_(None))))


def _readable(work: Work, procedure: Procedure) -> list[Submission]:
    """Opened ones only: what is sealed, withdrawn or unfinished is not there."""
    opened = Submission.state.in_(submission_rules.READABLE_BY_BUYER)
    find = select(Submission).where(Submission.procedure_id == procedure.id, opened).order_by(Submission.id)
    return list(work.session.scalars(find))


def _decided(work: Work, procedure: Procedure, reach: Reach) -> list[Decision]:
    return decisions.decisions_in(work, procedure) if reach.decisions else []


def taken_decisions(work: Work, procedure: Procedure) -> list[Decision]:
    """The decisions that were taken; what is only prepared is nobody's decision yet."""
    found = _decided(work, procedure, rules.reach_of(work.actor, procedure))
    return [decision for decision in found if decision.state in rules.TAKEN]


def _contracts(work: Work, procedure: Procedure, reach: Reach) -> list[Contract]:
    """What was sent to be signed."""
    if not reach.contracts:
        return []
    find = select(Contract).where(Contract.procedure_id == procedure.id, Contract.state.in_(rules.SENT))
    return list(work.session.scalars(find.order_by(Contract.number)))


def judged(work: Work, submission: Submission) -> tuple[list[Assignment], list[Compared]]:
    """Who judged and what each found, once it is concluded; nothing of it before (domain: assessors are independent)."""
    if submission.state not in rules.CONCLUDED or not work.actor.may(Permission.ASSESSMENT_SETTLE, submission):
        return [], []
    assignments = assessment.assignments_of(work, submission)
    return assignments, assessment.compared(work, submission, assignments)


# --- the audit trail ---------------------------------------------------------------------------------------------


def trail(work: Work, procedure: Procedure, after: int = 0) -> list[dict[str, Any]]:
    """The next entries of the chain about this procedure, from `after` on, each with what its hash is taken over."""
    find = select(AuditEvent, User.name).outerjoin(User, User.id == AuditEvent.user_id)
    find = find.where(_of_case(work, procedure), AuditEvent.seq > after).order_by(AuditEvent.seq).limit(PAGE)
    return [rules.entry(_said(event), name or "portaal") for event, name in work.session.execute(find)]


def _said(event: AuditEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "previous": event.previous,
        "at": event.at.isoformat(),
        "user_id": event.user_id,
        "membership_id": event.membership_id,
        "role": event.role,
        "tag": event.tag,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "facts": event.facts,
        "hash": event.hash,
    }


def _of_case(work: Work, procedure: Procedure) -> ColumnElement[bool]:
    """By the subject of the entry, so that what refers to the procedure from a sealed submission stays out. What the
    market did to the procedure itself (to begin, to try in vain) stays out too: it would name who never handed in."""
    named = [
        and_(AuditEvent.subject_type == kind, AuditEvent.subject_id.in_(ids))
        for kind, ids in _subjects(rules.reach_of(work.actor, procedure), procedure.id)
    ]
    market = AuditEvent.role.in_([role.value for role in PROVIDER_ROLES])
    return and_(or_(*named), ~and_(AuditEvent.subject_type.in_(("procedure", "opening")), market))


def _subjects(reach: Reach, id: int) -> Iterator[tuple[str, Select[Any] | list[int]]]:
    """Table -> ids of what the trail of this case is about."""
    notes = _ids(NoteOfInformation, NoteOfInformation.procedure_id == id)
    readable = Submission.state.in_(submission_rules.READABLE_BY_BUYER)
    opened = _ids(Submission, Submission.procedure_id == id, readable)
    yield "procedure", [id]
    yield "note_of_information", notes
    yield "question", _ids(Question, Question.note_id.in_(notes))
    yield "opening", _ids(Opening, Opening.procedure_id == id)
    if reach.submissions:
        yield "submission", opened
        yield "assignment", _ids(Assignment, Assignment.submission_id.in_(opened))
    if reach.decisions:
        taken = _ids(Decision, Decision.submission_id.in_(opened), Decision.state.in_(rules.TAKEN))
        yield "decision", taken
        yield "objection", _ids(Objection, Objection.decision_id.in_(taken))
        yield "decision_letter", _ids(DecisionLetter, DecisionLetter.submission_id.in_(opened))
    if reach.contracts:
        yield "contract", _ids(Contract, Contract.procedure_id == id, Contract.state.in_(rules.SENT))


def _ids(model: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(model.id).where(*where)


def head(work: Work) -> tuple[int, str]:
    """The end of the chain at this moment: number and hash of its last entry."""
    found = work.session.scalar(select(AuditHead))
    return (found.seq, found.hash) if found else (0, "")
