"""What the buyer's side may know of the submissions to a procedure: nothing before closing, a number, then all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from portal.access import Permission
from portal.accounts.models import Organisation
from portal.db import sort_key
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_of
from portal.regions.models import Product
from portal.tenders.procedures.models import Procedure, ProcedureProduct
from portal.tenders.procedures.rules import Phase, phase
from portal.tenders.submissions import rules
from portal.tenders.submissions.models import Submission, SubmissionProduct
from portal.tenders.submissions.queries import HANDED_IN
from portal.work import Work

NUMBER = re.compile(r"(?:ins-(2\d{3})-?)?(?:0*([1-9]\d{0,8}))?")
"""INS-2022-0007, its number alone, or its year alone: INS-2022."""


def received_count(work: Work, procedure: Procedure) -> int | None:
    """How many were handed in; None before the closing, when nobody may know."""
    work.require(Permission.PROCEDURE_WORK, procedure)
    if phase(procedure, work.now) is not Phase.CLOSED:
        return None
    handed_in = select(func.count()).where(Submission.procedure_id == procedure.id, Submission.state.in_(HANDED_IN))
    return work.session.scalar(handed_in) or 0


@dataclass(frozen=True)
class Filters:
    """What the address of the list says."""

    q: str = ""
    product: str = ""


EVERY = Filters()
BY_NAME = [Key(Organisation.sort_name)]
SUBMITTED = func.coalesce(Submission.submitted_at, datetime(9999, 1, 1, tzinfo=UTC))
ORDER = Order({"": BY_NAME, "naam": BY_NAME, "ingediend": [Key(SUBMITTED), *BY_NAME]}, last=Key(Submission.id))


def opened_submissions(
    work: Work, procedure: Procedure, filters: Filters = EVERY, asked: Asked = FIRST
) -> Page[Submission]:
    """One page of what was opened, by name of provider. Empty before the opening."""
    return page_of(work.session, _opened(work, procedure, filters), ORDER, asked)


def all_opened(work: Work, procedure: Procedure, filters: Filters, sort: str = "") -> Iterator[Submission]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _opened(work, procedure, filters), ORDER, sort):
        yield from some


def opened_count(work: Work, procedure: Procedure) -> tuple[int, int]:
    """How many submissions were opened, and on how many products together: the unit of admission."""
    work.require(Permission.SUBMISSION_READ, procedure)
    product = select(Submission.id, SubmissionProduct.id).outerjoin(Submission.products).where(_is_opened(procedure))
    found = product.subquery()
    row = work.session.execute(select(func.count(found.c[0].distinct()), func.count(found.c[1]))).one()
    return row[0], row[1]


def _is_opened(procedure: Procedure) -> ColumnElement[bool]:
    return and_(Submission.procedure_id == procedure.id, Submission.state.in_(rules.READABLE_BY_BUYER))


def _opened(work: Work, procedure: Procedure, filters: Filters) -> Select[Submission]:
    work.require(Permission.SUBMISSION_READ, procedure)
    find = select(Submission).join(Submission.organisation).where(_is_opened(procedure))
    if filters.q:
        find = find.where(named(filters.q))
    if filters.product:
        find = find.where(asks_for(filters.product))
    line = selectinload(Submission.products).joinedload(SubmissionProduct.procedure_product)
    return find.options(contains_eager(Submission.organisation), line.joinedload(ProcedureProduct.product))


def named(words: str) -> ColumnElement[bool]:
    """A part of the provider's name, however it is written, or the number of the submission."""
    name = Organisation.sort_name.contains(sort_key(words), autoescape=True)
    number = NUMBER.fullmatch(words.strip().lower())
    if number is None or not number[0]:
        return name
    if number[2]:
        return or_(name, Submission.id == int(number[2]))
    first, after = (datetime(int(number[1]) + more, 1, 1, tzinfo=UTC) for more in (0, 1))
    return and_(Submission.started_at >= first, Submission.started_at < after)


def asks_for(code: str) -> ColumnElement[bool]:
    """For this product, among others."""
    line = select(SubmissionProduct.id).join(SubmissionProduct.procedure_product).join(ProcedureProduct.product)
    return exists(line.where(SubmissionProduct.submission_id == Submission.id, Product.code == code))
