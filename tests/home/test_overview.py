"""The daily overview: once a day, to who wants it, of what waits for them and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import SYSTEM, Role
from portal.accounts.models import Membership, User
from portal.accounts.service import set_mail_preference
from portal.clock import system_clock
from portal.home.overview import jobs, queries
from portal.home.overview.jobs import send_daily_overviews
from portal.home.overview.rules import shares
from portal.mail import MailStatus, OutboxMail, deliver_pending, queue_mail
from portal.work import begin_read, begin_write
from tests.conftest import TestClock
from tests.factories import PASSWORD, actor_for, make_authority, make_officer, make_provider, make_region, membership_of
from tests.web.doors import Reader, come_in


@pytest.fixture
def people(work_as):
    """An officer with something to check, and another with the same who wants no overview."""
    with work_as(SYSTEM) as work:
        region = make_region(work)
        provider = make_provider(work, authority=None)
        make_authority(work, provider.actor, verified=False)
        wanting, other = make_officer(work, region), make_officer(work, region)
        wanting.mail_digest = True
        provider.admin.mail_digest = True  # nothing is theirs to do
        return wanting.id, other.id, provider.admin.id


def overviews(office) -> list[OutboxMail]:
    with begin_read(office, SYSTEM) as work:
        find = select(OutboxMail).where(OutboxMail.template == "daily_digest").order_by(OutboxMail.id)
        found = list(work.session.scalars(find))
        work.session.expunge_all()
        return found


def test_who_wants_it_gets_one_overview_a_day_however_often_it_is_asked(office, clock, people):
    clock.set("2022-03-01 07:00")
    assert send_daily_overviews(office) == 1
    assert send_daily_overviews(office) == 0
    clock.set("2022-03-01 18:00")
    assert send_daily_overviews(office) == 0
    clock.set("2022-03-02 07:00")
    assert send_daily_overviews(office) == 1
    first, second = overviews(office)
    assert first.recipient == second.recipient and first.subject == "Vandaag wacht 1 taak op u"
    assert "1 tekenbevoegdheid controleren" in first.text and "http://localhost/start" in first.text


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("2022-03-01 06:59", "before seven"),
        ("2022-03-05 09:00", "on a Saturday"),
        ("2022-04-18 09:00", "on Easter Monday"),
    ],
)
def test_nothing_leaves(office, clock, people, moment, why):
    clock.set(moment)
    assert send_daily_overviews(office) == 0, why


def test_after_days_of_silence_only_the_newest_is_sent(office, clock, people):
    clock.set("2022-03-01 07:00")
    send_daily_overviews(office)
    clock.set("2022-03-10 15:00")
    assert send_daily_overviews(office) == 1
    assert [mail.queued_at.day for mail in overviews(office)] == [1, 10]


def test_an_overview_is_in_the_language_of_its_reader(office, clock, people):
    with begin_write(office, SYSTEM) as work:
        work.get(User, people[0]).locale = "en"
    send_daily_overviews(office)
    [mail] = overviews(office)
    assert mail.subject == "1 task waits for you today" and "See what waits for you" in mail.html


def test_what_was_kept_goes_along_and_does_not_leave_a_second_time(office, clock, people):
    facts = {"name": "A", "title": "Tafel", "starts_at": clock(), "link": "/overleggen/1"}
    with begin_write(office, SYSTEM) as work:
        reader = work.get(User, people[0])
        kept = queue_mail(work, to=reader.email, template="minutes_adopted", key="minutes:1", facts=facts)
        assert kept.held and kept.status is MailStatus.QUEUED
        number = kept.id
    assert send_daily_overviews(office) == 1
    [mail] = overviews(office)
    with begin_read(office, SYSTEM) as work:
        kept = work.get(OutboxMail, number)
        assert kept.status is MailStatus.SENT and kept.subject in mail.text
    assert "http://localhost/overleggen/1" in mail.text


def test_news_alone_is_reason_enough(office, clock, people):
    """To somebody who has no task: the provider waits for the officer."""
    facts = {"name": "A", "title": "Tafel", "starts_at": clock(), "link": "/overleggen/1"}
    with begin_write(office, SYSTEM) as work:
        work.get(User, people[0]).mail_digest = False
        queue_mail(work, to=work.get(User, people[2]).email, template="minutes_adopted", key="minutes:1", facts=facts)
    send_daily_overviews(office)
    [mail] = overviews(office)
    assert mail.subject == "1 bericht uit het portaal"


def test_every_task_has_a_link_of_its_own_that_survives_the_log_in(app, office, clock, people):
    send_daily_overviews(office)
    [mail] = overviews(office)
    assert 'href="http://localhost/verificaties"' in mail.html and "http://localhost/verificaties\n" in mail.text
    app.test_client_class = Reader
    client = app.test_client()
    sent_on = client.get("/verificaties").location
    entered = client.post(sent_on, data={"email": mail.recipient, "password": PASSWORD})
    assert entered.location == "/verificaties" and client.get("/verificaties").status_code == 200


@pytest.fixture
def in_two_roles(work_as):
    """Somebody who audits first and buys second; a provider's authority waits for the second role."""
    with work_as(SYSTEM) as work:
        reader = make_officer(work, make_region(work), Role.AUDITOR)
        make_authority(work, make_provider(work, authority=None).actor, verified=False)
        first = work.get(Membership, membership_of(reader).id)
        facts = {name: getattr(first, name) for name in ("user_id", "organisation_id", "region_id", "since")}
        second = work.add(Membership(role=Role.PROCUREMENT_OFFICER, **facts))
        reader.mail_digest = True
        return reader, first.id, second.id


