"""A region blueprint as a whole, and the look-ups that the rest of the portal needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.regions.blueprints.criteria import Criterion, EvidenceType, Quality
from portal.regions.blueprints.identity import (
    Coded,
    Contact,
    Frame,
    Look,
    Municipalities,
    Municipality,
    Organisation,
    Region,
    Source,
    VisionDocument,
)
from portal.regions.blueprints.offer import Product, Segment, Tariff
from portal.regions.blueprints.steering import (
    Access,
    Goal,
    Governance,
    Kpi,
    NormFramework,
    Reporting,
    SupplierManagement,
    Table,
)
from portal.regions.blueprints.terms import Contract, Obligation, ProcedureTemplate

SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """Everything one region's purchasing model says, as read from its file. Look-ups raise KeyError."""

    schema_version: int
    version: int
    region: Region
    sources: tuple[Source, ...]
    municipalities: Municipalities
    organisation: Organisation
    quality: Quality
    contract: Contract
    governance: Governance
    segments: tuple[Segment, ...]
    look: Look | None = None
    contact: Contact | None = None
    documents: tuple[VisionDocument, ...] = ()
    principles: tuple[Coded, ...] = ()
    core_values: tuple[Coded, ...] = ()
    funding_principles: tuple[Coded, ...] = ()
    frames: tuple[Frame, ...] = ()
    goals: tuple[Goal, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    norm_framework: NormFramework | None = None
    access: Access | None = None
    supplier_management: SupplierManagement | None = None
    reporting: Reporting | None = None
    obligations: tuple[Obligation, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    procedure_templates: tuple[ProcedureTemplate, ...] = ()

    @property
    def code(self) -> str:
        return self.region.code

    @property
    def products(self) -> tuple[Product, ...]:
        """All products, in the order of the file."""
        return tuple(product for segment in self.segments for product in segment.products)

    def members_on(self, day: date) -> tuple[Municipality, ...]:
        return tuple(member for member in self.municipalities.members if member.is_member_on(day))

    def segment(self, code: str) -> Segment:
        return {segment.code: segment for segment in self.segments}[code]

    def product(self, code: str) -> Product:
        return {product.code: product for product in self.products}[code]

    def segment_of(self, product: str) -> Segment:
        return {item.code: segment for segment in self.segments for item in segment.products}[product]

    def evidence_type(self, code: str) -> EvidenceType:
        return {item.code: item for item in self.quality.evidence_types}[code]

    def criterion(self, code: str) -> Criterion:
        return {item.code: item for item in self.quality.criteria}[code]

    def criteria_for(self, product: str, on: date) -> tuple[Criterion, ...]:
        """What a provider of this product must meet on that day: the common criteria first."""
        asked = [item for item in self.quality.criteria if item.asks(product, on)]
        return tuple(sorted(asked, key=lambda item: not item.is_common))

    def tariff_for(self, product: str, on: date) -> Tariff | None:
        """The tariff sheet that holds on that day; None when the blueprint specifies none."""
        return next((item for item in self.tariffs if item.product == product and item.holds_on(on)), None)

    def kpi(self, code: str) -> Kpi:
        return {item.code: item for item in self.kpis}[code]

    def obligation(self, code: str) -> Obligation:
        return {item.code: item for item in self.obligations}[code]

    def table(self, code: str) -> Table:
        return {item.code: item for item in self.governance.tables}[code]

    def template(self, code: str) -> ProcedureTemplate:
        return {item.code: item for item in self.procedure_templates}[code]

    def source(self, code: str) -> Source:
        return {item.code: item for item in self.sources}[code]
