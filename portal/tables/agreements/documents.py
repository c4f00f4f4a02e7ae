"""What the minutes of a round say about its agreements, and the document itself."""

from __future__ import annotations

from collections.abc import Sequence

from portal.i18n import date_short, gettext
from portal.meetings.documents import AgreementFacts, PositionFacts
from portal.tables.agreements.models import Agreement, AgreementState, CollegeDecision, Ruling, Stance
from portal.tables.agreements.rules import (
    CONSENSUS_MEANING,
    OUTCOME_LABELS,
    STANCE_LABELS,
    STATE_LABELS,
    VOTE_LABELS,
    SeatStand,
    tally,
)
from portal.tables.kpis.rules import OBLIGATION_LABELS, name_of, value_words


def agreement_facts(agreement: Agreement, stands: Sequence[SeatStand]) -> AgreementFacts:
    """The agreement with each seat's position; of a mediation its outcome and nothing else."""
    _ = gettext("nl")
    spoken = any(stand.stance for stand in stands)
    return AgreementFacts(
        code=agreement.code,
        title=agreement.title,
        text=agreement.text,
        kind=_(OBLIGATION_LABELS[agreement.obligation_type]),
        state=_(STATE_LABELS[agreement.state][1]),
        positions=[_position(stand) for stand in stands] if spoken else [],
        notes=_notes(agreement, stands),
        afterwards=_afterwards(agreement),
    )


def _position(stand: SeatStand) -> PositionFacts:
    _ = gettext("nl")
    words = _(STANCE_LABELS[stand.stance][1]) if stand.stance else _("Open")
    return PositionFacts(stand.label, words, stand.reason, date_short(stand.taken_at) if stand.taken_at else "")


def _notes(agreement: Agreement, stands: Sequence[SeatStand]) -> list[str]:
    _ = gettext("nl")
    notes = []
    if agreement.kpi is not None and agreement.kpi_value is not None:
        target = value_words(agreement.kpi, agreement.kpi_value)
        name, day = name_of(agreement.kpi), date_short(agreement.kpi_date)
        notes.append(_("Streefwaarde bij “%(kpi)s”: %(target)s op %(day)s.", kpi=name, target=target, day=day))
    if agreement.state is AgreementState.CONSENSUS and any(s.stance is Stance.RESERVATION for s in stands):
        notes.append(_(CONSENSUS_MEANING))
    return notes


def _afterwards(agreement: Agreement) -> list[str]:
    _ = gettext("nl")
    said = []
    mediation, ruling = agreement.mediation, agreement.ruling
    if mediation is not None and mediation.outcome is not None and mediation.closed_at is not None:
        said.append(f"{date_short(mediation.closed_at)}: {_(OUTCOME_LABELS[mediation.outcome])}")
    if ruling is not None:
        day = date_short(ruling.requested_at)
        said.append(_("%(day)s: de voorzitter vroeg de colleges: “%(question)s”", day=day, question=ruling.question))
        said += _decisions(ruling)
    return said


def _decisions(ruling: Ruling) -> list[str]:
    """What each college decided, once all have: before that nobody votes with an eye on the others."""
    _ = gettext("nl")
    if ruling.settled_at is None:
        return [_("De colleges hebben nog geen uitspraak gedaan. Wie hoe stemde, staat hier na de uitspraak.")]
    in_favour, against = tally(decision.vote for decision in ruling.decisions)
    said = _(
        "%(day)s: uitspraak van de gemeenten, %(votes)s voor en %(against)s tegen.",
        day=date_short(ruling.settled_at),
        votes=in_favour,
        against=against,
    )
    return [said, *(_decision(decision) for decision in ruling.decisions)]


def _decision(decision: CollegeDecision) -> str:
    _ = gettext("nl")
    return _(
        "College van %(municipality)s: %(vote)s, besluit %(number)s van %(day)s.",
        municipality=decision.municipality.name,
        vote=_(VOTE_LABELS[decision.vote][1]).lower(),
        number=decision.decision_number,
        day=date_short(decision.decided_on),
    )
