"""A framework agreement with a sub-agreement per admitted product, its phases and its signatures."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import Organisation, SigningAuthority, User
from portal.db import Base, Versioned, choice
from portal.regions.models import Mandate, Municipality, Product, Region, TariffSheet
from portal.storage.models import StoredFile
from portal.tenders.procedures.models import Procedure


class ContractState(enum.Enum):
    DRAFT = "draft"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    ENDED = "ended"


class Contract(Versioned, Base):
    """The framework agreement (raamovereenkomst) between the municipalities and one provider."""

    __tablename__ = "contract"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[ContractState] = mapped_column(choice(ContractState), default=ContractState.DRAFT)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    margin_cap: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Percent of turnover; empty: the contract has no cap and no surplus is ever computed."""
    margin_basis: Mapped[str] = mapped_column(String(40), default="result_after_tax")
    margin_cap_illustrative: Mapped[bool] = mapped_column(default=False)
    estimated_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """EUR a year: who may sign up to a limit signs only where it is given and inside that limit."""
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    file_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the document that is signed."""
    sent_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    signed_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The register of signatures: the annex to `file`, which itself stays as it was signed."""
    signed_file_digest: Mapped[str] = mapped_column(String(64), default="")
    in_force_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship()
    procedure: Mapped[Procedure] = relationship()
    file: Mapped[StoredFile | None] = relationship(foreign_keys=[file_id])
    signed_file: Mapped[StoredFile | None] = relationship(foreign_keys=[signed_file_id])
    organisation: Mapped[Organisation] = relationship()
    sub_agreements: Mapped[list[SubAgreement]] = relationship(back_populates="contract", order_by="SubAgreement.id")
    phases: Mapped[list[ContractPhase]] = relationship(order_by="ContractPhase.number")
    signatures: Mapped[list[ContractSignature]] = relationship(order_by="ContractSignature.id")

    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),
        Index("ix_contract_region_id_state", "region_id", "state", "organisation_id", "starts_on", "ends_on"),
        Index(
            "uq_contract_live", "procedure_id", "organisation_id", unique=True,
            sqlite_where=text("state <> 'ended'"), postgresql_where=text("state <> 'ended'"),
        ),
    )  # fmt: skip

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id, organisation_id=self.organisation_id)


class SubAgreement(Base):
    """The part for one product (deelovereenkomst): admission is per provider and product."""

    __tablename__ = "sub_agreement"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    tariff_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("tariff_sheet.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    contract: Mapped[Contract] = relationship(back_populates="sub_agreements")
    product: Mapped[Product] = relationship()
    tariff_sheet: Mapped[TariffSheet | None] = relationship()

    __table_args__ = (UniqueConstraint("contract_id", "product_id"),)


class PhaseKind(enum.Enum):
    PHASE = "phase"
    EXTENSION = "extension"


class ContractPhase(Base):
    """Phase 1 builds agreements, phase 2 enforces them, an extension is an option under a condition."""

    __tablename__ = "contract_phase"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    number: Mapped[int]
    kind: Mapped[PhaseKind] = mapped_column(choice(PhaseKind))
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    condition: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (UniqueConstraint("contract_id", "number"),)


class Party(enum.Enum):
    PROVIDER = "provider"
    MUNICIPALITY = "municipality"


class ContractSignature(Base):
    """A signature under the document: by the provider's verified authority, or a municipality's proxy holder."""

    __tablename__ = "contract_signature"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    party: Mapped[Party] = mapped_column(choice(Party))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("signing_authority.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    file_digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]

    municipality: Mapped[Municipality | None] = relationship()
    user: Mapped[User] = relationship()
    authority: Mapped[SigningAuthority | None] = relationship()
    mandate: Mapped[Mandate | None] = relationship()

    __table_args__ = (
        UniqueConstraint("contract_id", "municipality_id"),
        Index(
            "uq_contract_signature_provider", "contract_id", "user_id", unique=True,
            sqlite_where=text("party = 'provider'"), postgresql_where=text("party = 'provider'"),
        ),
        CheckConstraint(
            "(party = 'provider' AND authority_id IS NOT NULL) OR (party = 'municipality' AND mandate_id IS NOT NULL)",
            name="signed_on_an_authority_or_a_mandate",
        ),
    )  # fmt: skip
