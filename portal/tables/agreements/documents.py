"""What the minutes of a round say about its agreements, and the document itself."""

from __future__ import annotations

from collections.abc import Sequence

from portal.i18n import date_short, gettext
from portal.meetings.documents import AgreementFacts, PositionFacts
from portal.tables.agreements.models import Agreement, Ruling
from portal.tables.agreements.rules import OUTCOME_LABELS, STANCE_LABELS, STATE_LABELS, VOTE_LABELS, SeatStand
from portal.tables.kpis.rules import OBLIGATION_LABELS, value_words


def agreement_facts(agreement: Agreement, stands: Sequence[SeatStand]) -> AgreementFacts:
    """The agreement with each seat's position; of a mediation its outcome and nothing else."""
    _ = gettext("nl")
    return AgreementFacts(
        code=agreement.code,
        title=agreement.title,
        text=agreement.text,
        kind=_(OBLIGATION_LABELS[agreement.obligation_type]),
        state=_(STATE_LABELS[agreement.state][1]),
        positions=[
            PositionFacts(stand.label, _(STANCE_LABELS[stand.stance][1]) if stand.stance else _("Open"), stand.reason)
            for stand in stands
        ],
        notes=_notes(agreement),
    )


def _notes(agreement: Agreement) -> list[str]:
    _ = gettext("nl")
    notes = []
    if agreement.kpi is not None and agreement.kpi_value is not None:
        target = value_words(agreement.kpi, agreement.kpi_value)
        day = date_short(agreement.kpi_date)
        notes.append(_("Streefwaarde %(kpi)s: %(target)s op %(day)s.", kpi=agreement.kpi.code, target=target, day=day))
    if agreement.mediation is not None and agreement.mediation.outcome is not None:
        notes.append(_(OUTCOME_LABELS[agreement.mediation.outcome]))
    if agreement.ruling is not None:
        notes += _decisions(agreement.ruling)
    return notes


def _decisions(ruling: Ruling) -> list[str]:
    _ = gettext("nl")
    return [
        _(
            "College van %(municipality)s: %(vote)s, besluit %(number)s van %(day)s.",
            municipality=decision.municipality.name,
            vote=_(VOTE_LABELS[decision.vote][1]).lower(),
            number=decision.decision_number,
            day=date_short(decision.decided_on),
        )
        for decision in ruling.decisions
    ]
