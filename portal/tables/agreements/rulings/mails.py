"""Who is asked to decide, and who is told what was ruled."""

from __future__ import annotations

from portal.mail import queue_mail
from portal.meetings.queries import invited
from portal.regions.queries import members_on
from portal.tables.agreements.models import AgreementState, Ruling
from portal.tables.agreements.rules import mail_facts
from portal.tables.agreements.rulings import queries
from portal.work import Work


def ask_for_decisions(work: Work, ruling: Ruling) -> None:
    """The delegate of every member municipality."""
    agreement = ruling.agreement
    region_id = agreement.table.region_id
    members = [municipality.id for municipality in members_on(work, region_id, work.today)]
    for person in queries.delegates(work, region_id, members):
        facts = mail_facts(agreement) | {"name": person.name, "link": f"/uitspraken/{ruling.id}", "rule": ruling.rule}
        queue_mail(
            work, to=person.email, template="ruling_requested", locale=person.locale,
            key=f"ruling:{ruling.id}:requested", facts=facts,
        )  # fmt: skip


def tell_of_ruling(work: Work, ruling: Ruling) -> None:
    """The table and the delegates learn what the municipalities ruled."""
    agreement = ruling.agreement
    colleges = queries.delegates(work, agreement.table.region_id, [d.municipality_id for d in ruling.decisions])
    people = {person.id: person for person in [*invited(work, agreement.round.meeting), *colleges]}
    for person in people.values():
        facts = mail_facts(agreement) | {"name": person.name, "adopted": agreement.state is AgreementState.RULED}
        queue_mail(
            work, to=person.email, template="ruling_settled", locale=person.locale,
            key=f"ruling:{ruling.id}:settled", facts=facts,
        )  # fmt: skip
