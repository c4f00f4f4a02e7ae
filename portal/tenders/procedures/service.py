"""What is done to a procedure: drafting, four eyes, publication, questions and notes, and how it ends."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from typing import Any

from portal.access import Permission
from portal.audit import record
from portal.errors import NotFound, RuleBroken
from portal.regions.blueprints import Blueprint, from_json
from portal.regions.models import Region
from portal.tenders.procedures import mails, models, queries, rules
from portal.tenders.procedures.models import Criterion, NoteOfInformation, Procedure, ProcedureState
from portal.tenders.procedures.states import PROCEDURE
from portal.work import Work

S = ProcedureState


def draft_procedure(
    work: Work,
    region: Region,
    template_code: str,
    *,
    title: str = "",
    contact_email: str = "",
    published_on: date | None = None,
) -> Procedure:
    """Start from the region's blueprint: products, tariffs, criteria and terms are copied, so that a later blueprint
    changes nothing here. Dates are suggested from `published_on` (today when empty).
    Raises NotAllowed, NotFound (no such template) and RuleBroken (a day in the past, a product is not in the catalogue).
    """
    work.require(Permission.PROCEDURE_DRAFT, region)
    if published_on is not None and published_on < work.today:
        raise RuleBroken("published_in_past")
    blueprint = from_json(json.dumps(region.blueprint))
    template = next((t for t in blueprint.procedure_templates if t.code == template_code), None)
    if template is None:
        raise NotFound("procedure_template")
    procedure = Procedure(
        region=region,
        reference=queries.next_reference(work, region),
        kind=models.ProcedureKind(template.type.value),
        title=title.strip() or template.name.nl,
        template_code=template.code,
        blueprint_digest=region.blueprint_digest,
        blueprint=region.blueprint,
        contact_email=contact_email,
        drafted_by_id=work.actor.user_id,
        drafted_at=work.now,
        **rules.suggested_facts(template, blueprint.contract.start, published_on or work.today),
    )
    work.add(procedure)
    kinds = (rules.evidence_kind_facts(kind) for kind in blueprint.quality.evidence_types)
    procedure.evidence_kinds.extend(models.EvidenceKind(**facts) for facts in kinds)
    _copy_products(work, procedure, template.products)
    _copy_criteria(work, procedure, blueprint)
    record(work, "procedure.draft", procedure, region_id=region.id, template=template.code, kind=procedure.kind)
    return procedure


def _copy_products(work: Work, procedure: Procedure, codes: tuple[str, ...]) -> None:
    known = queries.catalogue(work, procedure.region_id)
    if unknown := [code for code in codes if code not in known]:
        raise RuleBroken(f"product_not_in_catalogue:{unknown[0]}", subject=procedure)
    for position, code in enumerate(codes, 1):
        sheet = rules.sheet_on(known[code].tariffs, procedure.contract_starts or work.today)
        procedure.products.append(models.ProcedureProduct(product=known[code], tariff_sheet=sheet, position=position))
    work.session.flush()


def _copy_criteria(work: Work, procedure: Procedure, blueprint: Blueprint) -> None:
    """What every provider must meet first, then what each product asks, in the order of the blueprint."""
    codes, day = [line.product.code for line in procedure.products], procedure.contract_starts or work.today
    have = {criterion.code for criterion in procedure.criteria}
    asked = [c for c in blueprint.quality.criteria if any(c.asks(code, day) for code in codes) and c.code not in have]
    for planned in sorted(asked, key=lambda c: not c.is_common):
        facts = rules.criterion_facts(planned, codes)
        procedure.criteria.append(Criterion(position=len(procedure.criteria) + 1, **facts))
    work.session.flush()


def _edit(work: Work, procedure: Procedure, version: int | None, **theirs: Any) -> None:
    """Only a draft is changed, and not over somebody else's change."""
    work.require(Permission.PROCEDURE_DRAFT, procedure)
    if procedure.state is not S.DRAFT:
        raise RuleBroken("procedure_not_in_draft", subject=procedure)
    work.expect_version(procedure, version, **theirs)
    procedure.edited_by_id = work.actor.user_id


def update_details(
    work: Work, procedure: Procedure, *, title: str, summary: str, contact_email: str, version: int | None = None
) -> None:
    """Raises NotAllowed, RuleBroken (not in draft) and StaleVersion."""
    _edit(work, procedure, version, **rules.as_typed(procedure, "title", "summary", "contact_email"))
    procedure.title, procedure.summary, procedure.contact_email = title.strip(), summary.strip(), contact_email.strip()
    record(work, "procedure.update_details", procedure)


