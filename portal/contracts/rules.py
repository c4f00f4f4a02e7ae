"""When a contract may be drawn up, signed and brought into force. Facts and a moment in, reason codes out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from portal.accounts.models import Organisation
from portal.contracts.models import Contract, ContractSignature, ContractState, Party
from portal.i18n import mark
from portal.listing import Page
from portal.regions.models import Mandate, Municipality
from portal.tenders.decisions.models import Decision

DOCUMENT = "contracts.document"
SIGNED_DOCUMENT = "contracts.signed_document"

STATE_LABELS = {
    ContractState.DRAFT: ("idle", mark("Concept")),
    ContractState.TO_SIGN: ("let-op", mark("Te tekenen")),
    ContractState.SIGNED: ("bezig", mark("Getekend")),
    ContractState.IN_FORCE: ("ok", mark("Geldt")),
    ContractState.ENDED: ("idle", mark("Beëindigd")),
}

BASIS_LABELS = {
    "regional_revenue": mark("de omzet die de gemeenten aan de aanbieder hebben betaald"),
    "total_revenue": mark("de totale omzet van de aanbieder"),
}


def reasons_not_to_prepare(
    *, admitted: int, contracted: bool, starts_on: date | None, ends_on: date | None, value_missing: bool = False
) -> list[str]:
    """`value_missing`: somebody who may sign has a limit, and there is no amount to hold it against."""
    found = ["contract_value_needed"] if value_missing else []
    if contracted:
        found.append("already_contracted")
    if not admitted:
        found.append("nothing_admitted")
    if starts_on is None or ends_on is None or ends_on <= starts_on:
        found.append("contract_term_missing")
    return found


def reasons_not_to_send(
    contract: Contract,
    *,
    signatories: int,
    uncovered: Collection[Municipality],
    wording_adopted: bool,
    practice: bool = False,
) -> list[str]:
    """What is signed is one document with its hash; so it is there before anybody is asked to sign.

    Parties bind themselves only to what the region made its own; in a practice installation nobody is bound.
    """
    found = [] if contract.file_digest else ["document_not_ready"]
    if not practice:
        found += _examples(contract, wording_adopted=wording_adopted)
    if not signatories:
        found.append("provider_cannot_sign")
    if uncovered:
        found.append("no_proxy_holder:" + ", ".join(m.name for m in uncovered))
    return found


def _examples(contract: Contract, *, wording_adopted: bool) -> list[str]:
    found = [] if wording_adopted else ["contract_text_is_example"]
    shown = [a.product.code for a in contract.sub_agreements if a.tariff_sheet and a.tariff_sheet.illustrative]
    if shown:
        found.append("tariff_is_example:" + ", ".join(shown))
    if contract.margin_cap is not None and contract.margin_cap_illustrative:
        found.append("margin_cap_is_example")
    return found


def within(limit: Decimal | None, value: Decimal | None) -> bool:
    """Is the amount inside the limit? An amount that nobody gave is inside no limit."""
    return limit is None or (value is not None and value <= limit)


def provider_signatures(contract: Contract) -> list[ContractSignature]:
    return [s for s in contract.signatures if s.party is Party.PROVIDER]


def signed_municipalities(contract: Contract) -> set[int]:
    return {s.municipality_id for s in contract.signatures if s.municipality_id is not None}


def reasons_not_to_sign_for_municipality(
    contract: Contract,
    mandate: Mandate | None,
    *,
    municipality_id: int,
    members: Collection[int],
    fresh: bool,
) -> list[str]:
    """The college decides, the proxy holder of the mandate register signs: valid today, within its amount (domain 3.16)."""
    found = []
    if municipality_id not in members:
        found.append("not_a_member")
    if municipality_id in signed_municipalities(contract):
        found.append("contract_already_signed")
    if mandate is None:
        found.append("no_mandate_to_sign")
    elif not within(mandate.max_amount, contract.estimated_value):
        found.append("contract_value_missing" if contract.estimated_value is None else "above_mandate_amount")
    if not fresh:
        found.append("contract_log_in_again")
    return found


def reasons_not_to_sign_for_provider(
    contract: Contract, authority_reasons: Iterable[str], *, user_id: int | None, needed: int, fresh: bool
) -> list[str]:
    """By somebody whose authority was verified; with joint authority two persons sign."""
    found = list(authority_reasons)
    signed = provider_signatures(contract)
    if any(s.user_id == user_id for s in signed):
        found.append("contract_already_signed")
    elif signed and len(signed) >= needed:
        found.append("provider_has_signed")
    if not fresh:
        found.append("contract_log_in_again")
    return found


@dataclass(frozen=True)
class Standing:
    """Who has signed and who still has to."""

    provider_signed: int
    provider_needed: int
    municipalities_signed: int
    municipalities_open: tuple[Municipality, ...]

    @property
    def provider_done(self) -> bool:
        return self.provider_signed >= self.provider_needed

    @property
    def complete(self) -> bool:
        return self.provider_done and not self.municipalities_open

    @property
    def signed(self) -> int:
        return min(self.provider_signed, self.provider_needed) + self.municipalities_signed

    @property
    def needed(self) -> int:
        return self.provider_needed + self.municipalities_signed + len(self.municipalities_open)


NOBODY = Standing(0, 1, 0, ())


def standing(contract: Contract, members: Sequence[Municipality] | None, provider_needed: int) -> Standing:
    """`members` are the municipalities that have to sign; None once everybody has."""
    return standing_of(len(provider_signatures(contract)), provider_needed, signed_municipalities(contract), members)


def standing_of(
    provider_signed: int, provider_needed: int, done: Collection[int], members: Sequence[Municipality] | None
) -> Standing:
    """`done` are the ids of the municipalities that signed."""
    return Standing(
        provider_signed=provider_signed,
        provider_needed=provider_needed,
        municipalities_signed=len(done) if members is None else sum(1 for m in members if m.id in done),
        municipalities_open=tuple(m for m in members or () if m.id not in done),
    )


def reasons_not_to_bring_into_force(contract: Contract, today: date) -> list[str]:
    return [] if today >= contract.starts_on else ["not_started_yet"]


def document_due(contract: Contract) -> str:
    """The task that makes what is still missing: the document to sign, or the register of signatures; else nothing."""
    if contract.state is ContractState.DRAFT and not contract.file_digest:
        return DOCUMENT
    done = contract.state in (ContractState.SIGNED, ContractState.IN_FORCE)
    return SIGNED_DOCUMENT if done and not contract.signed_file_digest else ""


def is_public(state: ContractState) -> bool:
    """After signature the register of admitted providers names the provider (domain 3.16)."""
    return state in PUBLIC_STATES


PUBLIC_STATES = (ContractState.SIGNED, ContractState.IN_FORCE)


@dataclass(frozen=True)
class Filters:
    """What the list's address says."""

    q: str = ""
    state: str = ""
    product: str = ""
    year: int | None = None
    """Which it is, or was, or will be in force in any part of."""


class Line(NamedTuple):
    """A contract as the list shows it, on a page and in a file."""

    id: int
    region_id: int
    number: str
    state: ContractState
    starts_on: date
    ends_on: date
    estimated_value: Decimal | None
    margin_cap: Decimal | None
    signed_at: datetime | None
    in_force_at: datetime | None
    organisation: str
    kvk_number: str
    procedure: str
    products: str = ""
    standing: Standing = NOBODY


@dataclass(frozen=True)
class ContractList:
    page: Page[Line]
    counts: dict[ContractState, int]


@dataclass(frozen=True)
class Contractable:
    """A provider with the admissions on which no contract was drawn up yet."""

    submission_id: int
    organisation: Organisation
    procedure_title: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class ToSign:
    """One contract that the actor can sign now for one municipality."""

    contract: Contract
    mandate: Mandate

    @property
    def key(self) -> str:
        return f"{self.contract.id}-{self.mandate.municipality_id}"

    @property
    def within_mandate(self) -> bool:
        return within(self.mandate.max_amount, self.contract.estimated_value)
