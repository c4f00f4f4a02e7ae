"""What a provider does with a submission until it signs, and how the buyer reads it; the verbs of `signing` stand here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from portal import storage
from portal.access import Permission
from portal.audit import record
from portal.errors import NotFound, RuleBroken, StaleVersion
from portal.storage import StoredFile
from portal.storage.seal import Readable
from portal.tenders.procedures.models import Procedure, ProcedureProduct
from portal.tenders.procedures.service import note_participation
from portal.tenders.submissions import queries, rules
from portal.tenders.submissions.content.rules import Content, Proof, Said
from portal.tenders.submissions.models import (
    Answer,
    Submission,
    SubmissionFile,
    SubmissionProduct,
    SubmissionState,
)
from portal.tenders.submissions.signing.service import (
    mark_assessed,
    mark_decided,
    mark_opened,
    sign_submission,
    unfreeze_submission,
    withdraw_submission,
)
from portal.work import Work

S = SubmissionState

__all__ = [
    "accept_tariff", "attach_file", "choose_products", "make_statement", "mark_assessed", "mark_decided", "mark_opened",
    "read_file", "read_submission", "save_answer", "sign_submission", "start_submission", "unfreeze_submission",
    "withdraw_submission",
]  # fmt: skip


def start_submission(
    work: Work, procedure: Procedure, product_ids: Sequence[int], *, copy_from: Submission | None = None
) -> Submission:
    """Begin for these products of the procedure (ids of ProcedureProduct), with the answers of a withdrawn one if asked.

    Raises NotAllowed, NotFound (no such product here) and RuleBroken (not open, nothing chosen, already begun).
    """
    work.require(Permission.SUBMISSION_EDIT)
    reasons = list(rules.reasons_against_moment(procedure, work.now))
    reasons += [] if product_ids else ["no_products_chosen"]
    reasons += ["submission_exists"] if queries.live_submission(work, procedure) else []
    if reasons:
        raise RuleBroken(*reasons, subject=procedure)
    assert work.actor.organisation_id is not None
    submission = Submission(
        procedure=procedure,
        organisation_id=work.actor.organisation_id,
        seal=storage.new_seal(work),
        started_at=work.now,
        started_by_id=work.actor.user_id,
    )
    work.add(submission)
    _put_products(work, submission, product_ids)
    if copy_from is not None:
        _copy_answers(work, copy_from, submission)
    note_participation(work, procedure, work.actor.organisation_id)
    record(work, "submission.start", submission, procedure_id=procedure.id, products=len(submission.products))
    return submission


def _put_products(work: Work, submission: Submission, product_ids: Sequence[int]) -> None:
    for id in sorted(set(product_ids)):
        line = work.get(ProcedureProduct, id)
        if line.procedure_id != submission.procedure.id:
            raise NotFound("procedure_product")
        submission.products.append(SubmissionProduct(procedure_product=line))
    work.session.flush()


def _copy_answers(work: Work, old: Submission, new: Submission) -> None:
    """The words are sealed anew; files stay under the seal they came in with."""
    if old.organisation_id != new.organisation_id or old.state is not S.WITHDRAWN:
        raise NotFound("submission")
    for answer in old.answers:
        said = Said.from_bytes(storage.open_bytes(work, old.seal, answer.sealed))
        _write(work, new, answer.key, said, None)
        for proof in said.proofs:
            if proof.file_id is not None:
                row = SubmissionFile(file_id=proof.file_id, answer_key=answer.key, added_at=work.now)
                row.submission_id = new.id
                work.session.add(row)


def choose_products(
    work: Work, submission: Submission, product_ids: Sequence[int], *, version: int | None = None
) -> None:
    """Other products; answers on a product that is left out stay kept and count no longer.
    Raises NotAllowed, NotFound, RuleBroken (not editable, nothing chosen) and StaleVersion."""
    _edit(work, submission)
    work.expect_version(submission, version)
    if not product_ids:
        raise RuleBroken("no_products_chosen", subject=submission)
    for chosen in [c for c in submission.products if c.procedure_product_id not in product_ids]:
        submission.products.remove(chosen)
        work.session.delete(chosen)
    have = {chosen.procedure_product_id for chosen in submission.products}
    _put_products(work, submission, [id for id in product_ids if id not in have])
    record(work, "submission.choose_products", submission, products=len(submission.products))


def _edit(work: Work, submission: Submission) -> None:
    work.require(Permission.SUBMISSION_EDIT, submission)
    if reasons := tuple(rules.reasons_not_to_edit(submission, work.now)):
        raise RuleBroken(*reasons, subject=submission)


def save_answer(work: Work, submission: Submission, key: str, said: Said, *, version: int | None = None) -> Answer:
    """Keep what is said on one part; incomplete is fine. `version` 0 means that nothing stood there yet.

    Raises NotAllowed, NotFound (no such part or evidence), RuleBroken (too late, being signed, text about a client) and
    StaleVersion with the text that stands there now.
    """
    _edit(work, submission)
    view = queries.progress(work, submission).part(key)
    if version is not None and version != view.version:
        theirs = view.said.text if view.said else ""
        raise StaleVersion(subject=submission, theirs={"text": theirs}, version=view.version)
    if reasons := tuple(rules.reasons_against_words(said)):
        raise RuleBroken(*reasons, subject=submission)
    _check_proofs(work, submission, view, said)
    return _write(work, submission, key, said, view.said)


def _write(work: Work, submission: Submission, key: str, said: Said, before: Said | None) -> Answer:
    answer = next((a for a in submission.answers if a.key == key), None)
    if answer is not None and before == said:
        return answer
    if answer is None:
        answer = Answer(key=key)
        submission.answers.append(answer)
    answer.sealed = storage.seal_bytes(work, submission.seal, said.to_bytes())
    answer.saved_at, answer.saved_by_id = work.now, work.actor.user_id or 0
    work.session.flush()
    return answer


def _check_proofs(work: Work, submission: Submission, view: queries.PartView, said: Said) -> None:
    """Evidence must be the provider's own, and of a kind that this requirement accepts."""
    accepted = view.part.criterion.accepted_evidence if view.part.criterion else []
    own = queries.passport(work, submission.organisation_id) if said.proofs else {}
    files = queries.file_ids(work, submission)
    for proof in said.proofs:
        known = proof.version_id in own if proof.version_id is not None else proof.file_id in files
        if not known or proof.kind not in accepted:
            raise NotFound("evidence")


