from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal.access import SYSTEM, Role
from portal.audit import AuditEvent
from portal.errors import NotAllowed, NotFound, RuleBroken
from portal.tables.kpis import queries, service
from portal.tables.kpis.models import Kpi, KpiTarget, ObligationType, TargetStatus
from tests import factories
from tests.tables.world import World

SET = {"value": Decimal(9), "target_date": date(2025, 12, 31), "obligation_type": ObligationType.EFFORT}


def test_loading_the_blueprint_twice_changes_nothing(world: World, work_as: Any, read_as: Any) -> None:
    def rows() -> list[tuple[str, int]]:
        with read_as(SYSTEM) as work:
            return [(kpi.code, len(kpi.targets)) for kpi in work.session.scalars(select(Kpi).order_by(Kpi.code))]

    before = rows()
    with work_as(SYSTEM) as work:
        service.load_kpis(work, world.region, factories.blueprint())
    assert rows() == before and ("K-HV-DUUR", 1) in before


def test_an_unknown_target_has_no_number(world: World, read_as: Any) -> None:
    with read_as(world.manager) as work:
        found = {kpi.code: kpi.target for kpi in queries.visible_kpis(work)}
        assert found["K-HV-DUUR"].status is TargetStatus.TBD_AT_TABLE and found["K-HV-DUUR"].value is None
        assert found["K-HA-CLIENTEN"].value == Decimal(-30) and found["K-HA-CLIENTEN"].approximate


def test_the_database_refuses_a_number_for_an_unknown_target(world: World, work_as: Any) -> None:
    from portal.errors import StaleVersion

    with pytest.raises(StaleVersion), work_as(SYSTEM) as work:
        kpi = queries.kpi_by_code(work, world.region.id, "K-HV-DUUR")
        kpi.targets.append(KpiTarget(number=2, status=TargetStatus.TBD_AT_TABLE, value=Decimal(0), set_on=work.today))


def test_a_new_target_is_a_new_version(world: World, work_as: Any, read_as: Any) -> None:
    with work_as(world.chair) as work:
        kpi = queries.kpi_by_code(work, world.region.id, "K-HV-DUUR")
        service.set_target(work, kpi, agreement_id=7, **SET)
    with work_as(SYSTEM) as work:  # loading the blueprint again leaves what the table agreed
        service.load_kpis(work, world.region, factories.blueprint())
    with read_as(world.chair) as work:
        kpi = queries.kpi_by_code(work, world.region.id, "K-HV-DUUR")
        assert [target.number for target in kpi.targets] == [1, 2]
        assert kpi.target.value == Decimal(9) and kpi.target.agreement_id == 7
        assert queries.set_by(work, [7])[7].kpi_id == kpi.id
        assert "kpi.target_set" in set(work.session.scalars(select(AuditEvent.tag)))


def test_one_agreement_sets_a_target_once(world: World, work_as: Any) -> None:
    with pytest.raises(RuleBroken, match="target_set_already"), work_as(world.chair) as work:
        kpi = queries.kpi_by_code(work, world.region.id, "K-HV-DUUR")
        service.set_target(work, kpi, agreement_id=7, **SET)
        service.set_target(work, kpi, agreement_id=7, **SET)


def test_providers_and_participants_read_kpis_and_set_nothing(world: World, work_as: Any) -> None:
    for actor in (world.provider, world.participant):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            kpi = queries.kpi_by_code(work, world.region.id, "K-HV-DUUR")
            service.set_target(work, kpi, agreement_id=7, **SET)


def test_a_kpi_is_not_found_by_another_region_or_an_inspector_of_procedures(
    world: World, work_as: Any, read_as: Any
) -> None:
    from dataclasses import replace

    with read_as(world.chair) as work:
        kpi_id = queries.visible_kpis(work)[0].id
    for actor in (replace(world.manager, region_id=999), replace(world.manager, role=Role.ASSESSOR)):
        with read_as(actor) as work:
            assert queries.visible_kpis(work) == []
            with pytest.raises(NotFound):
                queries.kpi(work, kpi_id)


def test_kpis_are_filtered_by_category_and_by_what_is_undecided(world: World, read_as: Any) -> None:
    with read_as(world.chair) as work:
        stay = queries.visible_kpis(work, category="HV", status="tbd_at_table")
        assert stay and all("HV" in kpi.category_code for kpi in stay)
        assert queries.visible_kpis(work)[0].target.status is TargetStatus.TBD_AT_TABLE
        assert queries.categories(work, world.region.id, "nl")["HV"] == "Herstelgericht verblijf"
