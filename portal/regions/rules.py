"""When a line of the mandate register holds, and what units are called."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portal.i18n import mark
from portal.regions.blueprints.vocabulary import Unit
from portal.regions.models import Mandate, Power

POWER_LABELS = {
    Power.DECIDE_ADMISSION: mark("Besluiten over toelating"),
    Power.SIGN_CONTRACT: mark("Overeenkomsten tekenen"),
    Power.RULE_ON_AGREEMENT: mark("Besluiten na mislukte bemiddeling"),
}

UNIT_LABELS = {
    Unit.MINUTE: mark("per minuut"),
    Unit.HOUR: mark("per uur"),
    Unit.HALF_DAY: mark("per dagdeel"),
    Unit.DAY: mark("per dag"),
    Unit.NIGHT_AND_DAY: mark("per etmaal"),
    Unit.MONTH: mark("per maand"),
    Unit.TRAJECTORY: mark("per traject"),
    Unit.YEAR: mark("per jaar"),
}

COMPONENT_LABELS = {
    "staff_client_bound": ("Personeel, cliëntgebonden", "Staff, client-bound"),
    "staff_not_client_bound": ("Personeel, niet cliëntgebonden", "Staff, not client-bound"),
    "non_staff_client_bound": ("Overige kosten, cliëntgebonden", "Other costs, client-bound"),
    "overhead": ("Overhead", "Overhead"),
    "indexation": ("Indexering", "Indexation"),
}
"""The build-up that the real-price rules ask for, in the two languages of a tariff sheet."""


def holds_on(mandate: Mandate, day: date) -> bool:
    return mandate.valid_from <= day and (mandate.valid_until is None or day <= mandate.valid_until)


def reasons_not_to_add_mandate(
    *,
    is_member: bool,
    is_delegate: bool,
    max_amount: Decimal | None,
    valid_from: date,
    valid_until: date | None,
    decision_date: date,
    decision_number: str,
    today: date,
) -> list[str]:
    """Why this line cannot stand in the register (art. 160 and 171 Gemeentewet: the college decides, then somebody signs)."""
    reasons = []
    if not is_member:
        reasons.append("municipality_not_member")
    if not is_delegate:
        reasons.append("holder_not_delegate")
    if not decision_number.strip():
        reasons.append("decision_number_missing")
    if decision_date > today:
        reasons.append("decision_in_future")
    if decision_date > valid_from:
        reasons.append("mandate_before_decision")
    if valid_until is not None and valid_until < valid_from:
        reasons.append("mandate_ends_before_start")
    if max_amount is not None and max_amount <= 0:
        reasons.append("amount_not_positive")
    return reasons


def reasons_not_to_end_mandate(mandate: Mandate, last_day: date, today: date) -> list[str]:
    """What was decided under it stays decided, so the last day is never before today."""
    if not holds_on(mandate, today) and mandate.valid_from <= today:
        return ["mandate_already_ended"]
    return ["last_day_passed"] if last_day < today else []
