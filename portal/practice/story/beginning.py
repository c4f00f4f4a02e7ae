"""Chapter 1, 1 March 2022: the region is loaded and its people come in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portal.access import Role
from portal.accounts import service as accounts
from portal.accounts.models import OrganisationKind
from portal.regions import blueprints, queries
from portal.regions import service as regions
from portal.regions.models import Power
from portal.tables.kpis import service as kpis
from portal.tables.rounds import service as rounds

from .stage import Stage

STAFF = (
    ("esra", "Esra Demirci", "inkoper", Role.PROCUREMENT_OFFICER),
    ("pieter", "Pieter Hoekman", "inkoper2", Role.PROCUREMENT_OFFICER),
    ("marloes", "Marloes Vinkenburg", "beoordelaar", Role.ASSESSOR),
    ("joris", "Joris Bakkerveld", "beoordelaar2", Role.ASSESSOR),
    ("fenna", "Fenna Dijkhof", "contractmanager", Role.CONTRACT_MANAGER),
    ("hugo", "Hugo van Leeuwerik", "voorzitter", Role.INDEPENDENT_CHAIR),
    ("lotte", "Lotte Brouwershof", "secretaris", Role.TABLE_SECRETARY),
    ("karel", "Karel Mulderije", "auditor", Role.AUDITOR),
    ("ineke", "Ineke Smitshoek", "raadslid", Role.COUNCIL_READER),
    ("daan", "Daan Visscherij", "toegang", Role.ACCESS_ACCOUNT_HOLDER),
)
DELEGATES = (
    "Anneke Boogerd", "Bas Prinsenhof", "Corrie Hollandsch", "Dirk-Jan Terpstee", "Eline Ruiterkamp", "Floor Zwaanshoek",
    "Gerben Oostrand", "Hilde Westwal",
)  # fmt: skip
"""Who acts for a college, one per municipality in the order of the alphabet."""

PARTICIPANTS = (
    ("yasmin", "Yasmin el Amrani", "Toegangsteam Duinstreek", "toegangsteam"),
    ("bram", "Bram Kuiperszoon", "Samenwerkende scholen Polderland", "onderwijs"),
    ("sofie", "Sofie Janszen", "Ervaringsraad Kustkracht", "ervaring"),
)

DOMAIN = "regio.example"


def tell(stage: Stage) -> None:
    stage.at("2022-03-01 08:00")
    stage.tell("1 maart 2022: de regio en haar mensen")
    load_region(stage)
    invite_staff(stage)
    invite_delegates(stage)
    invite_participants(stage)
    fill_register(stage)
    plan_tables(stage)
    stage.at("2022-03-01 09:00")
    stage.jobs()


def load_region(stage: Stage) -> None:
    """What an administrator does on the command line: load the region, make the first administrator."""
    blueprint = blueprints.load_all()["alkmaar"]
    with stage.acts("portal") as work:
        region = regions.load_region(work, blueprint)
        kpis.load_kpis(work, region, blueprint)
        admin = accounts.create_staff(
            work, email="beheer@portaal.example", name="Wim Postmaat", password=stage.password,
            role=Role.PLATFORM_ADMIN,
        )  # fmt: skip
        stage.things["region"], stage.users["wim"] = region.id, admin.id
        stage.organisations["regio"] = region.organisation_id


def invite_staff(stage: Stage) -> None:
    for who, name, box, role in STAFF:
        stage.join(
            who, name, f"{box}@{DOMAIN}", by="wim", organisation="regio", role=role, region_id=stage.things["region"]
        )


def invite_delegates(stage: Stage) -> None:
    """One for each college; "alkmaar" and so on is who acts for that municipality."""
    with stage.looks("portal") as work:
        members = [
            (m.id, m.name, m.organisation_id) for m in queries.members_on(work, stage.things["region"], work.today)
        ]
    for (municipality_id, name, organisation_id), person in zip(members, DELEGATES, strict=False):
        who = key_of(name)
        stage.organisations[who], stage.things[f"municipality {who}"] = organisation_id, municipality_id
        stage.join(
            who, person, f"wethouder@{who}.example", by="wim", organisation=who,
            role=Role.COLLEGE_DELEGATE, region_id=stage.things["region"], municipality_id=municipality_id,
        )  # fmt: skip


def key_of(municipality: str) -> str:
    return municipality.lower().replace(" ", "-")


def colleges(stage: Stage) -> list[str]:
    """The keys of all municipalities, in the order of the alphabet."""
    return [name.removeprefix("municipality ") for name in stage.things if name.startswith("municipality ")]


def invite_participants(stage: Stage) -> None:
    """Access, education and experience experts sit at the table for organisations of their own."""
    for who, name, organisation_name, box in PARTICIPANTS:
        with stage.acts("portal") as work:
            organisation = accounts.ensure_organisation(
                work, kind=OrganisationKind.PARTICIPANT, name=organisation_name, place="Alkmaar"
            )
            stage.organisations[who] = organisation.id
        stage.join(
            who, name, f"tafel@{box}.example", by="wim", organisation=who, role=Role.TABLE_PARTICIPANT,
            region_id=stage.things["region"],
        )  # fmt: skip


def fill_register(stage: Stage) -> None:
    """Each college gave its own delegate power to sign and to record a ruling; one person decides on admission for all."""
    for number, who in enumerate(colleges(stage), 1):
        add_mandate(stage, who, Power.SIGN_CONTRACT, f"2022-{number:02d}-T", max_amount=Decimal(5_000_000))
        add_mandate(stage, who, Power.RULE_ON_AGREEMENT, f"2022-{number:02d}-U")
        add_mandate(stage, who, Power.DECIDE_ADMISSION, f"2022-{number:02d}-M", holder=colleges(stage)[0])


def add_mandate(
    stage: Stage, who: str, power: Power, number: str, *, max_amount: Decimal | None = None, holder: str = ""
) -> None:
    """A line in the register of this college; without `holder` for its own delegate."""
    with stage.acts("esra") as work:
        region = queries.own_region(work)
        regions.add_mandate(
            work, region, municipality_id=stage.things[f"municipality {who}"], holder_id=stage.users[holder or who],
            function="wethouder Jeugd", power=power, valid_from=date(2022, 2, 1), decision_number=number,
            decision_date=date(2022, 1, 25), max_amount=max_amount,
        )  # fmt: skip


def plan_tables(stage: Stage) -> None:
    """The tables of the blueprint, still without seats; the chair fills them later."""
    blueprint = blueprints.load_all()["alkmaar"]
    for planned in blueprint.governance.tables:
        with stage.acts("hugo") as work:
            table = rounds.plan_table(
                work, queries.own_region(work), code=planned.code, name=planned.name.nl,
                purpose=planned.purpose.nl if planned.purpose else "",
            )  # fmt: skip
            stage.things["tafel"] = table.id
