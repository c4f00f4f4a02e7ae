"""Who leaves: what was open is shown and goes to a colleague; the last administrator stays."""

from __future__ import annotations

import pytest

from portal.access import SYSTEM, Role
from portal.accounts import service
from portal.accounts.models import Membership, Organisation
from portal.errors import NotAllowed, RuleBroken
from portal.meetings import service as meetings
from portal.meetings.actions import queries as actions
from portal.meetings.models import Attendance
from portal.tables.rounds import queries as rounds
from portal.tables.rounds.service import pass_seats as pass_table_seats
from portal.tables.rounds.service import plan_round
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
from tests.tables.world import POINTS, SCHOOLS, at, settled_world
from tests.web.doors import come_in

pytestmark = pytest.mark.usefixtures("with_tokens")


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


# --- what goes along ---------------------------------------------------------------------------------------------


@pytest.fixture
def table(office, clock, work_as):
    """A table whose participant leaves: a meeting that was, with an open action, and one to come; and a colleague."""
    clock.set("2023-02-01 09:00")
    world = settled_world(office)
    first, second = (at("2023-03-15 13:30"), at("2023-03-15 16:00")), (at("2023-05-10 13:30"), at("2023-05-10 15:30"))
    with work_as(world.secretary) as work:
        for starts_at, ends_at in (first, second):
            table = rounds.table(work, world.table_id)
            plan_round(work, table, starts_at=starts_at, ends_at=ends_at, location="Raadhuis", points=POINTS)
        meeting = rounds.round_of(work, world.table_id, 1).meeting
        meetings.send_agenda(work, meeting)
    clock.set("2023-03-15 14:00")
    with work_as(world.secretary) as work:
        meeting = rounds.round_of(work, world.table_id, 1).meeting
        meetings.record_attendance(work, meeting, {seat.id: Attendance.PRESENT for seat in meeting.seats})
        seat = next(seat for seat in meeting.seats if seat.user_id == world.participant.user_id)
        meetings.add_action(work, meeting, seat_id=seat.id, what="Bel de scholen", due_on=at("2023-04-01 12:00").date())
    with work_as(SYSTEM) as work:
        place = {"region_id": world.region.id, "table_id": world.table_id}
        organisation = work.get(Organisation, world.participant.organisation_id)
        colleague = make_staff(work, Role.TABLE_PARTICIPANT, organisation=organisation, name="Bo Kuiper", **place)
        return world, colleague, make_staff(work, Role.PLATFORM_ADMIN)


def leave(app, table):
    world, colleague, admin = table
    client = come_in(app.test_client(), admin)
    address = f"/beheer/rollen/{world.participant.membership_id}/beeindigen"
    assert client.post(address, data={"successor": membership_of(colleague).id}).status_code == 303
    return client.get(f"/beheer/gebruikers/{world.participant.user_id}").text


def holders(work, world):
    """Who holds the seat of the schools: at the table, at its first and at its second meeting."""
    table = rounds.table(work, world.table_id)
    seats = [table.seats, *(round_.meeting.seats for round_ in sorted(table.rounds, key=lambda r: r.number))]
    return [next(seat.user_id for seat in some if seat.label == SCHOOLS) for some in seats]


def test_seats_go_along_and_who_sat_before_stays_written(app, table, read_as):
    world, colleague, _admin = table
    page = leave(app, table)
    with read_as(SYSTEM) as work:
        assert holders(work, world) == [colleague.id, world.participant.user_id, colleague.id]
        assert {
            event["after"] if "meeting_id" in event else event["after"][0] for event in trail(work, "seat.filled")
        } == {colleague.id}
        told = mails(work, "handed_over")[0].text
    assert "Bel de scholen" in told and "Iemand moet" not in told and "nog regelen" not in page


def test_an_action_goes_in_person_to_a_colleague_who_did_not_sit_there_and_on_to_the_next(app, table, work_as, read_as):
    """The minutes keep to whom the meeting gave it; who took it over says that it is done."""
    world, colleague, admin = table
    leave(app, table)
    bo = come_in(app.test_client(), colleague)
    page = bo.get(f"/overleggen/{table_meeting(read_as, world)}").text
    assert f"{SCHOOLS}, overgenomen door Bo Kuiper" in page and "Zet op klaar" in page
    assert "Bel de scholen" in bo.get("/start").text
    with work_as(SYSTEM) as work:
        facts = {"region_id": world.region.id, "table_id": world.table_id}
        organisation = work.get(Organisation, world.participant.organisation_id)
        next_one = make_staff(work, Role.TABLE_PARTICIPANT, organisation=organisation, name="Cas de Wit", **facts)
    address = f"/beheer/rollen/{membership_of(colleague).id}/beeindigen"
    come_in(app.test_client(), admin).post(address, data={"successor": membership_of(next_one).id})
    with work_as(actor_for(next_one)) as work:
        [action] = rounds.round_of(work, world.table_id, 1).meeting.actions
        assert (action.seat.label, action.seat.user_id) == (SCHOOLS, world.participant.user_id)
        assert [(e["before"], e["after"]) for e in trail(work, "action.passed")] == [
            (world.participant.user_id, colleague.id), (colleague.id, next_one.id)
        ]  # fmt: skip
        meetings.finish_action(work, action)


