"""The documents that only a case file has: what was published, how each submission was judged, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.documents import Document, document_name
from portal.i18n import date_long, date_short, datetime_long, listed, moment_exact, money, number
from portal.regions.queries import unit_label
from portal.tenders.assessment.models import Assignment, AssignmentState, Verdict
from portal.tenders.assessment.rules import Compared
from portal.tenders.decisions.models import Decision, Objection, ObjectionKind, ObjectionState, Outcome
from portal.tenders.procedures.models import Criterion, Procedure
from portal.tenders.submissions.models import Submission

VERDICTS = {Verdict.MEETS: "Voldoet", Verdict.DOES_NOT_MEET: "Voldoet niet"}
OUTCOMES = {Outcome.ADMITTED: "Toegelaten", Outcome.REJECTED: "Afgewezen"}
KINDS = {
    ObjectionKind.COMPLAINT: "Klacht",
    ObjectionKind.OBJECTION_LETTER: "Bezwaar",
    ObjectionKind.COURT_CASE: "Dagvaarding",
}
ANSWERS = {
    ObjectionState.RECEIVED: "nog niet beantwoord",
    ObjectionState.UPHELD: "gegrond",
    ObjectionState.DISMISSED: "ongegrond",
    ObjectionState.WITHDRAWN: "ingetrokken",
}
SEATS = {
    AssignmentState.ASSIGNED: "niet begonnen",
    AssignmentState.DECLARED: "verklaarde geen belang te hebben",
    AssignmentState.CONFLICTED: "meldde een belang en las de inschrijving niet",
    AssignmentState.LOCKED: "heeft het oordeel vastgezet",
}


@dataclass(frozen=True)
class Made:
    """A document with what it is called."""

    name: str
    data: bytes


def _begun(title: str, procedure: Procedure, at: datetime) -> Document:
    region = procedure.region.name
    about = {"subject": procedure.title, "author": region, "header": region, "footer": procedure.reference}
    doc = Document(title=title, made_at=at, **about)
    doc.title_block(title, subtitle=procedure.title)
    return doc


# --- what was published ------------------------------------------------------------------------------------------


def publication(procedure: Procedure, at: datetime) -> Made:
    """The procedure as everybody could read it: dates, products with tariffs, requirements."""
    doc = _begun(f"Procedure {procedure.reference}", procedure, at)
    doc.prose(procedure.summary or "Zonder samenvatting.")
    doc.reference_block([(name, value) for name, value in _dates(procedure) if value])
    doc.heading("Producten en tarieven")
    rows = [[line.product.code, line.product.name_nl, _tariff(line.tariff_sheet)] for line in procedure.products]
    doc.table(["Code", "Product", "Tarief"], rows, widths_cm=[2.5, 8.5, 5.0])
    doc.heading("Eisen")
    for criterion in procedure.criteria:
        _criterion(doc, criterion)
    return Made(document_name("Procedure", procedure.reference, procedure.published_at), doc.to_bytes())


def _dates(procedure: Procedure) -> Iterable[tuple[str, str]]:
    yield "Kenmerk", procedure.reference
    yield "Gepubliceerd", _moment(procedure.published_at)
    yield "Aankondiging", f"{procedure.notice_number} {date_short(procedure.notice_date)}".strip()
    yield "Vragen tot", _moment(procedure.questions_until)
    yield "Antwoorden uiterlijk", date_long(procedure.answers_by)
    yield "Inschrijven vanaf", _moment(procedure.opens_at)
    yield "Inschrijven tot", _moment(procedure.closes_at)
    yield "Geopend", _moment(procedure.opened_at)
    yield "Beslissing uiterlijk", date_long(procedure.decision_by)
    yield "Bekendgemaakt", _moment(procedure.announced_at)
    yield "Bezwaar tot en met", date_long(procedure.objection_ends)
    yield "Grondslag van de termijn", procedure.objection_basis
    yield "Contract vanaf", date_long(procedure.contract_starts)
    yield "Ingetrokken omdat", procedure.withdrawn_reason
    yield "Vingerafdruk (SHA-256) van de inkoopgegevens", procedure.blueprint_digest


def _moment(at: datetime | None) -> str:
    return f"{datetime_long(at)} (Nederlandse tijd)" if at else ""


def _tariff(sheet: object) -> str:
    amount, unit = getattr(sheet, "amount", None), getattr(sheet, "unit", "")
    return f"{money(amount)} {unit_label(unit, 'nl')}" if amount is not None else "nog te bepalen"


def _criterion(doc: Document, criterion: Criterion) -> None:
    doc.heading(f"{criterion.code} {criterion.title_nl}", 2)
    doc.prose(criterion.text_nl)
    facts = [
        ("Voldoet als", criterion.pass_rule_nl),
        ("Verklaring", criterion.statement_nl),
        ("Voor producten", listed(criterion.product_codes) or "alle"),
        ("Wettelijke basis", criterion.legal_basis),
    ]
    doc.reference_block([(name, value) for name, value in facts if value])


# --- how it was judged -------------------------------------------------------------------------------------------


def judgement(
    submission: Submission, assignments: Sequence[Assignment], lines: Sequence[Compared], at: datetime
) -> Made:
    """Per requirement what each assessor found and what counts, as it stood when the assessment was concluded."""
    title = f"Beoordeling {submission.number}"
    doc = _begun(title, submission.procedure, at)
    doc.reference_block([("Aanbieder", submission.organisation.name), ("Inschrijving", submission.number)])
    doc.heading("Beoordelaars")
    rows = [
        [a.assessor.name, date_short(a.assigned_at), SEATS[a.state], moment_exact(a.locked_at) or "-"]
        for a in assignments
    ]
    doc.table(["Naam", "Gevraagd op", "Stand", "Vastgezet"], rows, widths_cm=[4.0, 3.0, 5.0, 4.0])
    again = [(a.assessor.name, one) for a in assignments for one in a.reopenings]
    if again:
        doc.heading("Oordelen die weer zijn opengezet")
        doc.bullets(f"{name}: {moment_exact(one.reopened_at)}, {one.reason}" for name, one in again)
    doc.heading("Oordelen per eis")
    for line in lines:
        product = f" ({line.item.product.procedure_product.product.name_nl})" if line.item.product else ""
        doc.heading(f"{line.item.criterion.code} {line.item.criterion.title_nl}{product}", 2)
        said = [[o.assessor.name, VERDICTS[o.verdict], o.reasons] for o in line.opinions]
        if line.settlement is not None:
            how = "Eensluidend" if line.settlement.unanimous else "Gezamenlijk oordeel"
            said.append([how, VERDICTS[line.settlement.verdict], line.settlement.reasons])
        doc.table(["Wie", "Oordeel", "Redenen"], said, widths_cm=[4.0, 3.0, 9.0])
    return Made(document_name("Beoordeling", submission.number, at), doc.to_bytes())


# --- what was decided --------------------------------------------------------------------------------------------


def decided(procedure: Procedure, decisions: Sequence[Decision], at: datetime) -> Made:
    """Every decision that was taken, with its reasons, its mandates and what came in against it."""
    doc = _begun("Besluiten en bezwaren", procedure, at)
    doc.reference_block([("Procedure", procedure.reference), ("Besluiten", number(len(decisions)))])
    for one in decisions:
        product = one.submission_product.procedure_product.product
        doc.heading(f"{one.submission.organisation.name}, {product.code} {product.name_nl}")
        doc.reference_block([(name, value) for name, value in _decision(one) if value])
        rows = [[r["code"], r["title"], VERDICTS[Verdict(r["verdict"])], r["reasons"]] for r in one.reasons]
        doc.table(["Eis", "Naam", "Oordeel", "Reden"], rows, widths_cm=[2.0, 4.0, 2.5, 7.5])
        for objection in one.objections:
            _objection(doc, objection)
    if not decisions:
        doc.paragraph("Er is nog geen besluit genomen.")
    return Made(document_name("Besluiten en bezwaren", procedure.reference, at), doc.to_bytes())


def _decision(one: Decision) -> Iterable[tuple[str, str]]:
    yield "Inschrijving", one.submission.number
    yield "Beslissing", OUTCOMES[one.outcome]
    yield "Voorbereid door", f"{one.prepared_by.name}, {moment_exact(one.prepared_at)}"
    yield "Genomen door", f"{one.decided_by.name}, {moment_exact(one.decided_at)}" if one.decided_by else ""
    yield "Mandaten", "; ".join(f"{m['municipality']} {m.get('decision_number', '')}".strip() for m in one.mandates)
    yield "Bekendgemaakt", _moment(one.announced_at)
    yield "Bezwaar tot en met", date_long(one.objection_ends)
    yield "Definitief", _moment(one.confirmed_at)


def _objection(doc: Document, objection: Objection) -> None:
    doc.heading(f"{KINDS[objection.kind]} van {date_short(objection.received_on)}", 2)
    doc.reference_block([("Op tijd", "ja" if objection.in_time else "nee"), ("Uitkomst", ANSWERS[objection.state])])
    for words in (objection.text, objection.outcome_text):
        if words:
            doc.prose(words)
