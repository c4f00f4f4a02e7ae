"""Whoever is away has a deputy for some days: copies of the mails, a look at what waits, and no right more than before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.access import SYSTEM, Role
from portal.accounts import service
from portal.accounts.absence import queries
from portal.accounts.absence.rules import reasons_against_dates
from portal.accounts.models import Membership, Organisation, User
from portal.errors import NotFound, RuleBroken
from portal.mail import OutboxMail, queue_mail
from tests.accounts.asking import mails, trail
from tests.factories import (
    actor_for,
    make_colleague,
    make_officer,
    make_provider,
    make_staff,
    membership_of,
)
from tests.web.doors import Reader, come_in

TODAY = date(2022, 3, 1)


@pytest.mark.parametrize(
    ("first", "last", "reasons"),
    [
        (0, 0, []),
        (-3, 5, []),
        (5, 4, ["absence_ends_before_start"]),
        (-5, -1, ["absence_over"]),
        (0, 367, ["absence_too_long"]),
    ],
)
def test_the_dates_of_an_absence_are_checked(first, last, reasons):
    days = (TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    assert reasons_against_dates(*days, TODAY) == reasons


@pytest.fixture
def officers(region, work_as):
    with work_as(SYSTEM) as work:
        return make_officer(work, region, name="Sanne"), make_officer(work, region, name="Bram")


def arrange(work_as, away, deputy, days=7, *, by=None):
    with work_as(actor_for(by or away)) as work:
        held, stands_in = (work.get(Membership, membership_of(person).id) for person in (away, deputy))
        last = work.today + timedelta(days=days)
        return service.arrange_absence(work, held, deputy=stands_in, starts_on=work.today, ends_on=last).id


def note(work_as, away, key, clock):
    facts = {"name": "x", "title": "Ronde 1", "link": "/x", "region_name": "Regio", "starts_at": clock()}
    with work_as(SYSTEM) as work:
        queue_mail(work, to=away.email, template="minutes_adopted", key=key, facts=facts)
        return {mail.recipient for mail in work.session.query(OutboxMail).filter_by(template="minutes_adopted")}


def test_the_deputy_gets_copies_while_it_lasts_and_it_ends_by_itself(officers, work_as, read_as, clock):
    away, deputy = officers
    arrange(work_as, away, deputy)
    assert note(work_as, away, "m:1", clock) == {away.email, deputy.email}
    with read_as(actor_for(deputy)) as work:
        assert [found.membership.user.name for found in queries.standing_in(work)] == ["Sanne"]
        assert [mail.recipient for mail in mails(work, "absence_arranged")] == [deputy.email]
        copy = work.session.query(OutboxMail).filter_by(recipient=deputy.email, template="minutes_adopted").one()
        assert copy.subject.startswith("Als vervanger van Sanne: ")
        assert len(trail(work, "absence.arranged")) == 1
    clock.advance(days=8)
    with read_as(actor_for(deputy)) as work:
        assert queries.standing_in(work) == []
    with work_as(SYSTEM) as work:
        work.session.query(OutboxMail).delete()
    assert note(work_as, away, "m:2", clock) == {away.email}


def test_a_link_that_is_a_key_is_never_copied(officers, work_as, read_as):
    away, deputy = officers
    arrange(work_as, away, deputy)
    with work_as(SYSTEM) as work:
        service.request_reset(work, away.email)
    with read_as(SYSTEM) as work:
        assert [mail.recipient for mail in mails(work, "account_reset")] == [away.email]


def test_who_stands_in_for_one_of_two_roles_gets_no_copies(officers, region, work_as, clock):
    away, deputy = officers
    arrange(work_as, away, deputy)
    with work_as(SYSTEM) as work:
        organisation = work.get(Organisation, region.organisation_id)
        person = work.get(User, away.id)
        service.give_role(work, person, organisation=organisation, role=Role.AUDITOR, region_id=region.id)
    assert note(work_as, away, "m:1", clock) == {away.email}


def test_it_can_be_taken_back_by_the_person_only(officers, work_as, read_as):
    away, deputy = officers
    absence = arrange(work_as, away, deputy)
    with read_as(actor_for(deputy)) as work, pytest.raises(NotFound):
        queries.absence(work, absence)
    with work_as(actor_for(away)) as work:
        service.end_absence(work, queries.absence(work, absence))
    with read_as(actor_for(deputy)) as work:
        assert queries.standing_in(work) == [] and len(trail(work, "absence.ended")) == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CONTRACT_MANAGER])
def test_who_may_do_less_does_not_stand_in(role, officers, region, work_as):
    with work_as(SYSTEM) as work:
        other = make_officer(work, region, role)
    with pytest.raises(RuleBroken, match="deputy_may_not"):
        arrange(work_as, officers[0], other)


def test_nobody_of_another_organisation_stands_in(officers, work_as):
    with work_as(SYSTEM) as work:
        one, other = make_provider(work), make_provider(work)
    for away, deputy in ((officers[0], one.admin), (one.admin, other.admin)):
        with pytest.raises(RuleBroken, match="deputy_may_not"):
            arrange(work_as, away, deputy)


def test_an_assessor_judges_alone(region, work_as):
    with work_as(SYSTEM) as work:
        one, two = (make_officer(work, region, Role.ASSESSOR) for _ in range(2))
    with pytest.raises(RuleBroken, match="judges_alone"):
        arrange(work_as, one, two)


def test_nobody_stands_in_twice_or_for_himself(officers, work_as):
    away, deputy = officers
    with pytest.raises(RuleBroken, match="deputy_is_self"):
        arrange(work_as, away, away)
    arrange(work_as, away, deputy)
    with pytest.raises(RuleBroken, match="absence_twice"):
        arrange(work_as, away, deputy)


def test_a_providers_administrator_arranges_for_a_colleague_and_nobody_else_does(region, work_as):
    with work_as(SYSTEM) as work:
        provider = make_provider(work)
        ill, third = make_colleague(work, provider), make_colleague(work, provider)
    with pytest.raises(NotFound):
        arrange(work_as, ill, third, by=third)
    arrange(work_as, ill, provider.admin, by=provider.admin)


def test_the_platforms_administrator_arranges_for_who_fell_ill_at_the_buyers_side_only(officers, work_as, read_as):
    """Both are told: whose mails are read must know by whom."""
    with work_as(SYSTEM) as work:
        admin, provider = make_staff(work, Role.PLATFORM_ADMIN), make_provider(work)
        editor = make_colleague(work, provider)
    arrange(work_as, *officers, by=admin)
    with read_as(SYSTEM) as work:
        assert [m.recipient for m in mails(work, "absence_arranged")] == [officers[1].email]
        [told] = mails(work, "absence_arranged_for_you")
        assert told.recipient == officers[0].email and told.subject == "Bram vervangt u vanaf 1 maart 2022"
    with pytest.raises(NotFound):
        arrange(work_as, editor, provider.admin, by=admin)


def test_nobody_who_may_not_stand_in_does_so_by_a_word_of_the_administrator(region, officers, work_as):
    with work_as(SYSTEM) as work:
        admin = make_staff(work, Role.PLATFORM_ADMIN)
        one, two = (make_officer(work, region, Role.ASSESSOR) for _ in range(2))
        auditor = make_officer(work, region, Role.AUDITOR)
    for away, deputy, reason in (
        (one, two, "judges_alone"), (officers[0], auditor, "deputy_may_not"), (officers[0], admin, "deputy_may_not"),
    ):  # fmt: skip
        with pytest.raises(RuleBroken, match=reason):
            arrange(work_as, away, deputy, by=admin)


# --- in the browser ----------------------------------------------------------------------------------------------


def test_it_is_arranged_seen_and_ended_on_the_page(app, officers, region, work_as):
    app.test_client_class = Reader
    away, deputy = officers
    sanne, bram = come_in(app.test_client(), away), come_in(app.test_client(), deputy)
    with work_as(SYSTEM) as work:
        make_provider(work, "Lindeveld")
    held, stands_in = membership_of(away).id, membership_of(deputy).id
    data = {"absent": held, "deputy": stands_in, "starts_on": "2022-03-01", "ends_on": "2022-03-08"}
    wrong = sanne.post("/account/afwezigheid", data={**data, "ends_on": "2022-02-01"})
    assert wrong.status_code == 422 and "Draai ze om" in wrong.text
    assert bram.post("/account/afwezigheid", data=data).status_code == 422, "another person is no choice"
    assert sanne.post("/account/afwezigheid", data=data).location == "/account/afwezigheid"
    page = bram.get("/account/afwezigheid").text
    assert "U vervangt nu" in page
    link = page.split('href="/start/vervanging/')[1].split('"')[0]
    assert "Wat wacht op Sanne" in bram.get(f"/start/vervanging/{link}").text
    start = bram.get("/start").text
    assert "U vervangt Sanne tot en met" in start and f'href="/start/vervanging/{link}"' in start
    assert "U vervangt" not in sanne.get("/start").text
    assert sanne.get(f"/start/vervanging/{link}").status_code == 404
    assert bram.post(f"/account/afwezigheid/{link}/beeindigen").status_code == 404
    assert sanne.post(f"/account/afwezigheid/{link}/beeindigen").status_code == 303
    assert bram.get(f"/start/vervanging/{link}").status_code == 404
    assert "U vervangt" not in bram.get("/start").text


def test_for_who_fell_ill_it_is_arranged_from_the_page_of_that_person(app, officers, region, work_as):
    app.test_client_class = Reader
    away, deputy = officers
    with work_as(SYSTEM) as work:
        admin, judge = make_staff(work, Role.PLATFORM_ADMIN), make_officer(work, region, Role.ASSESSOR)
        editor = make_provider(work).admin
    client, held = come_in(app.test_client(), admin), membership_of(away).id
    address = f"/beheer/rollen/{held}/vervanging"
    assert address in client.get(f"/beheer/gebruikers/{away.id}").text
    data = {"absent": held, "deputy": membership_of(deputy).id, "starts_on": "2022-03-01", "ends_on": "2022-03-08"}
    wrong = client.post(address, data={**data, "ends_on": "2022-02-01"})
    assert wrong.status_code == 422 and "Draai ze om" in wrong.text
    assert client.post(address, data={**data, "deputy": membership_of(judge).id}).status_code == 422, "no choice"
    assert client.post(address, data=data).location == address
    page = client.get(address).text
    link = page.split('action="/account/afwezigheid/')[1].split("/")[0]
    assert client.post(f"/account/afwezigheid/{link}/beeindigen").location == address
    assert "Er is nog niets geregeld" in client.get(address).text
    alone = client.get(f"/beheer/rollen/{membership_of(judge).id}/vervanging").text
    assert "Een beoordelaar wordt niet vervangen" in alone and "Leg de vervanging vast" not in alone
    assert "Een beoordelaar wordt niet vervangen" in come_in(app.test_client(), judge).get("/account/afwezigheid").text
    stranger = client.get(f"/beheer/rollen/{membership_of(editor).id}/vervanging")
    assert stranger.status_code == come_in(app.test_client(), deputy).get(address).status_code == 404
