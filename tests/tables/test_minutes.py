from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import docx
import pytest
from sqlalchemy import select

from portal.access import SYSTEM, Actor
from portal.audit import AuditEvent
from portal.listing import FIRST, Asked
from portal.meetings import queries as meeting_queries
from portal.meetings import service as meetings
from portal.meetings.documents import minutes_docx
from portal.meetings.models import Attendance, SeatKind
from portal.meetings.rules import SeatFacts
from portal.storage import StoredFile, open_file
from portal.tables.agreements import jobs, queries, service
from portal.tables.agreements.documents import agreement_facts
from portal.tables.agreements.mediation import service as mediations
from portal.tables.agreements.mediation.queries import own_mediations
from portal.tables.agreements.models import Agreement, AgreementState, Mediation, MediationOutcome, Stance, Vote
from portal.tables.agreements.rules import Target
from portal.tables.agreements.rulings import queries as ruling_queries
from portal.tables.agreements.rulings import service as rulings
from portal.tables.kpis import queries as kpis
from portal.tables.kpis.models import ObligationType
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from tests.tables.world import POINTS, World, at


def words_of(document: bytes) -> str:
    found = docx.Document(BytesIO(document))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in found.paragraphs] + cells)


@pytest.fixture
def adopted(world: World, work_as: Any, clock: Any) -> int:
    """A round with an agreement that went through mediation, adopted by the chair."""
    with work_as(world.secretary) as work:
        table = round_queries.table(work, world.table_id)
        planned = rounds.plan_round(
            work,
            table,
            starts_at=at("2023-03-15 13:30"),
            ends_at=at("2023-03-15 16:00"),
            location="Raadhuis",
            points=POINTS,
        )
        meetings.send_agenda(work, planned.meeting)
    clock.set("2023-03-15 14:00")
    with work_as(world.chair) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        seats = found.meeting.seats
        meetings.record_attendance(work, found.meeting, {seat.id: Attendance.PRESENT for seat in seats[:3]})
        meetings.save_minutes(work, found.meeting.agenda[2], minutes="Wij zoeken een termijn die haalbaar is.")
        meetings.add_action(work, found.meeting, seat_id=seats[1].id, what="Cijfers sturen", due_on=date(2023, 4, 1))
        agreement = service.propose_agreement(
            work,
            found,
            title="Korter verblijf",
            text="Ten hoogste negen maanden.",
            obligation_type=ObligationType.EFFORT,
        )
        yes, no = (Stance.CONSENT, ""), (Stance.OBJECTION, "Werving kost meer tijd.")
        service.record_positions(work, agreement, {agreement.table.seats[0].id: yes, agreement.table.seats[1].id: no})
        mediation = mediations.start_mediation(work, agreement)
        mediations.note_mediation(work, mediation, text="Kranswier is bang voor leegstand.")
        mediations.close_mediation(work, mediation, outcome=MediationOutcome.FAILED)
        meetings.send_minutes_draft(work, found.meeting, comments_until=at("2023-03-29 17:00"))
    clock.set("2023-03-29 17:00")
    with work_as(world.chair) as work:
        meeting = round_queries.round_of(work, world.table_id, 1).meeting
        meetings.adopt_minutes(work, meeting)
        return meeting.id


def test_the_document_says_who_was_there_what_was_said_and_how_each_seat_stands(
    world: World, read_as: Any, adopted: int
) -> None:
    with read_as(world.provider) as work:
        facts = service.freeze_minutes(work, round_queries.round_of(work, world.table_id, 1))
    words = words_of(minutes_docx(facts))
    expected = (
        "Aanwezig: 3 van 4 zetels", "Onderwijs", "mededingingsprotocol", "Wij zoeken een termijn die haalbaar is.",
        "Afspraak 1.1: Korter verblijf", "Werving kost meer tijd.", "Bezwaar", "Cijfers sturen", "29 maart 2023",
        "Bemiddeling heeft niet tot consensus geleid.",
    )  # fmt: skip
    assert [phrase for phrase in expected if phrase not in words] == []
    assert "leegstand" not in words  # what was said in mediation is nobody's business


