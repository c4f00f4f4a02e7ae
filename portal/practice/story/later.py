"""Chapters 9 and 10, autumn 2023 to 13 May 2024: more procedures, a second year, and a Monday on which everybody has work.

Told in the order of the calendar, because time only moves forward.
"""

from __future__ import annotations

from datetime import date

from portal.access import Role
from portal.accounts import service as accounts
from portal.accounts.models import AuthorityKind, LegalForm
from portal.compliance.obligations.models import CheckOutcome, ObligationKind
from portal.meetings.models import SeatKind
from portal.meetings.rules import Point
from portal.regions import queries as regions
from portal.regions import service as region_verbs
from portal.tables.agreements.models import MediationOutcome, Stance
from portal.tenders.procedures import queries as procedure_queries
from portal.tenders.procedures import service as procedure_verbs

from . import contracts, judging, procedures, providers, submissions, table, year
from .beginning import colleges
from .stage import Stage

KOERSVAST = providers.Provider(
    "koersvast",
    "Koersvast Gezinshulp bv",
    "99000055",
    LegalForm.LIMITED_COMPANY,
    9,
    "Uitgeest",
    "amber",
    "Amber Lindhout",
)


def tell(stage: Stage) -> None:
    autumn_of_2023(stage)
    winter(stage)
    spring(stage)
    april(stage)
    first_days_of_may(stage)
    monday(stage)


def autumn_of_2023(stage: Stage) -> None:
    """Zandkreek, too late in 2022, comes in by a procedure of its own."""
    stage.tell("najaar 2023: tussentijdse toelating")
    key = "tussentijds 2023"
    stage.at("2023-09-04 10:00")
    open_procedure(
        stage, key, "Tussentijdse toelating behandeling LVB", ("HA-3",), "2023-11-15 17:00", date(2024, 7, 1)
    )
    renew(stage, "jelle", date(2024, 7, 1))
    submit(stage, "jelle", key, ("HA-3",), "2023-11-13 10:00")
    stage.at("2023-11-16 09:00")
    judging.open_all(stage, key)
    judging.assign(stage, key)
    stage.at("2023-12-11 09:00")
    judge_all(stage, key)
    judging.conclude(stage, key)
    judging.prepare(stage, key)


def open_procedure(
    stage: Stage, key: str, title: str, products: tuple[str, ...], closing: str, starts: date
) -> None:  # fmt: skip
    with stage.looks("portal") as work:
        today = work.today
    procedures.draft(
        stage, key, title=title, published_on=today, products=products, closing=closing, contract_starts=starts
    )
    procedures.approve(stage, key)
    procedures.publish(stage, key, notice=f"{today.year}-{stage.things[key]:06d}")
    stage.jobs()


def renew(stage: Stage, who: str, until: date) -> None:
    """Evidence must still be valid on the first day of the contract."""
    providers.fill_passport(stage, who, providers.GENERAL, until=until)


def submit(stage: Stage, who: str, key: str, codes: tuple[str, ...], moment: str, *also: str) -> None:
    stage.at(moment)
    submissions.start(stage, who, key, codes)
    submissions.fill(stage, who, key)
    for signatory in (who, *also):
        submissions.sign(stage, signatory, key)


def judge_all(stage: Stage, key: str) -> None:
    for who in judging.ASSESSORS:
        for submission_id in judging.opened(stage, key).values():
            judging.judge(stage, who, submission_id)


def winter(stage: Stage) -> None:
    stage.tell("januari 2024: de verplichtingen over 2023 verschijnen")
    stage.mornings("2024-01-01")
    stage.at("2024-01-15 10:00")
    judging.decide(stage, "tussentijds 2023")
    judging.announce(stage, "tussentijds 2023")
    open_procedure(
        stage,
        "voorjaar 2024",
        "Toelating behandeling voorjaar 2024",
        ("HA-3", "HA-4"),
        "2024-03-15 17:00",
        date(2025, 1, 1),
    )
    stage.at("2024-02-06 09:00")
    judging.confirm_final(stage, "tussentijds 2023")
    stage.at("2024-02-12 10:00")
    open_procedure(
        stage,
        "begeleiding 2024",
        "Toelating individuele begeleiding 2024",
        ("OA-2",),
        "2024-05-06 17:00",
        date(2025, 1, 1),
    )
    stage.mornings("2024-02-15")


