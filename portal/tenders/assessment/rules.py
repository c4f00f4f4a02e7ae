"""When submissions may be opened, handed out, judged and settled. Facts and a moment in, reason codes out."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import User
from portal.regions.models import Product
from portal.tenders.assessment.models import (
    Assignment,
    AssignmentState,
    Judgement,
    Opening,
    OpeningState,
    Settlement,
    Verdict,
)
from portal.tenders.procedures.models import Criterion, Procedure, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.tenders.submissions.rules import parts_of

ASSESSORS_NEEDED = 2
"""Nobody judges a file alone (domain 1.1)."""
LONGEST_REASONS = 4000


class Stage(enum.Enum):
    """Where a submission's file stands, as the board counts it."""

    TO_ASSIGN = "te-verdelen"
    JUDGING = "bij-beoordelaars"
    TO_SETTLE = "vast-te-stellen"
    ASSESSED = "vastgesteld"
    DECIDED = "besloten"


@dataclass(frozen=True)
class Item:
    """One thing to judge: a criterion, for one product or (common) once for the whole submission."""

    key: str
    criterion: Criterion
    product: SubmissionProduct | None

    @property
    def bought(self) -> Product | None:
        """What the region buys, that it is judged for."""
        return self.product.procedure_product.product if self.product else None


def items(submission: Submission) -> list[Item]:
    """What is to be judged in a submission: exactly what its provider was asked, the common criteria first."""
    products = {p.procedure_product_id: p for p in submission.products}
    lines = sorted((p.procedure_product for p in submission.products), key=lambda line: line.position)
    parts = parts_of(submission.procedure, lines, submission.organisation)
    return [Item(p.key, p.criterion, products[p.line.id] if p.line else None) for p in parts if p.criterion is not None]


def reasons_not_to_open(
    procedure: Procedure, opening: Opening | None, now: datetime, *, officer_id: int | None, fresh: bool
) -> list[str]:
    """Only after the closing time, by two different officers, each with a fresh log-in (domain 3.16)."""
    if opening is not None and opening.state is OpeningState.OPENED:
        return ["already_opened"]
    found = []
    if procedure.state is not ProcedureState.PUBLISHED or procedure.closes_at is None:
        found.append("not_published")
    elif now < procedure.closes_at:
        found.append("not_closed_yet")
    if not fresh:
        found.append("log_in_again")
    if opening is not None and opening.first_officer_id == officer_id:
        found.append("second_officer_needed")
    return found


@dataclass(frozen=True)
class FilePeople:
    """Who already does what in a submission's file."""

    officers: frozenset[int]
    """Who opened the procedure or handed out work in it."""
    assessors: Mapping[int, AssignmentState]
    """Who was assigned to this submission, and how that stands."""
    assessors_in_procedure: frozenset[int]


def reasons_not_to_assign(
    submission: Submission, people: FilePeople, *, assessor_id: int, assigner_id: int | None, is_assessor: bool
) -> list[str]:
    """Who hands out the work does not do it; nobody is officer and assessor in one file; a conflict is for good."""
    found = []
    if submission.state is not SubmissionState.OPENED:
        found.append("not_to_be_judged")
    if not is_assessor:
        found.append("not_an_assessor")
    if assessor_id == assigner_id:
        found.append("assigns_himself")
    elif assessor_id in people.officers or assigner_id in people.assessors_in_procedure:
        found.append("officer_not_both")
    if people.assessors.get(assessor_id) is AssignmentState.CONFLICTED:
        found.append("has_a_conflict")
    elif assessor_id in people.assessors:
        found.append("already_assigned")
    return found


def reasons_not_to_save(assignment: Assignment, reasons: str) -> list[str]:
    if assignment.state is AssignmentState.LOCKED:
        return ["already_locked"]
    if assignment.state is not AssignmentState.DECLARED:
        return ["not_declared"]
    return ["judgement_too_long"] if len(reasons) > LONGEST_REASONS else []


def is_judged(judgement: Judgement | None) -> bool:
    """No verdict without reasons."""
    return judgement is not None and judgement.verdict is not None and bool(judgement.reasons.strip())


def reasons_not_to_lock(asked: Sequence[Item], judged: Mapping[str, Judgement]) -> list[str]:
    return ["not_all_judged"] if any(not is_judged(judged.get(item.key)) for item in asked) else []


def active(assignments: Iterable[Assignment]) -> list[Assignment]:
    """The assessors who count: those without a conflict of interest."""
    return [a for a in assignments if a.state is not AssignmentState.CONFLICTED]


def all_locked(assignments: Iterable[Assignment]) -> bool:
    """Only then may anybody see a judgement that is not his own."""
    working = active(assignments)
    return len(working) >= ASSESSORS_NEEDED and all(a.state is AssignmentState.LOCKED for a in working)


