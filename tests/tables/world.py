"""A table with people around it, as most tests about tables need it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from portal.access import SYSTEM, Actor, Role
from portal.accounts.models import Membership, Organisation, OrganisationKind, OrganisationState, User, UserState
from portal.clock import local_moment
from portal.meetings.models import SeatKind
from portal.meetings.rules import Point, SeatFacts
from portal.regions.models import Power, Region
from portal.tables.kpis.service import load_kpis
from portal.tables.rounds import service as rounds
from portal.work import Office, Work, begin_write
from tests import factories
from tests.kept import kept


def at(wall: str) -> datetime:
    return local_moment(datetime.fromisoformat(wall))


MUNICIPALITIES, PROVIDER_A, PROVIDER_B, SCHOOLS = "Gemeenten", "Aanbieder 1", "Aanbieder 2", "Onderwijs"

POINTS = [Point("Stand van de KPI's", 10), Point("Korter verblijf", 30), Point("Rondvraag", 100)]


@dataclass
class World:
    region: Region
    table_id: int
    chair: Actor
    substitute: Actor
    secretary: Actor
    participant: Actor
    provider: Actor
    other_provider: Actor
    outsider: Actor
    manager: Actor
    delegates: list[Actor]


def settled_world(office: Office) -> World:
    """`make_world` with its mandates, built once, on 1 February 2023 whoever asks first."""

    def build(office: Office, clock: Any) -> World:
        clock.set("2023-02-01 09:00")
        return make_world(partial(begin_write, office))

    world = kept("world", office, office.clock, build)
    return replace(world, delegates=list(world.delegates))


def make_world(work_as: Callable[..., AbstractContextManager[Work]], *, mandates: bool = True) -> World:
    """Regio Alkmaar with an active table of four seats; a third provider has no seat."""
    with work_as(SYSTEM) as work:
        region = factories.make_region(work)
        load_kpis(work, region, factories.blueprint())
        a, b, c = (_provider(work, name) for name in ("Kranswier", "Oeverlicht", "Strekdam"))
        home = region.organisation
        expert = _person(work, Role.TABLE_PARTICIPANT, "Onno Wijs", home, region_id=region.id)
        table = rounds.plan_table(
            work, region, code="transformatie", name="Transformatie", rules_of_play="Wij zoeken consensus.",
            seats=[
                SeatFacts(SeatKind.MUNICIPALITY, MUNICIPALITIES),
                SeatFacts(SeatKind.PROVIDER, PROVIDER_A, organisation_id=a.organisation_id),
                SeatFacts(SeatKind.PROVIDER, PROVIDER_B, organisation_id=b.organisation_id),
                SeatFacts(SeatKind.EDUCATION, SCHOOLS, user_id=expert.user_id),
            ],
        )  # fmt: skip
        rounds.activate_table(work, table)
        work.get(Membership, expert.membership_id or 0).table_id = table.id
        place = {"region_id": region.id, "table_id": table.id}
        chair = _person(work, Role.INDEPENDENT_CHAIR, "Vera Voor", home, **place)
        substitute = _person(work, Role.INDEPENDENT_CHAIR, "Willem Wissel", home, region_id=region.id)
        secretary = _person(work, Role.TABLE_SECRETARY, "Sietse Schrijver", home, **place)
        manager = _person(work, Role.CONTRACT_MANAGER, "Mia Meter", home, region_id=region.id)
        delegates = _delegates(work, region, mandates)
    participant = replace(expert, table_id=table.id)
    return World(region, table.id, chair, substitute, secretary, participant, a, b, c, manager, delegates)


def _person(work: Work, role: Role, name: str, organisation: Organisation, **scope: int) -> Actor:
    """Rows and no password: these people never log in, and hashing a dozen passwords would take each test a second."""
    email = name.lower().replace(" ", ".") + "@example.org"
    user = work.add(User(email=email, name=name, state=UserState.ACTIVE, registered_at=work.now))
    user.memberships = [Membership(organisation=organisation, role=role, since=work.now, **scope)]
    work.session.flush()
    return factories.actor_for(user)


def _provider(work: Work, name: str) -> Actor:
    organisation = work.add(
        Organisation(
            kind=OrganisationKind.PROVIDER,
            state=OrganisationState.ACTIVE,
            name=name,
            sort_name=name.lower(),
            registered_at=work.now,
        )
    )
    return _person(work, Role.PROVIDER_ADMIN, f"Beheerder {name}", organisation)


def _delegates(work: Work, region: Region, mandates: bool) -> list[Actor]:
    found = []
    for municipality in factories.municipalities(work, region):
        organisation = work.get(Organisation, municipality.organisation_id)
        name = "Wethouder " + municipality.name.replace(" ", "-")
        place = {"region_id": region.id, "municipality_id": municipality.id}
        delegate = _person(work, Role.COLLEGE_DELEGATE, name, organisation, **place)
        if mandates:
            factories.make_mandate(work, region, work.get(User, delegate.user_id or 0), Power.RULE_ON_AGREEMENT)
        found.append(delegate)
    return found
