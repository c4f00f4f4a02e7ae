"""The facts of a contract and of its signatures, taken from the rows once. Same facts, same document, same hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.accounts.rules import AUTHORITY_LABELS
from portal.contracts.models import Contract, ContractPhase, ContractSignature, PhaseKind, SubAgreement
from portal.contracts.rules import BASIS_LABELS
from portal.i18n import date_short, gettext, money
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
            capacity=_capacity(s),
            on_behalf_of=contract.organisation.name if s.municipality is None else f"gemeente {s.municipality.name}",
            at=s.signed_at,
        )
        for s in sorted(contract.signatures, key=lambda s: (s.signed_at, s.id))
    )


def _capacity(signature: ContractSignature) -> str:
    """On what the signature rests: the line of the mandate register, or the verified authority."""
    if signature.mandate is not None:
        held = signature.mandate
        return f"{held.function}, mandaat {held.decision_number} van {date_short(held.decision_date)}"
    kind = AUTHORITY_LABELS[signature.authority.kind] if signature.authority is not None else ""
    return f"tekenbevoegde ({gettext('nl')(kind).lower()})" if kind else "tekenbevoegde"
