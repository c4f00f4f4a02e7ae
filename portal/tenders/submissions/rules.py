"""Which parts a submission has, when a part is complete, and what stands in the way of signing and handing in."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.accounts.models import LegalForm, Organisation, SigningAuthority
from portal.accounts.rules import reasons_not_to_sign
from portal.tenders.procedures.models import AnswerKind, Criterion, Procedure, ProcedureProduct, ProcedureState
from portal.tenders.procedures.rules import Phase, holds_citizen_number, phase
from portal.tenders.submissions.content.rules import Proof, Said
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.typed import Reading, read_number

STATEMENTS = "verklaringen"
TARIFF = "tarief"
DECLARED = ("waarheid", "uitsluiting")
"""All of it is true; no exclusion ground applies. The vision is a requirement of the region's own blueprint."""
EXTRACT = "handelsregister"
"""The kind of evidence that the region has looked at already, for the authority to sign."""
TURNOVER = "omzet"
UNSENT = (SubmissionState.DRAFT, SubmissionState.SIGNING)
READABLE_BY_BUYER = (SubmissionState.OPENED, SubmissionState.ASSESSED, SubmissionState.DECIDED)


def state_for_provider(submission: Submission) -> SubmissionState:
    """What its own provider may know: that it was judged or decided on is told to all on one day, by the letters."""
    told = submission.procedure.state in (ProcedureState.ANNOUNCED, ProcedureState.COMPLETED)
    behind_doors = submission.state in (SubmissionState.ASSESSED, SubmissionState.DECIDED)
    return SubmissionState.OPENED if behind_doors and not told else submission.state


def was_never_sent(state: SubmissionState, procedure: Procedure, now: datetime) -> bool:
    """Begun and not handed in before the closing: no draft any more, for nobody can finish it."""
    return state in UNSENT and phase(procedure, now) is Phase.CLOSED


class PartKind(enum.Enum):
    CRITERION = "criterion"
    TARIFF = "tariff"
    STATEMENTS = "statements"


