"""What is computed from a declaration, and what is wrong with one. Amounts in EUR, shares in percent."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.accounts.models import LegalForm
from portal.compliance.obligations.models import CheckOutcome, Obligation
from portal.regions.blueprints.vocabulary import MarginBasis

from .models import Declaration, ProfitMarginDeclaration, WntBasis

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
LOWEST_FACTOR = Decimal("0.025")
"""Part-time factors run from 0.025 to 1 (domain 3.9)."""
LARGEST_RATIO = 1000
"""A result of more than so many times the turnover is a typing error."""


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


# --- profit margin -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MarginFigures:
    """What a provider declares over a financial year."""

    turnover: Decimal
    result: Decimal
    """After tax; negative for a loss."""
    owner_pay: Decimal
    """The owner's own pay that is still in the result."""
    region_share: Decimal
    """Percent of turnover that comes from this region."""


@dataclass(frozen=True)
class Margin:
    """The margin and, only where the contract has a cap, what lies above it."""

    result: Decimal
    """EUR, after the owner's own pay is taken apart."""
    margin: Decimal
    """Percent of turnover."""
    counted_turnover: Decimal
    """EUR: the turnover that the contract's basis counts, that of the region or all of it."""
    counted_result: Decimal
    threshold: Decimal | None
    surplus: Decimal | None
    """EUR above the cap; None without a cap, zero or more with one."""


def margin(figures: MarginFigures, *, cap: Decimal | None, basis: str) -> Margin:
    """The profit margin on the contract's basis.

    The result of a sole trader or partnership holds the owner's own pay: it is taken apart before judging (domain
    3.12). Without a cap there is no threshold and no surplus. Raises ValueError when turnover is not positive.
    """
    if figures.turnover <= 0:
        raise ValueError("turnover_positive")
    result = figures.result - figures.owner_pay
    share = Decimal(1) if basis == MarginBasis.TOTAL_REVENUE else figures.region_share / HUNDRED
    counted_turnover, counted_result = cents(figures.turnover * share), cents(result * share)
    threshold = surplus = None
    if cap is not None:
        threshold = cents(counted_turnover * cap / HUNDRED)
        surplus = max(Decimal(0), counted_result - threshold)
    percent = cents(result / figures.turnover * HUNDRED)
    return Margin(result, percent, counted_turnover, counted_result, threshold, surplus)


def margin_of(filed: ProfitMarginDeclaration) -> Margin:
    """The same figures again for the page, on the basis and cap of the day of filing."""
    figures = MarginFigures(filed.turnover, filed.result, filed.owner_pay, filed.region_share)
    return margin(figures, cap=filed.cap, basis=filed.basis)


def reasons_not_to_file_margin(
    figures: MarginFigures, *, cap: Decimal | None, basis: str, explanation: str
) -> list[str]:
    """Codes of what must be mended before a profit-margin declaration counts."""
    reasons = []
    if figures.turnover <= 0:
        reasons.append("turnover_positive")
    elif abs(figures.result) + abs(figures.owner_pay) > figures.turnover * LARGEST_RATIO:
        reasons.append("result_unlikely")
    if figures.owner_pay < 0:
        reasons.append("owner_pay_not_negative")
    if not 0 <= figures.region_share <= HUNDRED:
        reasons.append("share_between_0_and_100")
    if not reasons and margin(figures, cap=cap, basis=basis).surplus and not explanation.strip():
        reasons.append("surplus_needs_explanation")
    return reasons


# --- WNT ---------------------------------------------------------------------------------------------------------


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
    *, basis: WntBasis, wnt_class: str, officials: Sequence[OfficialFacts], about_year: int, remark: str
) -> list[str]:
    """Codes of what must be mended before a WNT declaration counts; those about a person end in ":" and their place."""
    if basis is WntBasis.NOT_APPLICABLE:
        return [] if remark.strip() else ["wnt_not_applicable_needs_reason"]
    reasons = [] if wnt_class else ["wnt_class_missing"]
    if not officials:
        reasons.append("wnt_official_missing")
    for place, official in enumerate(officials, 1):
        reasons += [f"{code}:{place}" for code in _reasons_against(official, about_year)]
    return reasons


