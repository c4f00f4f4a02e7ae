"""Chapter 6, June to August 2022: opening by two officers, judging, settling, the decision and its letters."""

from __future__ import annotations

from collections.abc import Mapping

from portal.accounts.models import User
from portal.listing import Asked
from portal.tenders.assessment import queries as assessment
from portal.tenders.assessment import rules as assessment_rules
from portal.tenders.assessment import service as judging
from portal.tenders.assessment.models import Assignment, Verdict
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions import service as deciding
from portal.tenders.decisions.models import DecisionState
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import Procedure
from portal.work import Work

from .beginning import colleges
from .stage import Stage

ASSESSORS = ("marloes", "joris")
NO_SAFETY_PLAN = "Het veiligheidsplan zegt niet wie er 's nachts bereikbaar is. Daarmee is niet aan de eis voldaan."
DOUBT = "De methoden zijn genoemd, maar ik mis hoe u bijhoudt of ze werken."
BETTER = "In het gesprek bleek dat de werkgroep dit ieder kwartaal nagaat, zoals de bijlage zegt. De eis is gehaald."


def tell(stage: Stage) -> None:
    stage.tell("juni tot augustus 2022: openen, beoordelen, besluiten")
    key = "ambulant 2022"
    stage.at("2022-06-16 09:00")
    open_all(stage, key)
    stage.at("2022-06-20 10:00")
    assign(stage, key)
    stage.at("2022-07-04 09:00")
    refused = stage.organisations["wilgenrijk"]
    for who in ASSESSORS:
        for organisation_id, submission_id in opened(stage, key).items():
            failing = {"HA-2.HA-2c": NO_SAFETY_PLAN} if organisation_id == refused else {}
            if who == "joris" and organisation_id == refused:
                failing = failing | {"HA-1.HA-1c": DOUBT}
            judge(stage, who, submission_id, failing)
    stage.at("2022-07-18 11:00")
    settle(stage, opened(stage, key)[refused], "HA-1.HA-1c", BETTER)
    conclude(stage, key)
    stage.at("2022-08-01 10:00")
    prepare(stage, key)
    decide(stage, key)
    announce(stage, key)
    stage.at("2022-08-23 09:30")
    confirm_final(stage, key)
    stage.jobs()


def _procedure(work: Work, stage: Stage, key: str) -> Procedure:
    return procedures.procedure(work, stage.things[key])


def open_all(stage: Stage, key: str) -> None:
    """Two officers, each just logged in; the second one's act opens everything at once."""
    for who in ("esra", "pieter"):
        with stage.acts(who) as work:
            judging.open_submissions(work, _procedure(work, stage, key))
    stage.jobs()


def opened(stage: Stage, key: str) -> dict[int, int]:
    """Organisation id -> id of its opened submission."""
    with stage.looks("esra") as work:
        return {s.organisation_id: s.id for s in assessment.opened_in(work, stage.things[key])}


def assign(stage: Stage, key: str, *only: int) -> None:
    """Every opened submission, or only these, goes to both assessors."""
    with stage.acts("esra") as work:
        chosen = [assessment.opened_submission(work, id) for id in only or opened(stage, key).values()]
        judging.assign_in_bulk(work, chosen, [work.get(User, stage.users[who]) for who in ASSESSORS])


def declare(stage: Stage, who: str, submission_id: int) -> None:
    with stage.acts(who) as work:
        judging.declare_no_conflict(work, _assignment(work, submission_id))


def _assignment(work: Work, submission_id: int) -> Assignment:
    return next(a for a in assessment.my_assignments(work, Asked(size=500)).rows if a.submission_id == submission_id)


def judge(
    stage: Stage, who: str, submission_id: int, failing: Mapping[str, str] | None = None, *, only: int | None = None
) -> None:
    """Declare that there is no conflict, judge each criterion with reasons, and lock; `only` so many, and then not."""
    declare(stage, who, submission_id)
    with stage.acts(who) as work:
        assignment = _assignment(work, submission_id)
        for item in assessment_rules.items(assignment.submission)[:only]:
            bad = (failing or {}).get(item.key)
            verdict = Verdict.DOES_NOT_MEET if bad else Verdict.MEETS
            reasons = bad or "Het bewijs is geldig en zegt wat de eis vraagt."
            judging.save_judgement(work, assignment, item.key, verdict=verdict, reasons=reasons)
        if only is None:
            judging.lock_judgement(work, assignment)


def settle(stage: Stage, submission_id: int, key: str, reasons: str) -> None:
    """Where the assessors differ they talk; the officer lays down what they agreed on."""
    with stage.acts("esra") as work:
        submission = assessment.opened_submission(work, submission_id)
        judging.settle(work, submission, key, verdict=Verdict.MEETS, reasons=reasons)


def conclude(stage: Stage, key: str, *only: int) -> None:
    for id in only or opened(stage, key).values():
        with stage.acts("esra") as work:
            judging.conclude_assessment(work, assessment.opened_submission(work, id))


def prepare(stage: Stage, key: str) -> None:
    with stage.acts("esra") as work:
        deciding.prepare_decisions(work, _procedure(work, stage, key))


def decide(stage: Stage, key: str) -> None:
    """By the holder of the mandate, just logged in."""
    with stage.acts(colleges(stage)[0]) as work:
        for decision in decisions.decisions_in(work, _procedure(work, stage, key)):
            deciding.decide(work, decision)


def announce(stage: Stage, key: str) -> None:
    """All letters leave on one day; the scheduler makes and sends them."""
    with stage.acts("esra") as work:
        deciding.announce(work, _procedure(work, stage, key))
    stage.jobs()


def confirm_final(stage: Stage, key: str) -> None:
    """The term is over; no writ, letter or complaint came by any route."""
    with stage.acts("pieter") as work:
        for decision in decisions.decisions_in(work, _procedure(work, stage, key)):
            if decision.state is DecisionState.ANNOUNCED:
                deciding.confirm_final(work, decision)