def test_agreements_of_a_table_and_own_mediations_come_a_page_at_a_time(
    world: World, work_as: Any, read_as: Any, adopted: int
) -> None:
    with work_as(SYSTEM) as work:
        (first,) = queries.agreements_at(work, world.table_id, FIRST).rows
        place = {"table_id": first.table_id, "round_id": first.round_id}
        said = {"number": 2, "title": "Tweede", "text": "Meer.", "obligation_type": ObligationType.EFFORT}
        second = Agreement(**place, **said, proposed_at=work.now, text_changed_at=work.now)
        second.state = AgreementState.MEDIATION
        work.add(second)
        made = {"seal_id": first.mediation.seal_id, "mediator_id": world.chair.user_id, "opened_at": work.now}
        work.add(Mediation(agreement_id=second.id, due_on=work.today, **made))
    with read_as(world.chair) as work:
        for found in (partial(queries.agreements_at, work, world.table_id), partial(own_mediations, work)):
            page = found(Asked(size=1))
            later = found(Asked(place=page.next, size=1))
            assert len(page.rows) == len(later.rows) == 1 and page.rows != later.rows and not later.next
        assert [m.agreement_id for m in own_mediations(work).rows] == [second.id, first.id], "the open one first"


def test_the_same_minutes_give_the_same_bytes(world: World, read_as: Any, adopted: int) -> None:
    def rendered() -> bytes:
        with read_as(world.chair) as work:
            return minutes_docx(service.freeze_minutes(work, round_queries.round_of(work, world.table_id, 1)))

    assert rendered() == rendered()


def test_the_document_is_kept_once_and_made_again_after_an_addendum(
    world: World, work_as: Any, read_as: Any, office: Any, adopted: int
) -> None:
    assert jobs.store_adopted_minutes(office) == 1
    assert jobs.store_adopted_minutes(office) == 0
    with work_as(world.secretary) as work:
        meetings.add_addendum(
            work, meeting_queries.meeting(work, adopted), text="Bij punt 3: het gaat om kalendermaanden."
        )
    assert jobs.store_adopted_minutes(office) == 1
    with read_as(SYSTEM) as work:
        stored = work.get(StoredFile, meeting_queries.meeting(work, adopted).minutes_file_id or 0)
        opened = open_file(work, stored)
        assert opened.name.startswith("Verslag transformatie ronde 1 2023-") and opened.name.endswith(".docx")
        assert "het gaat om kalendermaanden" in words_of(opened.read())
        tags = list(work.session.scalars(select(AuditEvent.tag)))
        assert tags.count("minutes.stored") == 2


def test_before_the_meeting_the_document_is_its_agenda(world: World, work_as: Any, read_as: Any, clock: Any) -> None:
    with work_as(world.secretary) as work:
        table = round_queries.table(work, world.table_id)
        rounds.plan_round(
            work,
            table,
            starts_at=at("2023-03-15 13:30"),
            ends_at=at("2023-03-15 16:00"),
            location="Raadhuis",
            points=POINTS,
        )
    with read_as(world.chair) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        assert queries.agreements_at(work, world.table_id, FIRST).rows == []
        agenda = words_of(minutes_docx(service.freeze_minutes(work, found)))
    for phrase in ("Agenda", "Het overleg is nog niet geweest", "Uitgenodigd: 4 zetels", "Korter verblijf"):
        assert phrase in agenda
    for phrase in ("Aanwezig:", "Verslag", "Besproken", "geen verslag"):
        assert phrase not in agenda
    clock.set("2023-03-15 16:30")
    with read_as(world.chair) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        draft = words_of(minutes_docx(service.freeze_minutes(work, found)))
    for phrase in ("Concept: nog niet vastgesteld", "Wie er waren, is nog niet genoteerd.", "Besproken"):
        assert phrase in draft
    assert "Aanwezig: 0" not in draft


