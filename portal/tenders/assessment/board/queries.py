"""Where each opened submission stands, for the officers of its region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, select, true
from sqlalchemy.orm import load_only

from portal.accounts.models import Organisation, User
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_asked
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
def stage() -> ColumnElement[str]:
    """In which stage a file is, as the database can count and filter it: `rules.stage_at`."""
    works = Assignment.submission_id == Submission.id, Assignment.state != AssignmentState.CONFLICTED
    working = select(func.count(Assignment.id)).where(*works).scalar_subquery()
    not_done = select(Assignment.id).where(*works, Assignment.state != AssignmentState.LOCKED)
    return case(
        (Submission.state == SubmissionState.DECIDED, rules.Stage.DECIDED.value),
        (Submission.state == SubmissionState.ASSESSED, rules.Stage.ASSESSED.value),
        (working < rules.ASSESSORS_NEEDED, rules.Stage.TO_ASSIGN.value),
        (~exists(not_done), rules.Stage.TO_SETTLE.value),
        else_=rules.Stage.JUDGING.value,
    )


def stage_counts(work: Work, procedure: Procedure) -> dict[rules.Stage, int]:
    """Files per stage of a procedure that the caller has found."""
    return {rules.Stage(value): count for value, count in ask(work, _stage_counts, procedure=procedure.id)}


def _stage_counts(_work: Work) -> Select[str, int]:
    here = Submission.procedure_id == bindparam("procedure"), Submission.state.in_(OPENED_STATES)
    files = select(stage().label("stage")).where(*here).subquery()
    return select(files.c.stage, func.count()).group_by(files.c.stage)


@dataclass(frozen=True)
class Led:
    """A procedure whose assessment runs, and how many of its files are in this stage."""

    id: int
    title: str
    decision_by: date | None
    stage: rules.Stage
    files: int


def led(work: Work) -> list[Led]:
    """The opened procedures of the actor's region, stage by stage."""
    return [Led(id, title, by, rules.Stage(value), n) for id, title, by, value, n in ask(work, _led)]


def _led(work: Work) -> Select[*tuple[Any, ...]]:
    opened = in_region(work), Procedure.state == ProcedureState.OPENED
    files = (
        select(Submission.procedure_id, stage().label("stage"))
        .join(Submission.procedure)
        .where(*opened, Submission.state.in_(OPENED_STATES))
        .subquery()
    )
    counts = select(files.c.procedure_id, files.c.stage, func.count().label("files"))
    per_stage = counts.group_by(files.c.procedure_id, files.c.stage).subquery()
    shown = Procedure.id, Procedure.title, Procedure.decision_by, per_stage.c.stage, per_stage.c.files
    return select(*shown).join(per_stage, per_stage.c.procedure_id == Procedure.id).order_by(Procedure.id)


def to_assign_count(work: Work, procedure: Procedure) -> int:
    """How many files of this procedure still need an assessor."""
    return stage_counts(work, procedure).get(rules.Stage.TO_ASSIGN, 0)


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
    provider: str
    stage: rules.Stage
    active: int
    locked: int
    conflicts: int
    assessors: tuple[str, ...]
    """Names of those who work on it."""
    products: dict[int, Verdict | None]
    """Product -> what was concluded about it, once settled."""

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
    counts = stage_counts(work, procedure)
    found = page_asked(work, _listed, ORDER, asked, procedure.id, filters)
    page = replace(found, rows=_filled(work, found.rows))
    per_product = _count_products(work, procedure)
    return Board(page, counts, sum(per_product.values()), frozenset(per_product))


def all_rows(work: Work, procedure: Procedure, filters: Filters, sort: str = "") -> Iterator[BoardRow]:
    """The same rows without pages: for a file."""
    for some in batches(work.session, _listed(work, procedure.id, filters), ORDER, sort):
        yield from _filled(work, some)


