"""The decisions of a procedure as a list with its figures, and the procedures that have any; a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from portal.accounts.models import Organisation
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_of
from portal.regions.models import Product
from portal.tenders.decisions.models import Decision, DecisionState, Outcome
from portal.tenders.decisions.queries import JUDGED, in_region, inside
from portal.tenders.procedures.lists.queries import named as procedure_named
from portal.tenders.procedures.models import Procedure, ProcedureProduct
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.tenders.submissions.received.queries import named as submission_named
from portal.work import Work

S = DecisionState


@dataclass(frozen=True)
class Filters:
    """What the address of the list says: a state or an outcome, and a part of a provider's or a product's name."""

    q: str = ""
    state: str = ""


@dataclass(frozen=True)
class Figures:
    """Of the whole procedure, whatever the filters say."""

    counts: dict[DecisionState, int]
    admitted: int
    to_confirm: int
    """Sent, with a term that is over."""
    to_prepare: int
    missing: int
    """Submissions on which not everything is decided."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


EVERY = Filters()
BY_NAME, BY_PRODUCT = Key(Organisation.sort_name), Key(ProcedureProduct.position)
ORDER = Order(
    {"": [BY_NAME, BY_PRODUCT], "naam": [BY_NAME, BY_PRODUCT], "product": [BY_PRODUCT, BY_NAME]}, last=Key(Decision.id)
)


def decisions_page(work: Work, procedure: Procedure, filters: Filters = EVERY, asked: Asked = FIRST) -> Page[Decision]:
    """One page of the decisions of a procedure, by provider and product."""
    return page_of(work.session, _listed(work, procedure, filters), ORDER, asked)


def all_decisions(work: Work, procedure: Procedure, filters: Filters, sort: str = "") -> Iterator[Decision]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _listed(work, procedure, filters), ORDER, sort):
        yield from some


def _listed(work: Work, procedure: Procedure, filters: Filters) -> Select[Decision]:
    find = (
        inside(work)
        .join(Submission.organisation)
        .join(Decision.submission_product)
        .join(SubmissionProduct.procedure_product)
        .join(ProcedureProduct.product)
        .where(Submission.procedure_id == procedure.id)
    )
    if filters.q:
        product = or_(*(column.icontains(filters.q, autoescape=True) for column in (Product.code, Product.name_nl)))
        find = find.where(or_(submission_named(filters.q), product))
    if filters.state in {outcome.value for outcome in Outcome}:
        find = find.where(Decision.outcome == Outcome(filters.state))
    elif filters.state in {state.value for state in S}:
        find = find.where(Decision.state == S(filters.state))
    return find


def figures(work: Work, procedure: Procedure) -> Figures:
    """Three queries for any number of decisions."""
    of_this = Submission.procedure_id == procedure.id
    over = and_(Decision.state == S.ANNOUNCED, Decision.objection_ends < work.today)
    admitted, confirm = (func.sum(case((hit, 1), else_=0)) for hit in (Decision.outcome == Outcome.ADMITTED, over))
    find = select(Decision.state, func.count(Decision.id), admitted, confirm).join(Decision.submission)
    rows = work.session.execute(find.where(of_this).group_by(Decision.state)).all()
    line = select(func.count(SubmissionProduct.id)).join(SubmissionProduct.submission)
    undrafted = line.where(of_this, Submission.state == SubmissionState.ASSESSED, ~_decided_on())
    open_line = exists().where(SubmissionProduct.submission_id == Submission.id, ~_decided_on(S.PREPARED))
    judged = select(func.count(Submission.id)).where(of_this, Submission.state.in_(JUDGED), open_line)
    return Figures(
        counts={state: next((row[1] for row in rows if row[0] is state), 0) for state in S},
        admitted=sum(row[2] for row in rows),
        to_confirm=sum(row[3] for row in rows),
        to_prepare=work.session.scalar(undrafted) or 0,
        missing=work.session.scalar(judged) or 0,
    )


def _decided_on(*except_in: DecisionState) -> ColumnElement[bool]:
    """Whether a product of a submission has a decision."""
    return exists().where(Decision.submission_product_id == SubmissionProduct.id, Decision.state.not_in(except_in))


# --- the procedures ----------------------------------------------------------------------------------------------

LATEST = Order({"": [], "titel": [Key(Procedure.sort_title)]}, last=Key(Procedure.id, down=True))


def procedures_with_decisions(work: Work, words: str = "", asked: Asked = FIRST) -> Page[tuple[Procedure, int, int]]:
    """The procedures of the actor's region in which something is decided: (procedure, decisions, prepared ones)."""
    prepared = func.sum(case((Decision.state == S.PREPARED, 1), else_=0)).label("prepared")
    counted = select(Submission.procedure_id, func.count(Decision.id).label("count"), prepared)
    per_procedure = counted.join(Decision.submission).group_by(Submission.procedure_id).subquery()
    find = select(Procedure, per_procedure.c.count, per_procedure.c.prepared)
    find = find.join(per_procedure, per_procedure.c.procedure_id == Procedure.id)
    return page_of(work.session, find.where(in_region(work), *procedure_named(words)), LATEST, asked)
