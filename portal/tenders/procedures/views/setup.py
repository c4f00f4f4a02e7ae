"""Setting up a procedure: the task list with what stands, what is missing and what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from portal.access import Permission as P
from portal.clock import local_date
from portal.i18n import datetime_short
from portal.tenders.procedures import queries, rules
from portal.tenders.procedures.forms import WARNINGS
from portal.tenders.procedures.models import Procedure, ProcedureState, QuestionState
from portal.tenders.procedures.states import PROCEDURE
from portal.web import reasons
from portal.web.acts import reading
from portal.web.locale import _, _l, ngettext, reader_locale
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp, illustrative

SECTIONS: dict[str, tuple[Any, str]] = {
    "gegevens": (_l("Gegevens"), "procedures.details"),
    "planning": (_l("Planning"), "procedures.dates"),
    "producten": (_l("Producten en tarieven"), "procedures.products"),
    "criteria": (_l("Eisen en bewijs"), "procedures.criteria"),
    "aankondiging": (_l("Aankondiging op TenderNed"), "procedures.notice"),
    "bezwaar": (_l("Termijn voor bezwaar"), "procedures.objection"),
}


@dataclass(frozen=True)
class Section:
    """A part of the set-up; without `url` the reader cannot change it now."""

    name: str
    words: str
    holds: str
    url: str | None
    gaps: list[str]
    example: bool
    """Some of it is invented still."""


@bp.get("/inkoop/procedures/<int:id>")
@allow(P.PROCEDURE_WORK)
def setup(id: int) -> str:
    with reading() as work:
        procedure = queries.procedure(work, id)
        in_preparation = procedure.state in queries.IN_PREPARATION
        answers = work.actor.may(P.QUESTION_ANSWER, procedure)
        asked = queries.questions_of(work, procedure) if answers else []
        return render_template(
            "procedures/setup.html",
            procedure=procedure,
            in_preparation=in_preparation,
            sections=sections(work, procedure),
            warnings=warnings(work, procedure) if in_preparation else [],
            acts=PROCEDURE.acts(work.actor, procedure),
            own_work=any(rules.reasons_not_to_approve(procedure, work.actor.user_id)),
            people=queries.people(work, procedure),
            may_move=work.actor.may(P.PROCEDURE_PUBLISH, procedure),
            may_answer=answers,
            asked=sum(question.state is QuestionState.ASKED for question in asked),
            drafted=sum(question.state is QuestionState.DRAFTED for question in asked),
            phase=rules.phase(procedure, work.now).value,
        )


def sections(work: Work, procedure: Procedure) -> list[Section]:
    """The parts in the order of the page, each with what stands in the way of publication."""
    gaps: dict[str, list[str]] = {name: [] for name in SECTIONS}
    known = list(rules.missing_parts(procedure))
    for name, reason in known:
        gaps[name].append(reasons.sentence(reason))
    dated = [
        r for r in rules.reasons_not_to_publish(procedure, work.now) if r not in {reason for _name, reason in known}
    ]
    gaps["planning"] += reasons.sentences(dated)
    holds = section_words(procedure)
    before = procedure.state in queries.IN_PREPARATION
    tariffs, asked = illustrative(procedure)
    invented = {"producten": tariffs, "criteria": asked}
    return [
        Section(
            name,
            str(words),
            holds[name],
            _url(work, procedure, name, endpoint),
            gaps[name] if before else [],
            bool(invented.get(name)),
        )
        for name, (words, endpoint) in SECTIONS.items()
    ]


def _url(work: Work, procedure: Procedure, name: str, endpoint: str) -> str | None:
    if name == "criteria":
        return url_for(endpoint, id=procedure.id)
    states = queries.IN_PREPARATION if name == "aankondiging" else (ProcedureState.DRAFT,)
    open_to_change = procedure.state in states and work.actor.may(P.PROCEDURE_DRAFT, procedure)
    return url_for(endpoint, id=procedure.id) if open_to_change else None


def section_words(procedure: Procedure) -> dict[str, str]:
    """What stands in each part, in a few words."""
    closes, days = datetime_short(procedure.closes_at, reader_locale()), procedure.objection_days
    announced = _("Nummer %(number)s", number=procedure.notice_number) if procedure.notice_number else ""
    return {
        "gegevens": procedure.contact_email,
        "planning": _("Sluit %(moment)s", moment=closes) if closes else "",
        "producten": _tariffs(procedure),
        "criteria": _requirements(procedure),
        "aankondiging": announced if procedure.above_threshold else _("Niet nodig: onder de drempel"),
        "bezwaar": ngettext("%(num)s kalenderdag", "%(num)s kalenderdagen", days) if days else "",
    }


def _tariffs(procedure: Procedure) -> str:
    """How many products, and how many tariffs are there; those that are invented are counted as such."""
    products = ngettext("%(num)s product", "%(num)s producten", len(procedure.products))
    invented, known = illustrative(procedure)[0], sum(line.tariff_sheet_id is not None for line in procedure.products)
    if not invented:
        return str(_("%(count)s, %(tariffs)s met een tarief", count=products, tariffs=known))
    tariffs = ngettext("%(num)s tarief is nog een voorbeeld", "%(num)s tarieven zijn nog een voorbeeld", invented)
    return f"{products}, {tariffs}"


def _requirements(procedure: Procedure) -> str:
    invented, every = illustrative(procedure)[1], len(procedure.criteria)
    words = str(ngettext("%(num)s eis", "%(num)s eisen", every))
    if invented:
        words += ", " + str(ngettext("%(num)s is nog een voorbeeld", "%(num)s zijn nog een voorbeeld", invented))
    return words


def warnings(work: Work, procedure: Procedure) -> list[str]:
    """Terms that are shorter than customary: said, never refused."""
    start = local_date(procedure.published_at) if procedure.published_at else work.today
    found = rules.warnings_about_terms(rules.Dates.of(procedure), procedure.objection_days, start)
    return [str(WARNINGS[code]) for code in found]