def attach_file(
    work: Work, submission: Submission, key: str, stream: Readable, *, name: str, kind: str, valid_until: date | None
) -> Answer:
    """Add an uploaded file as evidence to a part, sealed with this submission.
    Raises what save_answer raises, and FileRefused."""
    _edit(work, submission)
    view = queries.progress(work, submission).part(key)
    stored = storage.receive(work, stream, name=name, seal=submission.seal)
    work.add(SubmissionFile(submission_id=submission.id, file_id=stored.id, answer_key=key, added_at=work.now))
    proof = Proof(kind, file_id=stored.id, valid_until=valid_until.isoformat() if valid_until else "")
    said = view.said or Said()
    record(work, "submission.attach_file", submission, key=key, file_id=stored.id)
    return save_answer(work, submission, key, replace(said, proofs=(*said.proofs, proof)))


def accept_tariff(
    work: Work, submission: Submission, product_code: str, *, accepted: bool, version: int | None = None
) -> Answer:
    """Accept, or no longer accept, the tariff of a product with its build-up. Raises what save_answer raises."""
    key = f"{product_code}.{rules.TARIFF}"
    answer = save_answer(work, submission, key, Said(agreed=accepted), version=version)
    record(work, "submission.accept_tariff", submission, key=key)
    return answer


def make_statement(
    work: Work, submission: Submission, *, declared: Sequence[str], turnover: str, version: int | None = None
) -> Answer:
    """The statements (vision, truth, no exclusion ground) and the turnover that the signature must reach.
    Raises what save_answer raises."""
    figures = {name: "ja" for name in rules.DECLARED if name in declared} | {rules.TURNOVER: turnover.strip()}
    return save_answer(work, submission, rules.STATEMENTS, Said(figures=figures), version=version)


def read_submission(work: Work, submission: Submission) -> Content:
    """What it says, with this look at it on record (every look at a sealed thing is logged). Raises NotAllowed."""
    record(work, "submission.read", submission, procedure_id=submission.procedure_id)
    return queries.content_of(work, submission)


def read_file(work: Work, submission: Submission, file_id: int) -> StoredFile:
    """One of its files, with this look on record. Raises NotAllowed and NotFound."""
    stored = queries.file_of(work, queries.content_of(work, submission), file_id)
    record(work, "submission.read_file", submission, procedure_id=submission.procedure_id, file_id=file_id)
    return stored
