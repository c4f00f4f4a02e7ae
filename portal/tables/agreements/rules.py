"""When there is consensus, when there is not, and what the colleges' decisions add up to."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.i18n import mark
from portal.meetings.models import Attendance, SeatKind
from portal.tables.agreements.models import Agreement, AgreementState, MediationOutcome, Stance, Vote
from portal.tables.kpis.models import Kpi
from portal.tables.kpis.rules import reasons_against_target

STANCE_LABELS = {
    Stance.CONSENT: ("ok", mark("Stemt in")),
    Stance.RESERVATION: ("let-op", mark("Voorbehoud")),
    Stance.OBJECTION: ("fout", mark("Bezwaar")),
}

STATE_LABELS = {
    AgreementState.PROPOSED: ("idle", mark("Voorgesteld")),
    AgreementState.DISCUSSED: ("bezig", mark("Consensus zoeken")),
    AgreementState.CONSENSUS: ("ok", mark("Consensus")),
    AgreementState.MEDIATION: ("let-op", mark("In bemiddeling")),
    AgreementState.MEDIATION_FAILED: ("fout", mark("Bemiddeling niet geslaagd")),
    AgreementState.RULING_REQUESTED: ("let-op", mark("Uitspraak gevraagd")),
    AgreementState.RULED: ("ok", mark("Vastgesteld door de gemeenten")),
    AgreementState.NOT_ADOPTED: ("fout", mark("Niet vastgesteld")),
}

VOTE_LABELS = {Vote.FOR: ("ok", mark("Voor")), Vote.AGAINST: ("fout", mark("Tegen"))}

OUTCOME_LABELS = {
    MediationOutcome.CONSENSUS: mark("Bemiddeling heeft tot consensus geleid."),
    MediationOutcome.FAILED: mark("Bemiddeling heeft niet tot consensus geleid."),
}

RULE_LABELS = {
    "unanimous": mark("Unaniem: alleen als alle gemeenten vóór stemmen."),
    "majority": mark("Meerderheid: alleen als meer dan de helft van de gemeenten vóór stemt."),
}

RULE_CONSEQUENCE = {
    "unanimous": mark(
        "Is één college tegen, dan wordt de afspraak niet vastgesteld. De tafel kan een ander voorstel doen."
    ),
    "majority": mark(
        "Is de helft van de colleges of meer tegen, dan wordt de afspraak niet vastgesteld."
        " De tafel kan een ander voorstel doen."
    ),
}

CONSENSUS_MEANING = mark(
    "Consensus: niemand maakt bezwaar. Een voorbehoud wordt genoteerd en houdt de afspraak niet tegen."
)

MEDIATION_WEEKS = 4
"""Where the region has set no time box of its own."""

WRITABLE = frozenset({AgreementState.PROPOSED, AgreementState.DISCUSSED, AgreementState.MEDIATION})


STANDS = frozenset({AgreementState.CONSENSUS, AgreementState.RULED})
OVER = STANDS | {AgreementState.NOT_ADOPTED}


@dataclass(frozen=True)
class Target:
    """The target that an agreement sets once it stands."""

    kpi: Kpi
    value: Decimal
    on: date


def reasons_not_to_aim(target: Target | None, region_id: int, today: date) -> Iterator[str]:
    if target is None:
        return
    yield from reasons_against_target(target.value, target.on, today)
    if target.kpi.region_id != region_id:
        yield "kpi_of_another_region"


def meaning(agreement: Agreement) -> tuple[object, ...]:
    """What a position is taken on: when this changes, older positions no longer count. A title is only a name."""
    aim = (agreement.kpi_id, agreement.kpi_value, agreement.kpi_date)
    return (agreement.text, agreement.obligation_type, *aim)


@dataclass(frozen=True)
class SeatStand:
    """Where one seat stands on an agreement."""

    seat_id: int
    label: str
    kind: SeatKind
    who: str
    attendance: Attendance
    stance: Stance | None = None
    reason: str = ""
    on_older_text: bool = False
    taken_at: datetime | None = None

    @property
    def present(self) -> bool:
        return self.attendance is Attendance.PRESENT


@dataclass(frozen=True)
class Counts:
    consent: int
    reservation: int
    objection: int
    open: int


def counts(stands: Iterable[SeatStand]) -> Counts:
    said = [stand.stance for stand in stands]
    return Counts(*(said.count(stance) for stance in (Stance.CONSENT, Stance.RESERVATION, Stance.OBJECTION, None)))


def reasons_not_to_change(agreement: Agreement) -> Iterator[str]:
    if agreement.state not in WRITABLE:
        yield "agreement_is_settled"


def reasons_against_position(stance: Stance, reason: str) -> Iterator[str]:
    """Who does not consent says why: without a reason nobody can look for what does work."""
    if stance is not Stance.CONSENT and not reason.strip():
        yield "position_needs_reason"
    if len(reason) > 1000:
        yield "reason_too_long"


def reasons_against_consensus(stands: Sequence[SeatStand]) -> Iterator[str]:
    """Nobody objects, and every seat that was there has spoken on this very text. Reservations are noted and do not block."""
    if objecting := [s.label for s in stands if s.stance is Stance.OBJECTION]:
        yield "there_is_an_objection:" + ", ".join(objecting)
    if not any(stand.present for stand in stands):
        yield "attendance_is_not_recorded"
    if silent := [s.label for s in stands if s.present and s.stance is None]:
        yield "present_seat_without_position:" + ", ".join(silent)
    if older := [s.label for s in stands if s.stance is not None and s.on_older_text]:
        yield "position_on_an_older_text:" + ", ".join(older)


def reasons_not_to_mediate(stands: Sequence[SeatStand]) -> Iterator[str]:
    if not any(stand.stance is Stance.OBJECTION for stand in stands):
        yield "nothing_to_mediate"


def tally(votes: Iterable[Vote]) -> tuple[int, int]:
    """(for, against)"""
    cast = list(votes)
    return cast.count(Vote.FOR), cast.count(Vote.AGAINST)


class Outcome(enum.Enum):
    OPEN = "open"
    FOR = "for"
    AGAINST = "against"


def outcome(rule: str, members: Iterable[int], votes: Mapping[int, Vote]) -> Outcome:
    """What the decisions so far amount to: one vote per municipality that is a member; a missing vote keeps it open.

    Unanimous: one vote against is enough to reject. Majority: more than half of all members, so a tie rejects.
    Raises ValueError on a rule that is neither.
    """
    if rule not in RULE_LABELS:
        raise ValueError(rule)
    voters = set(members)
    if not voters or voters - votes.keys():
        return Outcome.OPEN
    in_favour = sum(votes[municipality] is Vote.FOR for municipality in voters)
    needed = len(voters) if rule == "unanimous" else len(voters) // 2 + 1
    return Outcome.FOR if in_favour >= needed else Outcome.AGAINST


def reasons_against_decision(
    *,
    decided_on: date,
    requested_on: date,
    today: date,
    number: str,
    member: bool,
    mandated: bool,
    decided: bool,
    unexplained: bool,
) -> Iterator[str]:
    """The college decides (art. 160 Gemeentewet); who records it holds a mandate or proxy of that municipality."""
    if decided_on > today:
        yield "decision_in_the_future"
    if decided_on < requested_on:
        yield "decision_before_the_question"
    if not number.strip():
        yield "decision_without_number"
    if not member:
        yield "municipality_not_a_member"
    elif not mandated:
        yield "no_mandate_to_rule"
    if decided:
        yield "municipality_has_decided"
    if unexplained:
        yield "vote_against_needs_reason"


def on_older_text(recorded_at: datetime, text_changed_at: datetime) -> bool:
    return recorded_at < text_changed_at


def mail_facts(agreement: Agreement, region_name: str) -> dict[str, str]:
    """What a mail about an agreement says at least."""
    return {
        "code": agreement.code,
        "title": agreement.title,
        "table": agreement.table.name,
        "region_name": region_name,
        "link": f"/ontwikkeltafels/{agreement.table_id}/afspraken/{agreement.id}",
    }
