"""One line of steps for the whole life of a procedure: what is done says when, what is to come says until or from when."""

from __future__ import annotations

from datetime import date, datetime

from portal.clock import local_date
from portal.i18n import date_short
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.web.acts import office
from portal.web.locale import _, reader_locale

from .blueprint import bp

S = ProcedureState
Step = tuple[str, str, str]


@bp.app_template_filter("procedure_steps")
def procedure_steps(procedure: Procedure, you: bool = False) -> list[Step]:
    """Where it stands, for everybody: (name, who and when, klaar|nu|later). `you`: the reader may hand in."""
    if procedure.state is S.WITHDRAWN:
        return []
    now = office().clock()
    at = _reached(procedure, now)
    done, to_come = _done(procedure), _to_come(procedure, now, you)
    return [(*done[n], "klaar") if n < at else (*to_come[n], "nu" if n == at else "later") for n in range(len(to_come))]


def _reached(p: Procedure, now: datetime) -> int:
    """The number of steps behind it."""
    if p.state is S.PUBLISHED:
        return 2 if p.closes_at is not None and now >= p.closes_at else 1
    if p.state is S.OPENED:
        return 4 if p.assessed_at else 3
    return {S.ANNOUNCED: 5, S.COMPLETED: 6}.get(p.state, 0)


def _done(p: Procedure) -> list[tuple[str, str]]:
    """Each step as it is told afterwards."""
    return [
        (_("Gepubliceerd"), _day(p.published_at)),
        (_("Inschrijven"), _("gesloten op %(day)s", day=_day(p.closes_at)) if p.closes_at else ""),
        (_("Geopend"), _day(p.opened_at)),
        (_("Beoordeeld"), _day(p.assessed_at)),
        (_("Beslist"), _day(p.announced_at)),
        (_("Definitief"), _day(p.completed_at)),
    ]


def _to_come(p: Procedure, now: datetime, you: bool) -> list[tuple[str, str]]:
    """Each step as it is told before and while it is taken."""
    closes, decided, starts = _day(p.closes_at), _day(p.decision_by), _day(p.contract_starts)
    closed = p.closes_at is not None and now >= p.closes_at
    until = _("u, tot %(day)s", day=closes) if you else _("aanbieders, tot %(day)s", day=closes)
    preparing = {
        S.INTERNAL_REVIEW: _("een tweede persoon controleert"),
        S.APPROVED: _("goedgekeurd, nog te publiceren"),
    }
    begun = p.state is S.COMPLETED and p.contract_starts is not None and p.contract_starts <= local_date(now)
    contract = _("sinds %(day)s", day=starts) if begun else _("vanaf %(day)s", day=starts)
    open_from = _("inkoop, kan sinds %(day)s", day=closes) if closed else _("inkoop, vanaf %(day)s", day=closes)
    return [
        (_("Voorbereiden"), preparing.get(p.state, _("inkoop"))),
        (_("Inschrijven"), until if closes else ""),
        (_("Openen"), open_from if closes else ""),
        (_("Beoordelen"), _("beoordelaars")),
        (_("Beslissing"), _("uiterlijk %(day)s", day=decided) if decided else ""),
        (_("Definitief"), _("na %(day)s", day=_day(p.objection_ends)) if p.objection_ends else _("na de termijn")),
        (_("Contract"), contract if starts else ""),
    ]


def _day(at: datetime | date | None) -> str:
    return date_short(at, reader_locale())
