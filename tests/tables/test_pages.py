from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from portal.access import SYSTEM
from portal.meetings import queries as meeting_queries
from portal.meetings import service as meetings
from portal.tables.agreements import queries, service
from portal.tables.agreements.mediation import service as mediations
from portal.tables.agreements.models import AgreementState, Stance, Vote
from portal.tables.agreements.rules import Target
from portal.tables.agreements.rulings import queries as ruling_queries
from portal.tables.agreements.rulings import service as rulings
from portal.tables.kpis import queries as kpis
from portal.tables.kpis.models import ObligationType, TargetStatus
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from tests.tables.world import POINTS, World, at

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def words(answer: Any) -> str:
    return unescape(answer.text)


def seat_ids(read_as: Any, world: World) -> list[int]:
    with read_as(world.chair) as work:
        return [seat.id for seat in round_queries.table(work, world.table_id).seats]


# --- who sees what -----------------------------------------------------------------------------------------------


def test_what_is_not_yours_is_a_404_on_every_page(
    world: World, enter: Any, agreement_id: int, at_the_table: int
) -> None:
    table = f"/ontwikkeltafels/{world.table_id}"
    addresses = (
        table, f"{table}/rondes/1", f"{table}/rondes/1/verslag.docx", f"{table}/afspraken/{agreement_id}",
        f"/afspraken/{agreement_id}", f"/overleggen/{at_the_table}", f"/ontwikkeltafels/overleg/{at_the_table}",
    )  # fmt: skip
    seated, stranger = enter(world.provider), enter(world.outsider)
    for address in addresses:
        assert seated.get(address).status_code in (200, 303), address
        assert stranger.get(address).status_code == 404, address
    assert "U zit niet aan een ontwikkeltafel" in words(stranger.get("/ontwikkeltafels"))


