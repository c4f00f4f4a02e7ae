"""The letter with a decision: one per submission, all its products, the reasons per criterion, the term and the route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.documents import Document
from portal.i18n import date_long, date_short
from portal.tenders.decisions.models import Decision, Outcome
from portal.tenders.submissions.models import Submission


@dataclass(frozen=True)
class Reason:
    code: str
    title: str
    meets: bool
    text: str


@dataclass(frozen=True)
class ProductDecision:
    decision_id: int
    code: str
    name: str
    admitted: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class LetterFacts:
    """Everything the letter says. A letter cannot show what the decision did not know."""

    submission_id: int
    reference: str
    region: str
    procedure: str
    procedure_reference: str
    provider: str
    place: str
    receipt_number: str
    sent_on: date
    made_at: datetime
    objection_days: int
    objection_ends: date
    objection_basis: str
    contact: str
    decided_on: date
    decided_by: str
    capacity: str
    products: tuple[ProductDecision, ...]

    @property
    def admitted(self) -> int:
        return sum(1 for p in self.products if p.admitted)


def product_decision(found: Decision) -> ProductDecision:
    product = found.submission_product.procedure_product.product
    reasons = tuple(_reason(line) for line in found.reasons)
    return ProductDecision(found.id, product.code, product.name_nl, found.outcome is Outcome.ADMITTED, reasons)


def _reason(line: dict[str, Any]) -> Reason:
    return Reason(line["code"], line["title"], line["verdict"] == "meets", line["reasons"])


def letter_facts(
    submission: Submission,
    decisions: Sequence[Decision],
    *,
    reference: str,
    sent_on: date,
    made_at: datetime,
    objection_ends: date,
    decided_on: date,
) -> LetterFacts:
    """From decisions that were all taken; the last one signs. Raises ValueError when one was not."""
    last = decisions[-1]
    if last.decided_by is None or last.mandate is None:
        raise ValueError("not_decided")
    procedure = submission.procedure
    return LetterFacts(
        submission_id=submission.id,
        reference=reference,
        region=procedure.region.name,
        procedure=procedure.title,
        procedure_reference=procedure.reference,
        provider=submission.organisation.name,
        place=submission.organisation.place,
        receipt_number=submission.number,
        sent_on=sent_on,
        made_at=made_at,
        objection_days=procedure.objection_days or 0,
        objection_ends=objection_ends,
        objection_basis=procedure.objection_basis,
        contact=procedure.contact_email,
        decided_on=decided_on,
        decided_by=last.decided_by.name,
        capacity=f"{last.mandate.function}, mandaatbesluit {last.mandate.decision_number}",
        products=tuple(product_decision(d) for d in decisions),
    )


def decision_letter(facts: LetterFacts) -> bytes:
    """The letter as docx: the answer first, then the reasons, then what the provider can do."""
    doc = Document(
        title="Beslissing over uw inschrijving",
        subject=facts.procedure,
        author=facts.region,
        made_at=facts.made_at,
        header=facts.region,
        footer=facts.reference,
    )
    doc.address([line for line in (facts.provider, facts.place) if line])
    doc.reference_block(
        [
            ("Kenmerk", facts.reference),
            ("Datum", date_long(facts.sent_on)),
            ("Uw inschrijving", facts.receipt_number),
            ("Procedure", f"{facts.procedure} ({facts.procedure_reference})"),
        ]
    )
    doc.title_block("Beslissing over uw inschrijving", subtitle=facts.procedure)
    _answer(doc, facts)
    for product in facts.products:
        _reasons(doc, product)
    _route(doc, facts)
    doc.heading("Ondertekening")
    doc.paragraph(
        f"Namens de gemeenten van {facts.region} is op {date_short(facts.decided_on)} beslist door {facts.decided_by}, "
        f"{facts.capacity}."
    )
    return doc.to_bytes()


def _summary(admitted: int, total: int) -> str:
    if total == 1:
        return "U wordt toegelaten." if admitted else "U wordt niet toegelaten."
    if admitted == total:
        return f"U wordt toegelaten voor alle {total} producten."
    return f"U wordt toegelaten voor {admitted} van de {total} producten." if admitted else "U wordt niet toegelaten."


def _answer(doc: Document, facts: LetterFacts) -> None:
    total = len(facts.products)
    doc.paragraph(
        f"U heeft zich ingeschreven voor {total} {'product' if total == 1 else 'producten'}. "
        + _summary(facts.admitted, total)
    )
    doc.table(
        header=["Product", "Beslissing"],
        rows=[[f"{p.code} {p.name}", "Toegelaten" if p.admitted else "Niet toegelaten"] for p in facts.products],
        caption="Onze beslissing per product",
        widths_cm=[11.0, 5.5],
    )
    if facts.admitted:
        doc.paragraph("Voor de producten waarvoor u bent toegelaten, ontvangt u een contract om te tekenen.")
    if facts.admitted < total:
        doc.paragraph(
            "Wie niet aan alle eisen van een product voldoet, kunnen wij voor dat product niet toelaten. Dat is voor "
            "alle aanbieders gelijk. U bent niet met andere aanbieders vergeleken."
        )


def _reasons(doc: Document, product: ProductDecision) -> None:
    doc.heading(f"Motivering voor {product.code} {product.name}")
    doc.table(
        header=["Eis", "Oordeel", "Reden"],
        rows=[
            [f"{r.code} {r.title}", "Voldoet" if r.meets else "Voldoet niet", r.text]
            for r in sorted(product.reasons, key=lambda reason: reason.meets)
        ],
        caption=f"Oordeel en reden per eis voor {product.code}",
        widths_cm=[4.6, 2.6, 9.3],
    )


def _route(doc: Document, facts: LetterFacts) -> None:
    doc.heading("Bent u het niet eens met deze beslissing?")
    doc.paragraph(
        f"Dan kunt u tot en met {date_long(facts.objection_ends)} bezwaar maken. Dat is {facts.objection_days} "
        "kalenderdagen, gerekend vanaf de dag na verzending van deze brief."
    )
    doc.bullets(
        [
            "Dien in het portaal een klacht of bezwaar tegen de beslissing in. Dat kan op de pagina van deze beslissing.",
            "Of begin binnen de termijn een kort geding bij de burgerlijke rechter. Laat ons dat meteen weten.",
        ]
    )
    doc.paragraph(
        "Deze beslissing is privaatrechtelijk. Bezwaar zoals in de Algemene wet bestuursrecht is daarom niet mogelijk. "
        "Na afloop van de termijn kan een afwijzing definitief worden."
    )
    if facts.objection_basis:
        doc.paragraph(f"Grondslag van de termijn: {facts.objection_basis}")
    if facts.contact:
        doc.paragraph(f"Vragen over deze brief stelt u aan {facts.contact}.")
