"""KPIs: an unknown target or baseline is valid and is never zero."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Scope
from portal.db import Base, Versioned, choice


class TargetStatus(enum.Enum):
    SET = "set"
    TBD_AT_TABLE = "tbd_at_table"
    NO_NUMBER = "no_number"


class ObligationType(enum.Enum):
    POLICY_GOAL = "beleidsdoel"
    EFFORT = "inspanningsverplichting"
    RESULT = "resultaatafspraak"


class Kpi(Versioned, Base):
    """The definition; its targets are versions that are never overwritten."""

    __tablename__ = "kpi"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name_nl: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    category_code: Mapped[str] = mapped_column(String(20), default="")
    """Empty for a KPI across all categories; several with a comma between them."""
    metric_nl: Mapped[str] = mapped_column(String(300), default="")
    metric_en: Mapped[str] = mapped_column(String(300), default="")
    measured_by: Mapped[str] = mapped_column(String(200), default="")
    wanted: Mapped[str] = mapped_column(String(20), default="")
    """grow, shrink or stable: which way is better."""
    note_nl: Mapped[str] = mapped_column(String(500), default="")
    note_en: Mapped[str] = mapped_column(String(500), default="")
    source_title: Mapped[str] = mapped_column(String(300), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    comparator: Mapped[str] = mapped_column(String(20), default="")
    baseline_year: Mapped[int | None]
    baseline_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    source: Mapped[str] = mapped_column(String(60), default="")

    targets: Mapped[list[KpiTarget]] = relationship(back_populates="kpi", order_by="KpiTarget.number")

    __table_args__ = (UniqueConstraint("region_id", "code"),)

    @property
    def target(self) -> KpiTarget:
        return self.targets[-1]

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id)


class KpiTarget(Base):
    __tablename__ = "kpi_target"

    kpi_id: Mapped[int] = mapped_column(ForeignKey("kpi.id"), index=True)
    number: Mapped[int]
    status: Mapped[TargetStatus] = mapped_column(choice(TargetStatus))
    value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    approximate: Mapped[bool] = mapped_column(default=False)
    target_date: Mapped[date | None]
    obligation_type: Mapped[ObligationType | None] = mapped_column(choice(ObligationType))
    """None where the region has not said what the target binds to."""
    agreement_id: Mapped[int | None]
    """The table agreement that set it; agreements stand to the right, so this is a bare id."""
    set_on: Mapped[date]

    kpi: Mapped[Kpi] = relationship(back_populates="targets")

    __table_args__ = (
        UniqueConstraint("kpi_id", "number"),
        # an unknown target is not a zero
        CheckConstraint("(status = 'set') = (value IS NOT NULL)", name="a_number_only_when_set"),
    )
