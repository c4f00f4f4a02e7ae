"""A provider's locations and what it can offer there. Nothing here is about a child."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.db import Base, Versioned
from portal.regions.models import Category, Municipality, Product


class Location(Versioned, Base):
    """A place where help is given. The address of a family home is somebody's own house and is never public."""

    __tablename__ = "location"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    street: Mapped[str] = mapped_column(String(160), default="")
    postcode: Mapped[str] = mapped_column(String(7), default="")
    place: Mapped[str] = mapped_column(String(100))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    """None: the location is for the whole region."""
    family_home: Mapped[bool] = mapped_column(default=False)
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    """In years, both included."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    municipality: Mapped[Municipality | None] = relationship()
    capacities: Mapped[list[Capacity]] = relationship(order_by="Capacity.id")

    __table_args__ = (
        CheckConstraint("age_from IS NULL OR age_to IS NULL OR age_from <= age_to", name="ages_in_order"),
        CheckConstraint("age_from IS NULL OR age_from >= 0", name="age_not_negative"),
    )

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id)


class Capacity(Base):
    """How many places a location has for one product, or for a whole category where products share them."""

    __tablename__ = "location_capacity"

    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    places: Mapped[int]

    category: Mapped[Category | None] = relationship()
    product: Mapped[Product | None] = relationship()

    __table_args__ = (
        CheckConstraint("(category_id IS NULL) <> (product_id IS NULL)", name="capacity_of_one_thing"),
        CheckConstraint("places > 0", name="places_positive"),
        UniqueConstraint("location_id", "category_id"),
        UniqueConstraint("location_id", "product_id"),
    )


class ServedMunicipality(Base):
    """The provider says for which municipalities' children it is there."""

    __tablename__ = "served_municipality"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))

    __table_args__ = (UniqueConstraint("organisation_id", "municipality_id"),)


class AgbCode(Base):
    """A code of Vektis' register, of the organisation as a whole or of one location. Messages about care carry it."""

    __tablename__ = "agb_code"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    code: Mapped[str] = mapped_column(String(8))
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    location: Mapped[Location | None] = relationship()

    __table_args__ = (
        CheckConstraint("length(code) = 8", name="agb_code_has_eight_digits"),
        Index(
            "uq_agb_code_current", "code", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id)