def update_dates(work: Work, procedure: Procedure, dates: rules.Dates, *, version: int | None = None) -> None:
    """Raises NotAllowed, RuleBroken (not in draft, an order that cannot be) and StaleVersion."""
    names = [field.name for field in dataclasses.fields(dates)]
    _edit(work, procedure, version, **rules.as_typed(procedure, *names))
    if reasons := tuple(rules.reasons_against_dates(dates)):
        raise RuleBroken(*reasons, subject=procedure)
    for name in names:
        setattr(procedure, name, getattr(dates, name))
    record(work, "procedure.update_dates", procedure, closes_at=dates.closes_at, questions_until=dates.questions_until)


def update_products(work: Work, procedure: Procedure, codes: list[str], *, version: int | None = None) -> None:
    """The products that are bought; their requirements come and go with them.
    Raises NotAllowed, RuleBroken (not in draft, nothing chosen, unknown product) and StaleVersion."""
    _edit(work, procedure, version, products=[line.product.code for line in procedure.products])
    if not codes:
        raise RuleBroken("no_products", subject=procedure)
    blueprint = from_json(json.dumps(procedure.blueprint))
    for line in [line for line in procedure.products if line.product.code not in codes]:
        procedure.products.remove(line)
        work.session.delete(line)
    _copy_products(work, procedure, tuple(c for c in codes if c not in {x.product.code for x in procedure.products}))
    for position, line in enumerate(sorted(procedure.products, key=lambda line: codes.index(line.product.code)), 1):
        line.position = position
    for criterion in [c for c in procedure.criteria if c.product_codes]:
        planned = {c.code: c for c in blueprint.quality.criteria}.get(criterion.code)
        applies = planned.applies_to if planned else criterion.product_codes
        criterion.product_codes = [code for code in codes if code in applies]
        if not criterion.product_codes:
            procedure.criteria.remove(criterion)
            work.session.delete(criterion)
    _copy_criteria(work, procedure, blueprint)
    record(work, "procedure.update_products", procedure, products=codes)


def update_criterion(work: Work, criterion: Criterion, *, version: int | None = None, **texts: Any) -> None:
    """Text, pass rule, example, statement, accepted evidence, number of words, products. An empty list of products
    means all. Raises NotAllowed, RuleBroken (not in draft) and StaleVersion."""
    _edit(work, criterion.procedure, None)
    work.expect_version(criterion, version, **rules.as_typed(criterion, *texts))
    for name, value in texts.items():
        setattr(criterion, name, value.strip() if isinstance(value, str) else value)
    record(work, "procedure.update_criterion", criterion.procedure, code=criterion.code, criterion_id=criterion.id)


def update_notice(
    work: Work, procedure: Procedure, *, above_threshold: bool, number: str, day: date | None, version: int | None = None,
) -> None:  # fmt: skip
    """The announcement on TenderNed, also after approval: it appears on the day of publication.
    Raises NotAllowed, RuleBroken (already published) and StaleVersion."""
    work.require(Permission.PROCEDURE_DRAFT, procedure)
    if procedure.state not in (S.DRAFT, S.INTERNAL_REVIEW, S.APPROVED):
        raise RuleBroken("procedure_is_published", subject=procedure)
    theirs = rules.as_typed(procedure, "above_threshold", number="notice_number", day="notice_date")
    work.expect_version(procedure, version, **theirs)
    procedure.above_threshold, procedure.notice_number, procedure.notice_date = above_threshold, number.strip(), day
    record(work, "procedure.update_notice", procedure, above_threshold=above_threshold, notice_number=number)


def update_objection_term(
    work: Work, procedure: Procedure, *, days: int | None, basis: str, version: int | None = None
) -> None:
    """Raises NotAllowed, RuleBroken (not in draft) and StaleVersion."""
    _edit(work, procedure, version, **rules.as_typed(procedure, days="objection_days", basis="objection_basis"))
    procedure.objection_days, procedure.objection_basis = days, basis.strip()
    record(work, "procedure.update_objection_term", procedure, days=days)


def send_to_review(work: Work, procedure: Procedure) -> None:
    """Raises NotAllowed and IllegalTransition."""
    PROCEDURE.apply(work, procedure, "send_to_review")
    procedure.returned_reason = ""


