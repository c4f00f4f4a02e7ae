"""A submission brought as far as a test needs it, by the same verbs as the pages."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from portal.access import Actor
from portal.accounts.models import AuthorityKind
from portal.evidence.models import EvidenceItem, EvidenceMode, EvidenceVersion
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import AnswerKind
from portal.tenders.submissions import queries, rules, service
from portal.tenders.submissions.content.rules import Proof, Said
from portal.tenders.submissions.rules import PartKind
from portal.work import Office, Work, begin_read, begin_write
from tests.factories import PDF
from tests.kept import kept
from tests.tenders.people import People, authorise

WORD = "Zandloperpad"
"""Planted in every answer: nobody may find it in the clear."""


def started(
    office: Office, actor: Actor, codes: tuple[str, ...] = ("HA-1", "OA-2"), reference: str = "ALK-2022-01"
) -> int:
    with begin_write(office, actor) as work:
        procedure = procedures.published_procedure(work, reference)
        lines = [line.id for line in procedure.products if line.product.code in codes]
        return service.start_submission(work, procedure, lines).id


def passport(work: Work, actor: Actor, kind: str, *, valid_until: date | None = date(2027, 12, 31)) -> int:
    """A version in the passport; an attestation, so that most tests need no file."""
    item = EvidenceItem(organisation_id=actor.organisation_id or 0, evidence_type=kind, title=f"Bewijs {kind}")
    work.add(item)
    version = EvidenceVersion(
        item=item,
        number=1,
        mode=EvidenceMode.ATTESTATION,
        statement=f"{kind} gezien",
        valid_until=valid_until,
        added_by_id=actor.user_id or 0,
        added_at=work.now,
    )
    return work.add(version).id


def complete_said(work: Work, actor: Actor, part: rules.Part) -> Said:
    """An answer that leaves nothing missing."""
    if part.kind is PartKind.TARIFF:
        return Said(agreed=True)
    if part.kind is PartKind.STATEMENTS:
        return Said(figures=dict.fromkeys(rules.DECLARED, "ja") | {rules.TURNOVER: "250.000"})
    criterion = part.criterion
    assert criterion is not None
    kinds = criterion.accepted_evidence if criterion.evidence_all else criterion.accepted_evidence[:1]
    return Said(
        text=f"{WORD} staat in dit antwoord." if criterion.answer_kind is AnswerKind.TEXT else "",
        agreed=criterion.answer_kind is AnswerKind.STATEMENT,
        figures={figure["code"]: "12,5" for figure in criterion.figures},
        proofs=tuple(Proof(kind, version_id=passport(work, actor, kind)) for kind in kinds),
    )


def filled(office: Office, actor: Actor, id: int, *, leave: tuple[str, ...] = ()) -> None:
    """Every part answered, except those whose key is in `leave`."""
    with begin_write(office, actor) as work:
        submission = queries.submission(work, id)
        for part in queries.parts(submission):
            if part.key not in leave:
                service.save_answer(work, submission, part.key, complete_said(work, actor, part), version=0)


def completed(office: Office, people: People) -> int:
    """Nothing is missing, and the administrator may sign alone."""

    def build(office: Office, clock: object) -> int:
        authorise(office, people.admin, AuthorityKind.SOLE, checked_by=people.officer)
        id = started(office, people.admin)
        filled(office, people.admin, id)
        return id

    return kept("completed", office, office.clock, build)


def with_file(office: Office, actor: Actor, id: int, key: str = "G2", kind: str = "melding") -> None:
    """A file uploaded for this submission, with the planted word in its name."""
    with begin_write(office, actor) as work:
        submission = queries.submission(work, id)
        service.attach_file(
            work, submission, key, BytesIO(PDF), name=f"{WORD}.pdf", kind=kind, valid_until=date(2027, 1, 1)
        )


def missing(office: Office, actor: Actor, id: int) -> list[str]:
    with begin_read(office, actor) as work:
        return [view.part.key for view in queries.progress(work, queries.submission(work, id)).missing]
