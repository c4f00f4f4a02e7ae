"""Verbs on agreements of a table that have been kept long enough."""

from __future__ import annotations

from sqlalchemy import delete

from portal.audit import record
from portal.tables.agreements.models import Agreement, Mediation, MediationEntry, Position
from portal.work import Work


def remove_notes(work: Work, mediation: Mediation) -> None:
    """What was said in confidence goes; that there was mediation, by whom and how it ended stays."""
    work.session.execute(delete(MediationEntry).where(MediationEntry.mediation_id == mediation.id))
    record(work, "mediation.removed", mediation, agreement_id=mediation.agreement_id)


def remove_agreement(work: Work, agreement: Agreement) -> None:
    """The text, the positions and every reason go. What it was called and how it ended, its target and the votes of the
    municipalities stay: the figures rest on them.
    """
    agreement.text = ""
    work.session.execute(delete(Position).where(Position.agreement_id == agreement.id))
    if agreement.ruling is not None:
        agreement.ruling.question = ""
        for decision in agreement.ruling.decisions:
            decision.reasons = ""
    record(work, "agreement.removed", agreement, table_id=agreement.table_id)
