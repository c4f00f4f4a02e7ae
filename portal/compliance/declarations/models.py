"""What providers declare: the yearly evaluation, the profit margin, the top incomes (WNT)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.compliance.obligations.models import Obligation
from portal.db import Base, choice


class Declaration(Base):
    """One filing under an obligation. A correction after a question is a new filing; the old one stays."""

    __tablename__ = "declaration"

    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    number: Mapped[int]
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    filed_at: Mapped[datetime]
    remark: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    question: Mapped[str] = mapped_column(Text, default="")
    """What the contract manager asked about this filing; the answer is the next one."""
    asked_at: Mapped[datetime | None]

    obligation: Mapped[Obligation] = relationship()
    profit_margin: Mapped[ProfitMarginDeclaration | None] = relationship(back_populates="declaration")
    wnt: Mapped[WntDeclaration | None] = relationship(back_populates="declaration")
    evaluation: Mapped[EvaluationDeclaration | None] = relationship(back_populates="declaration")

    __table_args__ = (UniqueConstraint("obligation_id", "number"),)


class ProfitMarginDeclaration(Base):
    """Amounts in EUR over the financial year. What was computed is kept as it was computed then."""

    __tablename__ = "profit_margin_declaration"

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), unique=True)
    turnover: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    result: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    """Result after tax; negative for a loss."""
    owner_pay: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    """The owner's own pay that is still in the result (sole traders and partnerships); taken apart before judging."""
    region_share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    """Percent of turnover that comes from this region."""
    explanation: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(40))
    cap: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    margin: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    """Percent."""
    surplus: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """EUR above the cap; empty when the contract has no cap."""

    declaration: Mapped[Declaration] = relationship(back_populates="profit_margin")

    __table_args__ = (
        CheckConstraint("turnover > 0", name="turnover_positive"),
        CheckConstraint("surplus IS NULL OR cap IS NOT NULL", name="no_surplus_without_a_cap"),
    )


class WntBasis(enum.Enum):
    STATUTORY = "statutory"
    CONTRACTUAL = "contractual"
    NOT_APPLICABLE = "not_applicable"


class WntDeclaration(Base):
    __tablename__ = "wnt_declaration"

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), unique=True)
    basis: Mapped[WntBasis] = mapped_column(choice(WntBasis))
    wnt_class: Mapped[str] = mapped_column(String(20), default="")
    points: Mapped[int | None]
    class_maximum: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    """EUR for a full year in full time, as the reference data said on the day of filing; empty when unknown."""
    class_maximum_source: Mapped[str] = mapped_column(String(200), default="")
    class_maximum_confirmed: Mapped[bool] = mapped_column(default=False)

    declaration: Mapped[Declaration] = relationship(back_populates="wnt")
    officials: Mapped[list[TopOfficial]] = relationship(order_by="TopOfficial.id")

    __table_args__ = (
        CheckConstraint("basis <> 'not_applicable' OR wnt_class = ''", name="no_class_where_the_wnt_does_not_apply"),
    )


class TopOfficial(Base):
    """A top official as the annual accounts name them (function, period, factor, pay); the maximum as computed then."""

    __tablename__ = "top_official"

    wnt_declaration_id: Mapped[int] = mapped_column(ForeignKey("wnt_declaration.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    function: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    part_time_factor: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    pay: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    maximum: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    """Class maximum x factor x calendar days / 365 or 366; empty when the year's amount is not known."""
    excess: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))

    __table_args__ = (
        CheckConstraint("part_time_factor > 0 AND part_time_factor <= 1", name="factor_at_most_one"),
        CheckConstraint("ends_on >= starts_on", name="valid_period"),
    )


class EvaluationDeclaration(Base):
    """The provider's contribution to the yearly evaluation: [{code, question, answer}], no client data."""

    __tablename__ = "evaluation_declaration"

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), unique=True)
    answers: Mapped[list[Any]]

    declaration: Mapped[Declaration] = relationship(back_populates="evaluation")
