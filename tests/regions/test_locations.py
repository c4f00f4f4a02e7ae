"""Where a provider works, and who sees which of it."""

from __future__ import annotations

import pytest

from portal.access import SYSTEM
from portal.accounts.models import Organisation
from portal.errors import NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.regions.locations import queries, service
from portal.regions.locations.rules import (
    normal_postcode,
    reasons_against_agb,
    reasons_against_location,
    reasons_against_showing,
)
from portal.regions.models import Category, Municipality
from tests.accounts.asking import trail
from tests.factories import actor_for, make_colleague, make_officer, make_provider

HOME = {
    "name": "Gezinshuis De Wilg", "street": "Dijk 7", "postcode": "1811ab", "place": "Heiloo", "municipality_id": None,
    "family_home": True, "age_from": 4, "age_to": 17,
}  # fmt: skip
CLINIC = {**HOME, "name": "Kliniek", "street": "Plein 1", "place": "Alkmaar", "family_home": False}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": " "}, "location_name_missing"),
        ({"place": ""}, "location_place_missing"),
        ({"postcode": "0811 AB"}, "postcode_wrong"),
        ({"postcode": "1811"}, "postcode_wrong"),
        ({"age_to": 24}, "age_out_of_range"),
        ({"age_from": -1}, "age_out_of_range"),
        ({"age_from": 18}, "ages_reversed"),
    ],
)
def test_a_fact_that_cannot_be_is_named(change, reason):
    facts = {key: HOME[key] for key in ("name", "place", "postcode", "age_from", "age_to")}
    assert reasons_against_location(**facts) == []
    assert reasons_against_location(**{**facts, **change}) == [reason]


@pytest.mark.parametrize(
    ("change", "tells"),
    [
        ({}, False),
        ({"name": "Gezinshuis Dijk 7"}, True),
        ({"name": "Gezinshuis dijk-7a"}, True),
        ({"place": "1811AB Heiloo"}, True),
        ({"name": "Gezinshuis aan de Dijk"}, False),
        ({"name": "Dijk 7", "family_home": False}, False),
        ({"name": "Dijk", "street": "Dijk"}, False),
    ],
)
def test_what_is_public_of_a_family_home_does_not_tell_where_it_is(change, tells):
    facts = {key: HOME[key] for key in ("name", "place", "street", "postcode", "family_home")}
    assert reasons_against_showing(**{**facts, **change}) == (["name_tells_address"] if tells else [])


@pytest.mark.parametrize(
    ("code", "reasons"),
    [("73731234", []), ("73.73-12 34", []), ("7373123", ["agb_wrong"]), ("7373123x", ["agb_wrong"])],
)
def test_an_agb_code_has_eight_digits(code, reasons):
    assert reasons_against_agb(code, taken=False) == reasons


def test_a_postcode_is_kept_as_the_register_writes_it():
    assert normal_postcode(" 1811ab") == "1811 AB"


@pytest.fixture
def provider(region, work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work, "Lindeveld")


def own(work, provider):
    return work.get(Organisation, provider.organisation.id)


@pytest.fixture
def home(provider, work_as):
    with work_as(provider.actor) as work:
        return service.add_location(work, own(work, provider), **HOME).id


def cards_of(read_as, provider):
    with read_as(provider.actor) as work:
        return {card.audience.value: card for card in queries.own_cards(work, own(work, provider))}


def test_the_address_of_a_family_home_is_for_who_buys_care_only(home, provider, read_as, work_as):
    with work_as(provider.actor) as work:
        service.add_location(work, own(work, provider), **CLINIC)
    seen = {
        name: {shown.name: shown.address for shown in card.locations}
        for name, card in cards_of(read_as, provider).items()
    }
    open_ones = {"Gezinshuis De Wilg": "", "Kliniek": "Plein 1, 1811 AB"}
    assert seen["public"] == seen["table"] == open_ones
    assert seen["officer"] == {**open_ones, "Gezinshuis De Wilg": "Dijk 7, 1811 AB"}