def spring(stage: Stage) -> None:
    stage.tell("voorjaar 2024: inschrijvingen, beoordeling, een tweede ronde aan tafel")
    key = "voorjaar 2024"
    stage.at("2024-03-04 10:00")
    for who in ("nadia", "ruben", "selma", "jelle"):
        renew(stage, who, date(2025, 1, 1))
    points = [
        Point("Opening en mededingingsprotocol"),
        Point("Terugkeer in hulp voorkomen", 20),
        Point("Rondvraag", 120),
    ]
    table.add_seat(stage, "daan", SeatKind.ACCESS, "Accounthouders toegang")
    table.plan_round(stage, "ronde 2", "2024-03-20", points, sent="2024-03-06 09:00")
    submit(stage, "ruben", key, ("HA-4",), "2024-03-12 10:00", "mirte")
    submit(stage, "nadia", key, ("HA-3",), "2024-03-14 14:00")
    stage.mornings("2024-03-18")
    stage.at("2024-03-18 09:30")
    judging.open_all(stage, key)
    stage.at("2024-03-20 13:35")
    table.hold(stage, "ronde 2")
    said = {"Terugkeer in hulp voorkomen": "De tafel is verdeeld over een vast nazorgcontact."}
    table.type_minutes(stage, "ronde 2", said, "Cijfers over terugkeer per product meenemen naar ronde 3")
    object_to_aftercare(stage)
    stage.at("2024-03-21 10:00")
    judging.assign(stage, key)


def object_to_aftercare(stage: Stage) -> None:
    table.propose(
        stage, "ronde 2", "afspraak nazorg", "Vast nazorgcontact",
        "Iedere aanbieder houdt tot een jaar na de afronding contact met het gezin, binnen het bestaande tarief.",
    )  # fmt: skip
    objection = {"De Waterlijn": (Stance.OBJECTION, "Een jaar contact past niet in het tarief.")}
    table.take_positions(stage, "afspraak nazorg", objection)
    table.mediate(
        stage, "afspraak nazorg", "Een half jaar was bespreekbaar voor de aanbieders, niet voor de gemeenten."
    )


def april(stage: Stage) -> None:
    stage.mornings("2024-04-02")
    stage.at("2024-04-08 10:00")
    year.file_evaluation(stage, "nadia", "wilgenrijk")
    contracts.draw_up(stage, "tussentijds 2023", ("zandkreek",))
    stage.at("2024-04-10 10:00")
    year.file_evaluation(stage, "ruben", "waterlijn")
    stage.mornings("2024-04-15")
    stage.at("2024-04-15 10:00")
    contracts.send(stage, ("zandkreek",))
    table.close(stage, "afspraak nazorg", MediationOutcome.FAILED)
    table.request_ruling(stage, "afspraak nazorg", "Hoort een jaar nazorgcontact bij het tarief?")
    open_procedure(
        stage, "ambulant 2025", "Ambulante jeugdhulp, toelating 2025", ("HA-1", "HA-2", "OA-1", "OA-2"), "2024-06-28 17:00",
        date(2025, 1, 1),
    )  # fmt: skip
    year.file_margin(stage, "nadia", "wilgenrijk")
    stage.mornings("2024-04-16", "2024-04-22")
    stage.at("2024-04-22 10:00")
    year.file_wnt(stage, "nadia", "wilgenrijk")
    contracts.sign_for_provider(stage, "zandkreek")
    for municipality in colleges(stage)[1:4]:
        contracts.sign_for_municipality(stage, municipality, ("zandkreek",))
    stage.at("2024-04-24 10:00")
    submit(stage, "selma", "begeleiding 2024", ("OA-2",), "2024-04-24 11:00")
    stage.mornings("2024-04-29")
    stage.at("2024-04-29 10:00")
    year.check(
        stage, "wilgenrijk", ObligationKind.PROFIT_MARGIN, CheckOutcome.EXPLAINED.value,
        "De vacature staat in de jaarrekening en het bedrag gaat naar scholing.",
    )  # fmt: skip
    year.check(stage, "waterlijn", ObligationKind.YEARLY_EVALUATION)


