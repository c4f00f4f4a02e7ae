"""The record of opening: who opened, when, and how many submissions there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.documents import Document, Signature
from portal.i18n import datetime_long, number
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
    """Receipt number, provider, received at, SHA-256 of the content, number of products; by receipt number."""

    @classmethod
    def of(cls, opening: Opening, opened: Sequence[Submission]) -> OpeningFacts:
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
        )


def opening_record(facts: OpeningFacts) -> bytes:
    """The proces-verbaal as docx. It names no content: only what was received, when and under which hash."""
    doc = Document(
        title="Proces-verbaal van opening",
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
            ("Sluiting", datetime_long(facts.closes_at)),
            ("Geopend", datetime_long(facts.second_at)),
            ("Inschrijvingen", number(len(facts.submissions))),
        ]
    )
    doc.paragraph(
        "De inschrijvingen bleven tot de sluiting verzegeld. Na de sluiting hebben twee inkopers, ieder met een "
        "nieuwe aanmelding, alle inschrijvingen tegelijk geopend. Alle tijden zijn Nederlandse tijd."
    )
    doc.heading("Ontvangen inschrijvingen")
    if facts.submissions:
        doc.table(
            header=["Nummer", "Aanbieder", "Ontvangen", "Producten", "SHA-256 van de inhoud"],
            rows=[
                [receipt, name, datetime_long(at), number(products), digest]
                for receipt, name, at, digest, products in facts.submissions
            ],
            caption="Inschrijvingen op volgorde van ontvangstnummer",
            widths_cm=[2.6, 3.8, 3.4, 2.2, 4.5],
        )
    else:
        doc.paragraph("Er zijn geen inschrijvingen ontvangen.")
    doc.heading("Ondertekening")
    doc.paragraph("De aanmelding van beide inkopers geldt als hun ondertekening van dit proces-verbaal.")
    doc.signatures(
        [
            Signature(name, "inkoper", facts.region, date=datetime_long(at))
            for name, at in ((facts.first_officer, facts.first_at), (facts.second_officer, facts.second_at))
        ]
    )
    return doc.to_bytes()
