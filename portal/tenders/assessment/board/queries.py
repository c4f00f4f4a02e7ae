"""Where each opened submission stands, for the officers of its region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, case, exists, func, select, true
from sqlalchemy.orm import contains_eager, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.accounts.models import Organisation, User
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_of
from portal.statements import ask
from portal.tenders.assessment import rules
from portal.tenders.assessment.models import Assignment, AssignmentState, Settlement, Verdict
from portal.tenders.procedures.models import Procedure, ProcedureProduct, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.tenders.submissions.received.queries import asks_for, named
from portal.work import Work

OPENED_STATES = (SubmissionState.OPENED, SubmissionState.ASSESSED, SubmissionState.DECIDED)


def in_region(work: Work) -> ColumnElement[bool]:
    return true() if work.actor.region_id is None else Procedure.region_id == work.actor.region_id


@cache
def tally() -> Subquery:
    """Per submission: how many assessors work on it, have locked, still have to declare, or left with a conflict."""
    state = Assignment.state

    def count(hit: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((hit, 1), else_=0))

    return (
        select(
            Assignment.submission_id,
            count(state != AssignmentState.CONFLICTED).label("active"),
            count(state == AssignmentState.LOCKED).label("locked"),
            count(state == AssignmentState.ASSIGNED).label("undeclared"),
            count(state == AssignmentState.CONFLICTED).label("conflicts"),
        )
        .group_by(Assignment.submission_id)
        .subquery()
    )


@cache
def stage_of(work_done: Subquery) -> ColumnElement[str]:
    """In which stage a file is, as the database can count and filter it."""
    active = func.coalesce(work_done.c.active, 0)
    return case(
        (Submission.state == SubmissionState.DECIDED, rules.Stage.DECIDED.value),
        (Submission.state == SubmissionState.ASSESSED, rules.Stage.ASSESSED.value),
        (active < rules.ASSESSORS_NEEDED, rules.Stage.TO_ASSIGN.value),
        (work_done.c.locked == active, rules.Stage.TO_SETTLE.value),
        else_=rules.Stage.JUDGING.value,
    )


def stage_counts(work: Work, procedure_id: int | None = None) -> dict[int, dict[rules.Stage, int]]:
    """Files per stage: of one procedure, or of each that is opened in the actor's region."""
    found: dict[int, dict[rules.Stage, int]] = defaultdict(dict)
    for id, value, count in ask(work, _stage_counts, procedure_id is not None, procedure=procedure_id):
        found[id][rules.Stage(value)] = count
    return found


def _stage_counts(work: Work, of_one: bool) -> Select[int, str, int]:
    done = tally()
    stage = stage_of(done).label("stage")
    which = Submission.procedure_id == bindparam("procedure") if of_one else Procedure.state == ProcedureState.OPENED
    return (
        select(Submission.procedure_id, stage, func.count())
        .join(Submission.procedure)
        .outerjoin(done, done.c.submission_id == Submission.id)
        .where(Submission.state.in_(OPENED_STATES), in_region(work), which)
        .group_by(Submission.procedure_id, stage)
    )


def to_assign_count(work: Work, procedure: Procedure) -> int:
    """How many files of this procedure still need an assessor."""
    return stage_counts(work, procedure.id).get(procedure.id, {}).get(rules.Stage.TO_ASSIGN, 0)


@dataclass(frozen=True)
class Filters:
    """What the board's address says."""

    q: str = ""
    stage: str = ""
    product: str = ""
    assessor_id: int | None = None


@dataclass(frozen=True)
class BoardRow:
    """One provider's submission with its products and the people who judge it."""

    submission: Submission
    stage: rules.Stage
    active: int
    locked: int
    undeclared: int
    conflicts: int
    assessors: tuple[User, ...]
    verdicts: dict[int, Verdict]
    """Per submission product, once settled."""

    @property
    def id(self) -> int:
        return self.submission.id


@dataclass(frozen=True)
class Board:
    page: Page[BoardRow]
    counts: dict[rules.Stage, int]
    products: int
    """Submissions per product: the unit of admission."""
    asked: frozenset[int]
    """Ids of the procedure's products for which somebody submitted: the columns of the board."""


BY_NAME = [Key(Organisation.sort_name)]
SUBMITTED = func.coalesce(Submission.submitted_at, datetime(9999, 1, 1, tzinfo=UTC))
ORDER = Order({"": BY_NAME, "naam": BY_NAME, "ingediend": [Key(SUBMITTED), *BY_NAME]}, last=Key(Submission.id))


def board(work: Work, procedure: Procedure, filters: Filters, asked: Asked = FIRST) -> Board:
    """One page of the board, with the counts of the whole procedure. The same number of queries at any size."""
    counts = stage_counts(work, procedure.id).get(procedure.id, {})
    found = page_of(work.session, _listed(work, procedure, filters), ORDER, asked)
    page = replace(found, rows=_filled(work, found.rows))
    per_product = _count_products(work, procedure)
    return Board(page, counts, sum(per_product.values()), frozenset(per_product))


