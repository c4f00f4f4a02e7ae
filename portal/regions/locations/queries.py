"""A provider's locations: its own people see and keep them, who buys care sees all, the public what a rule lets through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Organisation, OrganisationKind, OrganisationState
from portal.accounts.organisations.queries import provider
from portal.db import sort_key
from portal.errors import NotFound
from portal.i18n import either
from portal.regions.locations.models import AgbCode, Capacity, Location, ServedMunicipality
from portal.regions.locations.rules import Audience, address_for
from portal.regions.models import Category, Municipality
from portal.work import Work


@dataclass(frozen=True)
class Shown:
    """One location as somebody sees it."""

    name: str
    place: str
    address: str
    municipality: str
    """Empty: for the whole region."""
    age_from: int | None
    age_to: int | None
    places: list[tuple[str, int]]
    family_home: bool


@dataclass(frozen=True)
class Card:
    """All that one audience sees of a provider. The page for its own people shows the very same cards."""

    audience: Audience
    organisation: Organisation
    locations: list[Shown]
    municipalities: list[str]
    agb_codes: list[str]
    """Of officers only: the codes of the organisation and its locations."""


def locations_of(work: Work, organisation_id: int) -> Sequence[Location]:
    """Open ones by name; two queries however many. For verbs and the pages below, which check who asks."""
    find = (
        select(Location)
        .options(
            joinedload(Location.municipality),
            selectinload(Location.capacities).options(joinedload(Capacity.category), joinedload(Capacity.product)),
        )
        .where(Location.organisation_id == organisation_id, Location.closed_at.is_(None))
    )
    return sorted(work.session.scalars(find), key=lambda found: (sort_key(found.name), found.id))


def own_locations(work: Work) -> Sequence[Location]:
    return locations_of(work, work.actor.organisation_id or 0) if work.actor.is_provider else []


def own_location(work: Work, location_id: int) -> Location:
    """An open location of the actor's organisation. Raises NotFound."""
    for found in own_locations(work):
        if found.id == location_id:
            return found
    raise NotFound("Location")


def codes_of(work: Work, organisation_id: int) -> Sequence[AgbCode]:
    find = select(AgbCode).options(joinedload(AgbCode.location))
    find = find.where(AgbCode.organisation_id == organisation_id, AgbCode.ended_at.is_(None))
    return work.session.scalars(find.order_by(AgbCode.code)).all()


def own_code(work: Work, code_id: int) -> AgbCode:
    """Raises NotFound."""
    for found in codes_of(work, work.actor.organisation_id or 0) if work.actor.is_provider else ():
        if found.id == code_id:
            return found
    raise NotFound("AgbCode")


def is_taken(work: Work, code: str) -> bool:
    """A code names one undertaking, branch or professional."""
    find = select(AgbCode.id).where(AgbCode.code == code, AgbCode.ended_at.is_(None))
    return work.session.scalar(find) is not None


def municipalities(work: Work) -> list[Municipality]:
    """All that a location can be in and a provider can serve, by name."""
    return sorted(work.session.scalars(select(Municipality)), key=lambda found: sort_key(found.name))


def served_by(work: Work, organisation_id: int) -> list[Municipality]:
    find = (
        select(Municipality)
        .join(ServedMunicipality, ServedMunicipality.municipality_id == Municipality.id)
        .where(ServedMunicipality.organisation_id == organisation_id)
    )
    return sorted(work.session.scalars(find), key=lambda found: sort_key(found.name))


def categories(work: Work) -> Sequence[Category]:
    """What capacity can be for, in the order of each region."""
    find = select(Category).options(selectinload(Category.products), joinedload(Category.region))
    return work.session.scalars(find.order_by(Category.region_id, Category.position)).all()


# --- what others see ---------------------------------------------------------------------------------------------


def own_cards(work: Work, organisation: Organisation) -> list[Card]:
    """What each audience sees of the actor's own organisation: constant in queries."""
    locations = locations_of(work, organisation.id)
    served, codes = served_by(work, organisation.id), codes_of(work, organisation.id)
    return [_card(work, organisation, audience, locations, served, codes) for audience in Audience]


def public_card(work: Work, organisation_id: int) -> Card:
    """A provider whose identity is verified, as everybody sees it. Raises NotFound."""
    find = select(Organisation).where(
        Organisation.id == organisation_id,
        Organisation.kind == OrganisationKind.PROVIDER,
        Organisation.state == OrganisationState.ACTIVE,
    )
    found = work.session.scalar(find)
    if found is None:
        raise NotFound("Organisation")
    locations, served = locations_of(work, found.id), served_by(work, found.id)
    return _card(work, found, Audience.PUBLIC, locations, served, ())


def officer_card(work: Work, organisation_id: int) -> Card:
    """A provider as who buys care or audits sees it. Raises NotFound."""
    found = provider(work, organisation_id)
    locations, served = locations_of(work, found.id), served_by(work, found.id)
    return _card(work, found, Audience.OFFICER, locations, served, codes_of(work, found.id))


def _card(
    work: Work,
    organisation: Organisation,
    audience: Audience,
    locations: Sequence[Location],
    served: Sequence[Municipality],
    codes: Sequence[AgbCode],
) -> Card:
    officer = audience is Audience.OFFICER
    return Card(
        audience,
        organisation,
        [_shown(work, found, audience) for found in locations],
        [found.name for found in served],
        [f"{c.code} ({c.location.name})" if c.location else c.code for c in codes] if officer else [],
    )


def _shown(work: Work, location: Location, audience: Audience) -> Shown:
    places = [(thing_name(found, work.actor.locale), found.places) for found in location.capacities]
    return Shown(
        name=location.name,
        place=location.place,
        address=address_for(location, audience),
        municipality=location.municipality.name if location.municipality else "",
        age_from=location.age_from,
        age_to=location.age_to,
        places=places if audience is Audience.OFFICER else [],
        family_home=location.family_home,
    )


def thing_name(capacity: Capacity, locale: str) -> str:
    """The product, or the category whose products share these places."""
    thing = capacity.product or capacity.category
    if thing is None:
        return ""
    return either(thing.name_nl, thing.name_en, locale)
