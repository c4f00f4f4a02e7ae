"""The blueprint, and how pages say what a procedure holds: in the reader's language, Dutch where there is no other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint

from portal.i18n import date_short, month_short
from portal.tenders.procedures.forms import KINDS, PHASES, STATES, UNITS
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.procedures.rules import phase
from portal.web.acts import office
from portal.web.locale import _, reader_locale

bp = Blueprint("procedures", __name__)

S = ProcedureState


@bp.app_template_filter("said")
def said(thing: Any, name: str = "name") -> str:
    """`product|said('name')`: its name_en for an English reader where it is there, else name_nl."""
    get = thing.get if isinstance(thing, dict) else lambda key, default="": getattr(thing, key, default)
    return str((reader_locale() == "en" and get(f"{name}_en", "")) or get(f"{name}_nl", ""))


@bp.app_template_filter("unit")
def unit(code: str) -> str:
    return str(UNITS.get(code, code))


@bp.app_template_filter("procedure_state")
def procedure_state(procedure: Procedure) -> tuple[str, str]:
    """How its state is shown; a published one by what the clock says."""
    if procedure.state is S.PUBLISHED:
        kind, words = PHASES[phase(procedure, office().clock())]
    else:
        kind, words = STATES[procedure.state]
    return kind, str(words)


@bp.app_template_filter("procedure_kind")
def procedure_kind(procedure: Procedure) -> str:
    return str(KINDS[procedure.kind])


@bp.app_template_filter("build_up")
def build_up(components: list[dict[str, Any]]) -> list[tuple[str, Decimal]]:
    """The parts of a tariff: (label, amount)."""
    return [(said(part, "label"), Decimal(str(part["amount"]))) for part in components]


@bp.app_template_filter("procedure_steps")
def procedure_steps(procedure: Procedure) -> list[tuple[str, str, str]]:
    """Where it stands, for everybody: (name, who and when, klaar|nu|later)."""
    now, p, locale = office().clock(), procedure, reader_locale()
    closed = p.closes_at is not None and now >= p.closes_at
    at = {S.PUBLISHED: 2 if closed else 1, S.OPENED: 3, S.ANNOUNCED: 5, S.COMPLETED: 6}.get(p.state, 0)
    if p.state is S.WITHDRAWN:
        return []
    closes = date_short(p.closes_at, locale)
    decided = date_short(p.decision_by, locale)
    named = [
        (_("Gepubliceerd"), date_short(p.published_at, locale) or _("nog niet")),
        (_("Inschrijven"), _("aanbieders, tot %(day)s", day=closes) if p.closes_at else ""),
        (_("Openen"), _("inkoop, vanaf %(day)s", day=closes) if p.closes_at else ""),
        (_("Beoordelen"), _("beoordelaars")),
        (_("Beslissing"), _("uiterlijk %(day)s", day=decided) if p.decision_by else ""),
        (
            _("Contract"),
            _("vanaf %(month)s", month=month_short(p.contract_starts, locale)) if p.contract_starts else "",
        ),
    ]
    return [(n, who, "klaar" if i < at else "nu" if i == at else "later") for i, (n, who) in enumerate(named)]