def test_a_link_of_another_role_begins_the_session_in_that_role(app, office, clock, in_two_roles):
    _reader, _first, second = in_two_roles
    send_daily_overviews(office)
    [mail] = overviews(office)
    assert "Inkoper" in mail.text and f"http://localhost/account/rol/{second}?next=/verificaties" in mail.text
    app.test_client_class = Reader
    client = app.test_client()
    entered = client.post(
        client.get(f"/account/rol/{second}?next=/verificaties").location,
        data={"email": mail.recipient, "password": PASSWORD},
    )
    assert client.get(entered.location).location == "/verificaties" and client.get("/verificaties").status_code == 200


def test_a_link_alone_changes_nobodys_role(app, clock, in_two_roles, work_as):
    reader, first, second = in_two_roles
    app.test_client_class = Reader
    client = come_in(app.test_client(), reader)
    link = f"/account/rol/{second}?next=/verificaties"
    assert "Ga verder als Inkoper" in client.get(link).text and client.get("/verificaties").status_code == 404
    assert client.post(link).location == "/verificaties" and client.get("/verificaties").status_code == 200
    assert client.get(f"/account/rol/{first}").status_code == 200, "the first role is another one now"
    with work_as(SYSTEM) as work:
        other = make_provider(work).actor.membership_id
    assert client.get(f"/account/rol/{other}").status_code == client.post(f"/account/rol/{other}").status_code == 404
    assert client.get(f"/account/rol/{second}?next=//elders.nl").location == "/start"


@pytest.mark.parametrize(
    ("wanted", "room", "given"),
    [((3, 2), 20, [3, 2]), ((30, 2), 20, [18, 2]), ((30, 30), 20, [10, 10]), ((0, 5), 3, [0, 3]), ((), 20, [])],
)
def test_no_role_pushes_another_out_of_the_mail(wanted, room, given):
    assert shares(wanted, room) == given


def subjects(transport, address) -> list[str]:
    """Of what reached this reader, beside the mail that every new account gets."""
    return [found for mail in transport.to(address) if "Bevestig" not in (found := str(mail["Subject"]))]


def keep(work, reader, clock):
    """A mail that only informs, at this moment."""
    facts = {"name": "A", "title": "Tafel", "starts_at": clock(), "link": "/overleggen/1"}
    return queue_mail(work, to=reader.email, template="minutes_adopted", key="minutes:1", facts=facts)


@pytest.mark.parametrize(
    ("kept_at", "overview_at"),
    [("2022-03-01 12:00", "2022-03-02 07:00"), ("2022-03-04 12:00", "2022-03-07 07:00"),
     ("2022-04-14 20:00", "2022-04-19 07:00"), ("2022-03-05 10:00", "2022-03-07 07:00")],
    ids=["a Tuesday", "over a weekend", "over Easter", "on a Saturday"],
)  # fmt: skip
def test_a_kept_mail_waits_for_the_overview_of_the_next_working_day(
    office, clock, people, transport, kept_at, overview_at
):
    """It is not sent by itself before, and not a second time after."""
    clock.set(kept_at)
    with begin_write(office, SYSTEM) as work:
        reader = work.get(User, people[2])
        address, kept = reader.email, keep(work, reader, clock)
        waits = kept.next_attempt_at - system_clock()
    began = clock()
    clock.set(overview_at)
    passed = clock() - began
    assert waits > passed
    for moment in (passed - timedelta(minutes=1), timedelta(days=30)):
        if moment.days == 30:
            send_daily_overviews(office)
        deliver_pending(office, transport, clock=TestClock(system_clock() + moment))
    assert subjects(transport, address) == ["1 bericht uit het portaal"]


def test_without_overviews_a_kept_mail_leaves_by_itself(office, clock, people, transport):
    """Also when the wish was taken back by nobody and no job ever ran; and what left is in no later overview."""
    clock.set("2022-03-01 12:00")
    with begin_write(office, SYSTEM) as work:
        reader = work.get(User, people[2])
        address, kept = reader.email, keep(work, reader, clock)
    deliver_pending(office, transport, clock=TestClock(system_clock() + timedelta(hours=27)))
    assert subjects(transport, address) == [kept.subject]
    clock.set("2022-03-03 07:00")
    send_daily_overviews(office)
    assert address not in {mail.recipient for mail in overviews(office)}


def test_who_changes_back_gets_each_mail_by_itself(office, clock, people, transport, work_as):
    with begin_write(office, SYSTEM) as work:
        reader = work.get(User, people[2])
        address, actor, kept = reader.email, actor_for(reader), keep(work, reader, clock)
    with work_as(actor) as work:
        set_mail_preference(work, work.get(User, people[2]), digest=False)
    clock.set("2022-03-02 07:00")
    send_daily_overviews(office)
    deliver_pending(office, transport)
    assert subjects(transport, address) == [kept.subject]


def test_people_are_read_in_parts(office, clock, people, monkeypatch):
    """The same people, one at a time: nobody is skipped and nobody gets two."""
    with begin_write(office, SYSTEM) as work:
        work.get(User, people[1]).mail_digest = True
    monkeypatch.setattr(queries, "BATCH", 1)
    assert jobs.send_daily_overviews(office) == 2
    assert len({mail.recipient for mail in overviews(office)}) == 2