def test_places_are_set_changed_and_taken_away(home, provider, read_as, work_as):
    with read_as(SYSTEM) as work:
        found = work.session.query(Category).first()
        category, product = found.id, found.products[0].id
    for places in (6, 4):
        with work_as(provider.actor) as work:
            service.set_capacity(work, queries.own_location(work, home), product_id=product, places=places)
    with work_as(provider.actor) as work:
        service.set_capacity(work, queries.own_location(work, home), category_id=category, places=9)
    cards = cards_of(read_as, provider)
    assert [places for _name, places in cards["officer"].locations[0].places] == [4, 9]
    assert cards["public"].locations[0].places == []
    with work_as(provider.actor) as work:
        service.set_capacity(work, queries.own_location(work, home), product_id=product, places=0)
    with read_as(provider.actor) as work:
        assert [c.places for c in queries.own_location(work, home).capacities] == [9]
        told = [(found["before"], found["after"]) for found in trail(work, "location.capacity_set")]
        assert told == [(0, 6), (6, 4), (0, 9), (4, 0)]
    with pytest.raises(RuleBroken, match="places_wrong"), work_as(provider.actor) as work:
        service.set_capacity(work, queries.own_location(work, home), product_id=product, places=-1)


def test_the_municipalities_served_are_what_was_chosen_last(provider, read_as, work_as):
    with read_as(SYSTEM) as work:
        first, second, third = (m.id for m in work.session.query(Municipality).limit(3))
    for chosen in ([first, second], [second, third]):
        with work_as(provider.actor) as work:
            service.serve_municipalities(work, own(work, provider), chosen)
    with read_as(SYSTEM) as work:
        assert {m.id for m in queries.served_by(work, provider.organisation.id)} == {second, third}
        assert len(trail(work, "organisation.municipalities_served")) == 2


def test_a_code_belongs_to_one_provider_and_ends_with_its_location(home, provider, read_as, work_as):
    with work_as(provider.actor) as work:
        service.add_agb(work, own(work, provider), code="73 73 12 34", location=queries.own_location(work, home))
        service.add_agb(work, own(work, provider), code="73731235")
    with work_as(SYSTEM) as work:
        other = make_provider(work)
    with pytest.raises(RuleBroken, match="agb_taken"), work_as(other.actor) as work:
        service.add_agb(work, own(work, other), code="73731234")
    assert cards_of(read_as, provider)["officer"].agb_codes == ["73731234 (Gezinshuis De Wilg)", "73731235"]
    assert cards_of(read_as, provider)["public"].agb_codes == []
    with work_as(provider.actor) as work:
        service.close_location(work, queries.own_location(work, home))
    with read_as(provider.actor) as work:
        assert [c.code for c in queries.codes_of(work, provider.organisation.id)] == ["73731235"]
        assert queries.own_locations(work) == []
    with work_as(other.actor) as work:
        service.add_agb(work, own(work, other), code="73731234")


def test_a_code_that_is_ended_is_free_for_another_provider(provider, read_as, work_as):
    with work_as(provider.actor) as work:
        code = service.add_agb(work, own(work, provider), code="73731235")
    with work_as(provider.actor) as work:
        service.end_agb(work, queries.own_code(work, code.id))
    with read_as(provider.actor) as work:
        assert list(queries.codes_of(work, provider.organisation.id)) == []
    with work_as(SYSTEM) as work:
        other = make_provider(work)
    with work_as(other.actor) as work:
        service.add_agb(work, own(work, other), code="73731235")


def test_another_organisation_and_a_plain_member_change_nothing(home, provider, work_as):
    with work_as(SYSTEM) as work:
        other, colleague = make_provider(work), make_colleague(work, provider)
    with pytest.raises(NotFound), work_as(other.actor) as work:
        queries.own_location(work, home)
    with pytest.raises(NotAllowed), work_as(actor_for(colleague)) as work:
        service.close_location(work, queries.own_location(work, home))
    with pytest.raises(NotAllowed), work_as(other.actor) as work:
        service.add_location(work, own(work, provider), **CLINIC)


def test_who_edits_an_older_version_is_told(home, provider, work_as):
    with work_as(provider.actor) as work:
        service.edit_location(work, queries.own_location(work, home), version=1, **CLINIC)
    with pytest.raises(StaleVersion), work_as(provider.actor) as work:
        service.edit_location(work, queries.own_location(work, home), version=1, **HOME)


def test_only_a_verified_provider_has_a_public_page(home, provider, region, read_as, work_as):
    with work_as(SYSTEM) as work:
        pending, officer = make_provider(work, authority=None), make_officer(work, region)
    with read_as(SYSTEM) as work:
        assert queries.public_card(work, provider.organisation.id).locations
        for id in (pending.organisation.id, region.organisation_id, 999):
            with pytest.raises(NotFound):
                queries.public_card(work, id)
    with read_as(actor_for(officer)) as work:
        assert queries.officer_card(work, provider.organisation.id).locations[0].address
    with read_as(pending.actor) as work, pytest.raises(NotFound):
        queries.officer_card(work, provider.organisation.id)
