"""The facts of a contract and of its signatures, taken from the rows once. Same facts, same document, same hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.accounts.models import AuthorityKind, LegalForm, Organisation
from portal.accounts.rules import AUTHORITY_LABELS
from portal.contracts.models import Contract, ContractPhase, ContractSignature, PhaseKind, SubAgreement
from portal.contracts.rules import BASIS_LABELS, provider_signatures
from portal.i18n import date_short, gettext, money
from portal.regions.blueprints.schema import Blueprint
from portal.regions.blueprints.vocabulary import DecisionRule, DecisionSubject, MarginAction
from portal.regions.models import Mandate
from portal.regions.rules import UNIT_LABELS

UNITS = {unit.value: label for unit, label in UNIT_LABELS.items()}

FORMS = {
    LegalForm.SOLE_TRADER: "eenmanszaak",
    LegalForm.LIMITED_COMPANY: "besloten vennootschap",
    LegalForm.FOUNDATION: "stichting",
    LegalForm.ASSOCIATION: "vereniging",
    LegalForm.COOPERATIVE: "coöperatie",
}
OWNERS_PAID_FROM_RESULT = (LegalForm.SOLE_TRADER, LegalForm.PARTNERSHIP)
"""Where the result holds the pay of who owns the practice (domain 3.12)."""
INSURANCE = "G12"
"""The criterion on insurance, in a region that asks it under this code."""


@dataclass(frozen=True)
class ProductLine:
    code: str
    name: str
    tariff: str
    """Amount, unit and price level in words, or that the region has not set one."""
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class PhaseLine:
    name: str
    starts_on: date
    ends_on: date
    words: str
    begins_when: str
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
    party: str
    """The provider as it contracts: with its legal form, or the person who trades under the name."""
    legal_form: LegalForm | None
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
    margin_action: MarginAction
    owner_pay_apart: bool
    conditions: tuple[str, ...]
    obligations: tuple[str, ...]
    event_days: int | None
    removal_unanimous: bool
    insurance_criterion: str
    practice: bool
    """Made in a practice installation: it binds nobody."""
    examples: tuple[str, ...]
    """What is an example in it and not the region's own, in words."""

    @classmethod
    def of(
        cls,
        contract: Contract,
        municipalities: tuple[str, ...],
        blueprint: Blueprint,
        *,
        owner: str = "",
        practice: bool = False,
    ) -> ContractFacts:
        terms, provider = blueprint.contract, contract.organisation
        cap = terms.margin_cap
        return cls(
            number=contract.number,
            region=contract.region.name,
            provider=provider.name,
            party=party_name(provider, owner),
            legal_form=provider.legal_form,
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
            margin_action=cap.action if cap else MarginAction.EXPLAIN,
            owner_pay_apart=bool(cap and cap.owner_pay_apart) and provider.legal_form in OWNERS_PAID_FROM_RESULT,
            conditions=tuple(text.nl for text in terms.conditions),
            obligations=tuple(
                f"{_in_a_sentence(o.name.nl)}, ieder jaar uiterlijk op {_day_and_month(o.month, o.day)}"
                for o in blueprint.obligations
            ),
            event_days=terms.material_event_working_days,
            removal_unanimous=_removal_unanimous(blueprint),
            insurance_criterion=INSURANCE if any(c.code == INSURANCE for c in blueprint.quality.criteria) else "",
            practice=practice,
            examples=_examples(contract, blueprint),
        )


def party_name(provider: Organisation, owner: str) -> str:
    """Who is bound: a sole trader contracts as a person, others under their name with their legal form."""
    name, form = provider.name, provider.legal_form
    if form is LegalForm.SOLE_TRADER and owner:
        return f"{owner}, handelend onder de naam {name}"
    words = _partnership(name) if form is LegalForm.PARTNERSHIP else FORMS[form] if form is not None else ""
    return name if not words or words in name.lower() else f"{name}, {words}"


def _partnership(name: str) -> str:
    """A vof says so in its name, a maatschap too; where neither does, the register has to tell."""
    words = name.lower().replace(".", "").split()
    if "vof" in words:
        return "vennootschap onder firma"
    return "maatschap" if "maatschap" in words else "vennootschap onder firma of maatschap"


