"""The letter with a decision: one per submission, all its products, the reasons per criterion, the term and the route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from portal.clock import local_date
from portal.documents import Document
from portal.i18n import date_long, date_short, listed
from portal.tenders.decisions.models import Decision, Outcome
from portal.tenders.submissions.models import Submission


@dataclass(frozen=True)
class Reason:
    code: str
    title: str
    meets: bool
    text: str
    requirement: str
    """What was asked, in the words of the procedure."""


@dataclass(frozen=True)
class ProductDecision:
    decision_id: int
    code: str
    name: str
    admitted: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Taken:
    """By whom, when and by which mandates products were decided on."""

    decided_on: date
    decided_by: str
    capacity: str
    mandates: tuple[tuple[str, str], ...]
    """Municipality and number of the decision by which its college gave the mandate."""
    products: tuple[str, ...] = ()


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
    products: tuple[ProductDecision, ...]
    taken: tuple[Taken, ...]
    """Who decided on what; one line unless several people, days or mandates were behind this letter."""

    @property
    def admitted(self) -> int:
        return sum(1 for p in self.products if p.admitted)


def product_decision(found: Decision) -> ProductDecision:
    product = found.submission_product.procedure_product.product
    asked = {c.code: c.text_nl for c in found.submission.procedure.criteria}
    reasons = tuple(_reason(line, asked.get(line["code"], "")) for line in found.reasons)
    return ProductDecision(found.id, product.code, product.name_nl, found.outcome is Outcome.ADMITTED, reasons)


def _reason(line: dict[str, Any], requirement: str) -> Reason:
    return Reason(line["code"], line["title"], line["verdict"] == "meets", line["reasons"], requirement)


def letter_facts(
    submission: Submission,
    decisions: Sequence[Decision],
    *,
    reference: str,
    sent_on: date,
    made_at: datetime,
    objection_ends: date,
) -> LetterFacts:
    """From decisions that were all taken. Raises ValueError when one was not."""
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
        products=tuple(product_decision(d) for d in decisions),
        taken=_taken(decisions),
    )


def _taken(decisions: Sequence[Decision]) -> tuple[Taken, ...]:
    products: dict[Taken, list[str]] = {}
    for found in decisions:
        if found.decided_by is None or found.decided_at is None or found.mandate is None:
            raise ValueError("not_decided")
        act = Taken(
            decided_on=local_date(found.decided_at),
            decided_by=found.decided_by.name,
            capacity=f"{found.mandate.function} van {found.mandate.municipality.name}",
            mandates=tuple((line["municipality"], line["decision_number"]) for line in found.mandates),
        )
        products.setdefault(act, []).append(found.submission_product.procedure_product.product.code)
    return tuple(replace(act, products=tuple(codes)) for act, codes in products.items())


def decision_letter(facts: LetterFacts) -> bytes:
    """The letter as docx: the answer first, then the reasons, then what the provider can do."""
    doc = Document(
        title=f"Beslissing over uw inschrijving {facts.reference}",
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
    doc.paragraph("Geachte heer of mevrouw,")
    _answer(doc, facts)
    for product in facts.products:
        _reasons(doc, product)
    _route(doc, facts)
    _signed(doc, facts)
    return doc.to_bytes()


def _signed(doc: Document, facts: LetterFacts) -> None:
    """Each college decides for its own municipality (art. 160 Gemeentewet); the letter shows by which mandates."""
    doc.heading("Ondertekening")
    for act in facts.taken:
        what = f" over {listed(act.products)}" if len(facts.taken) > 1 else ""
        names = listed([name for name, _number in act.mandates])
        doc.paragraph(
            f"Namens de colleges van burgemeester en wethouders van {names} is op {date_short(act.decided_on)}{what} "
            f"beslist door {act.decided_by}, {act.capacity}. Dat is gebeurd in mandaat, met deze besluiten van de colleges:"
        )
        doc.bullets([f"{name}: mandaatbesluit {number}" for name, number in act.mandates])
    doc.paragraph("Met vriendelijke groet,")
    doc.paragraph(facts.region)


def _summary(admitted: int, total: int) -> str:
    if total == 1:
        return "U wordt toegelaten." if admitted else "U wordt niet toegelaten."
    if admitted == total:
        return f"U wordt toegelaten voor {'beide' if total == 2 else f'alle {total}'} producten."
    return f"U wordt toegelaten voor {admitted} van de {total} producten." if admitted else "U wordt niet toegelaten."


def _answer(doc: Document, facts: LetterFacts) -> None:
    total = len(facts.products)
    doc.paragraph(
        f"U hebt zich ingeschreven voor {total} {'product' if total == 1 else 'producten'}. "
        + _summary(facts.admitted, total)
    )
    doc.table(
        header=["Product", "Beslissing"],
        rows=[[f"{p.code} {p.name}", "Toegelaten" if p.admitted else "Niet toegelaten"] for p in facts.products],
        caption="Onze beslissing per product",
        widths_cm=[11.0, 5.0],
    )
    if facts.admitted:
        which = "het product" if facts.admitted == 1 else "de producten"
        doc.paragraph(f"Voor {which} waarvoor u bent toegelaten, ontvangt u een contract om te tekenen.")
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
            [f"{r.code} {r.title}", "Voldoet" if r.meets else "Voldoet niet", _said(r)]
            for r in sorted(product.reasons, key=lambda reason: reason.meets)
        ],
        caption=f"Oordeel en reden per eis voor {product.code}",
        widths_cm=[4.4, 2.5, 9.1],
    )


def _said(reason: Reason) -> str:
    """Who did not meet a requirement reads what was asked beside why it was not met."""
    if reason.meets or not reason.requirement:
        return reason.text
    return f"De eis: {reason.requirement}\nOnze reden: {reason.text}"


def _route(doc: Document, facts: LetterFacts) -> None:
    doc.heading("Bent u het niet eens met deze beslissing?")
    doc.paragraph(
        f"Dan kunt u daar tot en met {date_long(facts.objection_ends)}, middernacht (Nederlandse tijd), iets tegen doen. "
        f"Dat is {facts.objection_days} kalenderdagen, gerekend vanaf de dag na verzending van deze brief. U kunt kiezen:"
    )
    doc.bullets(
        [
            "Stuur ons uw klacht of bezwaar tegen de beslissing, op de pagina van deze beslissing in het portaal. U krijgt "
            "een antwoord met redenen.",
            "Begin binnen de termijn een kort geding bij de burgerlijke rechter. Laat ons dat meteen weten.",
        ]
    )
    doc.paragraph(
        "Deze beslissing is privaatrechtelijk. Een klacht of bezwaar is hier dus geen bezwaar volgens de Algemene wet "
        "bestuursrecht, en een beroep op de bestuursrechter is niet mogelijk. Komt er binnen de termijn niets binnen, dan "
        "wordt een afwijzing definitief en kunt u er niet meer tegen opkomen."
    )
    if facts.objection_basis:
        doc.paragraph(f"Grondslag van de termijn: {facts.objection_basis}")
    if facts.contact:
        doc.paragraph(f"Vragen over deze brief stelt u aan {facts.contact}.")
