"""A closed procedure with sealed submissions, and the steps that bring it to decisions and contracts.

People, procedure and submissions are put there; everything from the opening on goes through the verbs of the pages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from portal import storage
from portal.access import SYSTEM, Actor, Role
from portal.accounts.models import AuthorityKind, Membership, Organisation, OrganisationKind, OrganisationState, User
from portal.contracts import jobs as contract_jobs
from portal.db import sort_key
from portal.regions.models import Mandate, Municipality, Power, Region, RegionMembership
from portal.regions.queries import members_on
from portal.tasks import run_pending
from portal.tenders.assessment import jobs as assessment_jobs
from portal.tenders.assessment import queries as assessment
from portal.tenders.assessment import rules as assessment_rules
from portal.tenders.assessment import service as judging
from portal.tenders.assessment.models import Verdict
from portal.tenders.decisions import jobs as decision_jobs
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions import service as deciding
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.content.rules import Content, FileSaid, PartSaid, ProductSaid, ProofSaid
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.tenders.submissions.rules import parts_of
from portal.work import Office, Work, begin_read, begin_write
from tests.factories import PDF
from tests.kept import kept
from tests.tenders import people as cast
from tests.tenders.procedures import steps

TASKS = (assessment_jobs, decision_jobs, contract_jobs)
"""Importing them tells the task runner who makes which document."""
SECRET = "Wij bellen na drie weken, daarna elke twaalf weken."
CLOSING = "2022-06-15 17:00"


@dataclass
class Case:
    """One procedure and everybody in it. All staff is freshly logged in; `tired(actor)` is not."""

    office: Office
    procedure_id: int
    region_id: int
    officer: Actor
    second: Actor
    elsewhere: Actor
    assessors: tuple[Actor, ...]
    delegate: Actor
    colleague: Actor
    """A delegate of another municipality, with a proxy to sign but no mandate to decide."""
    manager: Actor
    auditor: Actor
    provider: Actor
    other: Actor
    submissions: list[int] = field(default_factory=list)
    municipalities: list[int] = field(default_factory=list)


def tired(actor: Actor) -> Actor:
    return replace(actor, fresh=False)


def closed_case(office: Office, clock: object) -> Case:
    return _of(kept("closed", office, clock, _closed), office)


def opened_case(office: Office, clock: object) -> Case:
    """The same, opened by its two officers."""
    return _of(kept("opened", office, clock, _opened), office)


def assessed_case(office: Office, clock: object, *, failing: tuple[str, ...] = ("OA-2.OA-2a",)) -> Case:
    """Both submissions assessed: the first meets everything, the second fails what is named."""

    def build(office: Office, clock: object) -> Case:
        case = opened_case(office, clock)
        assess(case, case.submissions[0])
        assess(case, case.submissions[1], failing=failing)
        return case

    return _of(kept(f"assessed {failing}", office, clock, build), office)


def announced_case(office: Office, clock: object) -> Case:
    """Everything decided and announced on 1 August 2022."""
    return _of(kept("announced", office, clock, _announced), office)


def _of(case: Case, office: Office) -> Case:
    """The case in this test's own office: a kept one was built in another."""
    lists = {"submissions": list(case.submissions), "municipalities": list(case.municipalities)}
    return replace(case, office=office, **lists)


def _opened(office: Office, clock: object) -> Case:
    case = closed_case(office, clock)
    open_all(case)
    return case


def _announced(office: Office, clock: object) -> Case:
    case = assessed_case(office, clock)
    clock.set("2022-08-01 10:00")  # type: ignore[attr-defined]
    decide_all(case)
    announce(case)
    return case


def _closed(office: Office, clock: object) -> Case:
    """A published procedure whose closing time has passed, with one sealed submission of each of two providers."""
    people = cast.settle(office)
    procedure_id = steps.published(office, people)
    with begin_write(office, SYSTEM) as work:
        region = work.get(Region, people.region_id)

        def staff(name: str, role: Role) -> Actor:
            return cast.fresh(cast.member(work, name, role, region.organisation, region))

        case = Case(
            office=office,
            procedure_id=procedure_id,
            region_id=region.id,
            officer=cast.fresh(people.officer),
            second=cast.fresh(people.second),
            elsewhere=cast.fresh(people.elsewhere),
            assessors=tuple(staff(f"{name} Oordeel", Role.ASSESSOR) for name in ("Ine", "Jan", "Kim")),
            delegate=_delegate(work, region, "Alkmaar"),
            colleague=_delegate(work, region, "Bergen"),
            manager=staff("Mo Manager", Role.CONTRACT_MANAGER),
            auditor=staff("Ada Auditor", Role.AUDITOR),
            provider=cast.fresh(people.admin),
            other=cast.fresh(people.other),
        )
        case.municipalities = [case.delegate.municipality_id or 0, case.colleague.municipality_id or 0]
        procedure = work.get(Procedure, procedure_id)
        procedure.closes_at = work.now + timedelta(days=75)
        for actor in (case.provider, case.other):
            case.submissions.append(_submission(work, procedure, actor, ("HA-1", "OA-2")).id)
        for holder in (case.delegate, case.colleague):
            add_mandate(work, case, holder, Power.SIGN_CONTRACT)
        for municipality in members_on(work, region.id, work.today):
            add_mandate(work, case, case.delegate, Power.DECIDE_ADMISSION, municipality_id=municipality.id)
    for actor in (case.provider, case.other):
        cast.authorise(office, actor, AuthorityKind.SOLE, checked_by=case.officer)
    clock.set(CLOSING)  # type: ignore[attr-defined]
    with begin_write(office, SYSTEM) as work:
        work.get(Procedure, procedure_id).closes_at = work.now
    return case


