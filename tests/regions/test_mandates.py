from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.access import SYSTEM, VISITOR, Role
from portal.errors import NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.regions import queries, service
from portal.regions.mandates import queries as registers
from portal.regions.models import Mandate, Power, Region
from portal.regions.rules import holds_on
from tests.accounts.asking import trail
from tests.factories import (
    actor_for,
    make_delegate,
    make_mandate,
    make_officer,
    make_provider,
    make_region,
    municipalities,
)

TODAY = date(2022, 3, 1)


@pytest.fixture
def world(work_as):
    """A region with an officer, a college's delegate and their municipality."""
    with work_as(SYSTEM) as work:
        region = make_region(work)
        bergen = next(m for m in municipalities(work, region) if m.name == "Bergen")
        return region, make_officer(work, region), make_delegate(work, region, bergen, name="Mees Prins"), bergen


def add(work, region, delegate, bergen, **changes):
    facts = {
        "municipality_id": bergen.id, "holder_id": delegate.id, "function": "wethouder Jeugd",
        "power": Power.SIGN_CONTRACT, "valid_from": TODAY, "decision_number": "B22-014", "decision_date": TODAY,
    }  # fmt: skip
    return service.add_mandate(work, work.get(Region, region.id), **{**facts, **changes})


def test_a_line_of_the_register_lets_its_holder_act(world, work_as, read_as):
    region, officer, delegate, bergen = world
    with work_as(actor_for(officer)) as work:
        mandate = add(work, region, delegate, bergen, max_amount=Decimal(500_000), valid_until=date(2022, 12, 31))
    with read_as(SYSTEM) as work:
        found = registers.mandate_of(work, delegate.id, bergen.id, Power.SIGN_CONTRACT, TODAY)
        assert found is not None and found.id == mandate.id
        for user, municipality, power, day in [
            (officer.id, bergen.id, Power.SIGN_CONTRACT, TODAY),
            (delegate.id, bergen.id + 1, Power.SIGN_CONTRACT, TODAY),
            (delegate.id, bergen.id, Power.DECIDE_ADMISSION, TODAY),
            (delegate.id, bergen.id, Power.SIGN_CONTRACT, TODAY - timedelta(days=1)),
            (delegate.id, bergen.id, Power.SIGN_CONTRACT, date(2023, 1, 1)),
        ]:
            assert registers.mandate_of(work, user, municipality, power, day) is None
        facts = trail(work, "mandate.added")[0]
        assert (facts["power"], facts["municipality_id"]) == ("sign_contract", bergen.id)


def test_of_two_lines_the_one_that_reaches_highest_counts(world, work_as, read_as):
    region, officer, delegate, bergen = world
    with work_as(actor_for(officer)) as work:
        for amount in (Decimal(100), None, Decimal(200)):
            add(work, region, delegate, bergen, max_amount=amount)
    with read_as(SYSTEM) as work:
        found = registers.mandate_of(work, delegate.id, bergen.id, Power.SIGN_CONTRACT, TODAY)
        assert found is not None and found.max_amount is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"municipality_id": 999}, "municipality_not_member"),
        ({"holder_id": 999}, "holder_not_delegate"),
        ({"decision_number": " "}, "decision_number_missing"),
        ({"decision_date": TODAY + timedelta(days=1), "valid_from": TODAY + timedelta(days=2)}, "decision_in_future"),
        ({"valid_from": TODAY - timedelta(days=1)}, "mandate_before_decision"),
        ({"valid_until": TODAY - timedelta(days=1)}, "mandate_ends_before_start"),
        ({"max_amount": Decimal(0)}, "amount_not_positive"),
    ],
)
def test_a_line_that_cannot_be_true_is_refused(world, work_as, changes, reason):
    region, officer, delegate, bergen = world
    with pytest.raises(RuleBroken, match=reason), work_as(actor_for(officer)) as work:
        add(work, region, delegate, bergen, **changes)


def test_an_officer_holds_no_mandate(world, work_as):
    region, officer, delegate, bergen = world
    with pytest.raises(RuleBroken, match="holder_not_delegate"), work_as(actor_for(officer)) as work:
        add(work, region, delegate, bergen, holder_id=officer.id)


