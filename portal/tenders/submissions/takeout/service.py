"""Taking a submission out: read as a whole, with that on record."""

from __future__ import annotations

from dataclasses import dataclass

from portal.audit import record
from portal.storage import OpenedFile
from portal.storage.copies import Source
from portal.tenders.submissions.models import Submission
from portal.tenders.submissions.rules import state_for_provider, was_never_sent
from portal.tenders.submissions.signing.documents import ReceiptFacts, receipt_document
from portal.tenders.submissions.takeout import queries, rules
from portal.tenders.submissions.takeout.documents import NOT_SENT, STATES, AnswersFacts, answers_document
from portal.tenders.submissions.takeout.rules import FilePlace
from portal.work import Work


@dataclass(frozen=True)
class Parcel:
    """One submission, ready to be packed: what its documents say, and its files to be read one by one."""

    answers: AnswersFacts
    receipt: ReceiptFacts | None
    places: tuple[FilePlace, ...]
    files: dict[int, OpenedFile]
    seal_id: int

    def papers(self) -> list[Source]:
        """The answers and the receipt as Word documents."""
        made = [Source(answers_document(self.answers), self.answers.file_name, self.seal_id)]
        if self.receipt is not None:
            made.append(Source(receipt_document(self.receipt), self.receipt.file_name, self.seal_id))
        return made


def take_out(work: Work, submission: Submission, **because: int) -> Parcel:
    """Read all of it, with this look on record (every look at a sealed thing is logged); `because` says for what.

    Raises NotAllowed for anybody of the buyer's side before the opening.
    """
    content, found = queries.said_in(work, submission)
    procedure = submission.procedure
    asked = queries.asked_in(procedure)
    places = tuple(rules.file_places(content, asked))
    never_sent = was_never_sent(submission.state, procedure, work.now)
    facts = AnswersFacts(
        number=content.number,
        procedure=procedure.title,
        reference=procedure.reference,
        region=procedure.region.name,
        organisation=content.organisation,
        kvk_number=content.kvk_number,
        place=content.place,
        state=NOT_SENT if never_sent else STATES[state_for_provider(submission)],
        digest=submission.content_digest,
        made_at=work.now,
        submitted_at=submission.submitted_at,
        products=[f"{product.code} {product.name}" for product in content.products],
        chapters=rules.chapters(content, asked),
        practice=work.settings.practice,
    )
    record(work, "submission.take_out", submission, procedure_id=procedure.id, files=len(places), **because)
    receipt = ReceiptFacts.of(found, content, procedure, practice=work.settings.practice) if found else None
    files = queries.opened_files(work, [place.file_id for place in places])
    return Parcel(facts, receipt, places, files, submission.seal_id)
