"""The ladder in time: exactly one row per obligation, step and recipient, through repeats, downtime and two schedulers."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import scheduler
from portal.access import SYSTEM
from portal.accounts.models import User, UserState
from portal.audit import AuditEvent, verify_chain
from portal.compliance.escalation import jobs as escalation_jobs
from portal.compliance.escalation.models import Signal
from portal.compliance.obligations import jobs, queries
from portal.compliance.obligations.models import Obligation, Reminder, ReminderState
from portal.compliance.obligations.reminders import service
from portal.compliance.obligations.waits import queries as home
from portal.errors import NotAllowed
from portal.mail.models import OutboxMail
from portal.work import begin_read
from tests import factories
from tests.compliance.builder import EVALUATION, MARGIN, WNT

R = ReminderState
PROVIDER = "beheer@lindeveld.example"


@pytest.fixture
def year(desk, clock):
    """The obligations over 2023, without the evaluation of 15 April, so that only 31 May and 1 July count."""
    desk.year_begins()
    desk.files(EVALUATION)
    with desk.acts(SYSTEM) as work:
        for item in work.session.scalars(select(Obligation).where(Obligation.contract_id == desk.contracts[1])):
            item.due_on = date(2026, 1, 1)
    return desk


def runs(desk, *moments):
    """The job at these moments; how many obligations were chased each time."""
    counts = []
    for moment in moments:
        desk.office.clock.set(moment)
        counts.append(jobs.remind_due_obligations(desk.office))
    return counts


def mails(desk, address=PROVIDER):
    return [mail for mail in desk.rows(OutboxMail) if mail.recipient == address and mail.template == "obligations_due"]


def steps(desk, kind=MARGIN, state=None):
    """The steps on record of an obligation of the first provider, with the recipient."""
    found = desk.id_of(kind)
    return [(r.step, r.recipient) for r in desk.rows(Reminder) if r.obligation_id == found and state in (None, r.state)]


# --- once --------------------------------------------------------------------------------------------------------


def test_a_reminder_goes_out_on_its_day_and_never_twice(year):
    assert runs(year, "2024-04-01 07:00") == [0]
    assert runs(year, "2024-04-02 07:00", "2024-04-02 12:00", "2024-04-03 07:00") == [1, 0, 0]
    assert steps(year) == [(-60, PROVIDER)]
    (mail,) = mails(year)
    assert mail.subject == "Verklaring winstmarge over 2023: uiterlijk 31 mei 2024"


def test_a_year_of_mornings_leaves_one_row_per_obligation_step_and_recipient(year):
    with year.acts(SYSTEM) as work:
        provider = factories.Provider(
            work.get(Obligation, year.id_of(MARGIN)).organisation, work.get(User, year.provider.user_id)
        )
        factories.make_colleague(work, provider, email="collega@lindeveld.example")
    day = date(2024, 3, 25)
    for number in range(140):
        runs(year, f"{date.fromordinal(day.toordinal() + number)} 07:00")
    keys = Counter((r.obligation_id, r.step, r.recipient) for r in year.rows(Reminder))
    assert set(keys.values()) == {1}
    assert [step for step, recipient in steps(year) if recipient == PROVIDER] == [-60, -30, -14, -7, -1, 1, 7, 14]
    assert {recipient for step, recipient in steps(year) if step == 30} == {
        "contractmanagers", "signaal", year.manager.email, year.second.email,
    }  # fmt: skip
    per_day = Counter(
        (mail.recipient, mail.queued_at.date()) for mail in year.rows(OutboxMail) if mail.template == "obligations_due"
    )
    assert set(per_day.values()) == {1}, "one mail per reader and day"
    assert steps(year, state=R.SUPERSEDED) == []
    with begin_read(year.office, SYSTEM) as work:
        assert list(verify_chain(work.session)) == []


def test_two_schedulers_at_once_send_once(year):
    year.office.clock.set("2024-06-10 07:00")
    with ThreadPoolExecutor(2) as both:
        counts = list(both.map(jobs.remind_due_obligations, [year.office] * 2))
    assert sorted(counts) == [0, 2]
    assert len(mails(year)) == 1
    assert len(mails(year, year.manager.email)) == 1


def test_two_schedulers_at_once_create_once(desk):
    desk.office.clock.set("2024-01-01 07:00")
    with ThreadPoolExecutor(2) as both:
        counts = list(both.map(jobs.create_due_obligations, [desk.office] * 2))
    assert sum(counts) == 6 == len(desk.rows(Obligation))


def test_the_database_refuses_a_step_that_was_taken(year):
    runs(year, "2024-04-02 07:00")
    with pytest.raises(IntegrityError), year.office.db.session(write=True) as session:
        taken = session.scalars(select(Reminder)).first()
        names = [c.name for c in Reminder.__table__.columns if c.name != "id"]
        session.add(Reminder(**{name: getattr(taken, name) for name in names}))
        session.flush()


# --- downtime ----------------------------------------------------------------------------------------------------


def test_after_weeks_of_downtime_only_the_latest_step_is_sent(year):
    assert runs(year, "2024-04-02 07:00", "2024-05-27 07:00") == [1, 2]
    assert steps(year, state=R.QUEUED) == [(-60, PROVIDER), (-7, PROVIDER)]
    assert steps(year, state=R.SUPERSEDED) == [(-30, ""), (-14, "")]
    _first, second = mails(year)
    assert second.subject == "2 verklaringen vragen aandacht"
    assert year.rows(AuditEvent)[-1].tag == "obligation.chased"
    event = next(e for e in reversed(year.rows(AuditEvent)) if e.facts.get("step") == -7)
    assert event.facts["superseded"] == [-30, -14]


def test_a_step_that_was_passed_over_is_never_sent_later(year):
    runs(year, "2024-05-27 07:00")
    assert runs(year, "2024-05-28 07:00", "2024-05-29 07:00") == [0, 0]
    assert len(mails(year)) == 1


# --- who is not chased -------------------------------------------------------------------------------------------


def test_who_has_filed_gets_no_more_reminders(year):
    runs(year, "2024-04-02 07:00")
    year.files(MARGIN)
    runs(year, "2024-05-01 07:00", "2024-06-03 07:00", "2024-07-02 07:00")
    assert steps(year) == [(-60, PROVIDER)]
    assert year.item(MARGIN).steps[0].state is R.QUEUED


def test_a_provider_without_anybody_to_read_is_on_record(year):
    with year.acts(SYSTEM) as work:
        work.get(User, year.provider.user_id).state = UserState.DEACTIVATED
    assert runs(year, "2024-04-02 07:00", "2024-04-03 07:00") == [1, 0]
    assert steps(year, state=R.NOBODY) == [(-60, "")]


def test_only_the_portal_itself_takes_steps(year, clock):
    clock.set("2024-04-02 07:00")
    with pytest.raises(NotAllowed), year.acts(year.provider) as work:
        service.take_steps(work, [year.provider.organisation_id])


# --- too late ----------------------------------------------------------------------------------------------------


def test_after_seven_days_the_contract_managers_hear_of_it_in_one_mail(year, clock):
    with year.acts(SYSTEM) as work:
        for item in work.session.scalars(select(Obligation).where(Obligation.contract_id == year.contracts[1])):
            item.due_on = date(2024, 5, 31)
    runs(year, "2024-06-03 07:00", "2024-06-07 07:00")
    for manager in (year.manager, year.second):
        (mail,) = mails(year, manager.email)
        assert mail.subject == "4 verklaringen zijn te laat"
        assert "Lindeveld Jeugd en Gezin" in mail.text
        assert "Praktijk Kwelder" in mail.text
        assert "/verantwoording/lijst?stand=te-laat" in mail.text
    assert (7, "contractmanagers") in steps(year, state=R.DONE)
    assert runs(year, "2024-06-07 12:00") == [0]
    assert len(mails(year, year.manager.email)) == 1


def test_what_was_filed_before_the_managers_were_told_is_left_out(year, clock):
    with year.acts(SYSTEM) as work:
        managers = [year.manager.user_id, year.second.user_id]
        for user in work.session.scalars(select(User).where(User.id.in_(managers))):
            user.state = UserState.DEACTIVATED
    runs(year, "2024-06-03 07:00", "2024-06-07 07:00")
    assert steps(year, state=R.COLLECTED) == [(7, "contractmanagers")]
    with year.acts(SYSTEM) as work:
        work.get(User, year.manager.user_id).state = UserState.ACTIVE
    year.files(MARGIN)
    runs(year, "2024-06-10 07:00")
    assert mails(year, year.manager.email) == []
    assert (7, "contractmanagers") in steps(year, state=R.SUPERSEDED)


def test_a_first_contract_manager_hears_what_waited(year):
    with year.acts(SYSTEM) as work:
        for user in work.session.scalars(select(User).where(User.id.in_([year.manager.user_id, year.second.user_id]))):
            user.state = UserState.DEACTIVATED
    runs(year, "2024-06-03 07:00", "2024-06-07 07:00")
    with year.acts(SYSTEM) as work:
        work.get(User, year.second.user_id).state = UserState.ACTIVE
    runs(year, "2024-06-10 07:00")
    (mail,) = mails(year, year.second.email)
    assert mail.subject == "Lindeveld Jeugd en Gezin is te laat met de verklaring winstmarge"


def test_after_fourteen_days_a_note_stands_in_the_risk_profile(year):
    runs(year, "2024-06-03 07:00", "2024-06-07 07:00", "2024-06-14 07:00")
    assert (14, "risicoprofiel") in steps(year, state=R.DONE)
    assert (14, PROVIDER) in steps(year, state=R.QUEUED)


def test_after_thirty_days_it_becomes_one_signal(year, clock):
    runs(year, "2024-06-03 07:00", "2024-06-07 07:00", "2024-06-14 07:00")
    assert escalation_jobs.open_overdue_signals(year.office) == 0
    runs(year, "2024-07-01 07:00")
    assert escalation_jobs.open_overdue_signals(year.office) == 1
    assert escalation_jobs.open_overdue_signals(year.office) == 0
    (signal,) = year.rows(Signal)
    assert (signal.obligation_id, signal.reason) == (year.id_of(MARGIN), "overdue")
    event = year.rows(AuditEvent)[-1]
    assert (event.tag, event.facts["obligation_id"], event.facts["reason"]) == (
        "signal.opened",
        signal.obligation_id,
        "overdue",
    )


def test_who_is_late_reads_on_which_day_a_signal_was_opened(year, clock):
    runs(year, "2024-07-01 07:00")
    with year.looks(year.provider) as work:
        late = next(wait for wait in home.waiting(work) if "winstmarge" in wait.title)
        item = queries.obligation(work, year.id_of(MARGIN))
        assert queries.signalled_at(item) is not None
    assert late.words == "Te laat"
    assert late.detail == (
        "Dien dit zo snel mogelijk in. Op maandag 1 juli 2024 is een signaal geopend bij de contractmanager."
    )


def test_two_schedulers_at_once_open_one_signal(year):
    runs(year, "2024-07-01 07:00")
    with ThreadPoolExecutor(2) as both:
        counts = list(both.map(escalation_jobs.open_overdue_signals, [year.office] * 2))
    assert sum(counts) == 1 == len(year.rows(Signal))


def test_the_scheduler_does_it_all_by_itself(desk, clock, transport):
    clock.set("2024-01-01 07:00")
    outcome = scheduler.run_all(desk.office, transport, strict=True)
    assert (outcome["create_due_obligations"], outcome["remind_due_obligations"]) == (6, 0)
    clock.set("2024-02-15 07:00")
    assert scheduler.run_all(desk.office, transport, strict=True)["remind_due_obligations"] == 2
    assert transport.to(PROVIDER)[-1]["Subject"] == "Jaarlijkse evaluatie over 2023: uiterlijk 15 april 2024"


# --- words -------------------------------------------------------------------------------------------------------


def test_the_mail_says_what_by_when_and_what_to_do_in_dutch(year):
    runs(year, "2024-05-24 07:00")
    (mail,) = mails(year)
    assert "Verklaring winstmarge over 2023: uiterlijk vrijdag 31 mei 2024 (nog 7 dagen)" in mail.text
    assert "WNT-verklaring over 2023: uiterlijk maandag 1 juli 2024 (nog 38 dagen)" in mail.text
    assert "http://localhost/verantwoording" in mail.text
    assert "omdat u voor Lindeveld Jeugd en Gezin verantwoording aflegt" in mail.text
    assert "Regio Alkmaar" in mail.html


def test_a_late_legal_declaration_says_that_the_law_asks_it_too(year):
    year.files(MARGIN)
    runs(year, "2024-07-08 07:00")
    (mail,) = mails(year)
    assert mail.subject == "WNT-verklaring over 2023 is te laat"
    assert "7 dagen te laat" in mail.text
    assert "ook wettelijk verplicht" in mail.text
    assert f"http://localhost/verantwoording/{year.id_of(WNT)}" in mail.html


def test_an_english_reader_gets_english_words(year):
    with year.acts(SYSTEM) as work:
        for id in (year.provider.user_id, year.manager.user_id):
            work.get(User, id).locale = "en"
    runs(year, "2024-05-24 07:00")
    year.files(WNT)
    runs(year, "2024-06-07 07:00")
    first, second = mails(year)
    assert first.subject == "2 declarations need your attention"
    assert "due Friday 31 May 2024 (7 days left)" in first.text
    assert second.subject.endswith("is late")
    assert "7 days late" in second.text
    (told,) = mails(year, year.manager.email)
    assert told.subject.startswith("Lindeveld Jeugd en Gezin is late with the ")
    assert "Ask the provider for the reason." in told.text
