"""Declarations, found through the obligation they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.compliance.obligations.models import Obligation
from portal.errors import NotFound
from portal.storage import StoredFile
from portal.work import Work

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


def declaration_file(work: Work, obligation: Obligation, declaration_id: int) -> StoredFile:
    """The file with a filing of this obligation. Raises NotFound."""
    find = select(Declaration).where(Declaration.id == declaration_id, Declaration.obligation_id == obligation.id)
    found = work.session.scalar(find)
    if found is None or found.file_id is None:
        raise NotFound("declaration file")
    return work.get(StoredFile, found.file_id)


def files(work: Work, obligation: Obligation) -> Sequence[StoredFile]:
    """The files with all filings of this obligation, in one query."""
    find = (
        select(StoredFile)
        .join(Declaration, Declaration.file_id == StoredFile.id)
        .where(Declaration.obligation_id == obligation.id)
    )
    return work.session.scalars(find).all()
