"""Declarations, found through the obligation they belong to, and the amounts of the law that they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.compliance.obligations.models import Obligation
from portal.errors import NotFound
from portal.regions import reference
from portal.storage import FileFacts, StoredFile, describe
from portal.work import Work

from . import rules
from .models import Declaration, WntDeclaration


def declarations(work: Work, obligation: Obligation) -> Sequence[Declaration]:
    """All filings under an obligation that the actor was found to see, newest first."""
    find = (
        select(Declaration)
        .where(Declaration.obligation_id == obligation.id)
        .options(
            joinedload(Declaration.profit_margin),
            joinedload(Declaration.evaluation),
            joinedload(Declaration.wnt).options(selectinload(WntDeclaration.officials)),
        )
        .order_by(Declaration.number.desc())
    )
    return work.session.scalars(find).all()


def latest(work: Work, obligation: Obligation) -> Declaration | None:
    """The filing that counts now, without its content."""
    find = select(Declaration).where(Declaration.obligation_id == obligation.id)
    return work.session.scalars(find.order_by(Declaration.number.desc()).limit(1)).first()


def worries(item: Obligation, filing: Declaration) -> list[str]:
    """What a declaration shows that asks for a word of the contract manager, and of the provider before it is sent."""
    points = filing.wnt.points if filing.wnt is not None else None
    return rules.worries(filing, class_of_points(item.about_year, points))


def declaration_file(work: Work, obligation: Obligation, declaration_id: int) -> StoredFile:
    """The file with a filing of this obligation. Raises NotFound."""
    find = select(Declaration).where(Declaration.id == declaration_id, Declaration.obligation_id == obligation.id)
    found = work.session.scalar(find)
    if found is None or found.file_id is None:
        raise NotFound("declaration file")
    return work.get(StoredFile, found.file_id)


def files(work: Work, filings: Sequence[Declaration]) -> dict[int, FileFacts]:
    """File id -> name and size of what went with these filings, in one query."""
    ids = {filing.file_id for filing in filings if filing.file_id is not None}
    found = work.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))
    return {stored.id: describe(work, stored) for stored in found}


def names(work: Work, item: Obligation, filings: Sequence[Declaration]) -> dict[int, str]:
    """Who filed, checked, proposed or decided on an item, by id."""
    acted = {item.checked_by_id, item.waiver_asked_by_id, item.waived_by_id, *(f.filed_by_id for f in filings)}
    found = work.session.scalars(select(User).where(User.id.in_({id for id in acted if id is not None})))
    return {user.id: user.name for user in found}


def begin_with(work: Work, item: Obligation) -> dict[str, Any]:
    """What a form shows at first: what was filed before, else what is likely."""
    filings = declarations(work, item)
    return rules.filed_before(item, filings[0]) if filings else rules.likely(item)


# --- amounts of the law ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClassMaximum:
    """`name` is I to V, or general."""

    name: str
    amount: reference.ReferenceAmount


def wnt_maxima(year: int) -> list[ClassMaximum]:
    """The full-time maxima of a year per class, known or not."""
    return [ClassMaximum(name, reference.wnt_maximum(year, name)) for name in (*reference.WNT_CLASSES, "general")]


def amount_of(item: Obligation, filing: Declaration) -> reference.ReferenceAmount | None:
    """The amount of the law that a WNT declaration was held against, as it was kept then; else None.

    The day on which it was looked up is that of today's reference data, where those still name the same source.
    """
    wnt = filing.wnt
    if wnt is None or not wnt.wnt_class:
        return None
    known = reference.wnt_maximum(item.about_year, wnt.wnt_class)
    return reference.ReferenceAmount(
        value=wnt.class_maximum,
        unit=known.unit,
        source=wnt.class_maximum_source,
        checked_on=known.checked_on if known.source == wnt.class_maximum_source else None,
        confirmed=wnt.class_maximum_confirmed,
    )


def class_of_points(year: int, points: int | None) -> str | None:
    """The class that the year's table gives to a number of points; None where there is no table or no number."""
    return None if points is None else reference.wnt_class_for_points(year, points).value