def test_a_participant_reads_and_gets_no_buttons(world: World, enter: Any, agreement_id: int) -> None:
    page = words(enter(world.participant).get(f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"))
    assert "Standpunt per zetel" in page and "4 open" in page
    assert "Bewaar de standpunten" not in page and "Leg consensus vast" not in page
    hidden = enter(world.participant).post(f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}/consensus")
    assert hidden.status_code == 404


def test_the_mediation_file_is_there_for_its_mediator_alone(
    world: World, enter: Any, work_as: Any, agreement_id: int
) -> None:
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        seats = agreement.table.seats
        service.record_positions(work, agreement, {seats[1].id: (Stance.OBJECTION, "Te snel.")})
        mediation = mediations.start_mediation(work, agreement)
        mediations.note_mediation(work, mediation, text="Zeer vertrouwelijk")
    address = f"/bemiddeling/{mediation.id}"
    assert "Zeer vertrouwelijk" in words(enter(world.chair).get(address))
    for actor in (world.substitute, world.secretary, world.provider, world.manager):
        assert enter(actor).get(address).status_code == 404
    page = words(enter(world.provider).get(f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"))
    assert "Bemiddeling door Vera Voor" in page and "Zeer vertrouwelijk" not in page


def test_an_empty_note_and_an_early_consensus_are_refused_at_their_field(
    world: World, enter: Any, work_as: Any, agreement_id: int
) -> None:
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {agreement.table.seats[1].id: (Stance.OBJECTION, "Te snel.")})
        mediation_id = mediations.start_mediation(work, agreement).id
    chair = enter(world.chair)
    answer = chair.post(f"/bemiddeling/{mediation_id}/notities", data={"text": ""})
    assert answer.status_code == 422 and "Schrijf eerst een notitie" in words(answer)
    answer = chair.post(f"/bemiddeling/{mediation_id}/uitkomst", data={"outcome": "consensus"})
    assert answer.status_code == 422 and "Er is bezwaar van Aanbieder 1" in words(answer)


# --- minutes -----------------------------------------------------------------------------------------------------


def test_minutes_are_typed_without_javascript(world: World, enter: Any, read_as: Any, at_the_table: int) -> None:
    secretary = enter(world.secretary)
    with read_as(world.chair) as work:
        first, second = (item.id for item in meeting_queries.meeting(work, at_the_table).agenda[1:3])
    answer = secretary.post(
        f"/overleggen/{at_the_table}/verslag/{first}", data={"minutes": "Welkom.", "version": 1, "next": "1"}
    )
    assert answer.status_code == 303 and answer.location.endswith(f"/verslag/{second}")
    assert "Welkom." in words(secretary.get(f"/overleggen/{at_the_table}"))


def test_autosave_answers_with_the_new_version(world: World, enter: Any, read_as: Any, at_the_table: int) -> None:
    secretary = enter(world.secretary)
    with read_as(world.chair) as work:
        item_id = meeting_queries.meeting(work, at_the_table).agenda[1].id
    address, quiet = f"/overleggen/{at_the_table}/verslag/{item_id}", {"X-Autosave": "1"}
    answer = secretary.post(address, data={"minutes": "Een", "version": 1, "nonce": "n"}, headers=quiet)
    assert answer.get_json() == {"saved_at": "14:00", "version": 2}
    again = secretary.post(address, data={"minutes": "Een twee", "version": 2, "nonce": "n"}, headers=quiet)
    assert again.get_json()["version"] == 3
    assert secretary.post(address, data={"minutes": "Oud", "version": 1}, headers=quiet).status_code == 409
    assert secretary.post(address, data={"minutes": "x" * 20001, "version": 3}, headers=quiet).status_code == 422


def test_the_slower_of_two_typists_sees_both_texts_and_loses_nothing(
    world: World, enter: Any, read_as: Any, at_the_table: int
) -> None:
    with read_as(world.chair) as work:
        item_id = meeting_queries.meeting(work, at_the_table).agenda[1].id
    address = f"/overleggen/{at_the_table}/verslag/{item_id}"
    enter(world.secretary).post(address, data={"minutes": "De secretaris was eerst.", "version": 1})
    chair = enter(world.chair)
    answer = chair.post(address, data={"minutes": "De voorzitter typte ook.", "version": 1})
    page = words(answer)
    assert answer.status_code == 409 and "Iemand anders was u voor" in page
    assert "De secretaris was eerst." in page and "De voorzitter typte ook." in page
    assert 'name="version" value="2"' in page  # saving once more is now a choice, made with both texts in sight
    both = chair.post(address, data={"minutes": "De secretaris was eerst. De voorzitter typte ook.", "version": 2})
    assert both.status_code == 303


def test_adopted_minutes_refuse_a_text_with_a_page_that_says_why(
    world: World, enter: Any, work_as: Any, clock: Any, at_the_table: int
) -> None:
    with work_as(world.secretary) as work:
        meeting = meeting_queries.meeting(work, at_the_table)
        item_id = meeting.agenda[1].id
        meetings.save_minutes(work, meeting.agenda[1], minutes="Zo was het.")
        meetings.send_minutes_draft(work, meeting, comments_until=at("2023-03-29 17:00"))
    clock.set("2023-03-29 17:00")
    chair = enter(world.chair)
    assert chair.post(f"/overleggen/{at_the_table}/vaststellen").status_code == 303
    answer = chair.post(f"/overleggen/{at_the_table}/verslag/{item_id}", data={"minutes": "Toch anders", "version": 2})
    assert answer.status_code == 409 and "Het verslag is vastgesteld en verandert niet meer" in words(answer)
    assert chair.post(f"/overleggen/{at_the_table}/aanvulling", data={"text": "Nog dit."}).status_code == 303
    page = words(enter(world.provider).get(f"/overleggen/{at_the_table}"))
    assert "Het verslag is vastgesteld" in page and "Nog dit." in page and "Zo was het." in page


def test_the_minutes_come_as_a_word_document(world: World, enter: Any, agreement_id: int) -> None:
    answer = enter(world.provider).get(f"/ontwikkeltafels/{world.table_id}/rondes/1/verslag.docx")
    assert answer.status_code == 200 and answer.mimetype == DOCX and answer.data.startswith(b"PK")


def test_a_meeting_still_to_come_shows_its_agenda_and_when_it_went_round(
    world: World, enter: Any, work_as: Any, read_as: Any, clock: Any
) -> None:
    with work_as(world.secretary) as work:
        times = {"starts_at": at("2023-03-15 13:30"), "ends_at": at("2023-03-15 16:00")}
        planned = rounds.plan_round(
            work, round_queries.table(work, world.table_id), location="Raadhuis", points=POINTS, **times
        ).meeting_id
    secretary, address = enter(world.secretary), f"/overleggen/{planned}"
    page = words(secretary.get(address))
    assert "uiterlijk woensdag 8 maart 2023" in page and "Gebruikelijk is vijf werkdagen" in page
    with read_as(world.secretary) as work:
        due = [w.due for w in meeting_queries.waiting(work) if w.title == "Stuur de agenda rond"]
    assert due == [date(2023, 3, 8)]
    clock.set("2023-03-03 09:00")
    secretary = enter(world.secretary)
    assert secretary.post(f"{address}/agenda-versturen").status_code == 303
    page = words(secretary.get(address))
    assert "3 maart 2023" in page
    assert "Besproken" not in page and "Nog geen verslag" not in page
    assert "Download de agenda" in words(secretary.get(f"/ontwikkeltafels/{world.table_id}/rondes/1"))
    word = secretary.get(f"/ontwikkeltafels/{world.table_id}/rondes/1/verslag.docx")
    assert "Agenda transformatie ronde 1 2023-03-15.docx" in word.headers["Content-Disposition"]


def test_the_minutes_lead_to_the_agreements_and_say_where_nothing_was_written(
    world: World, enter: Any, work_as: Any, agreement_id: int, at_the_table: int, clock: Any
) -> None:
    with work_as(world.secretary) as work:
        found = meeting_queries.meeting(work, at_the_table)
        meetings.save_minutes(work, found.agenda[1], minutes="De cijfers zijn besproken.")
        meetings.send_minutes_draft(work, found, comments_until=at("2023-03-29 17:00"))
    with work_as(world.participant) as work:
        meetings.comment_minutes(work, meeting_queries.meeting(work, at_the_table), text="Het was twee maanden.")
    clock.set("2023-03-30 09:00")
    chair, address = enter(world.chair), f"/overleggen/{at_the_table}"
    page = words(chair.get(address))
    assert "Het verslag is nog niet af: 2 punten zonder tekst" in page
    assert "Bij 2 punten staat nog geen verslag" in page
    assert f'href="/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"' in page
    assert "Afspraak 1.1: Korter verblijf" in page and "0 van 1 besloten" in page
    assert "Het verslag wacht op de voorzitter" in words(enter(world.secretary).get(address))
    assert chair.post(f"{address}/vaststellen").status_code == 303
    page = words(chair.get(address))
    assert "Bij dit punt is geen verslag gemaakt." in page and "Nog geen verslag" not in page


def test_who_reacts_reads_the_minutes_and_until_when(world: World, enter: Any, work_as: Any, at_the_table: int) -> None:
    with work_as(world.secretary) as work:
        found = meeting_queries.meeting(work, at_the_table)
        meetings.save_minutes(work, found.agenda[1], minutes="De cijfers zijn besproken.")
        meetings.send_minutes_draft(work, found, comments_until=at("2023-03-30 00:00"))
    page = words(enter(world.participant).get(f"/overleggen/{at_the_table}/reactie"))
    assert "De cijfers zijn besproken." in page
    assert "Reageren kan tot en met woensdag 29 maart 2023" in page
    assert '<time class="p-termijn__datum" datetime="2023-03-29">' in page
    assert "15 maart 2023, 13:30" not in page


def test_attendance_says_the_present_now_and_names_no_group_twice(
    world: World, enter: Any, at_the_table: int, clock: Any
) -> None:
    secretary, address = enter(world.secretary), f"/overleggen/{at_the_table}/aanwezigheid"
    page = words(secretary.get(address))
    assert "Wie zijn er?" in page and "Afwezig met bericht" in page and "Met bericht<" not in page
    assert '<span class="p-zetel__naam">Gemeenten</span><span class="p-zetel__rol"></span>' in page
    assert f'href="{address}"' not in page, "the page does not lead to itself"
    clock.set("2023-03-15 16:30")
    assert "Wie waren er?" in words(enter(world.secretary).get(address))


def test_only_without_a_script_the_page_asks_to_save_with_the_button(
    world: World, enter: Any, read_as: Any, at_the_table: int
) -> None:
    with read_as(world.secretary) as work:
        item = meeting_queries.meeting(work, at_the_table).agenda[1].id
    page = words(enter(world.secretary).get(f"/overleggen/{at_the_table}/verslag/{item}"))
    quiet = page.split("<noscript>")[1].split("</noscript>")[0]
    assert "Bewaar met de knop" in quiet
    assert "wordt vanzelf bewaard" not in page.replace(quiet, "")


def test_after_consensus_the_next_step_is_the_minutes(
    world: World, enter: Any, work_as: Any, agreement_id: int, at_the_table: int
) -> None:
    with work_as(world.secretary) as work:
        agreement = queries.agreement(work, agreement_id)
        measure = kpis.kpi_by_code(work, world.region.id, "K-HA-DUUR")
        aim = Target(measure, Decimal(10), date(2025, 12, 31))
        service.edit_agreement(
            work,
            agreement,
            title=agreement.title,
            text=agreement.text,
            obligation_type=ObligationType.EFFORT,
            target=aim,
        )
        service.record_positions(work, agreement, {seat.id: (Stance.CONSENT, "") for seat in agreement.table.seats})
        address = f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"
    assert "Voorstel: " in words(enter(world.secretary).get(address))
    with work_as(world.secretary) as work:
        service.record_consensus(work, queries.agreement(work, agreement_id))
    page = words(enter(world.secretary).get(address))
    assert "Voorstel: " not in page
    assert "Streefwaarde gezet" in page and "ten hoogste 10 maanden op 31 december 2025" in page
    assert f'href="/overleggen/{at_the_table}"' in page and "De afspraak komt in het verslag." in page
    assert f'href="/ontwikkeltafels/{world.table_id}/rondes/1"' in page


def test_a_comment_and_an_action_are_sent_from_their_pages(
    world: World, enter: Any, work_as: Any, read_as: Any, at_the_table: int
) -> None:
    secretary = enter(world.secretary)
    with read_as(world.chair) as work:
        seat_id = meeting_queries.meeting(work, at_the_table).seats[1].id
    late = {"what": "Cijfers sturen", "seat": seat_id, "due_on": "2023-03-01"}
    answer = secretary.post(f"/overleggen/{at_the_table}/acties", data=late)
    assert (
        answer.status_code == 422
        and "Kies een dag op of na het overleg" in words(answer)
        and "Cijfers sturen" in words(answer)
    )
    assert (
        secretary.post(f"/overleggen/{at_the_table}/acties", data={**late, "due_on": "2023-04-01"}).status_code == 303
    )
    with work_as(world.secretary) as work:
        meetings.save_minutes(work, meeting_queries.meeting(work, at_the_table).agenda[1], minutes="Tekst")
    assert (
        secretary.post(f"/overleggen/{at_the_table}/verslag-rondsturen", data={"until": "2023-03-29"}).status_code
        == 303
    )
    provider = enter(world.provider)
    assert provider.post(f"/overleggen/{at_the_table}/reactie", data={"text": "Wij waren er ook."}).status_code == 303
    page = words(provider.get(f"/overleggen/{at_the_table}"))
    assert "Wij waren er ook." in page and "Aan zet: u" in page


# --- planning ----------------------------------------------------------------------------------------------------

PLAN = {
    "day": "2023-03-15",
    "starts": "13:30",
    "ends": "16:00",
    "location": "Raadhuis",
    "points": "13:40 Cijfers\n14:00 Rondvraag",
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "2023-03-26", "starts": "02:30"}, "Deze tijd bestaat die nacht niet"),
        ({"ends": "13:00"}, "Kies een eindtijd die na de begintijd ligt"),
        ({"day": "2022-03-15"}, "Dit moment is al geweest"),
        ({"points": "13:40 Goed\nzomaar"}, "Regel 2: begin met een tijd"),
        ({"points": "12:00 Te vroeg"}, "Een punt begint buiten de tijd van het overleg"),
        ({"location": ""}, "Vul in waar het overleg is"),
        ({"starts": "half twee"}, "Begint om"),
    ],
)
def test_a_round_that_cannot_be_is_refused_at_its_field_and_the_input_stays(
    world: World, enter: Any, changes: dict[str, str], sentence: str
) -> None:
    typed = {**PLAN, **changes}
    answer = enter(world.secretary).post(f"/ontwikkeltafels/{world.table_id}/rondes/nieuw", data=typed)
    assert answer.status_code == 422 and sentence in words(answer)
    assert typed["points"].splitlines()[0] in words(answer)


