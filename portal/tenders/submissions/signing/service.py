"""Signing freezes a submission, the last signature hands it in; afterwards it is withdrawn, opened, judged and decided."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from portal import storage
from portal.access import Permission
from portal.accounts.models import SigningAuthority
from portal.accounts.queries import authority_of
from portal.accounts.rules import signatures_needed
from portal.audit import record
from portal.errors import RuleBroken
from portal.evidence.service import note_use
from portal.tenders.procedures import service as procedures
from portal.tenders.submissions import queries, rules
from portal.tenders.submissions.content.rules import Content, canonical
from portal.tenders.submissions.models import Signature, Submission, SubmissionState
from portal.tenders.submissions.signing import mails
from portal.tenders.submissions.signing.queries import count_unjudged, receipt_facts
from portal.tenders.submissions.signing.states import SUBMISSION
from portal.work import Work

S = SubmissionState


def sign_submission(work: Work, submission: Submission) -> None:
    """Sign what stands there. The first signature freezes the content; the last one needed hands it in, under the lock
    of the procedure's closing time, and the receipt follows in the same transaction.

    Raises NotAllowed and RuleBroken: too_late, not_yet_open, incomplete, not_authorised, log_in_again, already_signed.
    Only who is verified to bind the provider signs (domain 3.16); joint authority takes two different people.
    """
    work.require(Permission.SUBMISSION_SIGN, submission)
    found = queries.progress(work, submission)
    missing = [view.part.key for view in found.missing]
    authority = authority_of(work, work.actor.user_id or 0, submission.organisation_id)
    reasons = rules.reasons_not_to_submit(
        submission, work.now, incomplete=missing, signatory=_against_signatory(work, authority, found)
    )
    if any(signature.user_id == work.actor.user_id for signature in submission.signatures):
        reasons = ("already_signed",)
    if reasons:
        raise RuleBroken(*reasons, subject=submission)
    frozen = _freeze(work, submission, found) if submission.state is S.DRAFT else None
    signature = Signature(
        user_id=work.actor.user_id,
        authority=authority,
        content_digest=submission.content_digest,
        signed_at=work.now,
    )
    submission.signatures.append(signature)
    work.session.flush()
    record(work, "submission.sign", submission, signature_id=signature.id, content_digest=submission.content_digest)
    authorities = [s.authority for s in submission.signatures]
    if len(authorities) >= signatures_needed(authorities, turnover(found)):
        _hand_in(work, submission, frozen or queries.content_of(work, submission))
    else:
        mails.tell_of_signature(work, submission)


def turnover(found: queries.Progress) -> Decimal | None:
    """What the provider expects to turn over in a year: the amount that the signature must reach."""
    said = found.part(rules.STATEMENTS).said
    return rules.number(said.figures.get(rules.TURNOVER, ""), rules.UNITS[rules.TURNOVER]) if said else None


def _against_signatory(work: Work, authority: SigningAuthority | None, found: queries.Progress) -> list[str]:
    amount = turnover(found)
    return list(rules.reasons_against_signatory(authority, work.today, amount, fresh=work.actor.fresh))


def _freeze(work: Work, submission: Submission, found: queries.Progress) -> Content:
    content = queries.current_content(work, submission, found)
    plain = content.to_bytes()
    submission.content = storage.seal_bytes(work, submission.seal, plain)
    submission.content_digest = hashlib.sha256(plain).hexdigest()
    SUBMISSION.apply(work, submission, "freeze", content_digest=submission.content_digest)
    return content


def unfreeze_submission(work: Work, submission: Submission) -> int:
    """Change something after all: the signatures given so far fall away, and who gave them hears it. Returns how many.
    Raises NotAllowed, IllegalTransition and RuleBroken (too late)."""
    SUBMISSION.apply(work, submission, "unfreeze", unless=rules.reasons_against_moment(submission.procedure, work.now))
    dropped = list(submission.signatures)
    mails.tell_of_change(work, submission)
    for signature in dropped:
        submission.signatures.remove(signature)
        work.session.delete(signature)
    submission.content, submission.content_digest = None, ""
    return len(dropped)


def _hand_in(work: Work, submission: Submission, content: Content) -> None:
    number = f"ONT-{work.today.year}-{submission.id:04d}"
    submission.submitted_at, submission.receipt_number = work.now, number
    SUBMISSION.apply(
        work,
        submission,
        "submit",
        receipt_number=number,
        content_digest=submission.content_digest,
        procedure_id=submission.procedure_id,
        files=len(content.files),
    )
    receipt = receipt_facts(submission, content)
    submission.receipt = storage.seal_bytes(work, submission.seal, canonical(receipt))
    _pin_evidence(work, submission, content)
    mails.tell_of_receipt(work, submission, content)


def _pin_evidence(work: Work, submission: Submission, content: Content) -> None:
    """What this relies on stays kept as it is."""
    used = {proof.version_id for part in content.parts for proof in part.proofs if proof.version_id is not None}
    note_use(work, used, used_by="submission", used_by_id=submission.id)


def withdraw_submission(work: Work, submission: Submission) -> None:
    """Take it back, until the closing. Afterwards a new one can be begun with the same answers.
    Raises NotAllowed, IllegalTransition and RuleBroken (too_late_to_withdraw, not_authorised, log_in_again)."""
    authority = authority_of(work, work.actor.user_id or 0, submission.organisation_id)
    signatory = _against_signatory(work, authority, queries.progress(work, submission))
    was_handed_in = submission.state is S.SUBMITTED
    against = rules.reasons_not_to_withdraw(submission, work.now, signatory)
    SUBMISSION.apply(work, submission, "withdraw", unless=against, procedure_id=submission.procedure_id)
    submission.withdrawn_at = work.now
    if was_handed_in:
        mails.tell_of_withdrawal(work, submission)


def mark_opened(work: Work, submission: Submission) -> None:
    """Raises NotAllowed, IllegalTransition and RuleBroken (not closed yet)."""
    SUBMISSION.apply(work, submission, "open", unless=rules.reasons_not_to_open(submission, work.now))


def mark_assessed(work: Work, submission: Submission) -> None:
    """The last one of a procedure brings that to its decision. Raises NotAllowed and IllegalTransition."""
    SUBMISSION.apply(work, submission, "assess")
    if not count_unjudged(work, submission.procedure):
        procedures.mark_assessed(work, submission.procedure)


def mark_decided(work: Work, submission: Submission) -> None:
    """Raises NotAllowed and IllegalTransition."""
    SUBMISSION.apply(work, submission, "decide")