def all_rows(work: Work, procedure: Procedure, filters: Filters, sort: str = "") -> Iterator[BoardRow]:
    """The same rows without pages: for a file."""
    for some in batches(work.session, _listed(work, procedure, filters), ORDER, sort):
        yield from _filled(work, some)


def _listed(work: Work, procedure: Procedure, filters: Filters) -> Select[Submission, str, int, int, int, int]:
    done = tally()
    stage = stage_of(done)
    where = [Submission.procedure_id == procedure.id, in_region(work), *_narrowed(filters, stage)]
    return _rows(done, stage).where(Submission.state.in_(OPENED_STATES), *where).options(*_with_names())


@cache
def _rows(done: Subquery, stage: ColumnElement[str]) -> Select[Submission, str, int, int, int, int]:
    active, locked = func.coalesce(done.c.active, 0), func.coalesce(done.c.locked, 0)
    undeclared, conflicts = func.coalesce(done.c.undeclared, 0), func.coalesce(done.c.conflicts, 0)
    return (
        select(Submission, stage.label("stage"), active, locked, undeclared, conflicts)
        .join(Submission.procedure)
        .join(Submission.organisation)
        .outerjoin(done, done.c.submission_id == Submission.id)
    )


@cache
def _with_names() -> tuple[ExecutableOption, ...]:
    """The provider's, and for which product of the procedure each line is: the products are known with the procedure."""
    line = selectinload(Submission.products).joinedload(SubmissionProduct.procedure_product)
    return contains_eager(Submission.organisation), line.load_only(ProcedureProduct.product_id)


def _narrowed(filters: Filters, stage: ColumnElement[str]) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filters.q:
        where.append(named(filters.q))
    if filters.stage in {s.value for s in rules.Stage}:
        where.append(stage == filters.stage)
    if filters.product:
        where.append(asks_for(filters.product))
    if filters.assessor_id is not None:
        mine = select(Assignment.id).where(
            Assignment.submission_id == Submission.id, Assignment.assessor_id == filters.assessor_id
        )
        where.append(exists(mine))
    return where


def _filled(work: Work, found: Sequence[Any]) -> list[BoardRow]:
    ids = [row[0].id for row in found]
    people, verdicts = _assessors(work, ids), _verdicts(work, [row[0] for row in found])
    return [
        BoardRow(
            submission=s,
            stage=rules.Stage(stage),
            active=active,
            locked=locked,
            undeclared=undeclared,
            conflicts=conflicts,
            assessors=tuple(people.get(s.id, ())),
            verdicts=verdicts.get(s.id, {}),
        )
        for s, stage, active, locked, undeclared, conflicts in found
    ]


def _assessors(work: Work, submission_ids: Sequence[int]) -> dict[int, list[User]]:
    people: dict[int, list[User]] = defaultdict(list)
    for submission_id, person in ask(work, _assessing, submissions=submission_ids):
        people[submission_id].append(person)
    return people


def _assessing(_work: Work) -> Select[int, User]:
    here = Assignment.submission_id.in_(bindparam("submissions", expanding=True))
    find = select(Assignment.submission_id, User).join(User, User.id == Assignment.assessor_id)
    return find.where(here, Assignment.state != AssignmentState.CONFLICTED).order_by(Assignment.id)


def _verdicts(work: Work, submissions: Sequence[Submission]) -> dict[int, dict[int, Verdict]]:
    """Per product whether all is met; only of files whose assessment is concluded."""
    concluded = {s.id: s for s in submissions if s.state is not SubmissionState.OPENED}
    failed: dict[int, set[int | None]] = defaultdict(set)
    find = select(Settlement.submission_id, Settlement.submission_product_id)
    find = find.where(Settlement.submission_id.in_(concluded), Settlement.verdict == Verdict.DOES_NOT_MEET)
    for submission_id, product_id in work.session.execute(find):
        failed[submission_id].add(product_id)
    return {
        s.id: {p.id: Verdict.DOES_NOT_MEET if failed[s.id] & {None, p.id} else Verdict.MEETS for p in s.products}
        for s in concluded.values()
    }


def _count_products(work: Work, procedure: Procedure) -> dict[int, int]:
    """How many submissions each product of the procedure has."""
    return {row[0]: row[1] for row in ask(work, _per_product, procedure=procedure.id)}


def _per_product(_work: Work) -> Select[int, int]:
    product = SubmissionProduct.procedure_product_id
    find = select(product, func.count()).select_from(SubmissionProduct).join(SubmissionProduct.submission)
    here = Submission.procedure_id == bindparam("procedure"), Submission.state.in_(OPENED_STATES)
    return find.where(*here).group_by(product)