def _listed(work: Work, procedure_id: int, filters: Filters) -> Select[Submission, str]:
    here = Submission.procedure_id == procedure_id, in_region(work), Submission.state.in_(OPENED_STATES)
    shown = load_only(Submission.state, Submission.started_at, Submission.submitted_at)
    find = select(Submission, Organisation.name).join(Submission.procedure).join(Submission.organisation)
    return find.options(shown).where(*here, *_narrowed(filters))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filters.q:
        where.append(named(filters.q))
    if filters.stage in {s.value for s in rules.Stage}:
        where.append(stage() == filters.stage)
    if filters.product:
        where.append(asks_for(filters.product))
    if filters.assessor_id is not None:
        mine = select(Assignment.id).where(
            Assignment.submission_id == Submission.id, Assignment.assessor_id == filters.assessor_id
        )
        where.append(exists(mine))
    return where


def _filled(work: Work, found: Sequence[Any]) -> list[BoardRow]:
    ids = [submission.id for submission, _provider in found]
    people: dict[int, list[tuple[AssignmentState, str]]] = defaultdict(list)
    for id, state, name in ask(work, _assigned, submissions=ids):
        people[id].append((state, name))
    verdicts = _verdicts(work, [submission for submission, _provider in found])
    return [
        _row(submission, provider, people[submission.id], verdicts[submission.id]) for submission, provider in found
    ]


def _row(
    submission: Submission,
    provider: str,
    people: Sequence[tuple[AssignmentState, str]],
    products: dict[int, Verdict | None],
) -> BoardRow:
    working = [(state, name) for state, name in people if state is not AssignmentState.CONFLICTED]
    states = [state for state, _name in working]
    return BoardRow(
        submission=submission,
        provider=provider,
        stage=rules.stage_at(submission.state, states),
        active=len(working),
        locked=states.count(AssignmentState.LOCKED),
        conflicts=len(people) - len(working),
        assessors=tuple(name for _state, name in working),
        products=products,
    )


def _assigned(_work: Work) -> Select[int, AssignmentState, str]:
    here = Assignment.submission_id.in_(bindparam("submissions", expanding=True))
    find = select(Assignment.submission_id, Assignment.state, User.name)
    return find.join(User, User.id == Assignment.assessor_id).where(here).order_by(Assignment.id)


def _verdicts(work: Work, submissions: Sequence[Submission]) -> dict[int, dict[int, Verdict | None]]:
    """Per submission its products, with whether all is met once the assessment is concluded."""
    concluded = {s.id for s in submissions if s.state is not SubmissionState.OPENED}
    failed: dict[int, set[int | None]] = defaultdict(set)
    for submission_id, line_id in ask(work, _failed, submissions=list(concluded)):
        failed[submission_id].add(line_id)
    found: dict[int, dict[int, Verdict | None]] = defaultdict(dict)
    for submission_id, line_id, product_id in ask(work, _lines, submissions=[s.id for s in submissions]):
        verdict = Verdict.DOES_NOT_MEET if failed[submission_id] & {None, line_id} else Verdict.MEETS
        found[submission_id][product_id] = verdict if submission_id in concluded else None
    return found


def _failed(_work: Work) -> Select[int, int | None]:
    """What is not met; for all products of a submission where no line is named."""
    here = Settlement.submission_id.in_(bindparam("submissions", expanding=True))
    find = select(Settlement.submission_id, Settlement.submission_product_id)
    return find.where(here, Settlement.verdict == Verdict.DOES_NOT_MEET)


def _lines(_work: Work) -> Select[int, int, int]:
    here = SubmissionProduct.submission_id.in_(bindparam("submissions", expanding=True))
    find = select(SubmissionProduct.submission_id, SubmissionProduct.id, ProcedureProduct.product_id)
    return find.join(SubmissionProduct.procedure_product).where(here)


def _count_products(work: Work, procedure: Procedure) -> dict[int, int]:
    """How many submissions each product of the procedure has."""
    return {row[0]: row[1] for row in ask(work, _per_product, procedure=procedure.id)}


def _per_product(_work: Work) -> Select[int, int]:
    product = SubmissionProduct.procedure_product_id
    find = select(product, func.count()).select_from(SubmissionProduct).join(SubmissionProduct.submission)
    here = Submission.procedure_id == bindparam("procedure"), Submission.state.in_(OPENED_STATES)
    return find.where(*here).group_by(product)
