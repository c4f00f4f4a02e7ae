"""KPIs as far as the actor may see them: those of the own region; a provider sees what every region wants to reach."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import selectinload

from portal import i18n
from portal.access import Actor, Permission
from portal.errors import NotFound
from portal.regions.models import Category
from portal.tables.kpis.models import Kpi, KpiTarget, TargetStatus
from portal.tables.kpis.rules import matches
from portal.waits import Wait
from portal.work import Work


def seen_by(actor: Actor) -> ColumnElement[bool]:
    if not actor.may(Permission.KPI_READ):
        return false()
    return true() if actor.region_id is None else Kpi.region_id == actor.region_id


def visible_kpis(work: Work, *, category: str = "", status: str = "") -> list[Kpi]:
    """By category; those without a target first, because they ask for something. The blueprint says how many there are."""
    query = (
        select(Kpi).where(seen_by(work.actor)).options(selectinload(Kpi.targets)).order_by(Kpi.category_code, Kpi.code)
    )
    found = [kpi for kpi in work.session.scalars(query.limit(300)) if matches(kpi, category, status)]
    return sorted(found, key=lambda kpi: kpi.target.status is not TargetStatus.TBD_AT_TABLE)


def kpi(work: Work, kpi_id: int) -> Kpi:
    """Raises NotFound, also when it is not the actor's."""
    found = work.session.scalar(
        select(Kpi).where(Kpi.id == kpi_id, seen_by(work.actor)).options(selectinload(Kpi.targets))
    )
    if found is None:
        raise NotFound("kpi")
    return found


def kpi_by_code(work: Work, region_id: int, code: str) -> Kpi:
    """Raises NotFound."""
    found = work.session.scalar(select(Kpi).where(Kpi.region_id == region_id, Kpi.code == code, seen_by(work.actor)))
    if found is None:
        raise NotFound("kpi")
    return found


def kpis_of(work: Work, region_id: int) -> list[Kpi]:
    """All of a region, whoever looks: for choosing one in an agreement."""
    query = select(Kpi).where(Kpi.region_id == region_id).options(selectinload(Kpi.targets)).order_by(Kpi.code)
    return list(work.session.scalars(query))


def of_the_table(work: Work, region_id: int) -> list[Kpi]:
    """What a table works at: targets that it must still determine, and those that an agreement set."""
    undecided = TargetStatus.TBD_AT_TABLE
    return [k for k in kpis_of(work, region_id) if k.target.status is undecided or k.target.agreement_id is not None]


def set_by(work: Work, agreement_ids: list[int]) -> dict[int, KpiTarget]:
    """Which target an agreement set, per agreement id."""
    query = select(KpiTarget).where(KpiTarget.agreement_id.in_(agreement_ids)).options(selectinload(KpiTarget.kpi))
    return {target.agreement_id: target for target in work.session.scalars(query) if target.agreement_id is not None}


def categories(work: Work, region_id: int | None, locale: str) -> dict[str, str]:
    """Names of the categories, per code; of every region for who works in none."""
    query = select(Category).order_by(Category.position)
    if region_id is not None:
        query = query.where(Category.region_id == region_id)
    found = work.session.scalars(query)
    return {c.code: i18n.either(c.name_nl, c.name_en, locale) for c in found}


def waiting(work: Work) -> list[Wait]:
    """Targets that are to be determined at the table, for who plans it: one row, however many there are."""
    if not work.actor.may(Permission.TABLE_PLAN):
        return []
    undecided = sum(kpi.target.status is TargetStatus.TBD_AT_TABLE for kpi in visible_kpis(work))
    if not undecided:
        return []
    _, ngettext = i18n.gettext(work.actor.locale), i18n.ngettext(work.actor.locale)
    title = ngettext("%(num)s streefwaarde is nog te bepalen", "%(num)s streefwaarden zijn nog te bepalen", undecided)
    return [
        Wait(title, _("Aan de ontwikkeltafel"), "kpis.kpis", {"stand": TargetStatus.TBD_AT_TABLE.value},
             words=_("Nog te bepalen"), kind="tbd", mine=False, whose=_("de ontwikkeltafel"))
    ]  # fmt: skip
