"""A provider's own submissions; for the buyer's side nothing at all before they are opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import joinedload, selectinload, with_expression

from portal import storage
from portal.access import Permission
from portal.errors import NotAllowed, NotFound
from portal.evidence import queries as evidence
from portal.evidence.models import EvidenceItem, EvidenceVersion
from portal.statements import ask, fill
from portal.storage import ScanStatus, StoredFile
from portal.tenders.procedures.models import Procedure, ProcedureProduct
from portal.tenders.submissions import rules
from portal.tenders.submissions.content.queries import assemble
from portal.tenders.submissions.content.rules import Content, Said
from portal.tenders.submissions.models import (
    Submission,
    SubmissionFile,
    SubmissionProduct,
    SubmissionState,
)
from portal.tenders.submissions.rules import Held, Part, PartState
from portal.work import Work

S = SubmissionState
HANDED_IN = (S.SUBMITTED, S.OPENED, S.ASSESSED, S.DECIDED)


def submission(work: Work, id: int) -> Submission:
    """The provider's own; for officers only what was opened. Raises NotFound: before that it is as if it were not there."""
    found = ask(work, _one, id=id).scalar_one_or_none()
    if found is None or not _may_see(work, found):
        raise NotFound("submission")
    _fill(work, [found])
    return found


def _one(_work: Work) -> Select[Submission]:
    return _headed(select(Submission).where(Submission.id == bindparam("id")))


def _may_see(work: Work, submission: Submission) -> bool:
    if work.actor.is_provider:
        return submission.organisation_id == work.actor.organisation_id
    return submission.state in rules.READABLE_BY_BUYER and work.actor.may(Permission.SUBMISSION_READ, submission)


def virus() -> Any:
    """The option that tells whether a virus was found in a file uploaded for a submission, without a further query."""
    uploaded = select(SubmissionFile.id).join(StoredFile, StoredFile.id == SubmissionFile.file_id)
    infected = StoredFile.scan_status == ScanStatus.INFECTED
    return with_expression(
        Submission.holds_virus, exists(uploaded.where(SubmissionFile.submission_id == Submission.id, infected))
    )


def _headed(find: Select[Submission]) -> Select[Submission]:
    """With what there is one of; the lists follow by `_fill`."""
    procedure = joinedload(Submission.procedure)
    return find.options(
        virus(),
        procedure.joinedload(Procedure.region),
        joinedload(Submission.organisation),
        joinedload(Submission.seal),
    )


def _fill(work: Work, found: Collection[Submission]) -> None:
    line = SubmissionProduct.procedure_product
    procedures = {one.procedure for one in found}
    fill(work, procedures, Procedure.criteria)
    fill(work, procedures, Procedure.evidence_kinds)
    fill(
        work, found, Submission.products, line, (line, ProcedureProduct.product), (line, ProcedureProduct.tariff_sheet)
    )
    fill(work, found, Submission.answers)
    fill(work, found, Submission.signatures)


def own_submissions(work: Work) -> list[Submission]:
    """Every submission of the actor's organisation, the latest first: a few for each procedure, so all of them."""
    if not work.actor.is_provider:
        return []
    found = list(ask(work, _mine).scalars())
    _fill(work, found)
    return found


def _mine(work: Work) -> Select[Submission]:
    mine = _headed(select(Submission).where(Submission.organisation_id == work.actor.organisation_id))
    return mine.order_by(Submission.started_at.desc(), Submission.id.desc())


def latest_withdrawn(work: Work, procedure: Procedure) -> Submission | None:
    """The own submission to this procedure that was withdrawn last: its answers can be taken over."""
    if not work.actor.is_provider:
        return None
    mine = _own_here(work, procedure).where(Submission.state == S.WITHDRAWN).order_by(Submission.id.desc()).limit(1)
    return work.session.scalar(mine.options(selectinload(Submission.products)))


def _own_here(work: Work, procedure: Procedure) -> Select[Submission]:
    own = Submission.organisation_id == work.actor.organisation_id
    return select(Submission).where(Submission.procedure_id == procedure.id, own)


def products_of(work: Work, procedure_id: int) -> list[ProcedureProduct]:
    """The products of a procedure with their tariffs, in its order."""
    wanted = select(ProcedureProduct).where(ProcedureProduct.procedure_id == procedure_id)
    loaded = wanted.options(joinedload(ProcedureProduct.product), joinedload(ProcedureProduct.tariff_sheet))
    return list(work.session.scalars(loaded.order_by(ProcedureProduct.position)))


def live_submission(work: Work, procedure: Procedure) -> Submission | None:
    """The one submission to this procedure that was not withdrawn."""
    if not work.actor.is_provider:
        return None
    return work.session.scalar(_own_here(work, procedure).where(Submission.state != S.WITHDRAWN))


# --- how far it is -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartView:
    """A part with what was said and what is missing."""

    part: Part
    said: Said | None
    version: int
    saved_at: datetime | None
    gaps: tuple[str, ...]
    is_ready: bool = False
    """The evidence is in the passport and need only be chosen."""

    @property
    def state(self) -> PartState:
        return rules.state_of(self.said, self.gaps)

    @property
    def is_complete(self) -> bool:
        return self.state is PartState.COMPLETE


