"""A region, its municipalities and mandates, and what it buys at which tariff."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.accounts.models import Organisation
from portal.db import Base, Versioned, choice


class Region(Base):
    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    blueprint_digest: Mapped[str] = mapped_column(String(64))
    blueprint: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    """The blueprint as last loaded, in JSON, read only when asked for; a procedure keeps a copy of its own."""
    loaded_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    categories: Mapped[list[Category]] = relationship(back_populates="region", order_by="Category.position")

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.id)


class Municipality(Base):
    __tablename__ = "municipality"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


class RegionMembership(Base):
    """Municipalities merge and move: membership has dates."""

    __tablename__ = "region_membership"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    member_from: Mapped[date]
    member_until: Mapped[date | None]

    municipality: Mapped[Municipality] = relationship()

    __table_args__ = (UniqueConstraint("region_id", "municipality_id", "member_from"),)


class Power(enum.Enum):
    """What a mandate or proxy is for. The college decides (art. 160 Gemeentewet), the mayor or proxy signs (art. 171)."""

    DECIDE_ADMISSION = "decide_admission"
    SIGN_CONTRACT = "sign_contract"
    RULE_ON_AGREEMENT = "rule_on_agreement"


class Mandate(Versioned, Base):
    """One line of a municipality's mandate register: who may decide or sign what, up to which amount, from when to when."""

    __tablename__ = "mandate"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    function: Mapped[str] = mapped_column(String(120))
    power: Mapped[Power] = mapped_column(choice(Power))
    max_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    decision_number: Mapped[str] = mapped_column(String(60))
    decision_date: Mapped[date]

    municipality: Mapped[Municipality] = relationship()

    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="valid_period"),)

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id)


class Category(Base):
    """A segment of what the region buys (Alkmaar: four categories)."""

    __tablename__ = "category"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    name_nl: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]
    budget_share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    client_share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))

    region: Mapped[Region] = relationship(back_populates="categories")
    products: Mapped[list[Product]] = relationship(back_populates="category", order_by="Product.position")

    __table_args__ = (UniqueConstraint("region_id", "code"),)


class Product(Base):
    __tablename__ = "product"

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    name_nl: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160))
    position: Mapped[int]

    category: Mapped[Category] = relationship(back_populates="products")
    tariffs: Mapped[list[TariffSheet]] = relationship(
        back_populates="product", order_by="TariffSheet.valid_from, TariffSheet.number"
    )

    __table_args__ = (UniqueConstraint("category_id", "code"),)


class TariffSheet(Base):
    """A tariff with its build-up (real price: staff client-bound and not, other client-bound costs, overhead, index).

    Never overwritten: a new tariff is a new sheet. `amount` is EUR per `unit`; empty where the region has not set one.
    """

    __tablename__ = "tariff_sheet"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    number: Mapped[int]
    unit: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    components: Mapped[list[Any]] = mapped_column(default=list)
    """[{code, label_nl, label_en, amount}] adding up to `amount`, as blueprint text decimals."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
    illustrative: Mapped[bool] = mapped_column(default=False)

    product: Mapped[Product] = relationship(back_populates="tariffs")

    __table_args__ = (UniqueConstraint("product_id", "number"),)


class RegionFollower(Base):
    """Who wants a mail when the region publishes something."""

    __tablename__ = "region_follower"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    since: Mapped[datetime]

    __table_args__ = (UniqueConstraint("region_id", "user_id"),)
