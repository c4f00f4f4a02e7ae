"""Chapter 8, 15 March 2023: a round of the table Transformatie with three agreements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from portal.clock import local_date
from portal.meetings import service as meetings
from portal.meetings.models import Attendance, SeatKind
from portal.meetings.rules import Point, SeatFacts
from portal.tables.agreements import queries as agreements
from portal.tables.agreements import service as agreeing
from portal.tables.agreements.mediation import queries as mediations
from portal.tables.agreements.mediation import service as mediating
from portal.tables.agreements.models import Agreement, Mediation, MediationOutcome, Stance, Vote
from portal.tables.agreements.rules import Target
from portal.tables.agreements.rulings import queries as rulings
from portal.tables.agreements.rulings import service as ruling_verbs
from portal.tables.kpis import queries as kpis
from portal.tables.kpis.models import ObligationType
from portal.tables.rounds import queries as rounds
from portal.tables.rounds import service as round_verbs
from portal.tables.rounds.models import DevelopmentTable, Round
from portal.work import Work

from .beginning import colleges
from .stage import Stage

SEATS = ("Gemeenten", "Wilgenrijk", "De Waterlijn", "Toegang", "Onderwijs", "Ervaringsdeskundigen")
RULES = (
    "Wij zoeken consensus. Wie bezwaar heeft, zegt waarom en wat wel kan. Lukt het niet, dan bemiddelt de voorzitter; "
    "lukt ook dat niet, dan beslissen de gemeenten. Wij spreken niet over eigen prijzen of plannen voor een inschrijving."
)
MINUTES = {
    "Opening en mededingingsprotocol": "De voorzitter leest het protocol voor. Iedereen kent het.",
    "Korter waar het kan": "Wilgenrijk laat zien hoe een vaste evaluatie na zes maanden helpt. De scholen willen eerder "
    "horen dat de hulp stopt.",
    "Minder uithuisplaatsingen": "De Waterlijn maakt bezwaar: zonder afspraak over vervoer komt het gezin niet rond.",
    "Delen van wachttijden": "Wilgenrijk maakt bezwaar tegen openbare wachttijden per locatie.",
}  # fmt: skip


def tell(stage: Stage) -> None:
    stage.tell("voorjaar 2023: de ontwikkeltafel Transformatie")
    stage.at("2023-02-01 10:00")
    fill_table(stage)
    points = [Point(title, 35 * n) for n, title in enumerate(MINUTES)]
    plan_round(stage, "ronde 1", "2023-03-15", points, sent="2023-03-01 09:00")
    stage.at("2023-03-15 13:40")
    hold(stage, "ronde 1", excused=("Onderwijs",))
    type_minutes(stage, "ronde 1", MINUTES, "Voorbeeld van een afrondingsgesprek met school rondsturen")
    agree_at_once(stage)
    object_to_meeting_at_home(stage)
    object_to_waiting_times(stage)
    stage.at("2023-03-29 16:00")
    agree_after_mediation(stage)
    finish_action(stage, "nadia", "ronde 1")
    agree_by_ruling(stage)
    stage.at("2023-06-05 10:00")
    send_minutes(stage, "ronde 1", until="2023-06-19 17:00")
    stage.at("2023-06-12 20:15")
    comment(stage, "bram", "ronde 1", "Bij punt 2: de scholen vroegen om twee maanden vooraf, niet één.")
    stage.at("2023-06-21 11:00")
    adopt(stage, "ronde 1")


def fill_table(stage: Stage) -> None:
    """Municipalities, providers, access, education and experience experts each get a seat; then the table begins."""
    seats = [
        SeatFacts(SeatKind.MUNICIPALITY, SEATS[0], user_id=stage.users[colleges(stage)[0]]),
        SeatFacts(SeatKind.PROVIDER, SEATS[1], organisation_id=stage.organisations["wilgenrijk"]),
        SeatFacts(SeatKind.PROVIDER, SEATS[2], organisation_id=stage.organisations["waterlijn"]),
        SeatFacts(SeatKind.ACCESS, SEATS[3], user_id=stage.users["yasmin"]),
        SeatFacts(SeatKind.EDUCATION, SEATS[4], user_id=stage.users["bram"]),
        SeatFacts(SeatKind.EXPERIENCE, SEATS[5], user_id=stage.users["sofie"]),
    ]
    with stage.acts("hugo") as work:
        for seat in seats:
            round_verbs.add_seat(work, table_of(work, stage), seat)
    with stage.acts("hugo") as work:
        round_verbs.agree_rules(work, table_of(work, stage), text=RULES)
        round_verbs.activate_table(work, table_of(work, stage))


def add_seat(stage: Stage, who: str, kind: SeatKind, label: str) -> None:
    """A seat beside those that were there from the start; it sits from the next round that is planned."""
    with stage.acts("hugo") as work:
        round_verbs.add_seat(work, table_of(work, stage), SeatFacts(kind, label, user_id=stage.users[who]))


def table_of(work: Work, stage: Stage) -> DevelopmentTable:
    return rounds.table(work, stage.things["tafel"])


def round_of(work: Work, stage: Stage, key: str) -> Round:
    return rounds.round_of(work, stage.things["tafel"], stage.things[key])


def plan_round(stage: Stage, key: str, day: str, points: list[Point], *, sent: str) -> None:
    """The chair plans, the secretary sends the agenda with the calendar file."""
    with stage.acts("hugo") as work:
        planned = round_verbs.plan_round(
            work, table_of(work, stage), starts_at=stage.moment(f"{day} 13:30"), ends_at=stage.moment(f"{day} 16:00"),
            location="Stadskantoor, zaal 2", points=points,
        )  # fmt: skip
        stage.things[key] = planned.number
    stage.at(sent)
    with stage.acts("lotte") as work:
        meetings.send_agenda(work, round_of(work, stage, key).meeting)
    stage.jobs()


def hold(stage: Stage, key: str, *, excused: tuple[str, ...] = ()) -> None:
    with stage.acts("lotte") as work:
        meeting = round_of(work, stage, key).meeting
        there = {s.id: Attendance.EXCUSED if s.label in excused else Attendance.PRESENT for s in meeting.seats}
        meetings.record_attendance(work, meeting, there)


def type_minutes(stage: Stage, key: str, minutes: Mapping[str, str], action: str) -> None:
    """The secretary types per point; one action is noted for the second seat."""
    with stage.acts("lotte") as work:
        meeting = round_of(work, stage, key).meeting
        for item in meeting.agenda:
            if item.title in minutes:
                meetings.save_minutes(work, item, minutes=minutes[item.title])
        due = local_date(meeting.starts_at) + timedelta(days=42)
        meetings.add_action(work, meeting, seat_id=meeting.seats[1].id, what=action, due_on=due)


def finish_action(stage: Stage, who: str, key: str) -> None:
    with stage.acts(who) as work:
        meetings.finish_action(work, round_of(work, stage, key).meeting.actions[0])


def propose(
    stage: Stage, key: str, name: str, title: str, text: str, target: tuple[str, int, date] | None = None
) -> None:
    with stage.acts("lotte") as work:
        at = round_of(work, stage, key)
        aim = (
            Target(kpis.kpi_by_code(work, stage.things["region"], target[0]), Decimal(target[1]), target[2])
            if target
            else None
        )
        made = agreeing.propose_agreement(
            work, at, title=title, text=text, obligation_type=ObligationType.EFFORT, target=aim
        )
        stage.things[name] = made.id


def agreement_of(work: Work, stage: Stage, name: str) -> Agreement:
    return agreements.agreement(work, stage.things[name])


def take_positions(stage: Stage, name: str, dissent: Mapping[str, tuple[Stance, str]] | None = None) -> None:
    """Every seat speaks: consent, unless it said something else and why."""
    with stage.acts("lotte") as work:
        found = agreement_of(work, stage, name)
        taken = {s.id: (dissent or {}).get(s.label, (Stance.CONSENT, "")) for s in found.table.seats}
        agreeing.record_positions(work, found, taken)


def agree_at_once(stage: Stage) -> None:
    propose(
        stage, "ronde 1", "afspraak duur", "Korter waar het kan",
        "Elke behandeling wordt na zes maanden samen met het gezin geëvalueerd. De gemiddelde duur van herstelgerichte "
        "ambulante hulp is op 31 december 2025 ten hoogste het afgesproken aantal maanden.",
        ("K-HA-DUUR", 10, date(2025, 12, 31)),
    )  # fmt: skip
    reserved = {"Onderwijs": (Stance.RESERVATION, "Scholen horen graag twee maanden vooraf dat hulp stopt.")}
    take_positions(stage, "afspraak duur", reserved)
    with stage.acts("hugo") as work:
        agreeing.record_consensus(work, agreement_of(work, stage, "afspraak duur"))


def object_to_meeting_at_home(stage: Stage) -> None:
    propose(
        stage, "ronde 1", "afspraak thuis", "Zo thuis mogelijk",
        "Voor elke uithuisplaatsing komt binnen een week een overleg met gezin, toegang en aanbieder.",
    )  # fmt: skip
    objection = {"De Waterlijn": (Stance.OBJECTION, "Zonder afspraak over vervoer kan het gezin er niet bij zijn.")}
    take_positions(stage, "afspraak thuis", objection)
    mediate(stage, "afspraak thuis", "De Waterlijn kan instemmen als het overleg ook op afstand kan.")


def agree_after_mediation(stage: Stage) -> None:
    """The text changes, so every seat speaks again."""
    with stage.acts("hugo") as work:
        found = agreement_of(work, stage, "afspraak thuis")
        agreeing.edit_agreement(
            work, found, title=found.title, text=f"{found.text} Het gezin kiest: op locatie of op afstand.",
            obligation_type=found.obligation_type,
        )  # fmt: skip
    take_positions(stage, "afspraak thuis")
    close(stage, "afspraak thuis", MediationOutcome.CONSENSUS)


def mediate(stage: Stage, name: str, note: str) -> None:
    """What is said there lies sealed, apart from the minutes; only the outcome leaves it."""
    with stage.acts("hugo") as work:
        mediation = mediating.start_mediation(work, agreement_of(work, stage, name))
        stage.things[f"bemiddeling {name}"] = mediation.id
    with stage.acts("hugo") as work:
        mediating.note_mediation(work, _mediation(work, stage, name), text=note)


def _mediation(work: Work, stage: Stage, name: str) -> Mediation:
    return mediations.mediation(work, stage.things[f"bemiddeling {name}"])


def close(stage: Stage, name: str, outcome: MediationOutcome) -> None:
    with stage.acts("hugo") as work:
        mediating.close_mediation(work, _mediation(work, stage, name), outcome=outcome)


def object_to_waiting_times(stage: Stage) -> None:
    propose(
        stage, "ronde 1", "afspraak wachttijd", "Wachttijden delen",
        "Elke aanbieder meldt elke maand de wachttijd per product. De regio maakt die openbaar.",
    )  # fmt: skip
    take_positions(
        stage,
        "afspraak wachttijd",
        {"Wilgenrijk": (Stance.OBJECTION, "Openbare cijfers per aanbieder zeggen te weinig.")},
    )
    mediate(stage, "afspraak wachttijd", "Partijen verschillen van mening over openbaarheid; een tussenweg lukt niet.")


def agree_by_ruling(stage: Stage) -> None:
    """Mediation fails; each college decides by itself."""
    stage.at("2023-04-12 10:00")
    close(stage, "afspraak wachttijd", MediationOutcome.FAILED)
    request_ruling(stage, "afspraak wachttijd", "Moeten wachttijden per aanbieder en product openbaar zijn?")
    for number, who in enumerate(colleges(stage)):
        stage.at(f"2023-05-{9 + number:02d} 10:00")
        decide(stage, who, "afspraak wachttijd", f"2023-{41 + number}")


def request_ruling(stage: Stage, name: str, question: str) -> None:
    with stage.acts("hugo") as work:
        ruling = ruling_verbs.request_ruling(work, agreement_of(work, stage, name), question=question)
        stage.things[f"uitspraak {name}"] = ruling.id
    stage.jobs()


def decide(stage: Stage, who: str, name: str, number: str) -> None:
    """One college, under the mandate that the register names."""
    with stage.acts(who) as work:
        ruling = rulings.ruling(work, stage.things[f"uitspraak {name}"])
        ruling_verbs.record_college_decision(work, ruling, vote=Vote.FOR, decided_on=work.today, decision_number=number)


def send_minutes(stage: Stage, key: str, *, until: str) -> None:
    with stage.acts("lotte") as work:
        meetings.send_minutes_draft(work, round_of(work, stage, key).meeting, comments_until=stage.moment(until))
    stage.jobs()


def comment(stage: Stage, who: str, key: str, text: str) -> None:
    with stage.acts(who) as work:
        meetings.comment_minutes(work, round_of(work, stage, key).meeting, text=text)


def adopt(stage: Stage, key: str) -> None:
    with stage.acts("hugo") as work:
        meetings.adopt_minutes(work, round_of(work, stage, key).meeting)
    stage.jobs()