def _in_a_sentence(name: str) -> str:
    """Jaarlijkse evaluatie -> jaarlijkse evaluatie; an abbreviation such as WNT stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _day_and_month(month: int, day: int) -> str:
    return date_short(date(2024, month, day)).replace("2024", "").strip()


def _product(agreement: SubAgreement) -> ProductLine:
    sheet = agreement.tariff_sheet
    words = "nog niet vastgesteld door de regio"
    if sheet is not None and sheet.amount is not None:
        unit = gettext("nl")(UNITS.get(sheet.unit, sheet.unit))
        words = f"{money(sheet.amount)} {unit} (prijspeil {sheet.valid_from.year})"
    product = agreement.product
    return ProductLine(product.code, product.name_nl, words, agreement.starts_on, agreement.ends_on)


def _phase(phase: ContractPhase, blueprint: Blueprint) -> PhaseLine:
    """A contract that starts later has its own first day: the phase is known by its last one."""
    extension = phase.kind is PhaseKind.EXTENSION
    known = next((p for p in blueprint.contract.phases if p.ends == phase.ends_on and not extension), None)
    content = known.content.nl if known is not None and known.content is not None else ""
    begins = known.begins_when.nl if known is not None and known.begins_when is not None else ""
    return PhaseLine(phase.name, phase.starts_on, phase.ends_on, phase.condition or content, begins, extension)


def _removal_unanimous(blueprint: Blueprint) -> bool:
    wanted = DecisionSubject.REMOVE_PRODUCT_OR_PARTY
    return any(d.subject is wanted and d.rule is DecisionRule.UNANIMOUS for d in blueprint.governance.decisions)


def _examples(contract: Contract, blueprint: Blueprint) -> tuple[str, ...]:
    found = [] if blueprint.contract.wording_adopted else ["de contracttekst"]
    if any(a.tariff_sheet is not None and a.tariff_sheet.illustrative for a in contract.sub_agreements):
        found.append("de tarieven")
    if contract.margin_cap is not None and contract.margin_cap_illustrative:
        found.append("de winstgrens")
    return tuple(found)


# --- signatures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SignatureFacts:
    """What the register of signatures says: which file, by its name and hash, was signed by whom, when, on what ground."""

    number: str
    region: str
    procedure: str
    party: str
    municipalities: tuple[str, ...]
    file_name: str
    digest: str
    made_at: datetime
    """The moment of the last signature."""
    signatures: tuple[Signed, ...]
    practice: bool

    @classmethod
    def of(cls, contract: Contract, *, file_name: str, practice: bool = False) -> SignatureFacts:
        party = party_name(contract.organisation, _owner_who_signed(contract))
        signatures = signed_by(contract, party)
        return cls(
            number=contract.number,
            region=contract.region.name,
            procedure=f"{contract.procedure.title} ({contract.procedure.reference})",
            party=party,
            municipalities=tuple(sorted(s.municipality.name for s in contract.signatures if s.municipality)),
            file_name=file_name,
            digest=contract.file_digest,
            made_at=signatures[-1].at,
            signatures=signatures,
            practice=practice,
        )


def signed_by(contract: Contract, party: str) -> tuple[Signed, ...]:
    """The signatures in the order in which they were put."""
    return tuple(
        Signed(
            name=s.user.name if s.mandate is None else f"{s.user.name}, {s.mandate.function}",
            capacity=_capacity(s),
            on_behalf_of=party if s.municipality is None else f"Gemeente {s.municipality.name}",
            at=s.signed_at,
        )
        for s in sorted(contract.signatures, key=lambda s: (s.signed_at, s.id))
    )


def _owner_who_signed(contract: Contract) -> str:
    alone = (s for s in provider_signatures(contract) if s.authority and s.authority.kind is AuthorityKind.SOLE)
    return next((s.user.name for s in alone), "")


def _capacity(signature: ContractSignature) -> str:
    """On what the signature rests: the mayor's proxy in the register, or the verified authority."""
    if signature.mandate is not None:
        return power_of_attorney(signature.mandate)
    kind = AUTHORITY_LABELS[signature.authority.kind] if signature.authority is not None else ""
    return f"tekenbevoegde ({gettext('nl')(kind).lower()}), door de regio gecontroleerd" if kind else "tekenbevoegde"


def power_of_attorney(held: Mandate) -> str:
    """Signing is an act of private law: the mayor signs, or who holds the mayor's proxy (art. 171 Gemeentewet)."""
    return f"volmacht van de burgemeester, nr. {held.decision_number} van {date_short(held.decision_date)}"