class PartState(enum.Enum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ATTENTION = "attention"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Part:
    """One row of the task list: a requirement, a tariff or the statements; `line` is empty for what all products share."""

    key: str
    kind: PartKind
    criterion: Criterion | None = None
    line: ProcedureProduct | None = None

    @property
    def product_code(self) -> str:
        return self.line.product.code if self.line else ""


@dataclass(frozen=True)
class Held:
    """What is known of a passport version that an answer relies on."""

    version_id: int
    kind: str
    title: str
    valid_until: date | None
    archived: bool = False
    blocked: bool = False
    """A virus was found in its file."""

    def counts_on(self, day: date) -> bool:
        return not (self.archived or self.blocked) and (self.valid_until is None or self.valid_until >= day)


def parts_of(procedure: Procedure, lines: Sequence[ProcedureProduct], organisation: Organisation) -> list[Part]:
    """What must be filled in: what all products share once, then each product's own requirements and tariff."""
    asked = [c for c in procedure.criteria if applies(c, organisation)]
    parts = [Part(c.code, PartKind.CRITERION, c) for c in asked if c.is_common]
    parts.append(Part(STATEMENTS, PartKind.STATEMENTS))
    for line in lines:
        code = line.product.code
        own = (c for c in asked if code in c.product_codes)
        parts += [Part(f"{code}.{c.code}", PartKind.CRITERION, c, line) for c in own]
        parts.append(Part(f"{code}.{TARIFF}", PartKind.TARIFF, None, line))
    return parts


def applies(criterion: Criterion, organisation: Organisation) -> bool:
    """Whether this provider is asked at all; who works alone has nobody to organise."""
    alone = organisation.legal_form is LegalForm.SOLE_TRADER and (organisation.youth_workers or 0) <= 1
    return not (criterion.condition == "not_solo" and alone)


def count_words(text: str) -> int:
    return len(re.findall(r"\S+", text))


UNITS = {TURNOVER: "eur"}
"""Of the figures that every submission asks for; those of a requirement name their own."""


def reading_of(unit: str) -> Reading:
    """What 1.250 means in this unit."""
    return {"eur": Reading.AMOUNT, "pct": Reading.SHARE}.get(unit, Reading.COUNT)


def number(text: str, unit: str = "") -> Decimal | None:
    """A kept figure as a number; nothing for what is none and for what could be a thousand times more or less."""
    try:
        return read_number(text, "", reading_of(unit))
    except ValueError:
        return None


def gaps(
    part: Part, said: Said | None, held: Mapping[int, Held], day: date, blocked: Collection[int] = ()
) -> Iterator[str]:
    """What this part still needs; `day` is the first day of the contract, on which evidence must still be valid.

    `blocked` are the uploaded files in which a virus was found.
    """
    said = said or Said()
    if part.kind is PartKind.TARIFF and not said.agreed:
        yield "tariff_not_accepted"
    if part.kind is PartKind.STATEMENTS:
        yield from (f"not_declared:{name}" for name in DECLARED if not said.figures.get(name))
        yield from _figure_gaps(UNITS, said)
    if (criterion := part.criterion) is not None:
        yield from _criterion_gaps(criterion, said, held, day)
        yield from (f"proof_blocked:{proof.kind}" for proof in said.proofs if _is_blocked(proof, held, blocked))


def _criterion_gaps(criterion: Criterion, said: Said, held: Mapping[int, Held], day: date) -> Iterator[str]:
    if criterion.answer_kind is AnswerKind.STATEMENT and not said.agreed:
        yield "statement_not_agreed"
    if criterion.answer_kind is AnswerKind.TEXT and not said.text.strip():
        yield "text_missing"
    if criterion.max_words and count_words(said.text) > criterion.max_words:
        yield f"text_too_long:{criterion.max_words}"
    yield from _figure_gaps({figure["code"]: figure.get("unit", "") for figure in criterion.figures}, said)
    yield from _proof_gaps(criterion, said, held, day)


def _figure_gaps(units: Mapping[str, str], said: Said) -> Iterator[str]:
    for code, unit in units.items():
        given = said.figures.get(code, "").strip()
        if not given:
            yield f"figure_missing:{code}"
        elif number(given, unit) is None:
            yield f"figure_unreadable:{code}"


def _proof_gaps(criterion: Criterion, said: Said, held: Mapping[int, Held], day: date) -> Iterator[str]:
    shown = {proof.kind for proof in said.proofs}
    wanted = criterion.accepted_evidence
    if criterion.evidence_all:
        yield from (f"proof_missing:{kind}" for kind in wanted if kind not in shown)
    elif wanted and not shown & set(wanted):
        yield "proof_missing"
    for proof in said.proofs:
        version = held.get(proof.version_id) if proof.version_id is not None else None
        if proof.version_id is not None and (version is None or version.archived):
            yield "proof_gone"
            continue
        until = version.valid_until if version else date.fromisoformat(proof.valid_until) if proof.valid_until else None
        if until is not None and until < day:
            yield f"proof_expires:{version.title if version else proof.kind}"


def _is_blocked(proof: Proof, held: Mapping[int, Held], blocked: Collection[int]) -> bool:
    version = held.get(proof.version_id) if proof.version_id is not None else None
    return proof.file_id in blocked or (version is not None and version.blocked)


_ATTENTION = ("text_too_long", "figure_unreadable", "proof_gone", "proof_expires", "proof_blocked")


def stands_ready(criterion: Criterion, held: Iterable[Held], day: date) -> bool:
    """Whether the passport holds what this requirement accepts, still valid on that day: it need only be chosen."""
    kinds = {h.kind for h in held if h.counts_on(day)}
    wanted = set(criterion.accepted_evidence)
    return bool(wanted) and (wanted <= kinds if criterion.evidence_all else bool(wanted & kinds))


def state_of(said: Said | None, found: Collection[str]) -> PartState:
    """Where a part stands, given its gaps."""
    if any(code.partition(":")[0] in _ATTENTION for code in found):
        return PartState.ATTENTION
    if said is None or said.is_empty:
        return PartState.NOT_STARTED
    return PartState.IN_PROGRESS if found else PartState.COMPLETE


# --- the moment and the signature --------------------------------------------------------------------------------


def reasons_against_moment(procedure: Procedure, now: datetime) -> Iterator[str]:
    """Half-open by the server's clock: in time while now < closing, whatever was begun before."""
    if procedure.state is ProcedureState.WITHDRAWN:
        yield "procedure_was_withdrawn"
        return
    match phase(procedure, now):
        case Phase.CLOSED:
            yield "too_late"
        case Phase.NOT_OPEN | Phase.QUESTIONS:
            yield "not_yet_open"
        case Phase.OPEN:
            pass


def reasons_not_to_edit(submission: Submission, now: datetime) -> Iterator[str]:
    yield from reasons_against_moment(submission.procedure, now)
    if submission.state is SubmissionState.SIGNING:
        yield "submission_is_being_signed"
    elif submission.state is not SubmissionState.DRAFT:
        yield "submission_not_in_draft"


def reasons_against_signatory(
    authority: SigningAuthority | None, today: date, amount: Decimal | None, *, fresh: bool
) -> Iterator[str]:
    """Only a verified authority binds, within its amount, and only of who just proved to be that person."""
    if authority is None:
        yield "not_authorised"
    else:
        yield from reasons_not_to_sign(authority, today, amount)
    if not fresh:
        yield "log_in_again"


def reasons_not_to_submit(
    submission: Submission,
    now: datetime,
    *,
    incomplete: Collection[str],
    signatory: Iterable[str],
) -> tuple[str, ...]:
    """Everything against handing in at this moment: too_late, not_yet_open, incomplete, not_authorised, log_in_again."""
    reasons = list(reasons_against_moment(submission.procedure, now))
    if not submission.products:
        reasons.append("no_products_chosen")
    if incomplete:
        reasons.append("incomplete")
    return (*reasons, *signatory)


def reasons_not_to_withdraw(submission: Submission, now: datetime, signatory: Iterable[str]) -> Iterator[str]:
    """Until the closing, by who may sign. A draft that binds nobody is thrown away by who fills it in."""
    if phase(submission.procedure, now) is Phase.CLOSED:
        yield "too_late_to_withdraw"
    if submission.state is not SubmissionState.DRAFT:
        yield from signatory


def reasons_not_to_open(submission: Submission, now: datetime) -> Iterator[str]:
    """Sealed until the closing, for the buyer too."""
    if phase(submission.procedure, now) is not Phase.CLOSED:
        yield "submission_still_sealed"


def reasons_against_words(said: Said) -> Iterator[str]:
    """Nothing about a client belongs in a submission (art. 9 GDPR)."""
    if holds_citizen_number(said.text):
        yield "text_holds_citizen_number"
