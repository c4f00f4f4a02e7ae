"""What each reader sees on the pages of a round: how it stands, whose move it is, what came of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.meetings import queries as meeting_queries
from portal.meetings import service as meetings
from portal.meetings.models import Attendance
from portal.tables.agreements import queries, service
from portal.tables.agreements.mediation import service as mediations
from portal.tables.agreements.models import MediationOutcome, Stance, Vote
from portal.tables.agreements.rules import Target
from portal.tables.agreements.rulings import queries as ruling_queries
from portal.tables.agreements.rulings import service as rulings
from portal.tables.kpis import queries as kpis
from portal.tables.kpis.models import ObligationType
from portal.tables.kpis.rules import aim_words
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from tests.counting import statements
from tests.tables.test_pages import words
from tests.tables.world import POINTS, World, at

OBJECTION = "Zonder vervoer komt het gezin er niet."


@pytest.fixture
def draft(world: World, work_as: Any, agreement_id: int, at_the_table: int) -> int:
    """Minutes that lie with the participants; of two points nothing was written. Gives the id of the meeting."""
    with work_as(world.secretary) as work:
        found = meeting_queries.meeting(work, at_the_table)
        meetings.record_attendance(work, found, {found.seats[3].id: Attendance.EXCUSED})
        agreement = queries.agreement(work, agreement_id)
        seats = agreement.table.seats
        taken = {seats[0].id: (Stance.CONSENT, ""), seats[3].id: (Stance.RESERVATION, "Als de scholen het weten.")}
        service.record_positions(work, agreement, taken)
        meetings.save_minutes(work, found.agenda[1], minutes="De cijfers zijn besproken.")
        facts = {"seat_id": found.seats[1].id, "due_on": date(2023, 4, 1)}
        meetings.add_action(work, found, what="Cijfers sturen", **facts)
        meetings.send_minutes_draft(work, found, comments_until=at("2023-03-30 00:00"))
    with work_as(world.provider) as work:
        meetings.comment_minutes(work, meeting_queries.meeting(work, at_the_table), text="Het was twee maanden.")
    return at_the_table


def asked(world: World, work_as: Any, agreement_id: int) -> int:
    """The colleges are asked, after a mediation that failed. Gives the id of the ruling."""
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {agreement.table.seats[1].id: (Stance.OBJECTION, OBJECTION)})
        mediations.close_mediation(work, mediations.start_mediation(work, agreement), outcome=MediationOutcome.FAILED)
        return rulings.request_ruling(work, agreement, question="Wat geldt?").id


# --- the minutes -------------------------------------------------------------------------------------------------


def test_who_reacts_reads_the_whole_report_with_the_own_position_first(world: World, enter: Any, draft: int) -> None:
    page = words(enter(world.participant).get(f"/overleggen/{draft}/reactie"))
    assert "2. Stand van de KPI's" in page and "De cijfers zijn besproken." in page
    assert "Bij dit punt staat geen tekst." in page and "Nog geen verslag" not in page
    assert "Afspraak 1.1: Korter verblijf" in page and "Ten hoogste negen maanden." in page
    assert page.index("Uw standpunt (Onderwijs)") < page.index(">Gemeenten<")
    assert "Als de scholen het weten." in page and "Cijfers sturen" in page
    assert "blijft open tot vaststelling" not in page and "leest hij of zij uw reactie" in page
    assert "Reageren tot en met" in page and "Aan zet: u" in page
    said = words(enter(world.provider).get(f"/overleggen/{draft}/reactie"))
    assert "Uw standpunt (Aanbieder 1)" in said and "Nog geen standpunt" in said
    assert "Aan zet: de deelnemers" in said, "who has reacted is waited for no longer"


def test_when_the_time_for_reactions_is_over_the_chair_is_to_act(
    world: World, enter: Any, draft: int, clock: Any
) -> None:
    clock.set("2023-03-30 09:00")
    page = words(enter(world.chair).get(f"/overleggen/{draft}"))
    assert "Reactietijd voorbij" in page and "Verslag ligt voor reactie" not in page
    assert "Aan zet: u" in page and "u stelt het verslag vast" in page
    assert page.index("Het was twee maanden.") < page.index("Besproken")
    fill = f'href="/overleggen/{draft}/verslag/'
    assert "Vul het verslag aan" in page and fill in page
    assert "Stel toch vast, zonder verslag bij 2 punten" in page and ">Stel het verslag vast<" not in page
    assert 'aria-labelledby="agenda-kop"' not in page, "the agenda stands once, as the points of the report"
    other = words(enter(world.secretary).get(f"/overleggen/{draft}"))
    assert "Aan zet: de voorzitter" in other and "Stel toch vast" not in other


def test_whole_minutes_are_adopted_with_the_first_button(
    world: World, enter: Any, work_as: Any, draft: int, clock: Any
) -> None:
    with work_as(world.secretary) as work:
        for item in meeting_queries.meeting(work, draft).agenda[2:]:
            meetings.save_minutes(work, item, minutes="Besproken.")
    clock.set("2023-03-30 09:00")
    page = words(enter(world.chair).get(f"/overleggen/{draft}"))
    assert "Stel het verslag vast: 1 reactie<" in page
    assert ">Stel het verslag vast<" in page and "Stel toch vast" not in page and "Verwerk eerst de reacties" in page


def test_after_adoption_there_is_a_next_step_and_an_action_is_still_closed(
    world: World, enter: Any, work_as: Any, draft: int, clock: Any
) -> None:
    clock.set("2023-03-30 09:00")
    with work_as(world.chair) as work:
        meetings.adopt_minutes(work, meeting_queries.meeting(work, draft))
    chair, address = enter(world.chair), f"/overleggen/{draft}"
    page = words(chair.get(address))
    assert f'href="/ontwikkeltafels/{world.table_id}/rondes/nieuw"' in page and "Plan de volgende ronde" in page
    document = f"/ontwikkeltafels/overleg/{draft}/verslag.docx"
    assert document in page
    assert chair.get(document).location.endswith(f"/ontwikkeltafels/{world.table_id}/rondes/1/verslag.docx")
    assert enter(world.outsider).get(document).status_code == 404
    assert "Zet op klaar" in page and "Zet op klaar" not in words(enter(world.participant).get(address))
    closing = page.split('action="/overleggen/acties/')[1].split('"')[0]
    assert chair.post(f"/overleggen/acties/{closing}").status_code == 303
    assert "Zet op klaar" not in words(chair.get(address))
    chair.post(
        f"/ontwikkeltafels/{world.table_id}/rondes/nieuw",
        data={
            "day": "2023-05-15", "starts": "13:30", "ends": "16:00", "location": "Raadhuis", "points": "13:40 Cijfers",
        },
    )  # fmt: skip
    assert "Naar het volgende overleg" in words(chair.get(address))


def test_while_the_meeting_is_on_the_page_says_so_and_names_who_sits_where(
    world: World, enter: Any, at_the_table: int
) -> None:
    page = words(enter(world.secretary).get(f"/overleggen/{at_the_table}/aanwezigheid"))
    assert "Vergadering loopt" in page and "Agenda verstuurd" not in page
    assert "Onno Wijs" in page and "Kranswier" in page and "van 4 zetels aanwezig" in page
    assert page.count('aria-current="step"') == 1, "the point that is on, by the clock"
    assert "Het overleg loopt nu" in words(enter(world.provider).get(f"/overleggen/{at_the_table}"))


def test_who_is_invited_says_not_to_come_on_the_page_of_the_meeting(
    world: World, enter: Any, work_as: Any, read_as: Any, clock: Any
) -> None:
    with work_as(world.secretary) as work:
        times = {"starts_at": at("2023-03-15 13:30"), "ends_at": at("2023-03-15 16:00")}
        table = round_queries.table(work, world.table_id)
        found = rounds.plan_round(work, table, location="Raadhuis", points=POINTS, **times).meeting
        meetings.send_agenda(work, found)
    participant, address = enter(world.participant), f"/overleggen/{found.id}"
    assert "Meld u af" in words(participant.get(address))
    assert participant.post(f"{address}/afmelden").status_code == 303
    page = words(participant.get(address))
    assert "U hebt zich afgemeld." in page and "Afwezig met bericht: Onderwijs." in page
    assert participant.post(f"{address}/afmelden", data={"komt": "1"}).status_code == 303
    assert "Meld u af" in words(participant.get(address))
    chair = enter(world.chair)
    assert "Meld u af" not in words(chair.get(address)), "who has no seat is not asked"
    assert chair.post(f"{address}/afmelden").status_code == 409


# --- an agreement ------------------------------------------------------------------------------------------------


def test_after_consensus_the_last_step_is_open_until_the_minutes_are_adopted(
    world: World, enter: Any, work_as: Any, agreement_id: int, at_the_table: int, clock: Any
) -> None:
    with work_as(world.secretary) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {seat.id: (Stance.CONSENT, "") for seat in agreement.table.seats})
        service.record_consensus(work, agreement)
    address = f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"
    page = words(enter(world.chair).get(address))
    assert "Stap 4 van 4: <strong>In het vastgestelde verslag</strong>, u stelt het verslag vast" in page
    assert "consensus, 15 maart 2023" in page and "U stelt het verslag vast." in page
    assert "de voorzitter stelt het verslag vast" in words(enter(world.provider).get(address))
    with work_as(world.secretary) as work:
        found = meeting_queries.meeting(work, at_the_table)
        meetings.save_minutes(work, found.agenda[1], minutes="Tekst")
        meetings.send_minutes_draft(work, found, comments_until=at("2023-03-30 00:00"))
    clock.set("2023-03-30 09:00")
    with work_as(world.chair) as work:
        meetings.adopt_minutes(work, meeting_queries.meeting(work, at_the_table))
    page = words(enter(world.chair).get(address))
    assert "Alle 4 stappen klaar" in page and "30 maart 2023" in page


def test_an_absent_seat_is_open_only_until_its_position_is_in(
    world: World, enter: Any, work_as: Any, agreement_id: int, at_the_table: int
) -> None:
    with work_as(world.secretary) as work:
        found = meeting_queries.meeting(work, at_the_table)
        meetings.record_attendance(work, found, {found.seats[3].id: Attendance.EXCUSED})
    address = f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"
    assert "Het standpunt van Onderwijs blijft open tot vaststelling." in words(enter(world.provider).get(address))
    with work_as(world.secretary) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {agreement.table.seats[3].id: (Stance.CONSENT, "")})
    page = words(enter(world.provider).get(address))
    assert "blijft open tot vaststelling" not in page
    assert "Onno Wijs, afwezig met bericht, standpunt opgenomen op 15 maart 2023" in page
    assert "0 bezwaren" not in page and "0 voorbehouden" not in page, "what nobody does is not said in a colour"


def test_a_request_for_a_ruling_says_who_is_to_act_and_how_it_came_to_that(
    world: World, enter: Any, work_as: Any, agreement_id: int
) -> None:
    asked(world, work_as, agreement_id)
    address = f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"
    page, colleges = words(enter(world.provider).get(address)), len(world.delegates)
    assert f"Aan zet: {colleges} colleges" in page and f"0 van {colleges} colleges hebben besloten." in page
    assert "Zo kwam het hier" in page and "Aan tafel: geen consensus" in page
    assert "Gevraagd op woensdag 15 maart 2023." in page and page.count("geen consensus") >= 2
    assert "Aan zet: u" in words(enter(world.delegates[0]).get(address))


def test_every_state_of_an_agreement_names_who_is_to_act(
    world: World, enter: Any, work_as: Any, agreement_id: int
) -> None:
    def turn(actor: Any) -> str:
        page = words(enter(actor).get(f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}"))
        return page.split("Aan zet: ")[1].split("<")[0]

    assert turn(world.secretary) == "u" and turn(world.provider) == "de tafel"
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {agreement.table.seats[1].id: (Stance.OBJECTION, OBJECTION)})
        mediation = mediations.start_mediation(work, agreement)
    assert turn(world.chair) == "u" and turn(world.secretary) == "Vera Voor"
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        mediations.close_mediation(work, agreement.mediation or mediation, outcome=MediationOutcome.FAILED)
    assert turn(world.chair) == "u" and turn(world.provider) == "de voorzitter"


def test_the_mediator_sees_the_text_and_who_objects_and_why(
    world: World, enter: Any, work_as: Any, agreement_id: int
) -> None:
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        seats = {seat.label: seat.id for seat in agreement.table.seats}
        others = {seats[name]: (Stance.CONSENT, "") for name in ("Gemeenten", "Aanbieder 2")}
        service.record_positions(work, agreement, {seats["Aanbieder 1"]: (Stance.OBJECTION, OBJECTION), **others})
        mediation = mediations.start_mediation(work, agreement)
    chair, address = enter(world.chair), f"/bemiddeling/{mediation.id}"
    page = words(chair.get(address))
    assert "Ten hoogste negen maanden." in page and OBJECTION in page and "Kranswier" in page
    assert "Kan nog niet. Er is bezwaar van Aanbieder 1." in page and "Bemiddelen tot uiterlijk" in page
    assert "Wij bewaren deze notitie niet vanzelf." in page
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, agreement_id)
        service.record_positions(work, agreement, {seats["Aanbieder 1"]: (Stance.CONSENT, "")})
    page = words(chair.get(address))
    assert "Kan nog niet" not in page and "Geen zetel heeft nog bezwaar" in page


def test_a_college_reads_what_it_decides_who_objects_and_what_follows(
    world: World, enter: Any, work_as: Any, agreement_id: int
) -> None:
    ruling = asked(world, work_as, agreement_id)
    page = words(enter(world.delegates[0]).get(f"/uitspraken/{ruling}"))
    assert "Is uw college voor afspraak 1.1, Korter verblijf?" in page and "(uw gemeente)" in page
    assert OBJECTION in page and "Dat leidde niet tot consensus." in page
    assert "Is één college tegen, dan wordt de afspraak niet vastgesteld." in page
    assert page.count("Nog geen besluit") == len(world.delegates) - 1 and ">Open<" not in page
    assert page.index("Leg het besluit vast") < page.index("Nog geen besluit"), "the form comes before the list"
    assert f"Aan zet: {len(world.delegates)} colleges" in words(enter(world.chair).get(f"/uitspraken/{ruling}"))


def test_rulings_cost_as_many_queries_when_every_college_has_decided(
    world: World, enter: Any, app: Any, work_as: Any, agreement_id: int
) -> None:
    ruling = asked(world, work_as, agreement_id)
    chair, engine = enter(world.chair), app.extensions["portal"].office.db.engine
    addresses = ("/uitspraken", f"/uitspraken/{ruling}")

    def costs() -> list[int]:
        found = []
        for address in addresses:
            chair.get(address)
            with statements(engine) as sent:
                chair.get(address)
            found.append(len(sent))
        return found

    def decide(delegates: Any) -> None:
        for delegate in delegates:
            with work_as(delegate) as work:
                facts = {"decided_on": work.today, "decision_number": "23-1"}
                rulings.record_college_decision(work, ruling_queries.ruling(work, ruling), vote=Vote.FOR, **facts)

    decide(world.delegates[:1])
    one = costs()
    decide(world.delegates[1:])
    assert costs() == one


# --- the table and its KPIs --------------------------------------------------------------------------------------


def test_a_new_table_names_who_leads_it_and_asks_for_its_first_round(world: World, enter: Any) -> None:
    page = words(enter(world.chair).get(f"/ontwikkeltafels/{world.table_id}"))
    assert "Vera Voor" in page and "Sietse Schrijver" in page and "Plan ronde 1" in page
    assert "0 afspraken" not in page and page.index("Plan ronde 1") < page.index("Rond de tafel af")
    assert "<h1 " in page and "Plan ronde 1" in words(
        enter(world.chair).get(f"/ontwikkeltafels/{world.table_id}/rondes/nieuw")
    )


def test_a_table_that_has_ended_says_so_before_somebody_plans(world: World, enter: Any, work_as: Any) -> None:
    with work_as(world.chair) as work:
        rounds.close_table(work, round_queries.table(work, world.table_id))
    answer = enter(world.chair).get(f"/ontwikkeltafels/{world.table_id}/rondes/nieuw")
    assert answer.status_code == 409 and "Er kan geen ronde gepland worden." in words(answer)


def test_a_target_is_asked_with_its_unit_and_direction(
    world: World, enter: Any, read_as: Any, at_the_table: int
) -> None:
    page = words(enter(world.secretary).get(f"/ontwikkeltafels/{world.table_id}/rondes/1/afspraken/nieuw"))
    assert "Ten hoogste, in maanden. Nu: " in page and "KPI en streefwaarde (niet verplicht)" in page
    assert page.count("(niet verplicht)") == 1 and "Te halen op" not in page
    with read_as(world.chair) as work:
        found = {kpi.code: aim_words(kpi) for kpi in kpis.visible_kpis(work)}
    assert found["K-HA-CLIENTEN"] == "zoveel minder (met een min) of meer, in procenten"
    assert found["K-UITSTROOM"] == "ten minste, in procenten; met een min ervoor: zoveel minder"
    assert found["K-DAGHULP"] == "ten hoogste, in aantallen"


def test_the_list_of_kpis_leaves_out_what_nobody_knows_and_says_what_is_new(
    world: World, enter: Any, work_as: Any, agreement_id: int, clock: Any
) -> None:
    with work_as(world.secretary) as work:
        agreement = queries.agreement(work, agreement_id)
        aim = Target(kpis.kpi_by_code(work, world.region.id, "K-HA-DUUR"), Decimal(10), date(2025, 12, 31))
        facts = {"title": agreement.title, "text": agreement.text, "obligation_type": ObligationType.EFFORT}
        service.edit_agreement(work, agreement, target=aim, **facts)
        service.record_positions(work, agreement, {seat.id: (Stance.CONSENT, "") for seat in agreement.table.seats})
        service.record_consensus(work, agreement)
    page = words(enter(world.manager).get("/kpi"))
    assert "Nulmeting" not in page and "Nog geen van deze KPI’s is gemeten." in page
    assert ">Nieuw<" in page and f'href="/afspraken/{agreement_id}"' in page and "Inspanningsverplichting" in page
    listed = enter(world.manager).get("/kpi?formaat=csv")
    assert listed.mimetype == "text/csv" and "K-HA-DUUR;ten hoogste 10 maanden;2025-12-31" in listed.text
    assert enter(world.manager).get("/kpi?formaat=xlsx").data.startswith(b"PK")
    clock.set("2023-07-15 09:00")
    assert ">Nieuw<" not in words(enter(world.manager).get("/kpi")), "after three months it is as any other"
