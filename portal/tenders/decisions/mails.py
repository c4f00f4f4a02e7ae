"""Who hears of a decision and of what comes in against it."""

from __future__ import annotations

from portal.access import Role
from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.i18n import either
from portal.mail import tell
from portal.tenders.decisions.documents import LetterFacts
from portal.tenders.decisions.models import Decision, DecisionLetter, Objection, Outcome
from portal.work import Work


def tell_of_decision(work: Work, letter: DecisionLetter, facts: LetterFacts, decisions: list[Decision]) -> None:
    """Everybody at the provider gets the letter itself; the mail names no outcome."""
    for person in accounts.recipients_of(work, decisions[0].submission.organisation_id):
        tell(
            work,
            person,
            "decision_announced",
            key=f"decision:{letter.id}",
            facts={
                "provider": decisions[0].submission.organisation.name,
                "procedure": facts.procedure,
                "region_name": facts.region,
                "reference": facts.reference,
                "objection_ends": facts.objection_ends,
                "link": f"/besluiten/{decisions[0].id}",
            },
            attachments=[letter.file],
        )


def tell_of_objection(work: Work, objection: Objection) -> None:
    """A receipt for who filed it, and the officers of the region hear that the decision cannot become final."""
    decision = objection.decision
    procedure = decision.submission.procedure
    for officer in accounts.staff_of(work, procedure.region_id, Role.PROCUREMENT_OFFICER):
        _tell(
            work,
            officer,
            decision,
            "objection_received",
            f"objection:{objection.id}",
            f"/inkoop/besluiten/{decision.id}",
        )
    if work.actor.is_provider:
        filer = accounts.own_user(work)
        _tell(work, filer, decision, "objection_filed", f"objection:{objection.id}", f"/besluiten/{decision.id}")


def tell_of_answer(work: Work, objection: Objection) -> None:
    """The provider hears that its objection was dealt with; the answer stands on the page."""
    decision = objection.decision
    for person in accounts.recipients_of(work, decision.submission.organisation_id):
        link = f"/besluiten/{decision.id}"
        _tell(work, person, decision, "objection_answered", f"objection-answer:{objection.id}", link)


def tell_of_finality(work: Work, decision: Decision) -> None:
    for person in accounts.recipients_of(work, decision.submission.organisation_id):
        link = f"/besluiten/{decision.id}"
        _tell(work, person, decision, "decision_final", f"decision-final:{decision.id}", link)


def _tell(work: Work, person: User, decision: Decision, template: str, key: str, link: str) -> None:
    submission, product = decision.submission, decision.submission_product.procedure_product.product
    tell(
        work,
        person,
        template,
        key=key,
        facts={
            "provider": submission.organisation.name,
            "admitted": decision.outcome is Outcome.ADMITTED,
            "product": either(product.name_nl, product.name_en, person.locale),
            "procedure": submission.procedure.title,
            "region_name": submission.procedure.region.name,
            "link": link,
        },
    )
