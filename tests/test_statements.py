"""A query is put together once for each role; its values are those of who asks now, never of who asked first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Select, bindparam, false, select, true
from sqlalchemy.exc import StatementError

from portal.access import SYSTEM, Actor, Role
from portal.accounts.models import Membership, Organisation
from portal.regions.models import Category, Product
from portal.statements import ask, fill, named
from portal.work import Work, begin_read
from tests.factories import actor_for, make_officer, make_provider, make_region

BUILT: list[Role] = []


def _own(work: Work) -> Select[str]:
    BUILT.append(work.actor.role)
    return select(Organisation.name).where(Organisation.id == work.actor.organisation_id)


def _registered(work: Work, already: bool) -> Select[int]:
    here = Organisation.registered_at <= work.now
    return select(Organisation.id).where(here if already else ~here)


def _with_region(work: Work) -> Select[int]:
    here = true() if work.actor.region_id is None else Membership.region_id == work.actor.region_id
    return select(Membership.id).where(here)


def _of(_work: Work) -> Select[str]:
    return select(Organisation.name).where(Organisation.id == bindparam("organisation"))


def _looks(work: Work) -> Select[int]:
    return select(Organisation.id).where(true() if work.actor.organisation_id else false())


def _reckons(work: Work) -> Select[int]:
    return select(Organisation.id).where(Organisation.registered_at <= work.now + timedelta(days=1))


def _compares(work: Work) -> Select[int]:
    return select(Organisation.id).where(true() if work.actor.organisation_id == 1 else false())


def _seeks(work: Work) -> Select[int]:
    return select(Organisation.id).where(true() if work.actor.organisation_id in (None, 1) else false())


def _leaves_out(work: Work) -> Select[int]:
    return select(Organisation.id).where(true() if work.today != work.now else false())


@pytest.fixture
def two(work_as) -> tuple[Actor, Actor]:
    with work_as(SYSTEM) as work:
        return make_provider(work, "Kwelder").actor, make_provider(work, "Morgenster").actor


def test_who_asks_second_is_answered_about_themselves(office, two):
    BUILT.clear()
    names = []
    for actor in two:
        with begin_read(office, actor) as work:
            names.append(ask(work, _own).scalar_one())
    assert names == [actor.organisation_name for actor in two]
    assert len(BUILT) <= 1


def test_the_moment_is_that_of_the_asking(office, two):
    with begin_read(office, two[0]) as work:
        assert len(ask(work, _registered, True).all()) == 2
        assert ask(work, _registered, False).all() == []
        earlier = replace(work, now=work.now - timedelta(days=1))
        assert ask(earlier, _registered, True).all() == []


def test_who_has_no_region_is_another_statement(work_as, office, two):
    with work_as(SYSTEM) as work:
        officer = actor_for(make_officer(work, make_region(work)))
    with begin_read(office, officer) as work:
        assert ask(work, _with_region).scalars().all() == [officer.membership_id]
    with begin_read(office, replace(officer, region_id=None)) as work:
        assert len(ask(work, _with_region).all()) > 2


def test_a_value_that_nobody_gives_is_an_error(office, two):
    with begin_read(office, two[0]) as work:
        assert ask(work, _of, organisation=two[1].organisation_id).scalar_one() == two[1].organisation_name
        with pytest.raises(StatementError):
            ask(work, _of)


def test_nobody_can_put_another_value_in_place_of_the_actors(office, two):
    with begin_read(office, two[0]) as work:
        found = ask(work, _own, own_organisation_id=two[1].organisation_id).scalar_one()
        assert found == two[0].organisation_name


@pytest.mark.parametrize("build", [_looks, _reckons, _compares, _seeks, _leaves_out])
def test_a_query_that_looks_at_a_value_is_an_error(office, two, build):
    with begin_read(office, two[0]) as work, pytest.raises(TypeError):
        ask(work, build)


def test_each_row_gets_its_own_list_in_its_order_and_nothing_is_asked_again(work_as, office, two):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        full, empty = (
            Category(region_id=region.id, code=code, name_nl=code, name_en=code, position=1) for code in "AB"
        )
        work.session.add_all([full, empty])
        for code, position in (("laatste", 2), ("eerste", 1)):
            work.session.add(Product(category=full, code=code, name_nl=code, name_en=code, position=position))
    with begin_read(office, two[0]) as work:
        some = work.session.scalars(select(Category).where(Category.code.in_(("A", "B"))).order_by(Category.code)).all()
        fill(work, some, Category.products, Product.category)
        work.session.expunge_all()  # what would have to be asked now is an error
        assert [[product.code for product in category.products] for category in some] == [["eerste", "laatste"], []]
        assert some[0].products[0].category is some[0]


def test_a_list_asked_again_after_a_change_holds_the_change(work_as):
    with work_as(SYSTEM) as work:
        category = Category(region_id=make_region(work).id, code="A", name_nl="A", name_en="A", position=1)
        work.session.add(category)
        work.session.flush()
        fill(work, [category], Category.products)
        assert category.products == []
        added = Product(category=category, code="later", name_nl="later", name_en="later", position=1)
        work.session.add(added)
        fill(work, [category], Category.products)  # nothing was flushed by hand
        assert category.products == [added]
        work.session.delete(added)
        fill(work, [category], Category.products)
        assert category.products == []


def test_rows_by_their_ids_with_what_stands_in_them(work_as, office, two):
    with work_as(SYSTEM) as work:
        category = Category(region_id=make_region(work).id, code="A", name_nl="A", name_en="A", position=1)
        some = [Product(category=category, code=c, name_nl=c, name_en=c, position=1) for c in ("b", "c", "d")]
        work.session.add_all(some)
        work.session.flush()
        wanted, more = (some[0].id, some[2].id), -1
    with begin_read(office, two[0]) as work:
        found = named(work, Product, (*wanted, more), Product.category)
        assert named(work, Product, ()) == {}
        work.session.expunge_all()  # what would have to be asked now is an error
        assert {id: product.code for id, product in found.items()} == {wanted[0]: "b", wanted[1]: "d"}
        assert {product.category.code for product in found.values()} == {"A"}
