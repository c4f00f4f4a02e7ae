"""The blueprint, and how pages say what a procedure holds: in the reader's language, Dutch where there is no other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint

from portal.i18n import either, listed
from portal.regions.queries import unit_label
from portal.tenders.procedures.models import Procedure, ProcedureKind, ProcedureState
from portal.tenders.procedures.rules import Phase, phase
from portal.web.acts import office
from portal.web.locale import _, _l, ngettext, reader_locale

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
    S.OPENED: ("bezig", _l("Geopend")),
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
    return either(get(f"{name}_nl", ""), get(f"{name}_en", ""), reader_locale())


@bp.app_template_filter("unit")
def unit(code: str) -> str:
    return unit_label(code, reader_locale())


@bp.app_template_filter("procedure_state")
def procedure_state(procedure: Procedure) -> tuple[str, str]:
    """How its state is shown; a published one by what the clock says, an opened one by what is judged."""
    if procedure.state is S.PUBLISHED:
        kind, words = PHASES[phase(procedure, office().clock())]
    elif procedure.state is S.OPENED:
        kind, words = "bezig", _("Beslissing in voorbereiding") if procedure.assessed_at else _("In beoordeling")
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


@bp.app_template_filter("example_words")
def example_words(procedure: Procedure) -> str:
    """How many tariffs and requirements are still invented, in words; empty when the region made all its own."""
    tariffs, asked = illustrative(procedure)
    counted = [ngettext("%(num)s tarief", "%(num)s tarieven", tariffs)] if tariffs else []
    counted += [ngettext("%(num)s eis", "%(num)s eisen", asked)] if asked else []
    if not counted:
        return ""
    what = listed([str(words) for words in counted], reader_locale())
    return str(ngettext("%(what)s is nog een voorbeeld", "%(what)s zijn nog een voorbeeld", tariffs + asked, what=what))


def illustrative(procedure: Procedure) -> tuple[int, int]:
    """How many of its tariffs, and how many of its requirements, are invented."""
    tariffs = sum(bool(line.tariff_sheet and line.tariff_sheet.illustrative) for line in procedure.products)
    return tariffs, sum(criterion.illustrative for criterion in procedure.criteria)


@bp.app_template_filter("build_up")
def build_up(components: list[dict[str, Any]]) -> list[tuple[str, Decimal]]:
    """The parts of a tariff: (label, amount)."""
    return [(said(part, "label"), Decimal(str(part["amount"]))) for part in components]
