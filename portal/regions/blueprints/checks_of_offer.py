"""What the offer may get wrong: segments, criteria, tariffs and procedure templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from portal.regions.blueprints.criteria import ALL_PRODUCTS, Criterion
from portal.regions.blueprints.offer import Segment, Tariff
from portal.regions.blueprints.schema import Blueprint
from portal.regions.blueprints.terms import ProcedureTemplate
from portal.regions.blueprints.vocabulary import AnswerKind, Check

Complaint = tuple[str, str]
ILLUSTRATIVE = "ILL"


def offer_complaints(blueprint: Blueprint) -> Iterator[Complaint]:
    """(key, reason) for what is bought and what it asks."""
    yield from _shares(blueprint)
    for segment in blueprint.segments:
        yield from _segment(blueprint, segment)
    for criterion in blueprint.quality.criteria:
        yield from _criterion(blueprint, criterion)
    for position, tariff in enumerate(blueprint.tariffs):
        yield from _tariff(blueprint, tariff, f"tariffs[{position}]")
    yield from _overlapping_tariffs(blueprint)
    for template in blueprint.procedure_templates:
        yield from _template(blueprint, template)


def unknown(key: str, names: Iterable[str], known: Iterable[Any]) -> Iterator[Complaint]:
    """A complaint per name that none of the known things carries as its code."""
    codes = {item.code for item in known}
    for name in names:
        if name not in codes:
            yield key, f"'{name}' does not exist; known: {', '.join(sorted(codes)) or 'none'}"


def _shares(blueprint: Blueprint) -> Iterator[Complaint]:
    shares = [segment.share for segment in blueprint.segments if segment.share and not segment.share.approx]
    for name in ("budget_pct", "clients_pct"):
        given = [value for share in shares if (value := getattr(share, name)) is not None]
        if given and len(given) == len(blueprint.segments) and sum(given) != 100:
            yield f"segments.share.{name}", f"all shares are given and add up to {sum(given)}, must be 100"


def _segment(blueprint: Blueprint, segment: Segment) -> Iterator[Complaint]:
    key, phases = f"segments[{segment.code}]", blueprint.contract.phases
    for position, procedure in enumerate(segment.procedures):
        yield from unknown(f"{key}.procedures[{position}].products", procedure.products, segment.products)
        if procedure.type and procedure.type.is_admission and procedure.comparative_selection:
            reason = f"must not be true: {procedure.type.value} admits everyone who meets the criteria"
            yield f"{key}.procedures[{position}].comparative_selection", reason
    for position, funding in enumerate(segment.funding):
        yield from unknown(f"{key}.funding[{position}].products", funding.products, segment.products)
        yield from unknown(f"{key}.funding[{position}].phase", [funding.phase] if funding.phase else [], phases)
    for position, task in enumerate(segment.tasks):
        yield from unknown(f"{key}.tasks[{position}].phase", [task.phase], phases)


def _criterion(blueprint: Blueprint, criterion: Criterion) -> Iterator[Complaint]:
    key = f"quality.criteria[{criterion.code}]"
    if not criterion.applies_to:
        yield f"{key}.applies_to", f'is empty; name the products, or write ["{ALL_PRODUCTS}"]'
    elif not criterion.is_common:
        yield from unknown(f"{key}.applies_to", criterion.applies_to, blueprint.products)
    yield from unknown(f"{key}.evidence", criterion.evidence, blueprint.quality.evidence_types)
    yield from _answer(criterion, f"{key}.answer")
    if criterion.source == ILLUSTRATIVE and not criterion.illustrative:
        yield f"{key}.illustrative", "must be true: the source is illustrative"
    if criterion.check is Check.PASS_FAIL and criterion.weight is not None:
        yield f"{key}.weight", "must be absent: a pass or fail criterion has no weight"


def _answer(criterion: Criterion, key: str) -> Iterator[Complaint]:
    answer = criterion.answer
    needed = {
        AnswerKind.STATEMENT: ("statement", answer.statement is not None),
        AnswerKind.TEXT: ("max_words", answer.max_words is not None and answer.max_words > 0),
        AnswerKind.FIGURES: ("figures", bool(answer.figures)),
        AnswerKind.EVIDENCE: ("evidence", bool(criterion.evidence)),
    }
    name, present = needed[answer.kind]
    if not present:
        where = key.removesuffix(".answer") if name == "evidence" else key
        yield f"{where}.{name}", f"missing; an answer of kind {answer.kind.value} needs it"
    for figure in answer.figures:
        if figure.minimum is not None and figure.maximum is not None and figure.minimum > figure.maximum:
            yield f"{key}.figures[{figure.code}].minimum", "is higher than maximum"


def _tariff(blueprint: Blueprint, tariff: Tariff, key: str) -> Iterator[Complaint]:
    yield from unknown(f"{key}.product", [tariff.product], blueprint.products)
    if tariff.amount <= 0:
        yield f"{key}.amount", "must be more than 0; leave the tariff out when it is not specified"
    if tariff.amount != round(tariff.amount, 2):
        yield f"{key}.amount", "has more than two decimals"
    if tariff.components and tariff.components.total != tariff.amount:
        yield f"{key}.components", f"add up to {tariff.components.total}, the amount is {tariff.amount}"
    if tariff.valid_until and tariff.valid_until < tariff.valid_from:
        yield f"{key}.valid_until", "lies before valid_from"
    if tariff.source == ILLUSTRATIVE and not tariff.illustrative:
        yield f"{key}.illustrative", "must be true: the source is illustrative"


def _overlapping_tariffs(blueprint: Blueprint) -> Iterator[Complaint]:
    for position, tariff in enumerate(blueprint.tariffs):
        for earlier in blueprint.tariffs[:position]:
            same = earlier.product == tariff.product
            if same and (earlier.holds_on(tariff.valid_from) or tariff.holds_on(earlier.valid_from)):
                yield f"tariffs[{position}]", f"overlaps in time with another tariff of {tariff.product}"


def _template(blueprint: Blueprint, template: ProcedureTemplate) -> Iterator[Complaint]:
    key = f"procedure_templates[{template.code}]"
    yield from unknown(f"{key}.products", template.products, blueprint.products)
    if not template.products:
        yield f"{key}.products", "is empty; a procedure buys at least one product"
    for criterion in blueprint.quality.criteria:
        scored = criterion.check is Check.SCORE and template.type.is_admission
        if scored and (criterion.is_common or set(criterion.applies_to) & set(template.products)):
            reason = f"{template.type.value} knows no scores, but criterion '{criterion.code}' is scored"
            yield f"{key}.type", reason
    if template.schedule.questions_close_after_days >= template.schedule.closing_after_days:
        yield f"{key}.schedule.questions_close_after_days", "must lie before closing_after_days"
    if template.openers < 1:
        yield f"{key}.openers", "must be 1 or more"
