"""What a well-formed blueprint may still get wrong: references, sums, gaps, contradictions."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.regions.blueprints.checks_of_identity import identity_complaints
from portal.regions.blueprints.checks_of_offer import Complaint, offer_complaints, unknown
from portal.regions.blueprints.schema import SCHEMA_VERSION, Blueprint
from portal.regions.blueprints.steering import Kpi
from portal.regions.blueprints.terms import Contract, Obligation
from portal.regions.blueprints.vocabulary import TargetStatus

FULL = Decimal(100)


def complaints(blueprint: Blueprint) -> Iterator[Complaint]:
    """(key, reason) for everything that contradicts itself or names what does not exist."""
    if blueprint.schema_version != SCHEMA_VERSION:
        yield "schema_version", f"is {blueprint.schema_version}, this portal reads {SCHEMA_VERSION}"
    yield from _doubled_codes(blueprint, "")
    yield from _unknown_sources(blueprint)
    yield from _percentages(blueprint, "")
    yield from _municipalities(blueprint)
    yield from _contract(blueprint.contract)
    yield from offer_complaints(blueprint)
    yield from identity_complaints(blueprint)
    for goal in blueprint.goals:
        yield from unknown(f"goals[{goal.code}].segments", goal.segments, blueprint.segments)
        if goal.core_value is not None:
            yield from unknown(f"goals[{goal.code}].core_value", [goal.core_value], blueprint.core_values)
    for kpi in blueprint.kpis:
        yield from _kpi(blueprint, kpi)
    for obligation in blueprint.obligations:
        yield from _obligation(obligation)
    yield from _steering(blueprint)


def _codes(items: Iterable[Any]) -> set[str]:
    return {item.code for item in items}


def _walk(value: Any, key: str) -> Iterator[tuple[str, str, Any]]:
    """(key, field name, value) of every field below a dataclass."""
    if dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            inner, path = getattr(value, item.name), f"{key}.{item.name}" if key else item.name
            yield path, item.name, inner
            yield from _walk(inner, path)
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _walk(item, f"{key}[{getattr(item, 'code', position)}]")


def _doubled_codes(blueprint: Blueprint, key: str) -> Iterator[Complaint]:
    for path, _, value in _walk(blueprint, key):
        if isinstance(value, tuple) and value and hasattr(value[0], "code"):
            for code, times in Counter(item.code for item in value).items():
                if times > 1:
                    yield path, f"the code '{code}' occurs {times} times; codes are unique"
    for code, times in Counter(product.code for product in blueprint.products).items():
        if times > 1 and not any(code == segment.code for segment in blueprint.segments):
            homes = [s.code for s in blueprint.segments if code in _codes(s.products)]
            if len(homes) > 1:
                yield "segments", f"the product '{code}' occurs in {' and '.join(homes)}; a product has one segment"


def _unknown_sources(blueprint: Blueprint) -> Iterator[Complaint]:
    known = _codes(blueprint.sources)
    for path, name, value in _walk(blueprint, ""):
        if name in ("source", "obligation_source") and isinstance(value, str) and value not in known:
            yield path, f"'{value}' is not in the list of sources; known: {', '.join(sorted(known))}"


def _percentages(blueprint: Blueprint, key: str) -> Iterator[Complaint]:
    for path, name, value in _walk(blueprint, key):
        if (name == "pct" or name.endswith("_pct")) and value is not None and not 0 <= value <= FULL:
            yield path, f"is {value}; a percentage lies between 0 and 100"


def _municipalities(blueprint: Blueprint) -> Iterator[Complaint]:
    members = blueprint.municipalities.members
    for member in members:
        if member.member_from and member.member_until and member.member_until < member.member_from:
            yield f"municipalities.members[{member.code}].member_until", "lies before member_from"
    count, now = blueprint.municipalities.count, len(blueprint.members_on(blueprint.region.valid_from))
    if members and count is not None and count != now:
        reason = f"is {count}, but {now} members are listed on {blueprint.region.valid_from}"
        yield "municipalities.count", reason


def _contract(contract: Contract) -> Iterator[Complaint]:
    if contract.phases and contract.phases[0].starts != contract.start:
        yield f"contract.phases[{contract.phases[0].code}].starts", f"must be the contract's start, {contract.start}"
    expected: date | None = None
    for phase in contract.phases:
        key = f"contract.phases[{phase.code}]"
        if expected is not None and phase.starts != expected:
            yield f"{key}.starts", f"is {phase.starts}, must be {expected}: phases follow without gap or overlap"
        if phase.ends < phase.starts:
            yield f"{key}.ends", "lies before starts"
        expected = phase.ends + timedelta(days=1)
    yield from _contract_years(contract, expected)


def _contract_years(contract: Contract, after_phases: date | None) -> Iterator[Complaint]:
    start, base = contract.start, contract.base_years
    if after_phases and start and base is not None and after_phases != _years_later(start, base):
        yield "contract.base_years", f"is {base}, but the phases run from {start} up to {after_phases}"
    for position, extension in enumerate(contract.extensions):
        key = f"contract.extensions[{position}]"
        if extension.starts and after_phases and extension.starts != after_phases:
            yield f"{key}.starts", f"is {extension.starts}, must be {after_phases}, the day after what came before"
        if extension.starts and extension.ends:
            after_phases = extension.ends + timedelta(days=1)
            if after_phases != _years_later(extension.starts, extension.count * extension.years):
                yield f"{key}.ends", f"is not {extension.count} times {extension.years} years after starts"
    total = sum(item.count * item.years for item in contract.extensions)
    if base is not None and contract.max_years is not None and base + total != contract.max_years:
        yield "contract.max_years", f"is {contract.max_years}, but base and extensions make {base + total}"


def _years_later(day: date, years: int) -> date | None:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # beyond the calendar, or 29 February
        return None


def _kpi(blueprint: Blueprint, kpi: Kpi) -> Iterator[Complaint]:
    key = f"kpis[{kpi.code}]"
    yield from unknown(f"{key}.segments", kpi.segments, blueprint.segments)
    if kpi.goal is not None:
        yield from unknown(f"{key}.goal", [kpi.goal], blueprint.goals)
    if kpi.target_status is TargetStatus.SET:
        if kpi.target_value is None:
            yield f"{key}.target_value", "missing; a target that is set has a value"
        if kpi.comparator is None:
            yield f"{key}.comparator", "missing; a target that is set says how to compare"
    elif kpi.target_value is not None:
        yield f"{key}.target_value", f"must be absent while target_status is {kpi.target_status.value}"
    if kpi.baseline_value is not None and kpi.baseline_year is None:
        yield f"{key}.baseline_year", "missing; a baseline value belongs to a year"


def _obligation(obligation: Obligation) -> Iterator[Complaint]:
    key = f"obligations[{obligation.code}]"
    try:
        date(2023, obligation.month, obligation.day)
    except ValueError:
        yield f"{key}.day", f"{obligation.day}-{obligation.month} is not a day of every year"
    if list(obligation.reminders) != sorted(set(obligation.reminders), reverse=True):
        yield f"{key}.reminders", "must be different days before the due date, the longest first"
    if any(days < 1 for days in obligation.reminders):
        yield f"{key}.reminders", "counts days before the due date, so each is 1 or more"
    days = [step.days for step in obligation.overdue]
    if days != sorted(set(days)) or any(day < 1 for day in days):
        yield f"{key}.overdue", "must be different days after the due date, 1 or more, the shortest first"


def _steering(blueprint: Blueprint) -> Iterator[Complaint]:
    segments, phases = blueprint.segments, blueprint.contract.phases
    for table in blueprint.governance.tables:
        yield from unknown(f"governance.tables[{table.code}].segments", table.segments, segments)
        yield from unknown(f"governance.tables[{table.code}].phases", table.phases, phases)
    subjects = Counter(decision.subject.value for decision in blueprint.governance.decisions)
    for subject, times in subjects.items():
        if times > 1:
            yield "governance.decisions", f"the subject '{subject}' occurs {times} times; each has one rule"
    if blueprint.access:
        yield from unknown("access.central_intake_segments", blueprint.access.central_intake_segments, segments)
    management = blueprint.supplier_management
    steps = [rung.step for rung in management.escalation_ladder] if management else []
    if steps and (steps != sorted(steps) or set(steps) != set(range(1, max(steps) + 1))):
        yield "supplier_management.escalation_ladder", "steps count from 1 upwards without a gap"
