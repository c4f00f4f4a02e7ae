"""What holds for a procedure: its phase by the clock, what publication needs, what a question may say."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from portal.clock import AMSTERDAM, local_date, local_moment
from portal.regions.blueprints import suggested_dates
from portal.regions.blueprints.criteria import Criterion as PlannedCriterion
from portal.regions.blueprints.criteria import EvidenceType
from portal.regions.blueprints.identity import Text
from portal.regions.blueprints.terms import ProcedureTemplate
from portal.regions.models import TariffSheet
from portal.tenders.procedures.models import AnswerKind, Criterion, Procedure, ProcedureState

S = ProcedureState
CUSTOMARY_QUESTION_DAYS = 14
CUSTOMARY_CLOSING_DAYS = 40
CUSTOMARY_OBJECTION_DAYS = 20
"""Regional policy, not law: a shorter term gets a warning and never a refusal (SAS and open house know few
statutory minimum terms; 20 days follows art. 2.127 Aw 2012 by analogy)."""

PUBLIC_STATES = (S.PUBLISHED, S.OPENED, S.ANNOUNCED, S.COMPLETED)


class Phase(enum.Enum):
    """What time alone decides."""

    NOT_OPEN = "not_open"
    QUESTIONS = "questions"
    """Published; questions can be asked, submissions not yet."""
    OPEN = "open"
    CLOSED = "closed"


def phase(procedure: Procedure, now: datetime) -> Phase:
    """Half-open: open from `opens_at` up to but not including `closes_at`. A late job lets nobody in."""
    if procedure.state is S.WITHDRAWN or (procedure.closes_at is not None and now >= procedure.closes_at):
        return Phase.CLOSED
    if procedure.state is not S.PUBLISHED:
        return Phase.CLOSED if procedure.state in PUBLIC_STATES else Phase.NOT_OPEN
    if procedure.opens_at is not None and now < procedure.opens_at:
        return Phase.QUESTIONS
    return Phase.OPEN


def reasons_not_to_ask(procedure: Procedure, now: datetime) -> Iterator[str]:
    """Questions are in time up to but not including `questions_until`."""
    if procedure.state is not S.PUBLISHED:
        yield "procedure_not_published"
    elif procedure.questions_until is not None and now >= procedure.questions_until:
        yield "questions_closed"


@dataclass(frozen=True)
class Dates:
    """The plan of a procedure; empty where nothing is chosen yet."""

    opens_at: datetime | None
    questions_until: datetime | None
    answers_by: date | None
    closes_at: datetime | None
    decision_by: date | None
    contract_starts: date | None

    @classmethod
    def of(cls, procedure: Procedure) -> Dates:
        p = procedure
        return cls(p.opens_at, p.questions_until, p.answers_by, p.closes_at, p.decision_by, p.contract_starts)


def reasons_against_dates(dates: Dates) -> Iterator[str]:
    """An order that cannot be: somebody would be asked to act before he can, or after it is over."""
    closes = dates.closes_at
    if closes is None:
        return
    if dates.opens_at is not None and dates.opens_at >= closes:
        yield "opens_after_closing"
    if dates.questions_until is not None and dates.questions_until >= closes:
        yield "questions_after_closing"
    if dates.answers_by is not None and dates.answers_by >= local_date(closes):
        yield "answers_after_closing"
    if dates.answers_by and dates.questions_until and dates.answers_by < local_date(dates.questions_until):
        yield "answers_before_questions_end"
    if dates.decision_by is not None and dates.decision_by <= local_date(closes):
        yield "decision_before_closing"
    if dates.decision_by and dates.contract_starts and dates.contract_starts <= dates.decision_by:
        yield "contract_before_decision"


def warnings_about_terms(dates: Dates, objection_days: int | None, start: date) -> Iterator[str]:
    """Terms shorter than customary, counted from `start` (today, or the day of publication)."""
    if dates.questions_until and local_date(dates.questions_until) < start + timedelta(days=CUSTOMARY_QUESTION_DAYS):
        yield "questions_term_short"
    if dates.closes_at and local_date(dates.closes_at) < start + timedelta(days=CUSTOMARY_CLOSING_DAYS):
        yield "closing_term_short"
    if dates.answers_by and dates.closes_at and local_date(dates.closes_at) - dates.answers_by < timedelta(days=10):
        yield "answers_close_to_closing"
    if objection_days is not None and objection_days < CUSTOMARY_OBJECTION_DAYS:
        yield "objection_term_short"


def reasons_not_to_move_closing(procedure: Procedure, now: datetime, closes_at: datetime, reason: str) -> Iterator[str]:
    """Only later, only while it runs: shortening would harm who relied on the date."""
    if phase(procedure, now) not in (Phase.QUESTIONS, Phase.OPEN):
        yield "procedure_is_closed"
    if procedure.closes_at is not None and closes_at <= procedure.closes_at:
        yield "closing_not_later"
    if not reason.strip():
        yield "no_reason"
    yield from reasons_against_dates(replace(Dates.of(procedure), closes_at=closes_at))


def criterion_gaps(criterion: Criterion) -> Iterator[str]:
    """What a provider would miss who reads this requirement."""
    if not criterion.text_nl.strip():
        yield "text"
    if not criterion.pass_rule_nl.strip():
        yield "pass_rule"
    if not criterion.example_nl.strip():
        yield "example"
    if criterion.answer_kind is AnswerKind.EVIDENCE and not criterion.accepted_evidence:
        yield "evidence"
    if criterion.answer_kind is AnswerKind.STATEMENT and not criterion.statement_nl.strip():
        yield "statement"


def missing_parts(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """(section of the set-up page, reason code) of everything that must stand there before publication."""
    p = procedure
    for empty, reason in (
        (not p.title, "no_title"),
        (not p.summary, "no_summary"),
        (not p.contact_email, "no_contact"),
    ):
        if empty:
            yield "gegevens", reason
    dates = ("questions_until", "answers_by", "closes_at", "decision_by", "contract_starts")
    yield from (("planning", f"no_{name}") for name in dates if getattr(p, name) is None)
    if not p.products:
        yield "producten", "no_products"
    yield from (("producten", f"no_tariff:{line.product.code}") for line in p.products if line.tariff_sheet_id is None)
    if not p.criteria:
        yield "criteria", "no_criteria"
    yield from (("criteria", f"criterion_unfinished:{c.code}") for c in p.criteria if any(criterion_gaps(c)))
    if p.above_threshold and not (p.notice_number and p.notice_date):
        yield "aankondiging", "no_notice"
    if not (p.objection_days and p.objection_basis):
        yield "bezwaar", "no_objection_term"


def reasons_not_to_publish(procedure: Procedure, now: datetime) -> tuple[str, ...]:
    """The full list of what stands in the way, so that the officer needs to look only once."""
    reasons = [reason for _section, reason in missing_parts(procedure)]
    reasons += reasons_against_dates(Dates.of(procedure))
    if procedure.closes_at is not None and procedure.closes_at <= now:
        reasons.append("closing_has_passed")
    if procedure.questions_until is not None and procedure.questions_until <= now:
        reasons.append("questions_end_has_passed")
    if procedure.above_threshold and procedure.notice_date is not None and procedure.notice_date > local_date(now):
        reasons.append("notice_in_future")
    return tuple(reasons)


def reasons_not_to_approve(procedure: Procedure, user_id: int | None) -> Iterator[str]:
    """Four eyes: neither who drafted it nor who changed it last approves it."""
    if user_id is None or user_id in (procedure.drafted_by_id, procedure.edited_by_id):
        yield "approved_by_the_drafter"


def suggested_facts(template: ProcedureTemplate, contract_starts: date | None, published_on: date) -> dict[str, Any]:
    """What a template fills in: the customary dates, each at the hour of the closing, and the terms."""
    plan = suggested_dates(template, published_on)
    return {
        "summary": template.summary.nl if template.summary else "",
        "questions_until": local_moment(datetime.combine(plan.questions_close, plan.closing_time)),
        "answers_by": plan.last_note,
        "closes_at": local_moment(datetime.combine(plan.closing, plan.closing_time)),
        "decision_by": plan.decision,
        "contract_starts": contract_starts if contract_starts and contract_starts > plan.decision else None,
        "objection_days": template.objection.days,
        "objection_basis": template.objection.legal_basis.nl,
        "above_threshold": template.notice is not None and template.notice.required,
    }


def sheet_on(sheets: Sequence[TariffSheet], day: date) -> TariffSheet | None:
    """The tariff that holds on that day; the newest where two do."""
    holding = [s for s in sheets if s.valid_from <= day and (s.valid_until is None or day <= s.valid_until)]
    return max(holding, key=lambda sheet: sheet.number, default=None)


def _both(name: str, text: Text | None) -> dict[str, str]:
    return {f"{name}_nl": text.nl if text else "", f"{name}_en": (text.en or "") if text else ""}


def evidence_kind_facts(kind: EvidenceType) -> dict[str, Any]:
    """A kind of proof of the blueprint, as a procedure keeps it."""
    words = _both("name", kind.name) | _both("help", kind.help)
    return {
        "code": kind.code,
        "is_attestation": kind.is_attestation,
        "needs_valid_until": kind.needs_valid_until,
        **words,
    }


def criterion_facts(planned: PlannedCriterion, codes: list[str]) -> dict[str, Any]:
    """A requirement of the blueprint, as a procedure for these products keeps it."""
    bounds = ("minimum", "maximum")
    figures = [
        {"code": f.code, "unit": f.unit.value, **_both("label", f.label)}
        | {bound: "" if getattr(f, bound) is None else str(getattr(f, bound)) for bound in bounds}
        for f in planned.answer.figures
    ]
    return {
        **_both("title", planned.title),
        **_both("text", planned.text),
        **_both("pass_rule", planned.pass_rule),
        **_both("example", planned.example),
        **_both("statement", planned.answer.statement),
        "code": planned.code,
        "answer_kind": AnswerKind(planned.answer.kind.value),
        "max_words": planned.answer.max_words,
        "accepted_evidence": list(planned.evidence),
        "evidence_all": planned.evidence_rule.value == "all",
        "figures": figures,
        "condition": planned.condition.value,
        "legal_basis": planned.legal_basis or "",
        "product_codes": [] if planned.is_common else [code for code in codes if code in planned.applies_to],
        "source": planned.source,
        "illustrative": planned.illustrative,
    }


def as_typed(thing: Any, *names: str, **renamed: str) -> dict[str, Any]:
    """What stands in a row as its form would hold it, by the name of the field: moments as Dutch wall-clock times."""
    found = {}
    for field, attribute in {**dict(zip(names, names, strict=True)), **renamed}.items():
        value = getattr(thing, attribute)
        found[field] = value.astimezone(AMSTERDAM).replace(tzinfo=None) if isinstance(value, datetime) else value
    return found


_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d){8}(?!\d)")


def holds_citizen_number(text: str) -> bool:
    """Whether a nine-digit number in it passes the test of a citizen service number: that is about a person."""
    for found in _DIGITS.findall(text):
        digits = [int(d) for d in found if d.isdigit()]
        weighted = sum(d * w for d, w in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
        if weighted % 11 == 0 and any(digits):
            return True
    return False


_COMMON_IN_NAMES = {
    "stichting", "vereniging", "coöperatie", "praktijk", "maatschap", "centrum", "instelling", "instituut", "organisatie",
    "groep", "huis", "jeugd", "jeugdhulp", "jeugdzorg", "jeugdigen", "kind", "kinderen", "gezin", "gezinnen", "gezinshuis",
    "gezinshuizen", "gezinshulp", "gezinszorg", "pleegzorg", "zorg", "hulp", "begeleiding", "behandeling", "ondersteuning",
    "onderwijs", "dagbesteding", "ambulant", "ambulante", "herstel", "samen", "voor", "noord", "zuid", "oost", "west",
    "regio", "nederland",
}  # fmt: skip
_WORD = re.compile(r"\S+@\S+|\b\d{8}\b|[^\W\d_][\w'’-]{3,}")


def telling_words(text: str, providers: Collection[tuple[str, str | None]]) -> tuple[str, ...]:
    """Words that may tell who asked: of a provider's name, a trade-register number, a mail address; as they stand in it.

    `providers` holds (name, number) of all of them: who answers does not learn which one asked.
    """
    known = {number for _name, number in providers if number}
    known |= {word.casefold() for name, _number in providers for word in _WORD.findall(name)} - _COMMON_IN_NAMES
    found = [word for word in _WORD.findall(text) if "@" in word or word.casefold() in known]
    return tuple(dict.fromkeys(found))


def reasons_against_text(*texts: str) -> Iterator[str]:
    """Nothing about a client belongs in the portal (art. 9 GDPR)."""
    if any(holds_citizen_number(text) for text in texts):
        yield "text_holds_citizen_number"