def test_who_holds_a_mandate_does_not_keep_the_register(world, work_as):
    region, _officer, delegate, bergen = world
    with pytest.raises(NotAllowed), work_as(actor_for(delegate)) as work:
        add(work, region, delegate, bergen)


def test_a_mandate_ends_on_a_day_and_what_was_done_stays(world, work_as, read_as):
    region, officer, delegate, bergen = world
    with work_as(actor_for(officer)) as work:
        mandate = add(work, region, delegate, bergen)
    with pytest.raises(RuleBroken, match="last_day_passed"), work_as(actor_for(officer)) as work:
        service.end_mandate(work, registers.mandate(work, mandate.id), last_day=TODAY - timedelta(days=1))
    with work_as(actor_for(officer)) as work:
        service.end_mandate(work, registers.mandate(work, mandate.id), last_day=TODAY)
    with read_as(SYSTEM) as work:
        ended = work.get(Mandate, mandate.id)
        assert holds_on(ended, TODAY) and not holds_on(ended, TODAY + timedelta(days=1))
        assert trail(work, "mandate.ended")[0]["after"] == "2022-03-01"


def test_what_ended_is_not_ended_again(world, work_as, clock):
    region, officer, delegate, bergen = world
    with work_as(actor_for(officer)) as work:
        mandate = add(work, region, delegate, bergen, valid_until=TODAY)
    clock.advance(days=1)
    with pytest.raises(RuleBroken, match="mandate_already_ended"), work_as(actor_for(officer)) as work:
        service.end_mandate(work, registers.mandate(work, mandate.id), last_day=work.today)


def test_the_slower_of_two_officers_is_told(world, work_as):
    region, officer, delegate, bergen = world
    with work_as(actor_for(officer)) as work:
        mandate = add(work, region, delegate, bergen)
    with work_as(actor_for(officer)) as work:
        service.end_mandate(work, registers.mandate(work, mandate.id), last_day=TODAY, version=1)
    with pytest.raises(StaleVersion), work_as(actor_for(officer)) as work:
        service.end_mandate(work, registers.mandate(work, mandate.id), last_day=TODAY, version=1)


def test_the_register_lists_every_municipality_and_is_closed_to_providers(world, work_as, read_as):
    region, officer, delegate, _bergen = world
    with work_as(SYSTEM) as work:
        make_mandate(work, region, delegate)
        provider = make_provider(work)
    with read_as(actor_for(officer)) as work:
        pages = registers.register(work, region)
        assert [page.municipality.name for page in pages][:2] == ["Alkmaar", "Bergen"] and len(pages) == 6
        assert [line.holder for page in pages for line in page.lines] == ["Mees Prins"]
    for actor in (provider.actor, VISITOR):
        with read_as(actor) as work, pytest.raises(NotFound):
            registers.register(work, region)


def test_a_mandate_that_ends_soon_waits_for_who_keeps_the_register(world, work_as, read_as):
    region, officer, delegate, bergen = world
    with work_as(actor_for(officer)) as work:
        add(work, region, delegate, bergen, valid_until=TODAY + timedelta(days=60))
        add(work, region, delegate, bergen, valid_until=TODAY + timedelta(days=61))
    with read_as(actor_for(officer)) as work:
        assert [wait.due for wait in registers.waiting(work)] == [TODAY + timedelta(days=60)]
    with read_as(actor_for(delegate, Role.COLLEGE_DELEGATE)) as work:
        assert registers.waiting(work) == []


def test_following_twice_is_following_once(world, work_as, read_as):
    region = world[0]
    with work_as(SYSTEM) as work:
        provider = make_provider(work)
    for _ in range(2):
        with work_as(provider.actor) as work:
            service.follow_region(work, region)
    with read_as(provider.actor) as work:
        assert queries.is_following(work, region.id)
        assert [user.id for user in queries.followers(work, region.id)] == [provider.admin.id]
        assert len(trail(work, "region.followed")) == 1
    for _ in range(2):
        with work_as(provider.actor) as work:
            service.unfollow_region(work, region)
    with read_as(provider.actor) as work:
        assert queries.followers(work, region.id) == []
        assert len(trail(work, "region.unfollowed")) == 1


def test_an_officer_follows_nothing(world, work_as):
    region, officer, *_ = world
    with pytest.raises(NotAllowed), work_as(actor_for(officer)) as work:
        service.follow_region(work, region)
