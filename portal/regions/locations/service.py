"""Verbs on where a provider works. Free text is a name or an address, never anything about a child."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.access import Permission
from portal.accounts.models import Organisation
from portal.audit import record
from portal.errors import RuleBroken
from portal.regions.locations import queries, rules
from portal.regions.locations.models import AgbCode, Capacity, Location, ServedMunicipality
from portal.work import Work

EDIT = Permission.ORGANISATION_EDIT


def add_location(work: Work, organisation: Organisation, **facts: Any) -> Location:
    """A place where help is given; facts as in `edit_location`. Raises NotAllowed, or RuleBroken with what is wrong."""
    work.require(EDIT, organisation)
    location = Location(organisation_id=organisation.id, opened_at=work.now, place="", name="")
    _fill(location, facts)
    work.add(location)
    record(work, "location.added", location, organisation_id=organisation.id, municipality_id=location.municipality_id)
    return location


def edit_location(work: Work, location: Location, *, version: int | None = None, **facts: Any) -> None:
    """Keep it up to date: name, street, postcode, place, municipality_id, family_home, age_from, age_to.

    Raises NotAllowed, StaleVersion, or RuleBroken with what is wrong.
    """
    work.require(EDIT, location)
    theirs = {key: getattr(location, key) for key in ("name", "family_home", "street", "postcode", "place")}
    ages = {"age_from": location.age_from, "age_to": location.age_to}
    work.expect_version(location, version, **theirs, municipality=location.municipality_id, **ages)
    before = {key: getattr(location, key) for key in ("family_home", "municipality_id", "age_from", "age_to")}
    _fill(location, facts)
    after = {key: getattr(location, key) for key in before}
    changed = [key for key in before if before[key] != after[key]]
    told = {"before": {key: before[key] for key in changed}, "after": {key: after[key] for key in changed}}
    record(work, "location.edited", location, organisation_id=location.organisation_id, **told)


def _fill(location: Location, facts: dict[str, Any]) -> None:
    checked = {key: facts[key] for key in ("name", "place", "postcode", "age_from", "age_to")}
    shown = {key: facts[key] for key in ("name", "place", "street", "postcode", "family_home")}
    if reasons := [*rules.reasons_against_location(**checked), *rules.reasons_against_showing(**shown)]:
        raise RuleBroken(*reasons)
    for key in ("municipality_id", "family_home", "age_from", "age_to"):
        setattr(location, key, facts[key])
    location.name, location.place = facts["name"].strip(), facts["place"].strip()
    location.street, location.postcode = facts["street"].strip(), rules.normal_postcode(facts["postcode"])


def close_location(work: Work, location: Location) -> None:
    """No help is given there any more; its AGB codes end with it."""
    work.require(EDIT, location)
    location.closed_at = work.now
    for code in queries.codes_of(work, location.organisation_id):
        if code.location_id == location.id:
            code.ended_at = work.now
    record(work, "location.closed", location, organisation_id=location.organisation_id)


def set_capacity(
    work: Work, location: Location, *, places: int | None, category_id: int | None = None, product_id: int | None = None
) -> None:
    """How many places for one product or one category; 0 or None takes the line away. Raises RuleBroken(places_wrong)."""
    work.require(EDIT, location)
    if reasons := rules.reasons_against_places(places):
        raise RuleBroken(*reasons, subject=location)
    wanted = (category_id, product_id)
    found = next((c for c in location.capacities if (c.category_id, c.product_id) == wanted), None)
    before = found.places if found is not None else 0
    if found is None and places:
        location.capacities.append(Capacity(category_id=category_id, product_id=product_id, places=places))
    elif found is not None and places:
        found.places = places
    elif found is not None:
        location.capacities.remove(found)
        work.session.delete(found)
    facts = {"category_id": category_id, "product_id": product_id, "before": before, "after": places or 0}
    record(work, "location.capacity_set", location, organisation_id=location.organisation_id, **facts)


def serve_municipalities(work: Work, organisation: Organisation, municipality_ids: Iterable[int]) -> None:
    """For which municipalities' children this provider is there. Raises NotAllowed."""
    work.require(EDIT, organisation)
    wanted = set(municipality_ids)
    rows = work.session.query(ServedMunicipality).filter_by(organisation_id=organisation.id).all()
    before = {row.municipality_id for row in rows}
    for row in rows:
        if row.municipality_id not in wanted:
            work.session.delete(row)
    for municipality_id in sorted(wanted - before):
        work.session.add(ServedMunicipality(organisation_id=organisation.id, municipality_id=municipality_id))
    if wanted != before:
        told = {"before": sorted(before), "after": sorted(wanted)}
        record(work, "organisation.municipalities_served", organisation, **told)


def add_agb(work: Work, organisation: Organisation, *, code: str, location: Location | None = None) -> AgbCode:
    """A code of the organisation, or of one location. Raises NotAllowed, or RuleBroken: agb_wrong, agb_taken."""
    work.require(EDIT, organisation)
    number = rules.normal_agb(code)
    if reasons := rules.reasons_against_agb(number, taken=queries.is_taken(work, number)):
        raise RuleBroken(*reasons, subject=organisation)
    added = AgbCode(
        organisation_id=organisation.id, location_id=location.id if location else None, code=number, added_at=work.now
    )
    work.add(added)
    record(work, "agb_code.added", added, organisation_id=organisation.id, code=number)
    return added


def end_agb(work: Work, code: AgbCode) -> None:
    """The code is no longer used."""
    work.require(EDIT, code)
    code.ended_at = work.now
    record(work, "agb_code.ended", code, organisation_id=code.organisation_id, code=code.code)
