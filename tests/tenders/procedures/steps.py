"""A procedure brought as far as a test needs it, by the same verbs as the pages."""

from __future__ import annotations

import re
from datetime import date

from flask.testing import FlaskClient

from portal.regions.models import Region
from portal.tenders.procedures import queries, service
from portal.work import Office, begin_write
from tests.kept import kept
from tests.tenders.people import People, settle


def drafted(office: Office, people: People, *, published_on: date = date(2022, 4, 1)) -> int:
    with begin_write(office, people.officer) as work:
        region = work.get(Region, people.region_id)
        return service.draft_procedure(work, region, "ambulant", published_on=published_on).id


def approved(office: Office, people: People, *, complete: bool = True) -> int:
    id = drafted(office, people)
    with begin_write(office, people.officer) as work:
        found = queries.procedure(work, id)
        if complete:
            words = {"title": found.title, "summary": found.summary}
            service.update_details(work, found, contact_email="inkoop@example.org", **words)
            service.update_notice(work, found, above_threshold=True, number="2022-123456", day=work.today)
        service.send_to_review(work, found)
    with begin_write(office, people.second) as work:
        service.approve_procedure(work, queries.procedure(work, id))
    return id


def published(office: Office, people: People) -> int:
    id = approved(office, people)
    with begin_write(office, people.officer) as work:
        service.publish_procedure(work, queries.procedure(work, id))
    return id


def with_procedure(office: Office) -> People:
    """Everybody a tender needs, and the procedure ALK-2022-01 just published."""
    return kept("published", office, office.clock, _with_procedure)


def _with_procedure(office: Office, clock: object) -> People:
    people = settle(office)
    published(office, people)
    return people


def form_of(client: FlaskClient, address: str) -> dict[str, str]:
    """Every hidden value of the page's own forms, as the browser would send them."""
    main = client.get(address).text.partition("<main")[2]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main))