def first_days_of_may(stage: Stage) -> None:
    stage.tell("mei 2024: iedereen heeft iets te doen")
    stage.mornings("2024-05-01", "2024-05-02")
    for number, who in enumerate(colleges(stage)[1:], 7):
        table.decide(stage, who, "afspraak nazorg", f"2024-{number}")
    points = [Point("Opening en mededingingsprotocol"), Point("Duur: waar staan wij", 15), Point("Verlengingen", 60)]
    table.plan_round(stage, "ronde 3", "2024-05-16", points, sent="2024-05-02 09:00")
    table.propose(
        stage, "ronde 3", "afspraak verlenging", "Verlengen met reden",
        "Een verlenging krijgt altijd een reden in één zin, die het gezin heeft gelezen.",
        ("K-VERLENGING", 15, date(2025, 12, 31)),
    )  # fmt: skip
    submit(stage, "jelle", "begeleiding 2024", ("OA-2",), "2024-05-03 15:00")
    stage.at("2024-05-06 11:00")
    year.hand_back(stage, "wilgenrijk")
    judge_half(stage)
    stage.at("2024-05-08 10:00")
    judging.prepare(stage, "voorjaar 2024")
    table.send_minutes(stage, "ronde 2", until="2024-05-24 17:00")
    procedures.draft(
        stage, "verblijf 2025", title="Groepsbehandeling 2025", published_on=date(2024, 6, 3), products=("HA-5", "HA-6")
    )
    with stage.acts("esra") as work:
        procedure_verbs.send_to_review(work, procedure_queries.procedure(work, stage.things["verblijf 2025"]))


def judge_half(stage: Stage) -> None:
    """Of one provider everything is judged and laid down; of the other an assessor is halfway, and one still has to begin."""
    found = judging.opened(stage, "voorjaar 2024")
    done, running = found[stage.organisations["wilgenrijk"]], found[stage.organisations["waterlijn"]]
    for who in judging.ASSESSORS:
        judging.judge(stage, who, done)
    judging.conclude(stage, "voorjaar 2024", done)
    judging.judge(stage, "marloes", running, only=9)


def monday(stage: Stage) -> None:
    """The last days before Monday 13 May 2024."""
    stage.at("2024-05-09 10:00")
    submissions.start(stage, "nadia", "ambulant 2025", ("HA-2",))
    later = ("verklaringen", "HA-2.tarief", "HA-2.HA-2b", "HA-2.HA-2e", "G15", "G10", "G11")
    submissions.fill(stage, "nadia", "ambulant 2025", leave_open=later)
    stage.at("2024-05-10 11:00")
    procedures.ask(
        stage, "jelle", "ambulant 2025", "Tarief OA-2", "Wordt het tarief voor begeleiding in 2025 nog geïndexeerd?"
    )
    providers.register(stage, KOERSVAST)
    providers.claim(stage, "amber", AuthorityKind.PROXY)
    with stage.acts("amber") as work:
        region_verbs.follow_region(work, regions.own_region(work))
    with stage.acts("visitor") as work:
        organisation = stage.organisation(work, "wilgenrijk")
        accounts.ask_to_join(work, organisation, name="Pim Scholtenberg", email="pim@wilgenrijk.example")
    with stage.acts("wim") as work:
        organisation = stage.organisation(work, "regio")
        accounts.invite(
            work, email="stagiair@regio.example", organisation=organisation, role=Role.ASSESSOR,
            region_id=stage.things["region"],
        )  # fmt: skip
    stage.at("2024-05-13 09:00")
    stage.jobs()
