"""How the region steers: goals, KPIs, access, supplier management, governance, reporting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.regions.blueprints.identity import Coded, Text
from portal.regions.blueprints.vocabulary import (
    Comparator,
    DecisionRule,
    DecisionSubject,
    Direction,
    MeasureUnit,
    ObligationType,
    Referrer,
    SeatGroup,
    SupplierAction,
    TargetStatus,
)


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Something the partners want. No segment means that it crosses segments."""

    code: str
    statement: Text
    source: str
    core_value: str | None = None
    segments: tuple[str, ...] = ()
    obligation_type: ObligationType | None = None
    by_year: int | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """A measure of a goal. A target that is not set, or a baseline that is not known, is absent and never zero."""

    code: str
    name: Text
    metric: Text
    unit: MeasureUnit
    target_status: TargetStatus
    source: str
    goal: str | None = None
    segments: tuple[str, ...] = ()
    obligation_type: ObligationType | None = None
    wanted: Direction | None = None
    comparator: Comparator | None = None
    target_value: Decimal | None = None
    target_approx: bool = False
    target_date: date | None = None
    period: Text | None = None
    baseline_year: int | None = None
    baseline_value: Decimal | None = None
    measured_by: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class NormFramework:
    source: str
    maximised_dimensions: tuple[Text, ...] = ()
    deviation_authority: Text | None = None
    deviation_grounds: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Access:
    source: str
    referrers: tuple[Referrer, ...] = ()
    who_sets_profile: Text | None = None
    who_extends: Text | None = None
    central_intake_segments: tuple[str, ...] = ()
    account_holder_per_provider: bool | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class LadderStep:
    """A rung of the escalation ladder. Steps with the same number are alternatives."""

    code: str
    step: int
    action: SupplierAction
    name: Text
    by: Text | None = None


@dataclass(frozen=True, kw_only=True)
class SupplierManagement:
    source: str
    by: Text | None = None
    escalation_ladder: tuple[LadderStep, ...] = ()
    tiers: tuple[Coded, ...] = ()
    public_scores: bool | None = None
    signals: tuple[Coded, ...] = ()
    indicators: tuple[Coded, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decides what under which rule; no rule means that the sources do not say."""

    subject: DecisionSubject
    decider: Text
    source: str
    rule: DecisionRule | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Seat:
    group: SeatGroup
    name: Text
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    code: str
    name: Text
    source: str
    label: Text | None = None
    segments: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    seats: tuple[Seat, ...] = ()
    purpose: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Mediation:
    by: Text
    confidential: bool
    source: str
    time_box_weeks: int | None = None


@dataclass(frozen=True, kw_only=True)
class FinalRuling:
    """Each college decides; the rule says how their decisions make one ruling."""

    by: Text
    source: str
    rule: DecisionRule | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Governance:
    source: str
    decisions: tuple[Decision, ...] = ()
    tables: tuple[Table, ...] = ()
    mediation: Mediation | None = None
    final_ruling: FinalRuling | None = None

    def decision(self, subject: DecisionSubject) -> Decision:
        """Raises KeyError when the blueprint says nothing about the subject."""
        return {item.subject: item for item in self.decisions}[subject]


@dataclass(frozen=True, kw_only=True)
class Reporting:
    source: str
    progress_per_year: int | None = None
    evaluation_per_year: int | None = None
    recipients: tuple[Text, ...] = ()
    indicators: tuple[Coded, ...] = ()
