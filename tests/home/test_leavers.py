"""Who leaves: what was open is shown and goes to a colleague; the last administrator stays."""

from __future__ import annotations

import pytest

from portal.access import SYSTEM, Role
from portal.accounts import service
from portal.accounts.models import Membership
from portal.errors import RuleBroken
from tests.accounts.asking import mails, trail
from tests.factories import (
    actor_for,
    make_colleague,
    make_officer,
    make_provider,
    make_region,
    make_staff,
    membership_of,
)
from tests.web.doors import Reader, come_in


@pytest.fixture
def app(app):
    app.test_client_class = Reader
    return app


@pytest.fixture
def provider(work_as):
    with work_as(SYSTEM) as work:
        make_region(work)
        return make_provider(work, authority=None)


def test_what_was_open_goes_to_a_colleague_and_the_leaver_is_out(app, provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        leaving = make_colleague(work, provider, name="Bo Kuiper")
    noor, bo = come_in(app.test_client(), provider.admin), come_in(app.test_client(), leaving)
    address = f"/organisatie/leden/{membership_of(leaving).id}/beeindigen"
    assert address in noor.get("/organisatie/leden").text
    page = noor.get(address).text
    assert "Bo Kuiper" in page and "Wat nog openstaat" in page
    assert noor.post(address, data={"successor": membership_of(provider.admin).id}).location == "/organisatie/leden"
    assert bo.get("/start").status_code == 303
    assert noor.get(address).status_code == 404
    with read_as(SYSTEM) as work:
        told = mails(work, "handed_over")
        assert [mail.recipient for mail in told] == [provider.admin.email] and "Bo Kuiper" in told[0].subject
        assert trail(work, "membership.handed_over")[0]["to_membership_id"] == membership_of(provider.admin).id


def test_the_last_administrator_cannot_leave(app, provider, work_as):
    with work_as(SYSTEM) as work:
        make_colleague(work, provider)
    noor = come_in(app.test_client(), provider.admin)
    address = f"/organisatie/leden/{membership_of(provider.admin).id}/beeindigen"
    assert "laatste beheerder" in noor.get(address).text
    assert noor.post(address).status_code == 409


def test_only_the_own_administrator_ends_a_role(app, provider, work_as):
    with work_as(SYSTEM) as work:
        colleague, other = make_colleague(work, provider), make_provider(work)
    address = f"/organisatie/leden/{membership_of(provider.admin).id}/beeindigen"
    for person in (colleague, other.admin):
        client = come_in(app.test_client(), person)
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


def test_work_does_not_go_to_who_may_do_less(work_as):
    with work_as(SYSTEM) as work:
        region, admin = make_region(work), make_staff(work, Role.PLATFORM_ADMIN)
        officer, auditor = make_officer(work, region), make_officer(work, region, Role.AUDITOR)
    with pytest.raises(RuleBroken, match="deputy_may_not"), work_as(actor_for(admin)) as work:
        leaving, to = (work.get(Membership, membership_of(person).id) for person in (officer, auditor))
        service.hand_over(work, leaving, to=to, tasks=[])


def test_the_platforms_administrator_ends_a_role_of_staff(app, work_as, read_as):
    with work_as(SYSTEM) as work:
        region, admin = make_region(work), make_staff(work, Role.PLATFORM_ADMIN)
        officer, other = make_officer(work, region), make_officer(work, region)
    client = come_in(app.test_client(), admin)
    address = f"/beheer/rollen/{membership_of(officer).id}/beeindigen"
    assert client.get(address).status_code == 200
    assert (
        client.post(address, data={"successor": membership_of(other).id}).location == f"/beheer/gebruikers/{officer.id}"
    )
    with read_as(SYSTEM) as work:
        assert [mail.recipient for mail in mails(work, "handed_over")] == [other.email]
