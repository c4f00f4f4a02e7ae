"""What a target says, in words and as a verdict. An unknown target is never a zero."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from portal.i18n import either, gettext, mark, number
from portal.tables.kpis.models import Kpi, KpiTarget, ObligationType, TargetStatus

OBLIGATION_LABELS = {
    ObligationType.POLICY_GOAL: mark("Beleidsdoel"),
    ObligationType.EFFORT: mark("Inspanningsverplichting"),
    ObligationType.RESULT: mark("Resultaatafspraak"),
}

OBLIGATION_MEANING = {
    ObligationType.POLICY_GOAL: mark("De regio stuurt hierop. Een aanbieder krijgt er geen maatregel door."),
    ObligationType.EFFORT: mark("Een aanbieder laat zien wat hij ervoor doet."),
    ObligationType.RESULT: mark("Het resultaat zelf is afdwingbaar."),
}

UNITS = {
    "pct": mark("%(value)s%%"),
    "count": mark("%(value)s"),
    "eur": mark("%(value)s euro"),
    "days": mark("%(value)s dagen"),
    "hours": mark("%(value)s uur"),
    "months": mark("%(value)s maanden"),
    "ratio": mark("%(value)s"),
}


IN_UNITS = {
    "pct": mark("in procenten"),
    "count": mark("in aantallen"),
    "eur": mark("in euro"),
    "days": mark("in dagen"),
    "hours": mark("in uren"),
    "months": mark("in maanden"),
    "ratio": mark("als verhouding"),
}

NEW_DAYS = 90
"""So long a target that an agreement set counts as new."""


class Verdict(enum.Enum):
    """What can be said about a KPI today. Without measurements there is no "on course"."""

    UNDECIDED = "undecided"
    NO_NUMBER = "no_number"
    NO_BASELINE = "no_baseline"
    NOT_MEASURED = "not_measured"


def verdict(kpi: Kpi) -> Verdict:
    if kpi.target.status is TargetStatus.TBD_AT_TABLE:
        return Verdict.UNDECIDED
    if kpi.target.status is TargetStatus.NO_NUMBER:
        return Verdict.NO_NUMBER
    return Verdict.NO_BASELINE if kpi.baseline_value is None else Verdict.NOT_MEASURED


def amount_words(unit: str, value: Decimal, locale: str = "nl") -> str:
    """A figure with its unit: "12 maanden", "80%"."""
    pattern = UNITS.get(unit, "%(value)s")
    return gettext(locale)(pattern, value=number(value, locale))


def target_words(kpi: Kpi, target: KpiTarget, locale: str = "nl") -> str:
    """As in "30% minder" or "ten hoogste 12 maanden", or that it is still to be determined; never a zero for an unknown."""
    _ = gettext(locale)
    if target.status is TargetStatus.TBD_AT_TABLE:
        return _("nog te bepalen")
    if target.status is TargetStatus.NO_NUMBER or target.value is None:
        return _("richting, geen getal")
    said = value_words(kpi, target.value, locale)
    return _("ongeveer %(target)s", target=said) if target.approximate else said


def value_words(kpi: Kpi, value: Decimal, locale: str = "nl") -> str:
    """A target value of this KPI, with what it means: a bound or a change."""
    _ = gettext(locale)
    words = amount_words(kpi.unit, abs(value), locale)
    if kpi.comparator == "change" or (kpi.unit == "pct" and value < 0):
        return _("%(amount)s minder", amount=words) if value < 0 else _("%(amount)s meer", amount=words)
    if kpi.comparator == "at_most" or (not kpi.comparator and kpi.wanted == "shrink"):
        return _("ten hoogste %(amount)s", amount=words)
    if kpi.comparator == "at_least" or (not kpi.comparator and kpi.wanted == "grow"):
        return _("ten minste %(amount)s", amount=words)
    return words


def aim_words(kpi: Kpi, locale: str = "nl") -> str:
    """What a number for this KPI means: "ten hoogste, in maanden"; empty where neither is known."""
    _ = gettext(locale)
    unit = _(IN_UNITS[kpi.unit]) if kpi.unit in IN_UNITS else ""
    if kpi.comparator == "change":
        direction = _("zoveel minder (met een min) of meer")
    elif kpi.comparator == "at_most" or (not kpi.comparator and kpi.wanted == "shrink"):
        direction = _("ten hoogste")
    elif kpi.comparator == "at_least" or (not kpi.comparator and kpi.wanted == "grow"):
        direction = _("ten minste")
    else:
        direction = ""
    said = ", ".join(words for words in (direction, unit) if words)
    change = kpi.unit == "pct" and kpi.comparator != "change"
    return _("%(aim)s; met een min ervoor: zoveel minder", aim=said) if change else said


def is_new(target: KpiTarget, today: date) -> bool:
    """Set by an agreement not long ago."""
    return target.agreement_id is not None and (today - target.set_on).days <= NEW_DAYS


def matches(kpi: Kpi, category: str = "", status: str = "") -> bool:
    """Whether a KPI is one of this category and this status; empty asks for nothing."""
    wanted = not category or category in kpi.category_code.split(",")
    return wanted and (not status or kpi.target.status.value == status)


def name_of(kpi: Kpi, locale: str = "nl") -> str:
    return either(kpi.name_nl, kpi.name_en, locale)


def in_words(text: str, names: Mapping[str, str]) -> str:
    """Codes of categories in a name, such as HA, as the words they stand for."""
    for code, name in names.items():
        text = re.sub(rf"\b{re.escape(code)}\b", name[:1].lower() + name[1:], text)
    return text


def reasons_against_target(value: Decimal, target_date: date, today: date) -> Iterator[str]:
    """Against proposing it. Once agreed it stands, also when the ruling took longer than the date."""
    if target_date <= today:
        yield "target_date_in_the_past"
    if abs(value) >= Decimal("1e11"):
        yield "target_too_large"


def path_years(kpi: Kpi) -> list[int]:
    """The years between the baseline and the target; empty where one of both is unknown, because then there is no path."""
    target = kpi.target
    if kpi.baseline_year is None or kpi.baseline_value is None or target.value is None or target.target_date is None:
        return []
    return list(range(kpi.baseline_year, target.target_date.year + 1))
