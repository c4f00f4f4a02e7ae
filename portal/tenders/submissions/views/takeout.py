"""A provider takes its own submission along: everything in one ZIP."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.storage.copies import with_pdf
from portal.tenders.submissions import queries
from portal.tenders.submissions.takeout.documents import IndexFacts, zipped
from portal.tenders.submissions.takeout.service import Parcel, take_out
from portal.web.acts import office, writing
from portal.web.files import send_zip
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp


@bp.get("/inschrijvingen/<int:id>/download")
@allow(P.SUBMISSION_EDIT)
def download(id: int) -> Response:
    """That it was read as a whole is on record, so this is a write that changes nothing else."""
    with writing() as work:
        submission = queries.submission(work, id)
        parcel = take_out(work, submission)
        facts = _index(work, parcel)
    papers = parcel.papers()
    pdfs = with_pdf(office(), papers)
    pieces = zipped(facts, list(zip(papers, pdfs, strict=True)), parcel.places, parcel.files)
    return send_zip(pieces, f"Inschrijving {parcel.answers.number} {parcel.answers.file_day}.zip")


def _index(work: Work, parcel: Parcel) -> IndexFacts:
    said, receipt = parcel.answers, parcel.receipt
    return IndexFacts(
        title=f"Inschrijving {said.number}, {said.organisation}",
        number=said.number,
        procedure=f"{said.procedure} ({said.reference})",
        organisation=said.organisation,
        digest=said.digest,
        receipt_number=receipt.number if receipt else "",
        submitted_at=said.submitted_at,
        asked_by=work.actor.name,
        asked_at=work.now,
    )