def _reasons_against(official: OfficialFacts, about_year: int) -> list[str]:
    reasons = []
    if not official.name.strip() or not official.function.strip():
        reasons.append("wnt_official_incomplete")
    if not LOWEST_FACTOR <= official.part_time_factor <= 1:
        reasons.append("factor_out_of_range")
    if official.ends_on < official.starts_on or {official.starts_on.year, official.ends_on.year} != {about_year}:
        reasons.append("period_inside_one_year")
    if official.pay < 0:
        reasons.append("pay_not_negative")
    return reasons


# --- the check ---------------------------------------------------------------------------------------------------

SURPLUS, EXCESS, OTHER_CLASS = "surplus", "excess", "other_class"
OUTCOMES = tuple(outcome.value for outcome in CheckOutcome)


def worries(filing: Declaration, table_class: str | None) -> list[str]:
    """Codes of what a declaration shows that asks for a word: `table_class` is what the year's table says of its points."""
    margin, wnt, found = filing.profit_margin, filing.wnt, []
    if margin is not None and margin.surplus:
        found.append(SURPLUS)
    if wnt is not None:
        if any(official.excess for official in wnt.officials):
            found.append(EXCESS)
        if table_class is not None and wnt.wnt_class and table_class != wnt.wnt_class:
            found.append(OTHER_CLASS)
    return found


def reasons_not_to_check(worries: Sequence[str], *, outcome: str, reason: str) -> list[str]:
    """An amount above the threshold is not passed over: what follows from it, and why, is kept (domain 3.12)."""
    reasons = []
    if outcome not in (OUTCOMES if SURPLUS in worries else ("",)):
        reasons.append("check_needs_outcome")
    if worries and not reason.strip():
        reasons.append("check_needs_reason")
    return reasons


# --- evaluation --------------------------------------------------------------------------------------------------


def reasons_not_to_file_evaluation(answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """`answers` are {code, question, answer}; a reason about one of them ends in ":" and its code."""
    if not answers:
        return ["evaluation_answer_missing"]
    return [f"evaluation_answer_missing:{a['code']}" for a in answers if not str(a["answer"]).strip()]


# --- what a form begins with -------------------------------------------------------------------------------------


def whole_year(year: int) -> dict[str, Any]:
    """A top official who held the function all year in full time."""
    return {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31), "part_time_factor": Decimal(1)}


def likely(item: Obligation) -> dict[str, Any]:
    """Only sole traders and partnerships have an owner whose pay is part of the result."""
    has_owner = item.organisation.legal_form in (LegalForm.SOLE_TRADER, LegalForm.PARTNERSHIP)
    return {"officials": [whole_year(item.about_year)] * 2} | ({} if has_owner else {"owner_pay": Decimal(0)})


MARGIN_FACTS = ("turnover", "result", "owner_pay", "region_share", "explanation")
OFFICIAL_FACTS = ("name", "function", "starts_on", "ends_on", "part_time_factor", "pay")


def filed_before(item: Obligation, last: Declaration) -> dict[str, Any]:
    """The earlier answers, so that a correction changes only what is asked."""
    said: dict[str, Any] = {"remark": last.remark}
    if (margin := last.profit_margin) is not None:
        said |= {name: getattr(margin, name) for name in MARGIN_FACTS}
    if (wnt := last.wnt) is not None:
        people = [{name: getattr(person, name) for name in OFFICIAL_FACTS} for person in wnt.officials]
        people += [whole_year(item.about_year)] * (2 - len(people))
        said |= {"basis": wnt.basis.value, "wnt_class": wnt.wnt_class, "points": wnt.points, "officials": people}
    if last.evaluation is not None:
        said |= {answer["code"]: answer["answer"] for answer in last.evaluation.answers}
    return said
