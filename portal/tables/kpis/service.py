"""The verbs of KPIs: load the definitions of a region, set a target."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.access import Permission
from portal.audit import record
from portal.errors import RuleBroken
from portal.regions.blueprints.identity import Text
from portal.regions.blueprints.schema import Blueprint
from portal.regions.blueprints.steering import Kpi as KpiText
from portal.regions.models import Region
from portal.tables.kpis.models import Kpi, KpiTarget, ObligationType, TargetStatus
from portal.work import Work


def load_kpis(work: Work, region: Region, blueprint: Blueprint) -> list[Kpi]:
    """The KPIs of the blueprint. Words are brought up to date; a target that is there is never overwritten.

    Raises NotAllowed.
    """
    work.require(Permission.KPI_SET, region)
    query = select(Kpi).where(Kpi.region_id == region.id).options(selectinload(Kpi.targets))
    known = {kpi.code: kpi for kpi in work.session.scalars(query)}
    loaded = []
    for text in blueprint.kpis:
        kpi = known.get(text.code) or Kpi(region_id=region.id, code=text.code)
        _describe(kpi, text, blueprint)
        if not kpi.targets:
            kpi.targets = [_first_target(work, text)]
            work.add(kpi)
            record(work, "kpi.loaded", kpi, region_id=region.id, status=kpi.target.status)
        loaded.append(kpi)
    return loaded


def _describe(kpi: Kpi, text: KpiText, blueprint: Blueprint) -> None:
    kpi.name_nl, kpi.name_en = _both(text.name)
    kpi.metric_nl, kpi.metric_en = _both(text.metric)
    kpi.note_nl, kpi.note_en = _both(text.note)
    kpi.measured_by = _both(text.measured_by)[0]
    kpi.category_code = ",".join(text.segments)
    kpi.unit = text.unit.value
    kpi.comparator = text.comparator.value if text.comparator else ""
    kpi.wanted = text.wanted.value if text.wanted else ""
    kpi.baseline_year, kpi.baseline_value = text.baseline_year, text.baseline_value
    kpi.source = text.source
    kpi.source_title = blueprint.source(text.source).title.nl


def _both(text: Text | None) -> tuple[str, str]:
    return ("", "") if text is None else (text.nl, text.en or "")


def _first_target(work: Work, text: KpiText) -> KpiTarget:
    return KpiTarget(
        number=1,
        status=TargetStatus(text.target_status.value),
        value=text.target_value,
        approximate=text.target_approx,
        target_date=text.target_date,
        obligation_type=ObligationType(text.obligation_type.value) if text.obligation_type else None,
        set_on=work.today,
    )


def set_target(
    work: Work, kpi: Kpi, *, value: Decimal, target_date: date, obligation_type: ObligationType, agreement_id: int
) -> KpiTarget:
    """A new version of the target, set by a settled agreement of a table and by nothing else.

    Raises NotAllowed, or RuleBroken when the agreement set this target already.
    """
    work.require(Permission.KPI_SET, kpi)
    if any(target.agreement_id == agreement_id for target in kpi.targets):
        raise RuleBroken("target_set_already", subject=kpi)
    before = kpi.target
    target = KpiTarget(
        number=before.number + 1,
        status=TargetStatus.SET,
        value=value,
        target_date=target_date,
        obligation_type=obligation_type,
        agreement_id=agreement_id,
        set_on=work.today,
    )
    kpi.targets.append(target)
    work.session.flush()
    record(
        work, "kpi.target_set", kpi, agreement_id=agreement_id, number=target.number,
        before={"status": before.status, "value": before.value}, after={"status": target.status, "value": value},
    )  # fmt: skip
    return target