def test_without_a_successor_an_action_is_named_as_left(app, table):
    world, _colleague, admin = table
    client = come_in(app.test_client(), admin)
    client.post(f"/beheer/rollen/{world.participant.membership_id}/beeindigen")
    page = client.get(f"/beheer/gebruikers/{world.participant.user_id}").text
    assert "Dit moet iemand nog regelen" in page and "Bel de scholen" in page


@pytest.fixture
def unheld(app, table, work_as):
    """The participant left without a successor; and somebody of the same role who works elsewhere."""
    world, colleague, admin = table
    come_in(app.test_client(), admin).post(f"/beheer/rollen/{world.participant.membership_id}/beeindigen")
    with work_as(SYSTEM) as work:
        place = {"region_id": world.region.id, "table_id": world.table_id}
        elsewhere = make_staff(work, Role.TABLE_PARTICIPANT, organisation=make_provider(work).organisation, **place)
    return world, colleague, admin, elsewhere


def test_an_action_of_who_left_waits_for_every_colleague_of_that_role(app, unheld, work_as, read_as):
    world, colleague, _admin, elsewhere = unheld
    bo, other = come_in(app.test_client(), colleague), come_in(app.test_client(), elsewhere)
    start, meeting = bo.get("/start").text, f"/overleggen/{table_meeting(read_as, world)}"
    assert "Bel de scholen" in start and "Onno Wijs werkt hier niet meer: een collega kan het doen." in start
    assert "Zet op klaar" in bo.get(meeting).text
    assert "Bel de scholen" not in other.get("/start").text
    page = other.get(meeting).text
    assert "niemand" in page and "Zet op klaar" not in page
    for person, done in ((elsewhere, False), (colleague, True)):
        with work_as(actor_for(person)) as work:
            [action] = rounds.round_of(work, world.table_id, 1).meeting.actions
            if done:
                meetings.finish_action(work, action)
            else:
                with pytest.raises(NotAllowed):
                    meetings.finish_action(work, action)


def test_chair_and_administrator_see_what_is_nobodys(app, unheld, work_as):
    world, colleague, admin, _elsewhere = unheld
    with work_as(world.secretary) as work:
        [wait] = [wait for wait in actions.waiting(work) if wait.title == "Bel de scholen"]
        assert (wait.mine, wait.whose) == (False, "niemand")
    with work_as(actor_for(admin)) as work:
        [wait] = actions.waiting(work)
        assert (wait.title, wait.mine, wait.whose) == ("1 actiepunt is van niemand", False, "niemand")
        assert "Onno Wijs" in wait.detail and "scholen" not in wait.detail, "what it says is the table's"
    with work_as(actor_for(colleague)) as work:
        [action] = rounds.round_of(work, world.table_id, 1).meeting.actions
        meetings.finish_action(work, action)
    with work_as(actor_for(admin)) as work:
        assert actions.waiting(work) == []


def test_an_action_of_who_still_works_here_is_nobody_elses(table, work_as):
    _world, colleague, admin = table
    for person in (colleague, admin):
        with work_as(actor_for(person)) as work:
            assert actions.waiting(work) == []


def table_meeting(read_as, world):
    with read_as(SYSTEM) as work:
        return rounds.round_of(work, world.table_id, 1).meeting.id


def test_an_action_goes_to_a_colleague_who_sat_there_too(app, table, work_as, read_as):
    world, colleague, _admin = table
    with work_as(SYSTEM) as work:
        seat = rounds.round_of(work, world.table_id, 1).meeting.seats[0]
        seat.user_id, own = colleague.id, seat.id
    page = leave(app, table)
    with read_as(SYSTEM) as work:
        [action] = rounds.round_of(work, world.table_id, 1).meeting.actions
        assert (action.seat_id, action.holder_id) == (own, None)
        assert trail(work, "action.passed")[0]["seat_id"] == own
        told = mails(work, "handed_over")[0].text
    assert "Bel de scholen" in told and "Iemand moet" not in told and "nog regelen" not in page


def test_seats_are_passed_only_by_who_may_end_the_role_and_to_no_stranger(table, work_as):
    world, colleague, admin = table
    for actor, to, refusal in (
        (actor_for(colleague), membership_of(colleague), NotAllowed),
        (actor_for(admin), world.provider.membership_id, RuleBroken),
    ):
        for verb in (pass_table_seats, meetings.pass_seats):
            with pytest.raises(refusal), work_as(actor) as work:
                other = work.get(Membership, to if isinstance(to, int) else to.id)
                verb(work, work.get(Membership, world.participant.membership_id), other)