def send_back(work: Work, procedure: Procedure, *, reason: str) -> None:
    """Back to the drafter. Raises NotAllowed, IllegalTransition and RuleBroken (no reason)."""
    PROCEDURE.apply(work, procedure, "send_back", unless=() if reason.strip() else ("no_reason",))
    procedure.returned_reason, procedure.approved_by_id, procedure.approved_at = reason.strip(), None, None


def approve_procedure(work: Work, procedure: Procedure) -> None:
    """By a second person. Raises NotAllowed, IllegalTransition and RuleBroken (own work)."""
    PROCEDURE.apply(work, procedure, "approve", unless=rules.reasons_not_to_approve(procedure, work.actor.user_id))
    procedure.approved_by_id, procedure.approved_at = work.actor.user_id, work.now


def publish_procedure(work: Work, procedure: Procedure) -> None:
    """Publish and tell who follows the region, all at once. Raises NotAllowed, IllegalTransition and RuleBroken with
    the full list of what is missing (above the threshold also the TenderNed notice, art. 2.38 Aw 2012)."""
    PROCEDURE.apply(work, procedure, "publish", unless=rules.reasons_not_to_publish(procedure, work.now))
    procedure.published_at = work.now
    procedure.opens_at = procedure.opens_at or work.now
    mails.tell_of_publication(work, procedure)


def move_closing(work: Work, procedure: Procedure, *, closes_at: datetime, reason: str) -> None:
    """Give everybody more time: a change with real effect asks for it. Done under the procedure's own lock.
    Raises NotAllowed and RuleBroken (not running any more, not later, no reason, an order that cannot be)."""
    work.require(Permission.PROCEDURE_PUBLISH, procedure)
    if reasons := tuple(rules.reasons_not_to_move_closing(procedure, work.now, closes_at, reason)):
        raise RuleBroken(*reasons, subject=procedure)
    before, procedure.closes_at = procedure.closes_at, closes_at
    record(work, "procedure.move_closing", procedure, before=before, after=closes_at)
    work.session.flush()
    mails.tell_of_new_closing(work, procedure, reason.strip())


def withdraw_procedure(work: Work, procedure: Procedure, *, reason: str) -> None:
    """Stop, with reasons that everybody who follows it reads. Raises NotAllowed, IllegalTransition and RuleBroken."""
    PROCEDURE.apply(work, procedure, "withdraw", unless=() if reason.strip() else ("no_reason",))
    procedure.withdrawn_reason = reason.strip()
    if procedure.published_at is not None:
        mails.tell_of_withdrawal(work, procedure)


def mark_opened(work: Work, procedure: Procedure) -> None:
    """Two officers have opened the submissions. Raises NotAllowed, IllegalTransition and RuleBroken (not closed yet)."""
    closed = rules.phase(procedure, work.now) is rules.Phase.CLOSED
    PROCEDURE.apply(work, procedure, "open", unless=() if closed else ("procedure_still_open",))
    procedure.opened_at = work.now


def mark_assessed(work: Work, procedure: Procedure) -> None:
    """Every submission is judged; only the decision is left. Raises NotAllowed."""
    work.require(Permission.ASSESSMENT_SETTLE, procedure)
    procedure.assessed_at = work.now
    record(work, "procedure.assess", procedure)


def mark_announced(work: Work, procedure: Procedure, *, objection_ends: date | None = None) -> None:
    """The decisions were sent. Raises NotAllowed and IllegalTransition."""
    PROCEDURE.apply(work, procedure, "announce")
    procedure.announced_at, procedure.objection_ends = work.now, objection_ends


def complete_procedure(work: Work, procedure: Procedure) -> None:
    """Every decision is final. Raises NotAllowed and IllegalTransition."""
    PROCEDURE.apply(work, procedure, "complete")
    procedure.completed_at = work.now


def note_participation(work: Work, procedure: Procedure, organisation_id: int) -> None:
    """This organisation takes part, so it hears what the others hear. Twice is once."""
    if not queries.takes_part(work, procedure, organisation_id):
        work.add(models.Participation(procedure_id=procedure.id, organisation_id=organisation_id, since=work.now))


def tell_of_note(work: Work, procedure: Procedure, note: NoteOfInformation) -> None:
    """A note of information reaches everybody at once (equal treatment)."""
    mails.tell_of_note(work, procedure, note)
