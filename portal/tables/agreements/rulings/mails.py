"""Who is asked to decide, and who is told what was ruled."""

from __future__ import annotations

from portal.mail import tell
from portal.meetings.queries import invited
from portal.regions.queries import members_on
from portal.tables.agreements.models import AgreementState, Ruling
from portal.tables.agreements.rules import mail_facts
from portal.tables.agreements.rulings import queries
from portal.tables.rounds.queries import region_of
from portal.work import Work


def ask_for_decisions(work: Work, ruling: Ruling) -> None:
    """The delegate of every member municipality."""
    agreement = ruling.agreement
    region = region_of(work, agreement.table)
    members = [municipality.id for municipality in members_on(work, region.id, work.today)]
    asked = {"question": ruling.question, "agreed": agreement.text, "rule": ruling.rule}
    for person in queries.delegates(work, region.id, members):
        own = {"name": person.name, "link": f"/uitspraken/{ruling.id}"}
        facts = mail_facts(agreement, region.name) | asked | own
        tell(work, person, "ruling_requested", key=f"ruling:{ruling.id}:requested", facts=facts)


def tell_of_ruling(work: Work, ruling: Ruling) -> None:
    """The table and the delegates learn what the municipalities ruled."""
    agreement = ruling.agreement
    region = region_of(work, agreement.table)
    colleges = queries.delegates(work, region.id, [d.municipality_id for d in ruling.decisions])
    people = {person.id: person for person in [*invited(work, agreement.round.meeting), *colleges]}
    for person in people.values():
        told = {"name": person.name, "adopted": agreement.state is AgreementState.RULED}
        facts = mail_facts(agreement, region.name) | told
        tell(work, person, "ruling_settled", key=f"ruling:{ruling.id}:settled", facts=facts)