def stage_of(submission: Submission, assignments: Sequence[Assignment]) -> Stage:
    """Where one file stands."""
    return stage_at(submission.state, [a.state for a in active(assignments)])


def stage_at(state: SubmissionState, working: Sequence[AssignmentState]) -> Stage:
    """Where a file stands of which the assessors who count are this far; the board asks the database the same."""
    if state is SubmissionState.DECIDED:
        return Stage.DECIDED
    if state is SubmissionState.ASSESSED:
        return Stage.ASSESSED
    if len(working) < ASSESSORS_NEEDED:
        return Stage.TO_ASSIGN
    return Stage.TO_SETTLE if all(far is AssignmentState.LOCKED for far in working) else Stage.JUDGING


def reasons_not_to_see_all(assignments: Sequence[Assignment]) -> list[str]:
    if len(active(assignments)) < ASSESSORS_NEEDED:
        return ["too_few_assessors"]
    return [] if all_locked(assignments) else ["not_all_locked"]


def unanimous(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """The verdict that all give, or None when they differ."""
    given = set(verdicts)
    return given.pop() if len(given) == 1 else None


def reasons_not_to_settle(
    submission: Submission, assignments: Sequence[Assignment], *, officer_id: int | None, same: bool, reasons: str
) -> list[str]:
    """Only what the assessors do not agree on is settled, with reasons, by an officer who is not one of them."""
    found = []
    if submission.state is not SubmissionState.OPENED:
        found.append("already_concluded")
    found += reasons_not_to_see_all(assignments)
    if any(a.assessor_id == officer_id for a in assignments):
        found.append("officer_not_both")
    if same:
        found.append("assessors_agree")
    if not reasons.strip():
        found.append("judgement_reasons_missing")
    elif len(reasons) > LONGEST_REASONS:
        found.append("judgement_too_long")
    return found


def reasons_not_to_conclude(
    submission: Submission, assignments: Sequence[Assignment], *, officer_id: int | None, open_keys: Collection[str]
) -> list[str]:
    if submission.state is not SubmissionState.OPENED:
        return ["already_concluded"]
    found = reasons_not_to_see_all(assignments)
    if any(a.assessor_id == officer_id for a in assignments):
        found.append("officer_not_both")
    if not found and open_keys:
        found.append("still_to_settle")
    return found


def reasons_not_to_reopen(submission: Submission, reason: str) -> list[str]:
    """After the lock nothing changes without a logged re-opening with its reason (domain 2.6)."""
    found = [] if submission.state is SubmissionState.OPENED else ["already_concluded"]
    return found if reason.strip() else [*found, "judgement_reasons_missing"]


def first_sentence(text: str, longest: int = 120) -> str:
    """How a motivation begins, for a list."""
    words = " ".join(text.split())
    sentence = re.split(r"(?<=[.!?]) ", words, maxsplit=1)[0]
    return sentence if len(sentence) <= longest else f"{sentence[:longest].rsplit(' ', 1)[0]} …"


def joined_reasons(texts: Iterable[str]) -> str:
    """The reasons of assessors who agree, each said once."""
    return "\n\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))


@dataclass(frozen=True)
class Opinion:
    """One assessor's locked judgement, by number: on the page for consensus nobody needs a name."""

    number: int
    assessor: User
    verdict: Verdict
    reasons: str


@dataclass(frozen=True)
class Compared:
    """One criterion with everybody's locked verdict, side by side: no score, no average, no rank."""

    item: Item
    opinions: tuple[Opinion, ...]
    settlement: Settlement | None

    @property
    def agreed(self) -> Verdict | None:
        return unanimous(o.verdict for o in self.opinions)

    @property
    def is_open(self) -> bool:
        return self.agreed is None and self.settlement is None

    @property
    def verdict(self) -> Verdict | None:
        """What counts: what all say, or what was settled; None while they still have to talk."""
        return self.agreed or (self.settlement.verdict if self.settlement else None)


@dataclass(frozen=True)
class ProductStanding:
    """How a product does so far; a criterion for the whole submission counts for each of its products."""

    product: SubmissionProduct
    failed: int
    open: int


def standing_per_product(submission: Submission, lines: Sequence[Compared]) -> list[ProductStanding]:
    found = []
    for product in sorted(submission.products, key=lambda p: p.procedure_product.position):
        own = [line for line in lines if line.item.product in (None, product)]
        failed = sum(1 for line in own if line.verdict is Verdict.DOES_NOT_MEET)
        found.append(ProductStanding(product, failed, sum(1 for line in own if line.is_open)))
    return found
