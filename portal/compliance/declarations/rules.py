"""What is computed from a declaration, and what is wrong with one. Amounts in EUR, shares in percent."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .models import WntBasis

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
LOWEST_FACTOR = Decimal("0.025")
"""Part-time factors run from 0.025 to 1 (domain 3.9)."""


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Margin:
    """The margin and, only where the contract has a cap, what lies above it."""

    result: Decimal
    """EUR, after the owner's own pay is taken apart."""
    margin: Decimal
    """Percent of turnover."""
    regional_turnover: Decimal
    regional_result: Decimal
    threshold: Decimal | None
    surplus: Decimal | None
    """EUR from this region above the cap; None without a cap, zero or more with one."""


def margin(
    *, turnover: Decimal, result: Decimal, owner_pay: Decimal, region_share: Decimal, cap: Decimal | None
) -> Margin:
    """The profit margin on the contract's basis.

    The result of a sole trader or partnership holds the owner's own pay: it is taken apart before judging (domain
    3.12). Without a cap there is no threshold and no surplus. Raises ValueError when turnover is not positive.
    """
    if turnover <= 0:
        raise ValueError("turnover_positive")
    own_result = result - owner_pay
    share = region_share / HUNDRED
    regional_turnover, regional_result = cents(turnover * share), cents(own_result * share)
    threshold = surplus = None
    if cap is not None:
        threshold = cents(regional_turnover * cap / HUNDRED)
        surplus = max(Decimal(0), regional_result - threshold)
    return Margin(
        own_result, cents(own_result / turnover * HUNDRED), regional_turnover, regional_result, threshold, surplus
    )


def reasons_not_to_file_margin(
    *, turnover: Decimal, owner_pay: Decimal, region_share: Decimal, explanation: str, surplus: Decimal | None
) -> list[str]:
    """Codes of what must be mended before a profit-margin declaration counts."""
    reasons = []
    if turnover <= 0:
        reasons.append("turnover_positive")
    if owner_pay < 0:
        reasons.append("owner_pay_not_negative")
    if not 0 <= region_share <= HUNDRED:
        reasons.append("share_between_0_and_100")
    if surplus and not explanation.strip():
        reasons.append("surplus_needs_explanation")
    return reasons


def wnt_maximum(class_maximum: Decimal, *, factor: Decimal, starts_on: date, ends_on: date) -> Decimal:
    """The individual maximum: class maximum x part-time factor x calendar days in the function / 365 or 366.

    Both days count. Raises ValueError when the period is not inside one calendar year.
    """
    if ends_on < starts_on or starts_on.year != ends_on.year:
        raise ValueError("period_inside_one_year")
    days = (ends_on - starts_on).days + 1
    year_days = 366 if calendar.isleap(starts_on.year) else 365
    return cents(class_maximum * factor * days / year_days)


def excess(pay: Decimal, maximum: Decimal | None) -> Decimal | None:
    """EUR above the maximum; None while the year's amount is not known."""
    return None if maximum is None else max(Decimal(0), pay - maximum)


@dataclass(frozen=True)
class OfficialFacts:
    """What a provider declares of one top official."""

    name: str
    function: str
    starts_on: date
    ends_on: date
    part_time_factor: Decimal
    pay: Decimal


def reasons_not_to_file_wnt(
    *, basis: WntBasis, wnt_class: str, officials: list[OfficialFacts], about_year: int, remark: str
) -> list[str]:
    """Codes of what must be mended before a WNT declaration counts."""
    if basis is WntBasis.NOT_APPLICABLE:
        return [] if remark.strip() else ["wnt_not_applicable_needs_reason"]
    reasons = [] if wnt_class else ["wnt_class_missing"]
    if not officials:
        reasons.append("wnt_official_missing")
    for official in officials:
        if not LOWEST_FACTOR <= official.part_time_factor <= 1:
            reasons.append("factor_out_of_range")
        if (
            official.ends_on < official.starts_on
            or official.starts_on.year != about_year
            or official.ends_on.year != about_year
        ):
            reasons.append("period_inside_one_year")
        if official.pay < 0:
            reasons.append("pay_not_negative")
    return list(dict.fromkeys(reasons))
