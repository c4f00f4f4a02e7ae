"""A region with its catalogue and the people of a tender, put straight into the database."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache

from portal.access import SYSTEM, Actor, Role
from portal.accounts.models import (
    AuthorityKind,
    AuthorityState,
    LegalForm,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
    SigningAuthority,
    User,
    UserState,
)
from portal.db import sort_key
from portal.regions.blueprints import as_json, digest, load_all
from portal.regions.models import Category, Product, Region, RegionFollower, TariffSheet
from portal.work import Office, Work, begin_write
from tests.kept import kept


@dataclass(frozen=True)
class People:
    """Everybody a tender needs; `admin` and `editor` are of the same provider, `other` of another one."""

    region_id: int
    officer: Actor
    second: Actor
    assessor: Actor
    delegate: Actor
    elsewhere: Actor
    admin: Actor
    editor: Actor
    other: Actor


def settle(office: Office) -> People:
    """Regio Alkmaar with its products and tariffs, a second region, two providers that follow Alkmaar."""
    return kept("people", office, office.clock, _settle)


def _settle(office: Office, clock: object) -> People:
    with begin_write(office, SYSTEM) as work:
        region = make_region(work, "Regio Alkmaar", "alkmaar")
        other_region = make_region(work, "Regio Elders", "elders", catalogue=False)
        lindeveld = make_provider(work, "Lindeveld Jeugd en Gezin", "12345678")
        kwelder = make_provider(work, "Kwelder Jeugd", "87654321")
        people = People(
            region_id=region.id,
            officer=member(work, "Anna Inkoper", Role.PROCUREMENT_OFFICER, region.organisation, region),
            second=member(work, "Bert Inkoper", Role.PROCUREMENT_OFFICER, region.organisation, region),
            assessor=member(work, "Carla Beoordelaar", Role.ASSESSOR, region.organisation, region),
            delegate=member(work, "Dirk Wethouder", Role.COLLEGE_DELEGATE, region.organisation, region),
            elsewhere=member(work, "Els Elders", Role.PROCUREMENT_OFFICER, other_region.organisation, other_region),
            admin=member(work, "Fatima Bestuurder", Role.PROVIDER_ADMIN, lindeveld),
            editor=member(work, "Gijs Medewerker", Role.PROVIDER_EDITOR, lindeveld),
            other=member(work, "Hanna Kwelder", Role.PROVIDER_ADMIN, kwelder),
        )
        for actor in (people.admin, people.other):
            work.add(RegionFollower(region_id=region.id, user_id=actor.user_id, since=work.now))
    return people


@cache
def _plain_blueprint() -> tuple[str, str]:
    """(digest, JSON text) of the blueprint, which takes longer to write than a test lasts."""
    blueprint = load_all()["alkmaar"]
    return digest(blueprint), as_json(blueprint)


def make_region(work: Work, name: str, code: str, *, catalogue: bool = True) -> Region:
    blueprint, (known_by, text) = load_all()["alkmaar"], _plain_blueprint()
    organisation = Organisation(
        kind=OrganisationKind.REGIONAL,
        state=OrganisationState.ACTIVE,
        name=name,
        sort_name=sort_key(name),
        registered_at=work.now,
    )
    region = Region(
        code=code,
        name=name,
        organisation=organisation,
        blueprint_digest=known_by,
        blueprint=json.loads(text),
        loaded_at=work.now,
    )
    work.add(region)
    for number, segment in enumerate(blueprint.segments if catalogue else (), 1):
        category = Category(
            region=region, code=segment.code, name_nl=segment.name.nl, name_en=segment.name.en or "", position=number
        )
        work.add(category)
        for place, planned in enumerate(segment.products, 1):
            product = Product(
                category=category,
                code=planned.code,
                name_nl=planned.name.nl,
                name_en=planned.name.en or "",
                position=place,
            )
            work.add(product)
            for sheet in (t for t in blueprint.tariffs if t.product == planned.code):
                row = TariffSheet(
                    product=product,
                    number=1,
                    unit=sheet.unit.value,
                    amount=sheet.amount,
                    valid_from=sheet.valid_from,
                    source=sheet.source,
                    illustrative=sheet.illustrative,
                    components=[],
                )
                work.add(row)
    return region


def make_provider(work: Work, name: str, kvk_number: str) -> Organisation:
    return work.add(
        Organisation(
            kind=OrganisationKind.PROVIDER,
            state=OrganisationState.ACTIVE,
            name=name,
            sort_name=sort_key(name),
            kvk_number=kvk_number,
            legal_form=LegalForm.FOUNDATION,
            youth_workers=12,
            place="Bergen",
            registered_at=work.now,
        )
    )


def member(work: Work, name: str, role: Role, organisation: Organisation, region: Region | None = None) -> Actor:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user = work.add(User(email=email, name=name, state=UserState.ACTIVE, registered_at=work.now))
    row = Membership(
        user=user, organisation=organisation, role=role, region_id=region.id if region else None, since=work.now
    )
    work.add(row)
    return Actor(
        user_id=user.id,
        membership_id=row.id,
        role=role,
        name=name,
        email=email,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        region_id=region.id if region else None,
    )


def fresh(actor: Actor) -> Actor:
    """The same person, logged in again a moment ago."""
    return replace(actor, fresh=True)


def authorise(office: Office, actor: Actor, kind: AuthorityKind, *, checked_by: Actor) -> None:
    """A verified authority to sign."""
    with begin_write(office, SYSTEM) as work:
        work.add(
            SigningAuthority(
                organisation_id=actor.organisation_id,
                user_id=actor.user_id,
                kind=kind,
                state=AuthorityState.VERIFIED,
                claimed_at=work.now,
                checked_by_id=checked_by.user_id,
                checked_at=work.now,
            )
        )
