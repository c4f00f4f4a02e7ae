from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.access import SYSTEM, VISITOR
from portal.accounts.models import Membership
from portal.accounts.service import end_membership
from portal.audit import AuditEvent
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.mail.models import OutboxMail
from portal.meetings import queries, service
from portal.meetings.actions.queries import action_item, waiting
from portal.meetings.models import Attendance, Meeting, MeetingState
from portal.meetings.rules import OPENING, Point
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from tests.tables.world import POINTS, World, at

TIMES = {"starts_at": at("2023-03-15 13:30"), "ends_at": at("2023-03-15 16:00")}


def planned(world: World, work_as: Any, **changes: Any) -> int:
    facts = {"location": "Raadhuis, zaal 2", "points": POINTS, **TIMES, **changes}
    with work_as(world.secretary) as work:
        return rounds.plan_round(work, round_queries.table(work, world.table_id), **facts).meeting_id


def held(world: World, work_as: Any, clock: Any) -> int:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    clock.set("2023-03-15 13:35")
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        there = {seat.id: Attendance.PRESENT for seat in meeting.seats}
        service.record_attendance(work, meeting, there)
        service.save_minutes(work, meeting.agenda[1], minutes="Wij bespreken de cijfers.", version=1)
    return meeting_id


def in_comment(world: World, work_as: Any, clock: Any) -> int:
    meeting_id = held(world, work_as, clock)
    with work_as(world.secretary) as work:
        service.send_minutes_draft(work, queries.meeting(work, meeting_id), comments_until=at("2023-03-29 17:00"))
    return meeting_id


def adopted(world: World, work_as: Any, clock: Any) -> int:
    meeting_id = in_comment(world, work_as, clock)
    clock.set("2023-03-29 17:00")
    with work_as(world.chair) as work:
        service.adopt_minutes(work, queries.meeting(work, meeting_id))
    return meeting_id


def tags(work: Any) -> list[str]:
    return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def test_a_planned_meeting_has_the_seats_of_its_table_and_the_competition_notice_first(
    world: World, work_as: Any, read_as: Any
) -> None:
    meeting_id = planned(world, work_as)
    with read_as(world.chair) as work:
        meeting = queries.meeting(work, meeting_id)
        assert [seat.label for seat in meeting.seats] == ["Gemeenten", "Aanbieder 1", "Aanbieder 2", "Onderwijs"]
        assert meeting.agenda[0].title == OPENING
        assert {"meeting.planned", "round.planned"} <= set(tags(work))


def test_a_meeting_in_the_past_or_over_another_is_refused(world: World, work_as: Any) -> None:
    planned(world, work_as)
    with pytest.raises(RuleBroken, match="meeting_overlaps_another"):
        planned(world, work_as, starts_at=at("2023-03-15 15:59"), ends_at=at("2023-03-15 17:00"))
    with pytest.raises(RuleBroken, match="meeting_in_the_past"):
        planned(world, work_as, starts_at=at("2023-01-15 13:30"), ends_at=at("2023-01-15 15:30"))
    assert planned(world, work_as, starts_at=at("2023-03-15 16:00"), ends_at=at("2023-03-15 18:00"))


def test_the_agenda_goes_out_with_a_calendar_file_to_everybody_at_the_table(
    world: World, work_as: Any, read_as: Any
) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    with read_as(SYSTEM) as work:
        mails = list(work.session.scalars(select(OutboxMail).where(OutboxMail.template == "meeting_invitation")))
        people = {world.chair, world.secretary, world.participant, world.provider, world.other_provider}
        assert {mail.recipient for mail in mails} == {person.email for person in people}
        assert all(b"SEQUENCE:0" in mail.calendar and b"METHOD:REQUEST" in mail.calendar for mail in mails)
        assert "13:30 tot 16:00 uur (Nederlandse tijd)" in mails[0].text
        told = {mail.recipient for mail in mails if "Meld u af" in mail.text and "Meld u af" in mail.html}
        assert told == {person.email for person in (world.participant, world.provider, world.other_provider)}
        assert all("Regio Alkmaar" in mail.text and "Regio Alkmaar" in mail.html for mail in mails)
        assert "meeting.send_agenda" in tags(work)


