"""The record of opening: who opened, when, and how many submissions there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.documents import Document, Signature
from portal.i18n import moment_exact, number
from portal.tenders.assessment.models import Opening
from portal.tenders.submissions.models import Submission


@dataclass(frozen=True)
class OpeningFacts:
    """What the record says; frozen when it was asked for."""

    region: str
    procedure: str
    reference: str
    closes_at: datetime
    first_officer: str
    first_at: datetime
    second_officer: str
    second_at: datetime
    submissions: tuple[tuple[str, str, datetime, str, int], ...]
    """Number, provider, received at, SHA-256 of the content, number of products; by number."""
    withdrawn: int
    """How many were taken back before the closing; their numbers are missing in the list."""

    @classmethod
    def of(cls, opening: Opening, opened: Sequence[Submission], withdrawn: int) -> OpeningFacts:
        """From a complete opening. Raises ValueError when the second officer has not opened."""
        procedure, second, at = opening.procedure, opening.second_officer, opening.second_at
        if second is None or at is None or procedure.closes_at is None:
            raise ValueError("not_opened")
        return cls(
            region=procedure.region.name,
            procedure=procedure.title,
            reference=procedure.reference,
            closes_at=procedure.closes_at,
            first_officer=opening.first_officer.name,
            first_at=opening.first_at,
            second_officer=second.name,
            second_at=at,
            submissions=tuple(
                (s.number, s.organisation.name, s.submitted_at or at, s.content_digest, len(s.products))
                for s in sorted(opened, key=lambda s: s.number)
            ),
            withdrawn=withdrawn,
        )


def opening_record(facts: OpeningFacts) -> bytes:
    """The proces-verbaal as docx. It names no content: only what was received, when and under which hash."""
    doc = Document(
        title=f"Proces-verbaal van opening {facts.reference}",
        subject=facts.procedure,
        author=facts.region,
        made_at=facts.second_at,
        header=facts.region,
        footer=facts.reference,
    )
    doc.title_block("Proces-verbaal van opening", subtitle=facts.procedure)
    doc.reference_block(
        [
            ("Procedure", facts.reference),
            ("Sluiting", moment_exact(facts.closes_at)),
            ("Geopend", moment_exact(facts.second_at)),
            ("Inschrijvingen", number(len(facts.submissions))),
        ]
    )
    doc.paragraph(
        "De inschrijvingen bleven tot de sluiting verzegeld. Na de sluiting hebben twee inkopers, ieder met een "
        "nieuwe aanmelding, alle inschrijvingen tegelijk geopend. Alle tijden zijn Nederlandse tijd."
    )
    _received(doc, facts)
    doc.heading("Ondertekening")
    doc.paragraph("De aanmelding van beide inkopers geldt als hun ondertekening van dit proces-verbaal.")
    doc.signatures(
        [
            Signature(name, "inkoper", facts.region, date=moment_exact(at), note="Ondertekend door in te loggen.")
            for name, at in ((facts.first_officer, facts.first_at), (facts.second_officer, facts.second_at))
        ]
    )
    return doc.to_bytes()


def _received(doc: Document, facts: OpeningFacts) -> None:
    doc.heading("Ontvangen inschrijvingen")
    if facts.submissions:
        doc.table(
            header=["Nummer", "Aanbieder", "Ontvangen", "Producten", "SHA-256 van de inhoud"],
            rows=[
                [receipt, name, moment_exact(at), number(products), digest]
                for receipt, name, at, digest, products in facts.submissions
            ],
            caption="Inschrijvingen op volgorde van inschrijvingsnummer",
            widths_cm=[2.6, 3.4, 3.4, 2.3, 4.3],
        )
    else:
        doc.paragraph("Er zijn geen inschrijvingen ontvangen.")
    if facts.withdrawn:
        words = "inschrijving is" if facts.withdrawn == 1 else "inschrijvingen zijn"
        doc.paragraph(f"{number(facts.withdrawn)} {words} voor de sluiting ingetrokken. Die zijn niet geopend.")