def test_the_document_names_chair_and_secretary_dates_positions_and_says_things_once(
    world: World, read_as: Any, adopted: int
) -> None:
    with read_as(world.chair) as work:
        facts = service.freeze_minutes(work, round_queries.round_of(work, world.table_id, 1))
    document = docx.Document(BytesIO(minutes_docx(facts)))
    assert dict(facts.staff) == {"Voorzitter": "Vera Voor", "Secretaris": "Sietse Schrijver"}
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    place = headings.index(("Heading 1", "Afspraken"))
    assert headings[place + 1] == ("Heading 2", "Afspraak 1.1: Korter verblijf")
    assert headings[place + 2] == ("Heading 3", "Stand op woensdag 29 maart 2023")
    assert [p.text for p in document.paragraphs].count("Actiepunten") == 1
    positions = next(t for t in document.tables if t.rows[0].cells[1].text == "Standpunt")
    assert positions.rows[1].cells[3].text == "15 maart 2023"
    assert "Gemeenten\nGemeenten" not in words_of(minutes_docx(facts)), "a group that the seat's name says already"


def test_a_reservation_is_explained_and_a_target_is_called_by_its_name(
    world: World, work_as: Any, read_as: Any, adopted: int
) -> None:
    with work_as(world.secretary) as work:
        table = round_queries.table(work, world.table_id)
        times = {"starts_at": at("2023-05-10 13:30"), "ends_at": at("2023-05-10 16:00")}
        planned = rounds.plan_round(work, table, location="Raadhuis", points=POINTS, **times)
        measure = kpis.kpi_by_code(work, world.region.id, "K-HA-DUUR")
        aim = Target(measure, Decimal(10), date(2025, 12, 31))
        made = service.propose_agreement(
            work, planned, title="Korter", text="Korter.", obligation_type=ObligationType.EFFORT, target=aim
        )
        reserved = (Stance.RESERVATION, "Liever twee maanden vooraf.")
        taken = {seat.id: (Stance.CONSENT, "") for seat in table.seats} | {table.seats[3].id: reserved}
        service.record_positions(work, made, taken)
        made.state = AgreementState.CONSENSUS
        facts = agreement_facts(made, queries.stands(made))
    assert "niemand maakt bezwaar" in facts.notes[-1]
    assert "Kortere trajecten" in facts.notes[0]
    assert "K-HA-DUUR" not in facts.notes[0]


def test_votes_stand_in_the_document_only_after_the_ruling(
    world: World, work_as: Any, read_as: Any, adopted: int, clock: Any
) -> None:
    def printed() -> str:
        with read_as(world.chair) as work:
            return words_of(minutes_docx(service.freeze_minutes(work, round_queries.round_of(work, world.table_id, 1))))

    def decide(delegates: list[Actor], number: str) -> None:
        for delegate in delegates:
            with work_as(delegate) as work:
                (ruling,) = ruling_queries.rulings(work)
                rulings.record_college_decision(
                    work, ruling, vote=Vote.FOR, decided_on=work.today, decision_number=number
                )

    clock.set("2023-04-03 10:00")
    with work_as(world.chair) as work:
        (agreement,) = queries.agreements_at(work, world.table_id, FIRST).rows
        rulings.request_ruling(work, agreement, question="Is negen maanden haalbaar?")
    decide(world.delegates[:-1], "2023-11")
    before = printed()
    assert "“Is negen maanden haalbaar?”" in before
    assert "Ten hoogste negen maanden." in before
    assert "nog geen uitspraak" in before
    assert "2023-11" not in before and "College van" not in before
    decide(world.delegates[-1:], "2023-12")
    after = printed()
    assert f"{len(world.delegates)} voor en 0 tegen" in after
    assert "2023-11" in after and "2023-12" in after


def test_a_seat_that_came_after_the_decision_has_no_part_in_it(
    world: World, work_as: Any, read_as: Any, adopted: int
) -> None:
    with work_as(world.chair) as work:
        table = round_queries.table(work, world.table_id)
        rounds.add_seat(work, table, SeatFacts(SeatKind.REFERRER, "Huisartsen"))
    with work_as(world.chair) as work:
        (agreement,) = queries.agreements_at(work, world.table_id, FIRST).rows
        assert "Huisartsen" in [stand.label for stand in queries.stands(agreement)]
        agreement.state = AgreementState.NOT_ADOPTED
        assert "Huisartsen" not in [stand.label for stand in queries.stands(agreement)]
