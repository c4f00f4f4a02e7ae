"""The receipt as a document to keep: number, moment, signatories, products, and every file with its SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.accounts.models import AuthorityKind
from portal.accounts.rules import AUTHORITY_LABELS
from portal.documents import Document, document_name
from portal.i18n import file_size, moment_exact
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.content.rules import Content


@dataclass(frozen=True)
class ReceiptFacts:
    """`files`: name, what for, size, SHA-256. `signers`: name, capacity, moment."""

    number: str
    submission: str
    submitted_at: datetime
    procedure: str
    region: str
    organisation: str
    digest: str
    products: Sequence[str]
    signers: Sequence[tuple[str, str, datetime]]
    files: Sequence[tuple[str, str, int, str]]
    declarations: int
    practice: bool = False

    @classmethod
    def of(cls, found: dict[str, Any], content: Content, procedure: Procedure, *, practice: bool) -> ReceiptFacts:
        """From the sealed receipt and the content that it belongs to."""
        titles = {c.code: c.title_nl for c in procedure.criteria}
        return cls(
            number=found["number"],
            submission=found["submission"],
            submitted_at=datetime.fromisoformat(found["submitted_at"]),
            procedure=f"{procedure.title} ({procedure.reference})",
            region=procedure.region.name,
            organisation=content.organisation,
            digest=found["content_digest"],
            products=found["products"],
            signers=[
                (s["name"], AUTHORITY_LABELS[AuthorityKind(s["authority"])], datetime.fromisoformat(s["signed_at"]))
                for s in found["signatures"]
            ],
            files=[
                (", ".join(f.names), ", ".join(titles.get(code, code) for code in f.criteria), f.size, f.sha256)
                for f in content.shown
            ],
            declarations=content.declarations,
            practice=practice,
        )

    @property
    def file_name(self) -> str:
        return document_name("Ontvangstbewijs", self.number, self.submitted_at)


def receipt_document(facts: ReceiptFacts) -> bytes:
    doc = Document(
        title=f"Ontvangstbewijs {facts.number}",
        subject=f"Inschrijving {facts.submission}",
        author=facts.region,
        made_at=facts.submitted_at,
        header=facts.region,
        footer=facts.number,
    )
    doc.title_block("Ontvangstbewijs", subtitle=f"Inschrijving {facts.submission}")
    if facts.practice:
        doc.paragraph("Oefenexemplaar: deze inschrijving is in een oefenomgeving gedaan en telt niet.", bold=True)
    doc.reference_block(
        [
            ("Nummer", facts.number),
            ("Ontvangen", f"{moment_exact(facts.submitted_at)} (Nederlandse tijd)"),
            ("Procedure", facts.procedure),
            ("Aanbieder", facts.organisation),
            ("Ingeschreven bij", facts.region),
        ]
    )
    doc.heading("Producten")
    doc.bullets(facts.products)
    doc.heading("Handtekeningen")
    rows = [[name, capacity, moment_exact(at)] for name, capacity, at in facts.signers]
    doc.table(["Naam", "Op grond van", "Ondertekend op"], rows, widths_cm=[5.0, 5.0, 6.0])
    _digests(doc, facts)
    return doc.to_bytes()


def _digests(doc: Document, facts: ReceiptFacts) -> None:
    doc.heading("Digitale vingerafdrukken (SHA-256)")
    doc.paragraph(
        "Een digitale vingerafdruk (SHA-256) hoort bij precies deze inhoud: verandert er één teken, dan verandert ook de "
        "vingerafdruk. Zo bewijst u later wat u indiende."
    )
    doc.reference_block([("Hele inschrijving", facts.digest)])
    doc.paragraph(f"Verklaringen zonder bestand: {facts.declarations}. Zij zitten in de vingerafdruk hierboven.")
    if facts.files:
        rows = [[f"{name} ({file_size(size)})", used, digest] for name, used, size, digest in facts.files]
        doc.table(["Bestand", "Voor", "SHA-256"], rows, caption="Bestanden", widths_cm=[4.5, 4.5, 7.0])
