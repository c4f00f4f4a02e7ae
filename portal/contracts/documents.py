"""The framework agreement with its sub-agreements as docx, and the same with the record of its signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.contracts.models import Contract, ContractPhase, Party, PhaseKind, SubAgreement
from portal.contracts.rules import BASIS_LABELS
from portal.documents import Document, Signature
from portal.i18n import date_long, date_short, datetime_long, gettext, money, percent
from portal.regions.blueprints.schema import Blueprint
from portal.regions.rules import UNIT_LABELS

UNITS = {unit.value: label for unit, label in UNIT_LABELS.items()}


@dataclass(frozen=True)
class ProductLine:
    code: str
    name: str
    tariff: str
    """Amount and unit in words, or that the region has not set one."""
    illustrative: bool
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class PhaseLine:
    name: str
    starts_on: date
    ends_on: date
    words: str
    extension: bool


@dataclass(frozen=True)
class Signed:
    name: str
    capacity: str
    on_behalf_of: str
    at: datetime


@dataclass(frozen=True)
class ContractFacts:
    """Everything the contract says. What is signed is the hash of what these facts give."""

    number: str
    region: str
    provider: str
    kvk_number: str
    place: str
    procedure: str
    procedure_reference: str
    municipalities: tuple[str, ...]
    made_at: datetime
    starts_on: date
    ends_on: date
    products: tuple[ProductLine, ...]
    phases: tuple[PhaseLine, ...]
    margin_cap: Decimal | None
    margin_basis: str
    margin_cap_illustrative: bool
    owner_pay_apart: bool
    conditions: tuple[str, ...]
    obligations: tuple[str, ...]
    event_days: int | None

    @classmethod
    def of(cls, contract: Contract, municipalities: tuple[str, ...], blueprint: Blueprint) -> ContractFacts:
        terms, provider = blueprint.contract, contract.organisation
        return cls(
            number=contract.number,
            region=contract.region.name,
            provider=provider.name,
            kvk_number=provider.kvk_number or "",
            place=provider.place,
            procedure=contract.procedure.title,
            procedure_reference=contract.procedure.reference,
            municipalities=municipalities,
            made_at=contract.prepared_at,
            starts_on=contract.starts_on,
            ends_on=contract.ends_on,
            products=tuple(_product(agreement) for agreement in contract.sub_agreements),
            phases=tuple(_phase(phase, blueprint) for phase in contract.phases),
            margin_cap=contract.margin_cap,
            margin_basis=BASIS_LABELS.get(contract.margin_basis, contract.margin_basis),
            margin_cap_illustrative=contract.margin_cap_illustrative,
            owner_pay_apart=terms.margin_cap.owner_pay_apart if terms.margin_cap else False,
            conditions=tuple(text.nl for text in terms.conditions),
            obligations=tuple(
                f"{o.name.nl}, ieder jaar uiterlijk op {_day_and_month(o.month, o.day)}" for o in blueprint.obligations
            ),
            event_days=terms.material_event_working_days,
        )


def _day_and_month(month: int, day: int) -> str:
    return date_short(date(2024, month, day)).replace("2024", "").strip()


def _product(agreement: SubAgreement) -> ProductLine:
    sheet = agreement.tariff_sheet
    words = "nog niet vastgesteld door de regio"
    if sheet is not None and sheet.amount is not None:
        words = f"{money(sheet.amount)} {gettext('nl')(UNITS.get(sheet.unit, sheet.unit))}"
    product, days = agreement.product, (agreement.starts_on, agreement.ends_on)
    return ProductLine(product.code, product.name_nl, words, bool(sheet and sheet.illustrative), *days)


def _phase(phase: ContractPhase, blueprint: Blueprint) -> PhaseLine:
    known = next((p for p in blueprint.contract.phases if p.starts == phase.starts_on), None)
    content = known.content.nl if known is not None and known.content is not None else ""
    extension = phase.kind is PhaseKind.EXTENSION
    return PhaseLine(phase.name, phase.starts_on, phase.ends_on, phase.condition or content, extension)


def signed_by(contract: Contract) -> tuple[Signed, ...]:
    """The signatures in the order in which they were put."""
    return tuple(
        Signed(
            name=s.user.name,
            capacity="tekenbevoegde" if s.party is Party.PROVIDER else "gevolmachtigde volgens het mandaatregister",
            on_behalf_of=contract.organisation.name if s.municipality is None else f"gemeente {s.municipality.name}",
            at=s.signed_at,
        )
        for s in sorted(contract.signatures, key=lambda s: (s.signed_at, s.id))
    )


def contract_document(facts: ContractFacts) -> bytes:
    """What the parties sign."""
    doc = _body(facts)
    doc.heading("Ondertekening")
    doc.paragraph("Partijen ondertekenen in het portaal. Elke handtekening staat onder de SHA-256 van dit document.")
    doc.signatures(
        [Signature(facts.provider, "tekenbevoegde", facts.provider)]
        + [Signature(f"Gemeente {name}", "gevolmachtigde", f"gemeente {name}") for name in facts.municipalities]
    )
    return doc.to_bytes()


def signed_document(facts: ContractFacts, digest: str, signatures: tuple[Signed, ...]) -> bytes:
    """The same text with the record of who signed what, when."""
    doc = _body(facts)
    doc.heading("Register van handtekeningen")
    doc.paragraph(f"Alle partijen hebben het document met deze SHA-256 ondertekend: {digest}.")
    doc.table(
        header=["Namens", "Naam", "Hoedanigheid", "Ondertekend op"],
        rows=[[s.on_behalf_of, s.name, s.capacity, datetime_long(s.at)] for s in signatures],
        caption="Handtekeningen op volgorde van tijd (Nederlandse tijd)",
        widths_cm=[4.5, 3.8, 4.0, 4.2],
    )
    return doc.to_bytes()


def _body(facts: ContractFacts) -> Document:
    doc = Document(
        title=f"Raamovereenkomst {facts.number}",
        subject=facts.procedure,
        author=facts.region,
        made_at=facts.made_at,
        header=facts.region,
        footer=facts.number,
    )
    doc.title_block("Raamovereenkomst jeugdhulp", subtitle=f"{facts.number}, met een deelovereenkomst per product")
    doc.paragraph("Deze contracttekst is een voorbeeld. De regio stelt de eigen tekst vast.", small=True)
    _parties(doc, facts)
    _offer(doc, facts)
    _term(doc, facts)
    _margin(doc, facts)
    _duties(doc, facts)
    return doc


def _parties(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 1. Partijen")
    doc.clause("1.1", f"De gemeenten {_listed(facts.municipalities)}, samen {facts.region}, hierna: de gemeenten.")
    provider = f"{facts.provider} te {facts.place}" if facts.place else facts.provider
    doc.clause("1.2", f"{provider}, KvK-nummer {facts.kvk_number}, hierna: de aanbieder.")
    doc.clause(
        "1.3",
        f"De aanbieder is toegelaten in de procedure {facts.procedure} ({facts.procedure_reference}). De stukken van die "
        "procedure en de inschrijving van de aanbieder horen bij deze overeenkomst.",
    )


def _offer(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 2. Deelovereenkomsten, producten en tarieven")
    doc.clause(
        "2.1", "Voor elk product in deze tabel geldt een deelovereenkomst. Andere producten levert de aanbieder niet."
    )
    doc.table(
        header=["Product", "Tarief", "Van", "Tot en met"],
        rows=[
            [
                f"{p.code} {p.name}",
                p.tariff + (" (illustratief)" if p.illustrative else ""),
                date_short(p.starts_on),
                date_short(p.ends_on),
            ]
            for p in facts.products
        ],
        caption="Deelovereenkomsten met tarief en looptijd",
        widths_cm=[6.2, 4.7, 2.8, 2.8],
    )
    doc.clause(
        "2.2", "De tarieven gelden zoals zij in de procedure zijn gepubliceerd en door de aanbieder zijn aanvaard."
    )
    doc.clause("2.3", "De gemeenten geven geen garantie voor een aantal cliënten of een omzet. De cliënt kiest.")


def _term(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 3. Looptijd, fasen en verlenging")
    doc.clause(
        "3.1", f"De overeenkomst gaat in op {date_long(facts.starts_on)} en eindigt op {date_long(facts.ends_on)}."
    )
    doc.table(
        header=["Fase", "Van", "Tot en met", "Inhoud of voorwaarde"],
        rows=[[p.name, date_short(p.starts_on), date_short(p.ends_on), p.words] for p in facts.phases],
        caption="Fasen van de overeenkomst",
        widths_cm=[4.0, 2.8, 2.8, 6.9],
    )
    if any(p.extension for p in facts.phases):
        doc.clause("3.2", "Verlenging is een keuze van de gemeenten, onder de voorwaarde die in de tabel staat.")
    doc.clause("3.3", "Fase 2 begint pas als het transformatieplan is vastgesteld en als bijlage is ondertekend.")


def _margin(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 4. Winst")
    if facts.margin_cap is None:
        doc.clause("4.1", "Deze overeenkomst kent geen grens voor de winstmarge.")
        return
    mark = " Deze grens is illustratief." if facts.margin_cap_illustrative else ""
    doc.clause(
        "4.1",
        f"De winstmarge is ten hoogste {percent(facts.margin_cap / 100)}, berekend over {facts.margin_basis}. Wat "
        f"daarboven ligt, licht de aanbieder toe.{mark}",
    )
    if facts.owner_pay_apart:
        doc.clause("4.2", "De beloning van de eigenaar van een eenmanszaak of maatschap wordt apart vermeld.")


def _duties(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 5. Samenwerken en verantwoorden")
    for number, text in enumerate(facts.conditions, 1):
        doc.clause(f"5.{number}", text)
    first = len(facts.conditions) + 1
    doc.clause(f"5.{first}", "De aanbieder neemt deel aan de ontwikkeltafels en voert uit wat daar is vastgesteld.")
    doc.clause(f"5.{first + 1}", "De aanbieder levert ieder jaar:")
    doc.bullets(facts.obligations)
    if facts.event_days is not None:
        doc.clause(
            f"5.{first + 2}",
            f"De aanbieder meldt binnen {facts.event_days} werkdagen een wijziging van zeggenschap, een dreigend "
            "faillissement of een maatregel van de inspectie.",
        )
    doc.heading("Artikel 6. Wijzigen en beëindigen")
    doc.clause(
        "6.1", "Deze overeenkomst wijzigt alleen door een schriftelijke wijziging die alle partijen ondertekenen."
    )
    doc.clause(
        "6.2",
        "Een product of partij vervalt tussentijds alleen door een besluit van de colleges, nadat de aanbieder is gehoord.",
    )
    doc.clause(
        "6.3", "Bij het einde zorgt de aanbieder dat de hulp aan cliënten doorgaat of zorgvuldig wordt overgedragen."
    )
    doc.heading("Artikel 7. Recht en geschillen")
    doc.clause(
        "7.1", "Op deze overeenkomst is Nederlands recht van toepassing. Partijen zoeken eerst samen een oplossing."
    )


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}" if names else ""
