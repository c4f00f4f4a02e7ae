"""The daily overview: once a day, to who wants it, of what waits for them and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.accounts.models import User
from portal.home.overview import jobs, queries
from portal.home.overview.jobs import send_daily_overviews
from portal.mail import MailStatus, OutboxMail, queue_mail
from portal.work import begin_read, begin_write
from tests.factories import make_authority, make_officer, make_provider, make_region


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


def test_people_are_read_in_parts(office, clock, people, monkeypatch):
    """The same people, one at a time: nobody is skipped and nobody gets two."""
    with begin_write(office, SYSTEM) as work:
        work.get(User, people[1]).mail_digest = True
    monkeypatch.setattr(queries, "BATCH", 1)
    assert jobs.send_daily_overviews(office) == 2
    assert len({mail.recipient for mail in overviews(office)}) == 2