def test_who_left_gets_no_agenda_though_the_seat_still_bears_the_name(world: World, work_as: Any, read_as: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(SYSTEM) as work:
        end_membership(work, work.get(Membership, world.participant.membership_id or 0))
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        assert world.participant.user_id in {seat.user_id for seat in meeting.seats}
        service.send_agenda(work, meeting)
    with read_as(SYSTEM) as work:
        told = set(
            work.session.scalars(select(OutboxMail.recipient).where(OutboxMail.template == "meeting_invitation"))
        )
        assert world.participant.email not in told and world.provider.email in told


def test_the_calendar_file_names_nobody_but_its_reader(world: World, work_as: Any, read_as: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    with read_as(SYSTEM) as work:
        for mail in work.session.scalars(select(OutboxMail).where(OutboxMail.template == "meeting_invitation")):
            event = Calendar.from_ical(mail.calendar).walk("VEVENT")[0]
            assert event["attendee"] == f"mailto:{mail.recipient}", "one, and no list"
            assert event["url"] == f"http://localhost/overleggen/{meeting_id}"


def test_a_moved_meeting_raises_the_sequence_of_the_same_appointment(world: World, work_as: Any, read_as: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.chair) as work:
        meeting = queries.meeting(work, meeting_id)
        service.send_agenda(work, meeting)
        service.move_meeting(
            work, meeting, starts_at=at("2023-03-16 13:30"), ends_at=at("2023-03-16 16:00"), location="Zaal 3"
        )
    with read_as(SYSTEM) as work:
        query = select(OutboxMail).where(OutboxMail.recipient == world.provider.email).order_by(OutboxMail.id)
        first, second = [m for m in work.session.scalars(query) if m.template == "meeting_invitation"]
        uid = f"UID:meeting-{meeting_id}@".encode()
        assert uid in first.calendar and uid in second.calendar and b"SEQUENCE:1" in second.calendar
        assert "verplaatst" in second.text and "meeting.move" in tags(work)


def test_a_meeting_that_is_not_sent_moves_without_mail(world: World, work_as: Any, read_as: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.chair) as work:
        service.move_meeting(
            work,
            queries.meeting(work, meeting_id),
            starts_at=at("2023-03-16 13:30"),
            ends_at=at("2023-03-16 16:00"),
            location="Zaal 3",
        )
    with read_as(SYSTEM) as work:
        assert not list(work.session.scalars(select(OutboxMail).where(OutboxMail.template == "meeting_invitation")))
        assert "meeting.move_planned" in tags(work)


def test_an_agenda_that_is_sent_no_longer_changes(world: World, work_as: Any, read_as: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        service.set_agenda(work, meeting, [Point("Nieuw punt", 20), Point("Rondvraag", 120)], version=meeting.version)
        service.send_agenda(work, meeting)
    with pytest.raises(IllegalTransition), work_as(world.secretary) as work:
        service.set_agenda(work, queries.meeting(work, meeting_id), [Point("Te laat", 20)])
    with read_as(world.chair) as work:
        assert [i.title for i in queries.meeting(work, meeting_id).agenda] == [OPENING, "Nieuw punt", "Rondvraag"]
        assert "meeting.set_agenda" in tags(work)


def test_two_people_who_change_the_agenda_notice_each_other(world: World, work_as: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        service.set_agenda(work, meeting, [Point("Eerst", 20)], version=meeting.version)
    with pytest.raises(StaleVersion), work_as(world.chair) as work:
        service.set_agenda(work, queries.meeting(work, meeting_id), [Point("Ook", 20)], version=1)


def test_who_holds_a_seat_says_not_to_come_and_to_come_after_all(world: World, work_as: Any, read_as: Any) -> None:
    meeting_id = planned(world, work_as)

    def stands() -> list[str]:
        with read_as(world.chair) as work:
            return [seat.attendance.value for seat in queries.meeting(work, meeting_id).seats]

    def say(actor: Any, *, coming: bool) -> None:
        with work_as(actor) as work:
            service.announce_attendance(work, queries.meeting(work, meeting_id), coming=coming)

    with pytest.raises(RuleBroken, match="agenda_not_sent"):
        say(world.participant, coming=False)
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    say(world.participant, coming=False)
    assert stands() == ["expected", "expected", "expected", "excused"]
    say(world.participant, coming=False)  # twice is one notice
    with read_as(world.chair) as work:
        assert tags(work).count("seat.attended") == 1
    say(world.participant, coming=True)
    assert stands() == ["expected"] * 4


def test_a_notice_of_absence_is_refused_without_a_seat_after_the_end_and_once_attendance_is_noted(
    world: World, work_as: Any, clock: Any
) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    with pytest.raises(RuleBroken, match="no_seat_at_this_meeting"), work_as(world.manager) as work:
        service.announce_attendance(work, queries.meeting(work, meeting_id), coming=False)
    with pytest.raises(NotAllowed), work_as(VISITOR) as work:
        service.announce_attendance(work, work.get(Meeting, meeting_id), coming=False)
    clock.set("2023-03-15 16:00")
    with pytest.raises(RuleBroken, match="meeting_is_over"), work_as(world.participant) as work:
        service.announce_attendance(work, queries.meeting(work, meeting_id), coming=False)
    with work_as(world.secretary) as work:
        service.record_attendance(work, queries.meeting(work, meeting_id), {})
    with pytest.raises(RuleBroken, match="attendance_is_recorded"), work_as(world.participant) as work:
        service.announce_attendance(work, queries.meeting(work, meeting_id), coming=False)


def test_attendance_is_not_recorded_before_the_meeting_begins(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    clock.set("2023-03-15 13:29:59")
    with pytest.raises(RuleBroken, match="meeting_has_not_begun"), work_as(world.secretary) as work:
        service.record_attendance(work, queries.meeting(work, meeting_id), {})


def test_attendance_says_that_the_meeting_was_held_and_can_be_corrected(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = held(world, work_as, clock)
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        service.record_attendance(work, meeting, {meeting.seats[3].id: Attendance.EXCUSED})
    with read_as(world.chair) as work:
        meeting = queries.meeting(work, meeting_id)
        assert meeting.state is MeetingState.HELD
        assert [seat.attendance.value for seat in meeting.seats] == ["present", "present", "present", "excused"]
        assert {"meeting.hold", "meeting.correct_attendance", "seat.attended"} <= set(tags(work))


def test_minutes_cannot_be_typed_before_the_agenda_is_out(world: World, work_as: Any) -> None:
    meeting_id = planned(world, work_as)
    with pytest.raises(RuleBroken, match="agenda_not_sent"), work_as(world.secretary) as work:
        service.save_minutes(work, queries.meeting(work, meeting_id).agenda[0], minutes="Welkom")


def test_two_typists_at_one_point_lose_nothing(world: World, work_as: Any, read_as: Any, clock: Any) -> None:
    meeting_id = held(world, work_as, clock)
    with work_as(world.secretary) as work:
        item = queries.meeting(work, meeting_id).agenda[2]
        service.save_minutes(work, item, minutes="Secretaris typt.", version=1)
    with pytest.raises(StaleVersion) as refused, work_as(world.chair) as work:
        item = queries.meeting(work, meeting_id).agenda[2]
        service.save_minutes(work, item, minutes="Voorzitter typt.", version=1)
    assert refused.value.theirs == {"Korter verblijf": "Secretaris typt."}
    with work_as(world.chair) as work:  # another point is nobody's business
        service.save_minutes(work, queries.meeting(work, meeting_id).agenda[3], minutes="Geen vragen.", version=1)
    with read_as(world.chair) as work:
        assert [i.minutes for i in queries.meeting(work, meeting_id).agenda][2:] == ["Secretaris typt.", "Geen vragen."]
        assert "minutes.saved" in tags(work)


def test_the_same_text_sent_twice_is_one_save(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = held(world, work_as, clock)
    for _ in range(2):
        with work_as(world.secretary) as work:
            item = queries.meeting(work, meeting_id).agenda[2]
            assert service.save_minutes(work, item, minutes="Een zin.", version=1).version == 2


def test_participants_and_providers_do_not_type_minutes(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = held(world, work_as, clock)
    for actor in (world.participant, world.provider, world.manager):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            service.save_minutes(work, queries.meeting(work, meeting_id).agenda[0], minutes="Nee")


def test_an_action_has_an_owner_and_a_date_and_is_finished_by_its_owner(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = held(world, work_as, clock)
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        seat_id = meeting.seats[1].id
        action_id = service.add_action(
            work, meeting, seat_id=seat_id, what="Cijfers sturen", due_on=date(2023, 4, 1)
        ).id
    with read_as(world.provider) as work:
        assert "Cijfers sturen" in {wait.title for wait in waiting(work)}
    with pytest.raises(NotAllowed), work_as(world.other_provider) as work:
        service.finish_action(work, action_item(work, action_id))
    with work_as(world.provider) as work:
        service.finish_action(work, action_item(work, action_id))
    with pytest.raises(RuleBroken, match="action_is_done"), work_as(world.secretary) as work:
        service.finish_action(work, action_item(work, action_id))
    with read_as(world.chair) as work:
        assert {"action.added", "action.finished"} <= set(tags(work))


def test_chair_and_secretary_know_for_whose_actions_the_table_waits(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = held(world, work_as, clock)
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        service.add_action(work, meeting, seat_id=meeting.seats[1].id, what="Cijfers sturen", due_on=date(2023, 4, 1))
    for actor, expected in (
        (world.chair, [(False, "Aanbieder 1")]),
        (world.secretary, [(False, "Aanbieder 1")]),
        (world.provider, [(True, "")]),
        (world.other_provider, []),
    ):
        with read_as(actor) as work:
            waits = [(w.mine, w.whose) for w in waiting(work) if w.title == "Cijfers sturen"]
        assert waits == expected


def test_an_action_is_finished_also_when_the_minutes_are_adopted(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = held(world, work_as, clock)
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        seat_id = meeting.seats[1].id
        actions = [
            service.add_action(work, meeting, seat_id=seat_id, what=what, due_on=date(2023, 4, 1)).id
            for what in ("Cijfers sturen", "Voorbeeld rondsturen")
        ]
        service.send_minutes_draft(work, meeting, comments_until=at("2023-03-29 17:00"))
    clock.set("2023-03-29 17:00")
    with work_as(world.chair) as work:
        service.adopt_minutes(work, queries.meeting(work, meeting_id))
    for actor, action_id in zip((world.provider, world.secretary), actions, strict=True):
        with work_as(actor) as work:
            service.finish_action(work, action_item(work, action_id))
    with read_as(world.chair) as work:
        assert all(action.done_at for action in queries.meeting(work, meeting_id).actions)


def test_an_action_without_words_or_before_the_meeting_is_refused(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = held(world, work_as, clock)
    expected = "action_is_empty, action_due_before_meeting, no_such_seat"
    with pytest.raises(RuleBroken, match=expected), work_as(world.secretary) as work:
        service.add_action(work, queries.meeting(work, meeting_id), seat_id=999, what=" ", due_on=date(2023, 3, 14))


def test_empty_minutes_are_not_sent_round(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = planned(world, work_as)
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    clock.set("2023-03-15 14:00")
    with work_as(world.secretary) as work:
        service.record_attendance(work, queries.meeting(work, meeting_id), {})
    with (
        pytest.raises(RuleBroken, match="minutes_are_empty, comments_until_in_the_past"),
        work_as(world.secretary) as work,
    ):
        service.send_minutes_draft(work, queries.meeting(work, meeting_id), comments_until=at("2023-03-15 14:00"))


def test_a_participant_comments_in_the_name_of_the_own_seat(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = in_comment(world, work_as, clock)
    with work_as(world.provider) as work:
        service.comment_minutes(work, queries.meeting(work, meeting_id), text="Wij waren met twee mensen.")
    with read_as(world.chair) as work:
        meeting = queries.meeting(work, meeting_id)
        assert [(c.seat.label, c.text) for c in meeting.comments] == [("Aanbieder 1", "Wij waren met twee mensen.")]
        assert {"meeting.send_minutes_draft", "meeting.comment"} <= set(tags(work))


def test_comments_end_at_the_promised_moment(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = in_comment(world, work_as, clock)
    clock.set("2023-03-29 16:59:59.999999")
    with work_as(world.participant) as work:
        assert service.comment_minutes(work, queries.meeting(work, meeting_id), text="Net op tijd")
    clock.set("2023-03-29 17:00")
    with pytest.raises(RuleBroken, match="comments_are_closed"), work_as(world.participant) as work:
        service.comment_minutes(work, queries.meeting(work, meeting_id), text="Te laat")


def test_who_has_no_seat_does_not_comment(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = in_comment(world, work_as, clock)
    with pytest.raises(RuleBroken, match="no_seat_at_this_meeting, comment_is_empty"), work_as(world.chair) as work:
        service.comment_minutes(work, queries.meeting(work, meeting_id), text=" ")
    with pytest.raises(RuleBroken, match="no_seat_at_this_meeting"), work_as(world.manager) as work:
        service.comment_minutes(work, queries.meeting(work, meeting_id), text="Ik ook")
    with pytest.raises(NotAllowed), work_as(world.secretary) as work:
        service.comment_minutes(work, queries.meeting(work, meeting_id), text="Ik typ alleen")


def test_only_the_chair_adopts_and_not_before_the_time_for_comments_is_over(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = in_comment(world, work_as, clock)
    with pytest.raises(RuleBroken, match="comments_are_still_open"), work_as(world.chair) as work:
        service.adopt_minutes(work, queries.meeting(work, meeting_id))
    clock.set("2023-03-29 17:00")
    with pytest.raises(NotAllowed), work_as(world.secretary) as work:
        service.adopt_minutes(work, queries.meeting(work, meeting_id))
    with work_as(world.chair) as work:
        service.adopt_minutes(work, queries.meeting(work, meeting_id))
    with read_as(world.chair) as work:
        assert queries.meeting(work, meeting_id).adopted_at == at("2023-03-29 17:00")
        assert "meeting.adopt_minutes" in tags(work)


def test_adopted_minutes_are_closed(world: World, work_as: Any, clock: Any) -> None:
    meeting_id = adopted(world, work_as, clock)
    with pytest.raises(RuleBroken, match="minutes_are_adopted"), work_as(world.chair) as work:
        service.save_minutes(work, queries.meeting(work, meeting_id).agenda[1], minutes="Toch anders")
    with pytest.raises(RuleBroken, match="minutes_are_adopted"), work_as(world.chair) as work:
        meeting = queries.meeting(work, meeting_id)
        service.add_action(work, meeting, seat_id=meeting.seats[0].id, what="Nog iets", due_on=date(2023, 5, 1))
    with pytest.raises(IllegalTransition), work_as(world.chair) as work:
        service.record_attendance(work, queries.meeting(work, meeting_id), {})
    with pytest.raises(IllegalTransition), work_as(world.participant) as work:
        service.comment_minutes(work, queries.meeting(work, meeting_id), text="Nog een reactie")


def test_what_must_still_be_said_stands_beside_adopted_minutes(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = in_comment(world, work_as, clock)
    with pytest.raises(IllegalTransition), work_as(world.secretary) as work:
        service.add_addendum(work, queries.meeting(work, meeting_id), text="Te vroeg")
    clock.set("2023-03-29 17:00")
    with work_as(world.chair) as work:
        service.adopt_minutes(work, queries.meeting(work, meeting_id))
    with work_as(world.secretary) as work:
        service.add_addendum(work, queries.meeting(work, meeting_id), text="Het getal bij punt 2 is 12.")
    with pytest.raises(RuleBroken, match="addendum_is_empty"), work_as(world.secretary) as work:
        service.add_addendum(work, queries.meeting(work, meeting_id), text="  ")
    with read_as(world.provider) as work:
        meeting = queries.meeting(work, meeting_id)
        assert [a.text for a in meeting.addenda] == ["Het getal bij punt 2 is 12."]
        assert meeting.agenda[1].minutes == "Wij bespreken de cijfers."
        assert "meeting.add_addendum" in tags(work)


def test_the_document_of_the_minutes_is_kept_only_after_adoption(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = in_comment(world, work_as, clock)
    with pytest.raises(IllegalTransition), work_as(SYSTEM) as work:
        service.keep_minutes_file(work, queries.meeting(work, meeting_id), document=b"docx", name="verslag.docx")
    clock.set("2023-03-29 17:00")
    with work_as(world.chair) as work:
        service.adopt_minutes(work, queries.meeting(work, meeting_id))
    with work_as(SYSTEM) as work:
        service.keep_minutes_file(work, queries.meeting(work, meeting_id), document=b"docx", name="verslag.docx")
    with read_as(SYSTEM) as work:
        assert "minutes.stored" in tags(work)
        assert queries.meeting(work, meeting_id).minutes_file_id is not None


def test_who_has_no_seat_and_no_business_at_the_table_finds_no_meeting(
    world: World, work_as: Any, read_as: Any
) -> None:
    meeting_id = planned(world, work_as)
    for actor in (world.chair, world.secretary, world.participant, world.provider, world.manager, world.delegates[0]):
        with read_as(actor) as work:
            assert isinstance(queries.meeting(work, meeting_id), Meeting)
    with pytest.raises(NotFound), read_as(world.outsider) as work:
        queries.meeting(work, meeting_id)


def test_a_term_that_ends_at_midnight_waits_until_the_day_before(
    world: World, work_as: Any, read_as: Any, clock: Any
) -> None:
    meeting_id = held(world, work_as, clock)
    with work_as(world.secretary) as work:
        service.send_minutes_draft(work, queries.meeting(work, meeting_id), comments_until=at("2023-03-30 00:00"))
    for actor in (world.provider, world.secretary):
        with read_as(actor) as work:
            assert date(2023, 3, 29) in {wait.due for wait in queries.waiting(work)}


def test_each_waits_for_what_is_theirs(world: World, work_as: Any, read_as: Any, clock: Any) -> None:
    def titles(actor: Any) -> list[str]:
        with read_as(actor) as work:
            return [wait.title for wait in queries.waiting(work)]

    meeting_id = planned(world, work_as)
    assert titles(world.secretary) == ["Stuur de agenda rond"] and titles(world.provider) == []
    with work_as(world.secretary) as work:
        service.send_agenda(work, queries.meeting(work, meeting_id))
    assert titles(world.provider) == ["Lees de agenda en de stukken"] and titles(world.outsider) == []
    clock.set("2023-03-15 13:30")
    assert titles(world.secretary) == ["Maak het verslag"]
    with work_as(world.secretary) as work:
        meeting = queries.meeting(work, meeting_id)
        service.record_attendance(work, meeting, {})
        service.save_minutes(work, meeting.agenda[1], minutes="Tekst")
    assert titles(world.chair) == ["Stuur het verslag rond voor reactie"]
    with work_as(world.secretary) as work:
        service.send_minutes_draft(work, queries.meeting(work, meeting_id), comments_until=at("2023-03-29 17:00"))
    assert titles(world.participant) == ["Reageer op het verslag, als er iets niet klopt"]
    assert titles(world.chair) == ["Reacties op het verslag"]
    clock.set("2023-03-29 17:00")
    assert titles(world.participant) == [] and titles(world.chair) == ["Stel het verslag vast"]
    assert titles(world.secretary) == ["Verslag vaststellen"]
