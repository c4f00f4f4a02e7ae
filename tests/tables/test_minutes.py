from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.audit import AuditEvent
from portal.meetings import queries as meeting_queries
from portal.meetings import service as meetings
from portal.meetings.documents import minutes_docx
from portal.meetings.models import Attendance
from portal.storage import StoredFile, open_file
from portal.tables.agreements import jobs, queries, service
from portal.tables.agreements.mediation import service as mediations
from portal.tables.agreements.models import MediationOutcome, Stance
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
        assert opened.name == "verslag-transformatie-ronde-1.docx"
        assert "het gaat om kalendermaanden" in words_of(opened.read())
        tags = list(work.session.scalars(select(AuditEvent.tag)))
        assert tags.count("minutes.stored") == 2


def test_minutes_that_are_not_adopted_are_a_draft(world: World, work_as: Any, read_as: Any) -> None:
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
        assert queries.agreements_of(work, table_id=world.table_id) == []
        assert "Concept: nog niet vastgesteld" in words_of(minutes_docx(service.freeze_minutes(work, found)))