def _delegate(work: Work, region: Region, name: str) -> Actor:
    organisation = Organisation(
        kind=OrganisationKind.MUNICIPALITY,
        state=OrganisationState.ACTIVE,
        name=f"Gemeente {name}",
        sort_name=sort_key(f"Gemeente {name}"),
        registered_at=work.now,
    )
    work.add(organisation)
    municipality = work.add(Municipality(name=name, organisation_id=organisation.id))
    row = {"region_id": region.id, "municipality_id": municipality.id, "member_from": date(2022, 1, 1)}
    work.add(RegionMembership(**row))
    actor = cast.member(work, f"Wethouder {name}", Role.COLLEGE_DELEGATE, organisation, region)
    work.get(Membership, actor.membership_id or 0).municipality_id = municipality.id
    return replace(actor, municipality_id=municipality.id, fresh=True)


def add_mandate(work: Work, case: Case, holder: Actor, power: Power, **changes: object) -> Mandate:
    line = {
        "region_id": case.region_id,
        "municipality_id": holder.municipality_id,
        "holder_id": holder.user_id,
        "function": "wethouder Jeugd",
        "power": power,
        "valid_from": date(2022, 1, 1),
        "decision_number": f"B-{holder.user_id}-{power.value[:4]}",
        "decision_date": date(2021, 12, 1),
    }
    return work.add(Mandate(**{**line, **changes}))


def _submission(work: Work, procedure: Procedure, actor: Actor, codes: tuple[str, ...]) -> Submission:
    """A submitted one with sealed content: a word and a file for every criterion."""
    organisation = work.get(Organisation, actor.organisation_id or 0)
    submission = Submission(
        procedure=procedure,
        organisation=organisation,
        state=SubmissionState.SUBMITTED,
        seal=storage.new_seal(work),
        started_at=work.now,
        started_by_id=actor.user_id,
        submitted_at=work.now,
        receipt_number=f"ONT-{actor.user_id}",
    )
    chosen = [line for line in procedure.products if line.product.code in codes]
    submission.products = [SubmissionProduct(procedure_product=line) for line in chosen]
    work.add(submission)
    stored = storage.put_bytes(work, PDF, name="werkwijze.pdf", seal=submission.seal)
    facts = storage.describe(work, stored)
    proof = ProofSaid(
        "werkwijze", "Werkwijze", file=FileSaid(stored.id, facts.name, facts.media_type, facts.sha256, facts.size)
    )
    parts = tuple(
        PartSaid(p.key, p.criterion.code, p.product_code, SECRET, True, {}, (proof,))
        for p in parts_of(procedure, chosen, organisation)
        if p.criterion is not None
    )
    products = tuple(ProductSaid(line.product.code, line.product.name_nl, None, "", "") for line in chosen)
    content = Content(
        submission.number, procedure.reference, organisation.name, "", "", organisation.place, products, parts
    )
    submission.content = storage.seal_bytes(work, submission.seal, content.to_bytes())
    submission.content_digest = hashlib.sha256(content.to_bytes()).hexdigest()
    return submission


# --- steps -------------------------------------------------------------------------------------------------------


def procedure_of(work: Work, case: Case) -> Procedure:
    return procedures.procedure(work, case.procedure_id)


def open_all(case: Case) -> None:
    """Two officers open everything."""
    for officer in (case.officer, case.second):
        with begin_write(case.office, officer) as work:
            judging.open_submissions(work, procedure_of(work, case))


def assign(case: Case, submission_id: int, *assessors: Actor) -> list[int]:
    found = []
    for assessor in assessors or case.assessors[:2]:
        with begin_write(case.office, case.officer) as work:
            submission = assessment.opened_submission(work, submission_id)
            person = work.get(User, assessor.user_id or 0)
            found.append(judging.assign_assessor(work, submission, person).id)
    return found


def judge_all(case: Case, assignment_id: int, assessor: Actor, *, failing: tuple[str, ...] = ()) -> None:
    """Declare, judge every criterion, lock. What is `failing` does not meet."""
    with begin_write(case.office, assessor) as work:
        assignment = assessment.my_assignment(work, assignment_id)
        judging.declare_no_conflict(work, assignment)
        for item in assessment_rules.items(assignment.submission):
            bad = item.key in failing
            verdict = Verdict.DOES_NOT_MEET if bad else Verdict.MEETS
            reasons = "Het bewijs ontbreekt." if bad else "Het bewijs voldoet."
            judging.save_judgement(work, assignment, item.key, verdict=verdict, reasons=reasons)
        work.session.flush()
        judging.lock_judgement(work, assignment)


def assess(case: Case, submission_id: int, *, failing: tuple[str, ...] = ()) -> None:
    """Two assessors judge alike, the officer concludes."""
    for assignment_id, assessor in zip(assign(case, submission_id), case.assessors[:2], strict=True):
        judge_all(case, assignment_id, assessor, failing=failing)
    with begin_write(case.office, case.officer) as work:
        judging.conclude_assessment(work, assessment.opened_submission(work, submission_id))


def decide_all(case: Case) -> None:
    """Prepared by the officer, decided by the mandate holder."""
    with begin_write(case.office, case.officer) as work:
        deciding.prepare_decisions(work, procedure_of(work, case))
    with begin_write(case.office, case.delegate) as work:
        for decision in decisions.decisions_in(work, procedure_of(work, case)):
            deciding.decide(work, decision)


def announce(case: Case) -> None:
    with begin_write(case.office, case.officer) as work:
        deciding.announce(work, procedure_of(work, case))
    run_pending(case.office)


def decision_ids(case: Case, submission_id: int) -> list[int]:
    """Of one submission, in the order of its products."""
    with begin_read(case.office, case.officer) as work:
        found = decisions.decisions_in(work, procedure_of(work, case))
        return [d.id for d in found if d.submission_id == submission_id]
