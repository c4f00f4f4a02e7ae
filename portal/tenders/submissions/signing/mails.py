"""Who is told what about a submission. Never what it says: of a file only its SHA-256."""

from __future__ import annotations

from portal.accounts.models import User
from portal.accounts.queries import authorities_of, recipients_of
from portal.mail import tell
from portal.tenders.submissions.content.rules import Content
from portal.tenders.submissions.models import Submission
from portal.work import Work


def tell_of_receipt(work: Work, submission: Submission, content: Content) -> None:
    """The receipt, to everybody of the provider: the number, the moment, and the SHA-256 of everything."""
    facts = {
        "receipt_number": submission.receipt_number,
        "submitted_at": submission.submitted_at,
        "content_digest": submission.content_digest,
        "digests": [file.sha256 for file in content.shown],
        "products": [product.name for product in content.products],
        "signers": [signature.user.name for signature in submission.signatures],
        "link": f"{_page(submission)}/ontvangstbewijs",
    }
    _tell_all(work, submission, "submission_received", f"submission:{submission.id}:received", **facts)


def tell_of_withdrawal(work: Work, submission: Submission) -> None:
    facts = {"receipt_number": submission.receipt_number, "withdrawn_at": submission.withdrawn_at}
    _tell_all(work, submission, "submission_withdrawn", f"submission:{submission.id}:withdrawn", **facts)


def tell_of_signature(work: Work, submission: Submission) -> None:
    """To the other signatories: one has signed, another is needed."""
    signed = {signature.user_id for signature in submission.signatures}
    key = f"submission:{submission.id}:sign:{submission.content_digest[:12]}"
    for authority in authorities_of(work, submission.organisation_id):
        if authority.user_id not in signed:
            link = f"{_page(submission)}/ondertekenen"
            _tell(work, submission, authority.user, "submission_to_sign", key, signer=work.actor.name, link=link)


def tell_of_change(work: Work, submission: Submission) -> None:
    """To who had signed: the content changes, so that signature no longer counts."""
    key = f"submission:{submission.id}:changed:{submission.content_digest[:12]}"
    for signature in submission.signatures:
        _tell(work, submission, signature.user, "submission_changed", key, changer=work.actor.name)


def _tell_all(work: Work, submission: Submission, template: str, key: str, **facts: object) -> None:
    for user in recipients_of(work, submission.organisation_id):
        _tell(work, submission, user, template, key, **facts)


def _page(submission: Submission) -> str:
    return f"/inschrijvingen/{submission.id}"


def _tell(work: Work, submission: Submission, user: User, template: str, key: str, **facts: object) -> None:
    procedure = submission.procedure
    known = {
        "name": user.name,
        "provider": submission.organisation.name,
        "title": procedure.title,
        "number": submission.number,
        "reference": procedure.reference,
        "region_name": procedure.region.name,
        "closes_at": procedure.closes_at,
        "link": _page(submission),
        **facts,
    }
    tell(work, user, template, key=key, facts=known)
