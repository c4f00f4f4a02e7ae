from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.access import SYSTEM, Role
from portal.accounts.models import Organisation, OrganisationKind
from portal.errors import NotAllowed, NotFound
from portal.regions import queries, service
from portal.regions.blueprints import digest
from portal.regions.models import Category, Municipality, Product, Region, RegionMembership, TariffSheet
from tests.accounts.asking import trail
from tests.counting import statements
from tests.factories import actor_for, blueprint, make_officer, make_region, make_staff

COUNTED = (Region, Municipality, RegionMembership, Category, Product, TariffSheet, Organisation)


def counts(work):
    return [work.session.scalar(select(func.count()).select_from(model)) for model in COUNTED]


def with_tariff(plan, product, **changes):
    """The blueprint with another tariff for this product."""
    tariffs = tuple(replace(t, **changes) if t.product == product else t for t in plan.tariffs)
    return replace(plan, tariffs=tariffs)


def test_a_region_is_loaded_with_everything_its_blueprint_says(work_as, read_as):
    plan = blueprint()
    with work_as(SYSTEM) as work:
        region = make_region(work)
        assert region.organisation.kind is OrganisationKind.REGIONAL
    with read_as(SYSTEM) as work:
        offered = queries.catalogue(work, queries.region_by_code(work, "alkmaar"))
        assert [category.code for category in offered] == [segment.code for segment in plan.segments]
        assert [p.code for c in offered for p in c.products] == [p.code for p in plan.products]
        names = [m.name for m in queries.members_on(work, region.id, date(2022, 3, 1))]
        assert names == sorted(m.name for m in plan.members_on(date(2022, 3, 1)))
        assert queries.members_on(work, region.id, date(2021, 12, 31)) == []
        assert trail(work, "region.loaded")[0]["digest"] == digest(plan)


def test_loading_twice_changes_nothing(work_as, read_as):
    with work_as(SYSTEM) as work:
        make_region(work)
        before = counts(work)
    with work_as(SYSTEM) as work:
        make_region(work)
        assert counts(work) == before
    with read_as(SYSTEM) as work:
        assert len(trail(work, "region.loaded")) == 1


def test_a_changed_amount_is_a_new_sheet_and_the_old_one_stays(work_as, read_as):
    with work_as(SYSTEM) as work:
        service.load_region(work, blueprint())
    dearer = with_tariff(blueprint(), "HA-1", amount=Decimal("120.00"), components=None)
    for _ in range(2):
        with work_as(SYSTEM) as work:
            service.load_region(work, dearer)
    with read_as(SYSTEM) as work:
        region = queries.region_by_code(work, "alkmaar")
        sheets = queries.product_by_code(work, region.id, "HA-1").tariffs
        assert [(s.number, s.amount) for s in sheets] == [(1, Decimal("112.80")), (2, Decimal("120.00"))]
        found = queries.tariff_on(sheets, date(2023, 6, 1))
        assert found is not None and found.number == 2
        assert len(queries.product_by_code(work, region.id, "HA-2").tariffs) == 1


def test_a_later_tariff_holds_from_its_own_day(work_as, read_as):
    plan = blueprint()
    later = replace(plan.tariff_for("HA-1", date(2023, 1, 1)), amount=Decimal("118.00"), valid_from=date(2024, 1, 1))
    with work_as(SYSTEM) as work:
        service.load_region(work, replace(plan, tariffs=(*plan.tariffs, later)))
    with read_as(SYSTEM) as work:
        region = queries.region_by_code(work, "alkmaar")
        sheets = queries.product_by_code(work, region.id, "HA-1").tariffs
        amounts = [queries.tariff_on(sheets, day) for day in (date(2022, 12, 31), date(2023, 12, 31), date(2024, 1, 1))]
        assert [sheet and sheet.amount for sheet in amounts] == [None, Decimal("112.80"), Decimal("118.00")]


def test_the_build_up_of_a_tariff_adds_up(work_as, read_as):
    with work_as(SYSTEM) as work:
        make_region(work)
    with read_as(SYSTEM) as work:
        for sheet in work.session.scalars(select(TariffSheet)):
            assert sum(Decimal(part["amount"]) for part in sheet.components) == sheet.amount
            assert sheet.illustrative


def test_a_product_without_a_tariff_shows_none(work_as, read_as):
    plan = blueprint()
    with work_as(SYSTEM) as work:
        service.load_region(work, replace(plan, tariffs=plan.tariffs[1:]))
    with read_as(SYSTEM) as work:
        offered = queries.catalogue(work, queries.region_by_code(work, "alkmaar"))
        first = offered[0].products[0]
        assert (first.amount, first.unit) == (None, "")


def test_a_municipality_that_leaves_gets_a_last_day(work_as, read_as):
    plan = blueprint()
    with work_as(SYSTEM) as work:
        service.load_region(work, plan)
    leaves = tuple(
        replace(m, member_until=date(2024, 12, 31)) if m.name == "Uitgeest" else m for m in plan.municipalities.members
    )
    with work_as(SYSTEM) as work:
        changed = replace(plan, municipalities=replace(plan.municipalities, members=leaves))
        region = service.load_region(work, changed)
    with read_as(SYSTEM) as work:
        assert len(queries.members_on(work, region.id, date(2024, 12, 31))) == 6
        assert "Uitgeest" not in [m.name for m in queries.members_on(work, region.id, date(2025, 1, 1))]


def test_only_the_platform_loads_a_region(work_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, make_region(work))
    with pytest.raises(NotAllowed), work_as(actor_for(officer)) as work:
        service.load_region(work, with_tariff(blueprint(), "HA-1", amount=Decimal(1), components=None))


def test_the_catalogue_takes_a_constant_number_of_queries(work_as, read_as, database):
    with work_as(SYSTEM) as work:
        make_region(work)
    with read_as(SYSTEM) as work:
        region = queries.region_by_code(work, "alkmaar")
        with statements(database.engine) as sent:
            queries.catalogue(work, region)
    assert len(sent) == 2


def test_the_stored_blueprint_is_the_one_that_was_loaded(work_as, read_as):
    with work_as(SYSTEM) as work:
        make_region(work)
    with read_as(SYSTEM) as work:
        assert queries.blueprint_of(queries.region_by_code(work, "alkmaar")) == blueprint()
        with pytest.raises(NotFound):
            queries.region_by_code(work, "nergens")


def test_the_catalogue_speaks_the_readers_language(work_as, read_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        reader = actor_for(make_staff(work, Role.PLATFORM_ADMIN))
    with read_as(replace(reader, locale="en")) as work:
        first = queries.catalogue(work, region)[0]
        assert first.name == "Recovery-oriented, ambulatory"