@dataclass(frozen=True)
class Progress:
    parts: tuple[PartView, ...]

    @property
    def common(self) -> list[PartView]:
        return [view for view in self.parts if view.part.line is None]

    def of(self, product_code: str) -> list[PartView]:
        return [view for view in self.parts if view.part.product_code == product_code]

    @property
    def missing(self) -> list[PartView]:
        return [view for view in self.parts if not view.is_complete]

    def part(self, key: str) -> PartView:
        """Raises NotFound."""
        for view in self.parts:
            if view.part.key == key:
                return view
        raise NotFound("part")


def progress(work: Work, submission: Submission, held: Mapping[int, Held] | None = None) -> Progress:
    """Every part with its state. The provider's own words: only for who may see the submission.

    `held` is its passport, for who knows that already.
    """
    _own(work, submission)
    if held is None:
        held = passport(work, submission.organisation_id)
    answers = {answer.key: answer for answer in submission.answers}
    said = {key: Said.from_bytes(storage.open_bytes(work, submission.seal, a.sealed)) for key, a in answers.items()}
    files = {p.file_id for s in said.values() for p in s.proofs if p.file_id is not None}
    blocked = set() if submission.holds_virus is False else storage.blocked_among(work, files)
    day = submission.procedure.contract_starts or work.today
    views = []
    for part in parts(submission):
        found, words = answers.get(part.key), said.get(part.key)
        missing = tuple(rules.gaps(part, words, held, day, blocked))
        ready = part.criterion is not None and rules.stands_ready(part.criterion, held.values(), day)
        version, saved_at = (found.version, found.saved_at) if found else (0, None)
        views.append(PartView(part, words, version, saved_at, missing, ready))
    return Progress(tuple(views))


def _own(work: Work, submission: Submission) -> None:
    if submission.organisation_id != work.actor.organisation_id or not work.actor.is_provider:
        raise NotAllowed(Permission.SUBMISSION_EDIT.value, subject=submission)


def parts(submission: Submission) -> list[Part]:
    lines = [chosen.procedure_product for chosen in submission.products]
    lines.sort(key=lambda line: line.position)
    return rules.parts_of(submission.procedure, lines, submission.organisation)


def passport(work: Work, organisation_id: int) -> dict[int, Held]:
    """Every version in the organisation's passport, by id."""
    return held_of(evidence.versions(work, organisation_id))


def held_of(kept: Iterable[evidence.Kept]) -> dict[int, Held]:
    return {
        one.version_id: Held(one.version_id, one.kind, one.title, one.valid_until, one.is_archived, one.is_blocked)
        for one in kept
    }


def usable_versions(work: Work, kinds: list[str]) -> list[EvidenceVersion]:
    """The newest version of each item of the actor's passport that is of one of these kinds and opens."""
    mine = select(EvidenceItem).where(
        EvidenceItem.organisation_id == work.actor.organisation_id,
        EvidenceItem.evidence_type.in_(kinds),
        EvidenceItem.archived_at.is_(None),
    )
    items = work.session.scalars(mine.options(selectinload(EvidenceItem.versions)).order_by(EvidenceItem.title))
    return [item.current for item in items if not item.current.is_blocked]


# --- what it says ------------------------------------------------------------------------------------------------


def content_of(work: Work, submission: Submission) -> Content:
    """Everything it says. Frozen from the first signature on; before that as it stands now, for its own provider only.

    Raises NotAllowed for anybody of the buyer's side before the opening. Who assesses asks through its own feature.
    """
    if work.actor.is_provider:
        _own(work, submission)
    elif submission.state not in rules.READABLE_BY_BUYER or not _reads_opened(work, submission):
        raise NotAllowed(Permission.SUBMISSION_READ.value, subject=submission)
    if submission.content is None:
        return current_content(work, submission)
    return Content.from_bytes(storage.open_bytes(work, submission.seal, submission.content))


def _reads_opened(work: Work, submission: Submission) -> bool:
    reads = (Permission.SUBMISSION_READ, Permission.ASSESSMENT_JUDGE)
    return any(work.actor.may(permission, submission) for permission in reads)


def current_content(work: Work, submission: Submission, found: Progress | None = None) -> Content:
    """What would be frozen now: the answers with the evidence they rely on, each file with its SHA-256.

    `found` is how far it is, for who has asked that in the same act: each answer is unsealed once.
    """
    views = (found or progress(work, submission)).parts
    return assemble(work, submission, [(view.part, view.said) for view in views if view.said is not None])


def file_ids(work: Work, submission: Submission) -> set[int]:
    """The files that were uploaded for it."""
    wanted = select(SubmissionFile.file_id).where(SubmissionFile.submission_id == submission.id)
    return set(work.session.scalars(wanted))


def file_of(work: Work, content: Content, file_id: int) -> StoredFile:
    """A file that this content refers to. Raises NotFound for any other."""
    if file_id not in {file.id for file in content.files}:
        raise NotFound("file")
    return work.get(StoredFile, file_id)