def test_the_same_plan_sent_twice_is_one_round(world: World, enter: Any, read_as: Any) -> None:
    secretary = enter(world.secretary)
    answers = [
        secretary.post(f"/ontwikkeltafels/{world.table_id}/rondes/nieuw", data={**PLAN, "nonce": "eenmalig"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    with read_as(world.chair) as work:
        assert len(round_queries.table(work, world.table_id).rounds) == 1


def test_seats_rules_and_agenda_are_changed_from_their_pages(
    world: World, enter: Any, read_as: Any, clock: Any
) -> None:
    chair, table = enter(world.chair), f"/ontwikkeltafels/{world.table_id}"
    seat = {"kind": "referrer", "label": "Huisartsen", "organisation": "0", "person": "0"}
    assert chair.post(f"{table}/zetels/nieuw", data=seat).status_code == 303
    again = chair.post(f"{table}/zetels/nieuw", data=seat)
    assert again.status_code == 422 and "Er is al een zetel met deze naam" in words(again)
    with read_as(world.chair) as work:
        found = round_queries.table(work, world.table_id)
        last, version = found.seats[-1].id, found.version
    who = {**seat, "person": str(world.participant.user_id)}
    assert chair.post(f"{table}/zetels/{last}", data=who).status_code == 303
    assert chair.post(f"{table}/spelregels", data={"text": "Nieuw", "version": version}).status_code == 303
    stale = chair.post(f"{table}/spelregels", data={"text": "Mijn regels", "version": version})
    assert stale.status_code == 409 and "Mijn regels" in words(stale) and "Nieuw" in words(stale)
    chair.post(f"{table}/rondes/nieuw", data=PLAN)
    with read_as(world.chair) as work:
        meeting_id = round_queries.round_of(work, world.table_id, 1).meeting_id
    assert "13:40 Cijfers" in words(chair.get(f"/overleggen/{meeting_id}/agenda"))
    assert (
        chair.post(f"/overleggen/{meeting_id}/agenda", data={"points": "13:50 Anders", "version": 1}).status_code == 303
    )
    moved = {**PLAN, "starts": "14:00", "version": 2}
    assert chair.post(f"/overleggen/{meeting_id}/verplaatsen", data={**moved, "ends": "13:50"}).status_code == 422
    page = words(chair.get(f"/overleggen/{meeting_id}/verplaatsen"))
    assert 'value="13:30' in page
    assert chair.post(f"/overleggen/{meeting_id}/agenda-versturen").status_code == 303
    attendance = f"/overleggen/{meeting_id}/aanwezigheid"
    assert "Vanaf dan noteert u hier wie er zijn" in words(chair.get(attendance))
    clock.set("2023-03-15 13:30")
    assert "Huisartsen" in words(chair.get(attendance))
    with read_as(world.chair) as work:
        seat_id = round_queries.round_of(work, world.table_id, 1).meeting.seats[0].id
    assert chair.post(attendance, data={f"zetel_{seat_id}": "present"}).status_code == 303
    assert "Aanwezig: 1 van 5 zetels" in words(chair.get(f"/overleggen/{meeting_id}"))


def test_whatever_somebody_types_is_shown_and_never_read_as_a_format(world: World, enter: Any) -> None:
    chair, typed = enter(world.chair), "13:40 100% meer %(tafel)s {{ 7 * 7 }} <b>"
    planned = chair.post(f"/ontwikkeltafels/{world.table_id}/rondes/nieuw", data={**PLAN, "points": typed})
    assert planned.status_code == 303
    page = chair.get(planned.location)
    assert page.status_code == 200 and "100% meer %(tafel)s {{ 7 * 7 }} <b>" in words(page) and "<b>" not in page.text
    assert chair.get("/overleggen/1").status_code == 200
    proposal = {"title": "50% van %s", "text": "10% %(x)s", "obligation": "beleidsdoel"}
    made = chair.post(f"{planned.location}/afspraken/nieuw", data=proposal)
    assert "50% van %s" in words(chair.get(made.location))


# --- agreements --------------------------------------------------------------------------------------------------


def test_an_objection_without_a_reason_is_said_at_its_field_and_every_choice_stays(
    world: World, enter: Any, read_as: Any, agreement_id: int
) -> None:
    ids = seat_ids(read_as, world)
    typed = {f"standpunt_{ids[0]}": "consent", f"standpunt_{ids[1]}": "objection", f"standpunt_{ids[2]}": "reservation"}
    typed |= {f"reden_{ids[2]}": "Als de kosten meetellen.", "version": 1}
    address = f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"
    answer = enter(world.secretary).post(f"{address}/standpunten", data=typed)
    page = words(answer)
    assert answer.status_code == 422 and "Schrijf de reden van Aanbieder 1" in page
    assert f'href="#reden_{ids[1]}"' in page and "Als de kosten meetellen." in page
    assert page.count(" checked") == 3
    with read_as(world.chair) as work:
        assert queries.agreement(work, agreement_id).state is AgreementState.PROPOSED


def test_a_second_typist_of_positions_keeps_what_was_chosen(
    world: World, enter: Any, read_as: Any, agreement_id: int
) -> None:
    ids = seat_ids(read_as, world)
    address = f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}/standpunten"
    enter(world.secretary).post(address, data={f"standpunt_{ids[0]}": "consent", "version": 1})
    answer = enter(world.chair).post(address, data={f"standpunt_{ids[1]}": "consent", "version": 1})
    page = words(answer)
    assert answer.status_code == 409 and "Iemand anders heeft deze afspraak ook gewijzigd" in page
    assert f'id="standpunt_{ids[1]}-0" value="consent" checked' in page


def test_from_proposal_to_consensus_in_the_browser(world: World, enter: Any, read_as: Any, at_the_table: int) -> None:
    chair, table = enter(world.chair), f"/ontwikkeltafels/{world.table_id}"
    with read_as(world.chair) as work:
        kpi_id = kpis.kpi_by_code(work, world.region.id, "K-HV-DUUR").id
    typed = {
        "title": "Korter",
        "text": "Negen maanden.",
        "obligation": "inspanningsverplichting",
        "kpi": kpi_id,
        "kpi_value": "",
        "kpi_date": "",
    }
    half = chair.post(f"{table}/rondes/1/afspraken/nieuw", data=typed)
    assert (
        half.status_code == 422
        and "Vul het getal in dat u wilt halen" in words(half)
        and "Negen maanden." in words(half)
    )
    whole = chair.post(
        f"{table}/rondes/1/afspraken/nieuw", data={**typed, "kpi_value": "9,5", "kpi_date": "2025-12-31"}
    )
    assert whole.status_code == 303
    page = words(chair.get(whole.location))
    assert "Streefwaarde nog te bepalen" in page and "ten hoogste 9,5 maanden" in page
    ids = seat_ids(read_as, world)
    chair.post(f"{whole.location}/standpunten", data={f"standpunt_{n}": "consent" for n in ids[:2]} | {"version": 1})
    early = chair.post(f"{whole.location}/consensus")
    assert early.status_code == 409 and "Nog geen standpunt van Aanbieder 2" in words(early)
    chair.post(f"{whole.location}/standpunten", data={f"standpunt_{ids[2]}": "consent", "version": 2})
    assert chair.post(f"{whole.location}/consensus").status_code == 303
    page = words(chair.get(whole.location))
    assert "Streefwaarde gezet" in page and "ten hoogste 9,5 maanden op " in page
    assert "ten hoogste 9,5 maanden, zonder nulmeting" in words(chair.get(f"/kpi/{kpi_id}"))


def test_the_text_is_edited_and_a_stale_edit_shows_both(world: World, enter: Any, agreement_id: int) -> None:
    chair, address = enter(world.chair), f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"
    assert "Ten hoogste negen maanden." in words(chair.get(f"{address}/tekst"))
    typed = {"title": "Korter", "text": "Tien maanden.", "obligation": "resultaatafspraak", "version": 1}
    assert chair.post(f"{address}/tekst", data=typed).status_code == 303
    stale = chair.post(f"{address}/tekst", data={**typed, "text": "Elf maanden."})
    assert stale.status_code == 409 and "Elf maanden." in words(stale) and "Tien maanden." in words(stale)


def test_from_mediation_to_ruling_in_the_browser(
    world: World, enter: Any, work_as: Any, read_as: Any, agreement_id: int
) -> None:
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {agreement.table.seats[1].id: (Stance.OBJECTION, "Te snel.")})
    chair, address = enter(world.chair), f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"
    assert "bemiddelen tot uiterlijk woensdag 12 april 2023" in words(chair.get(address))
    assert chair.post(f"{address}/bemiddeling", data={"mediator": world.chair.user_id}).status_code == 303
    page = words(chair.get("/bemiddeling"))
    assert "U bemiddelt over 1 afspraak" in page
    mediation = page.split('href="/bemiddeling/')[1].split('"')[0]
    assert chair.post(f"/bemiddeling/{mediation}/uitkomst", data={"outcome": "failed"}).status_code == 303
    empty = chair.post(f"{address}/uitspraak", data={"question": ""})
    assert empty.status_code == 422 and "Schrijf welke vraag" in words(empty)
    assert chair.post(f"{address}/uitspraak", data={"question": "Wat geldt?"}).status_code == 303
    delegate = enter(world.delegates[0])
    page = words(delegate.get("/uitspraken"))
    assert "1 besluit van uw college ontbreekt" in page
    ruling = page.split('href="/uitspraken/')[1].split('"')[0]
    decision = {"vote": "against", "decided_on": "2023-03-15", "number": "B&W 23-118", "reasons": ""}
    refused = delegate.post(f"/uitspraken/{ruling}", data=decision)
    assert (
        refused.status_code == 422
        and "Schrijf waarom het college tegen is" in words(refused)
        and "B&W 23-118" in words(refused)
    )
    assert delegate.post(f"/uitspraken/{ruling}", data={**decision, "reasons": "Te duur."}).status_code == 303
    for reader in (world.chair, world.provider, world.delegates[1]):
        page = words(enter(reader).get(f"/uitspraken/{ruling}"))
        assert "Het college heeft besloten" in page and "Wie hoe stemde, staat hier na de uitspraak." in page
        assert "Te duur." not in page and "Besluit B&W 23-118 van" not in page
    own = words(delegate.get(f"/uitspraken/{ruling}"))
    assert "Te duur." in own and "Besluit B&W 23-118 van" in own, "its own decision a college does see"
    assert "alleen als alle gemeenten vóór stemmen" in words(chair.get(f"/uitspraken/{ruling}"))
    for other in world.delegates[1:]:
        with work_as(other) as work:
            facts = {"decided_on": work.today, "decision_number": "23-1"}
            rulings.record_college_decision(work, ruling_queries.ruling(work, int(ruling)), vote=Vote.FOR, **facts)
    page = words(enter(world.provider).get(f"/uitspraken/{ruling}"))
    assert "De gemeenten stellen de afspraak niet vast" in page and "Te duur." in page
    assert f"{len(world.delegates) - 1} voor, 1 tegen" in page
    assert f"{len(world.delegates) - 1} voor, 1 tegen" in words(chair.get(address))


def test_a_delegate_without_a_mandate_reads_why_there_is_no_form(
    world: World, enter: Any, work_as: Any, agreement_id: int
) -> None:
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {agreement.table.seats[1].id: (Stance.OBJECTION, "Te snel.")})
        mediation = mediations.start_mediation(work, agreement)
        from portal.tables.agreements.models import MediationOutcome

        mediations.close_mediation(work, mediation, outcome=MediationOutcome.FAILED)
        ruling_id = rulings.request_ruling(work, agreement, question="Wat geldt?").id
    with work_as(SYSTEM) as work:
        from sqlalchemy import select

        from portal.regions.models import Mandate

        line = work.session.scalars(select(Mandate).where(Mandate.holder_id == world.delegates[0].user_id)).one()
        line.valid_until = line.valid_from
    page = words(enter(world.delegates[0]).get(f"/uitspraken/{ruling_id}"))
    assert "In het mandaatregister staat geen mandaat op uw naam" in page and "Leg het besluit vast" not in page


# --- KPIs --------------------------------------------------------------------------------------------------------


def test_an_unknown_target_is_said_in_words_and_never_as_a_zero(world: World, enter: Any, read_as: Any) -> None:
    manager = enter(world.manager)
    with read_as(world.chair) as work:
        undecided = [k for k in kpis.visible_kpis(work) if k.target.status is TargetStatus.TBD_AT_TABLE]
        kpi_id = undecided[0].id
    listed = words(manager.get("/kpi"))
    assert f"{len(undecided)} streefwaarden zijn nog te bepalen" in listed
    page = words(manager.get(f"/kpi/{kpi_id}"))
    assert "de streefwaarde is nog te bepalen" in page and "Geen streefwaarde is iets anders dan nul" in page
    assert ">0<" not in page and "0%" not in page
    assert words(manager.get("/kpi?stand=set")).count("Nog te bepalen</span>") == 0


def test_categories_in_the_name_of_a_kpi_are_words(world: World, enter: Any) -> None:
    page = words(enter(world.chair).get("/kpi"))
    assert "HA, HV en OA" not in page
    assert "Minder aanbieders in herstelgericht ambulant, " in page
