"""What binds whom and when: contract, terms, yearly obligations, procedure templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from portal.regions.blueprints.identity import Text
from portal.regions.blueprints.vocabulary import (
    Condition,
    MarginAction,
    MarginBasis,
    ObligationKind,
    ObligationType,
    OverdueAction,
    ProcedureType,
    Sealing,
    TermStart,
    TermType,
    WorkdayShift,
)


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A part of the contract from `starts` up to and including `ends`."""

    code: str
    name: Text
    starts: date
    ends: date
    source: str
    content: Text | None = None
    begins_when: Text | None = None
    """What must have happened before the phase begins, as the end of "begins only when"; absent: it begins by itself."""
    obligation_type: ObligationType | None = None
    obligation_source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Extension:
    """`count` times `years` years more, when the condition holds."""

    count: int
    years: int
    source: str
    starts: date | None = None
    ends: date | None = None
    condition: Text | None = None
    """What the contract says."""
    note: Text | None = None
    """What the sources leave open: for who works with the model, never in a contract."""


@dataclass(frozen=True, kw_only=True)
class MarginCap:
    """What happens to the part of the result above `pct` of the basis says `action`. Without `pct` no surplus is computed."""

    basis: MarginBasis
    owner_pay_apart: bool
    action: MarginAction
    look_back_years: int
    source: str
    illustrative: bool
    pct: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The framework agreement. What a region does not say stays absent."""

    source: str
    start: date | None = None
    base_years: int | None = None
    max_years: int | None = None
    preparation: Phase | None = None
    phases: tuple[Phase, ...] = ()
    extensions: tuple[Extension, ...] = ()
    interim_admission: bool | None = None
    margin_cap: MarginCap | None = None
    material_event_working_days: int | None = None
    conditions: tuple[Text, ...] = ()
    """What every provider accepts with the contract."""
    policy: tuple[Text, ...] = ()
    """What the region promises to others than the parties; no contract says it."""
    wording_adopted: bool = False
    """The region has made the text of the contract its own; until then it is an example that nobody signs."""

    def phase(self, code: str) -> Phase:
        """Raises KeyError when there is no such phase."""
        return {phase.code: phase for phase in self.phases}[code]

    def phase_on(self, day: date) -> Phase | None:
        return next((phase for phase in self.phases if phase.starts <= day <= phase.ends), None)

    @property
    def ends(self) -> date | None:
        """The last day of the last phase, without extensions."""
        return self.phases[-1].ends if self.phases else None


@dataclass(frozen=True, kw_only=True)
class ObjectionTerm:
    type: TermType
    days: int
    starts: TermStart
    legal_basis: Text
    source: str


@dataclass(frozen=True, kw_only=True)
class OverdueStep:
    days: int
    actions: tuple[OverdueAction, ...]


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """Something due every year. `day` is the last day on which it is on time; it is about year + about_year_offset."""

    code: str
    kind: ObligationKind
    name: Text
    month: int
    day: int
    about_year_offset: int
    reminders: tuple[int, ...]
    overdue: tuple[OverdueStep, ...]
    legal: bool
    confirmed: bool
    source: str
    shift: WorkdayShift = WorkdayShift.NONE
    condition: Condition = Condition.ALWAYS
    deadline_text: Text | None = None
    explanation: Text | None = None
    legal_basis: str | None = None

    def due_on(self, about_year: int) -> date:
        """The due date of what is about that year, before any shift to a working day."""
        return date(about_year - self.about_year_offset, self.month, self.day)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Suggested distances in calendar days, and the hour of closing in Dutch time."""

    questions_close_after_days: int
    last_note_days_before_closing: int
    closing_after_days: int
    closing_time: time
    decision_days_after_closing: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The public announcement beside the portal. The codes are a suggestion that the officer may change."""

    required: bool
    subtype: str | None = None
    procedure_code: str | None = None
    cpv: tuple[str, ...] = ()
    source: str


@dataclass(frozen=True, kw_only=True)
class ProcedureTemplate:
    """What starting a procedure from the blueprint copies, besides the criteria and tariffs of its products."""

    code: str
    name: Text
    type: ProcedureType
    products: tuple[str, ...]
    schedule: Schedule
    objection: ObjectionTerm
    sealing: Sealing
    openers: int
    correction_working_days: int
    contract_before_objection_ends: bool
    source: str
    illustrative: bool
    summary: Text | None = None
    notice: Notice | None = None
