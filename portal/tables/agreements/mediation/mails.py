"""Who is told that there is a mediation. What is said in it is never in a mail."""

from __future__ import annotations

from portal.accounts.models import User
from portal.mail import tell
from portal.meetings.queries import invited
from portal.tables.agreements.models import Agreement, Mediation
from portal.tables.agreements.rules import mail_facts
from portal.tables.rounds.queries import region_of
from portal.work import Work


def tell_of_mediation(work: Work, agreement: Agreement, mediation: Mediation) -> None:
    """Everybody at the table knows who leads the mediation, until when, and that the mediator can hand it over.

    The mediator gets the page on which that is done, also one who has no place at this table.
    """
    mediator = work.get(User, mediation.mediator_id)
    known = mail_facts(agreement, region_of(work, agreement.table).name)
    known |= {"mediator": mediator.name, "mediator_email": mediator.email, "hand_over": f"/bemiddeling/{mediation.id}"}
    people = {person.id: person for person in [*invited(work, agreement.round.meeting), mediator]}
    for person in people.values():
        own = {"name": person.name, "until": mediation.due_on, "mediates": person.id == mediator.id}
        tell(
            work,
            person,
            "mediation_started",
            key=f"mediation:{mediation.id}:{mediation.mediator_id}",
            facts=known | own,
        )
