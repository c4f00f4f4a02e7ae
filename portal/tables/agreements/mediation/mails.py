"""Who is told that there is a mediation. What is said in it is never in a mail."""

from __future__ import annotations

from portal.mail import queue_mail
from portal.meetings.queries import invited
from portal.tables.agreements.mediation import queries
from portal.tables.agreements.models import Agreement, Mediation
from portal.tables.agreements.rules import mail_facts
from portal.work import Work


def tell_of_mediation(work: Work, agreement: Agreement, mediation: Mediation) -> None:
    """Everybody at the table knows that there is a mediation, who leads it and until when."""
    mediator = queries.name_of(work, mediation.mediator_id)
    for person in invited(work, agreement.round.meeting):
        queue_mail(
            work, to=person.email, template="mediation_started", locale=person.locale,
            key=f"mediation:{mediation.id}:{mediation.mediator_id}",
            facts=mail_facts(agreement) | {"name": person.name, "mediator": mediator, "until": mediation.due_on},
        )  # fmt: skip
