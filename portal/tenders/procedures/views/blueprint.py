"""The blueprint, and how pages say what a procedure holds: in the reader's language, Dutch where there is no other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint

from portal.i18n import date_short, month_short
from portal.regions.queries import unit_label
from portal.tenders.procedures.models import Procedure, ProcedureKind, ProcedureState
from portal.tenders.procedures.rules import Phase, phase
from portal.web.acts import office
from portal.web.locale import _, _l, reader_locale

bp = Blueprint("procedures", __name__)

S = ProcedureState

KINDS: dict[ProcedureKind, Any] = {
    ProcedureKind.OPEN_HOUSE: _l("Toelatingsprocedure (open house)"),
    ProcedureKind.REQUIREMENTS_ADMISSION: _l("Toelating op eisen"),
    ProcedureKind.SAS_ADMISSION_PER_PRODUCT: _l("SAS-procedure, toelating per product"),
    ProcedureKind.SAS_DIALOGUE: _l("Dialooggerichte procedure"),
}

STATES: dict[ProcedureState, tuple[str, Any]] = {
    S.DRAFT: ("bezig", _l("Concept")),
    S.INTERNAL_REVIEW: ("let-op", _l("Ter controle")),
    S.APPROVED: ("ok", _l("Goedgekeurd")),
    S.PUBLISHED: ("bezig", _l("Gepubliceerd")),
    S.OPENED: ("bezig", _l("In beoordeling")),
    S.ANNOUNCED: ("bezig", _l("Beslissing verzonden")),
    S.COMPLETED: ("ok", _l("Afgerond")),
    S.WITHDRAWN: ("idle", _l("Ingetrokken")),
}

PHASES: dict[Phase, tuple[str, Any]] = {
    Phase.NOT_OPEN: ("idle", _l("Nog niet open")),
    Phase.QUESTIONS: ("idle", _l("Inschrijven kan straks")),
    Phase.OPEN: ("bezig", _l("Inschrijving open")),
    Phase.CLOSED: ("idle", _l("Gesloten")),
}


@bp.app_template_filter("said")
def said(thing: Any, name: str = "name") -> str:
    """`product|said('name')`: its name_en for an English reader where it is there, else name_nl."""
    get = thing.get if isinstance(thing, dict) else lambda key, default="": getattr(thing, key, default)
    return str((reader_locale() == "en" and get(f"{name}_en", "")) or get(f"{name}_nl", ""))


@bp.app_template_filter("unit")
def unit(code: str) -> str:
    return unit_label(code, reader_locale())


@bp.app_template_filter("procedure_state")
def procedure_state(procedure: Procedure) -> tuple[str, str]:
    """How its state is shown; a published one by what the clock says."""
    if procedure.state is S.PUBLISHED:
        kind, words = PHASES[phase(procedure, office().clock())]
    else:
        kind, words = STATES[procedure.state]
    return kind, str(words)


@bp.app_template_filter("procedure_work_state")
def procedure_work_state(procedure: Procedure) -> tuple[str, str]:
    """The same for the buyer's side, for whom a closed one is work."""
    if procedure.state is S.PUBLISHED and phase(procedure, office().clock()) is Phase.CLOSED:
        return "let-op", _("Te openen")
    return procedure_state(procedure)


@bp.app_template_filter("procedure_kind")
def procedure_kind(procedure: Procedure) -> str:
    return str(KINDS[procedure.kind])


@bp.app_template_filter("build_up")
def build_up(components: list[dict[str, Any]]) -> list[tuple[str, Decimal]]:
    """The parts of a tariff: (label, amount)."""
    return [(said(part, "label"), Decimal(str(part["amount"]))) for part in components]


@bp.app_template_filter("procedure_steps")
def procedure_steps(procedure: Procedure, you: bool = False) -> list[tuple[str, str, str]]:
    """Where it stands, for everybody: (name, who and when, klaar|nu|later). `you`: the reader may hand in."""
    now, p, locale = office().clock(), procedure, reader_locale()
    if p.state is S.WITHDRAWN:
        return []
    closed = p.closes_at is not None and now >= p.closes_at
    at = {S.PUBLISHED: 2 if closed else 1, S.OPENED: 3, S.ANNOUNCED: 5, S.COMPLETED: 5}.get(p.state, 0)
    closes, decided = date_short(p.closes_at, locale), date_short(p.decision_by, locale)
    who = _("u, tot %(day)s", day=closes) if you else _("aanbieders, tot %(day)s", day=closes)
    named = [
        (_("Gepubliceerd"), date_short(p.published_at, locale) or _("nog niet")),
        (_("Inschrijven"), who if p.closes_at else ""),
        (_("Openen"), _("inkoop, vanaf %(day)s", day=closes) if p.closes_at else ""),
        (_("Beoordelen"), _("beoordelaars")),
        (_("Beslissing"), _("uiterlijk %(day)s", day=decided) if p.decision_by else ""),
        (
            _("Contract"),
            _("vanaf %(month)s", month=month_short(p.contract_starts, locale)) if p.contract_starts else "",
        ),
    ]
    return steps(named, at)


@bp.app_template_filter("preparation_steps")
def preparation_steps(procedure: Procedure) -> list[tuple[str, str, str]]:
    """The same before publication, for the buyer's side."""
    at = {S.DRAFT: 0, S.INTERNAL_REVIEW: 1, S.APPROVED: 2}[procedure.state]
    closes, locale = procedure.closes_at, reader_locale()
    named = [
        (_("Opstellen"), _("inkoop")),
        (_("Controleren"), _("een tweede persoon")),
        (_("Publiceren"), _("inkoop")),
        (_("Inschrijven"), _("aanbieders, tot %(day)s", day=date_short(closes, locale)) if closes else ""),
        (_("Openen en beoordelen"), _("twee inkopers, beoordelaars")),
        (_("Beslissing"), date_short(procedure.decision_by, locale)),
    ]
    return steps(named, at)


def steps(named: list[tuple[str, str]], at: int) -> list[tuple[str, str, str]]:
    return [(n, who, "klaar" if i < at else "nu" if i == at else "later") for i, (n, who) in enumerate(named)]
