"""What is bought: segments, products, how they are procured and funded, tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.regions.blueprints.identity import Coded, Text
from portal.regions.blueprints.vocabulary import (
    BoughtAt,
    CeilingType,
    Direction,
    FundingModel,
    Orientation,
    PriceLevel,
    ProcedureType,
    Setting,
    SubcontractingMode,
    Unit,
)


@dataclass(frozen=True, kw_only=True)
class Product:
    """The unit of admission: a provider is admitted per product."""

    code: str
    name: Text
    source: str
    description: Text | None = None
    provider_direction: Direction | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Share:
    source: str
    budget_pct: Decimal | None = None
    clients_pct: Decimal | None = None
    approx: bool = False


@dataclass(frozen=True, kw_only=True)
class SegmentProcedure:
    """How this segment is bought; a second one may hold for some of its products. `type` absent: not specified."""

    source: str
    type: ProcedureType | None = None
    products: tuple[str, ...] = ()
    continuous_admission: bool | None = None
    comparative_selection: bool | None = None
    invited_only: bool | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderCount:
    source: str
    direction: Direction
    current: int | None = None
    target: int | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Funding:
    """One funding form. `possible` means that it may come, not that it is there; `phase` names a contract phase."""

    model: FundingModel
    source: str
    possible: bool = False
    unit: Unit | None = None
    price_level: PriceLevel | None = None
    phase: str | None = None
    products: tuple[str, ...] = ()
    result_share_pct: Decimal | None = None
    ceiling: CeilingType = CeilingType.NONE
    ceiling_amount: Decimal | None = None
    conditions: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Subcontracting:
    mode: SubcontractingMode
    source: str
    min_own_share_pct: Decimal | None = None
    single_contact: bool | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class SegmentTask:
    """What this segment is steered on in one contract phase."""

    phase: str
    task: Text
    source: str


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A category of care. Products, or profiles with intensities, or both; all may be empty."""

    code: str
    name: Text
    source: str
    bought_at: BoughtAt
    description: Text | None = None
    orientation: Orientation | None = None
    setting: Setting | None = None
    complexity: Text | None = None
    share: Share | None = None
    products: tuple[Product, ...] = ()
    profiles: tuple[Coded, ...] = ()
    intensities: tuple[Coded, ...] = ()
    procedures: tuple[SegmentProcedure, ...] = ()
    provider_count: ProviderCount | None = None
    funding: tuple[Funding, ...] = ()
    acceptance_duty: bool | None = None
    waiting_time_norm_days: int | None = None
    subcontracting: Subcontracting | None = None
    sub_agreement: bool | None = None
    tasks: tuple[SegmentTask, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Components:
    """The build-up of a tariff in euros, as the real-price rules ask for; together they are the amount."""

    staff_client_bound: Decimal
    staff_not_client_bound: Decimal
    non_staff_client_bound: Decimal
    overhead: Decimal
    indexation: Decimal

    @property
    def total(self) -> Decimal:
        staff = self.staff_client_bound + self.staff_not_client_bound
        return staff + self.non_staff_client_bound + self.overhead + self.indexation


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """A dated tariff sheet of one product, in euros without VAT. No sheet means that no tariff is specified."""

    product: str
    unit: Unit
    amount: Decimal
    valid_from: date
    source: str
    illustrative: bool
    valid_until: date | None = None
    price_level: PriceLevel = PriceLevel.REGION
    components: Components | None = None
    note: Text | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
