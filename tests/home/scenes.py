"""A thing in each state, with the people around it by name: for the test of who finds it on the home page.

Each scene takes an office and its clock, and is built by the verbs of the pages on the kept worlds of the features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from portal.access import SYSTEM, Actor, Role, Scope
from portal.accounts import service as accounts
from portal.accounts.models import AuthorityKind, Organisation, SigningAuthority
from portal.compliance.declarations import service as declarations
from portal.compliance.escalation import queries as signals
from portal.compliance.escalation import service as escalation
from portal.compliance.obligations.models import Obligation
from portal.meetings import queries as meetings
from portal.meetings import service as meeting_service
from portal.meetings.models import Attendance, SeatKind
from portal.meetings.rules import SeatFacts
from portal.tables.agreements import queries as agreements
from portal.tables.agreements import service as agreeing
from portal.tables.agreements.models import Stance
from portal.tables.kpis.models import ObligationType
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from portal.tasks import run_pending
from portal.tenders.assessment import queries as assessment
from portal.tenders.assessment import service as judging_service
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions import service as deciding
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures import service as procedure_service
from portal.tenders.procedures.questions import service as questions
from portal.tenders.submissions import queries as submissions
from portal.tenders.submissions import service as submission_service
from portal.work import Office, begin_write
from tests import factories
from tests.compliance.builder import MARGIN, Desk
from tests.compliance.builder import settle as settle_desk
from tests.contracts import test_service as contracting
from tests.meetings import test_service as meeting
from tests.tables import test_agreements as agreement
from tests.tables.world import World, settled_world
from tests.tenders import judging
from tests.tenders.decisions import test_service as objecting
from tests.tenders.people import People, authorise, settle
from tests.tenders.procedures import steps
from tests.tenders.submissions.steps import filled, started


@dataclass(frozen=True)
class Scene:
    people: dict[str, Actor]
    scope: Scope
    """Of the thing: who is outside it finds nothing."""
    about: dict[str, int] = field(default_factory=dict)
    """Arguments of the address that tell this thing from others of its kind."""


# --- tenders -----------------------------------------------------------------------------------------------------


def _before(people: People) -> Scene:
    names = ("officer", "second", "assessor", "delegate", "elsewhere", "admin", "editor", "other")
    return Scene({name: getattr(people, name) for name in names}, Scope(region_id=people.region_id))


def _own(people: People) -> Scene:
    """Something of the first provider's own."""
    scope = Scope(region_id=people.region_id, organisation_id=people.admin.organisation_id)
    return replace(_before(people), scope=scope)


def draft(office: Office, clock: Any) -> Scene:
    people = settle(office)
    steps.drafted(office, people)
    return _before(people)


def in_review(office: Office, clock: Any) -> Scene:
    people = settle(office)
    id = steps.drafted(office, people)
    with begin_write(office, people.officer) as work:
        procedure_service.send_to_review(work, procedures.procedure(work, id))
    return _before(people)


def approved(office: Office, clock: Any) -> Scene:
    people = settle(office)
    steps.approved(office, people)
    return _before(people)


def withdrawn(office: Office, clock: Any) -> Scene:
    people = settle(office)
    id = steps.drafted(office, people)
    with begin_write(office, people.officer) as work:
        procedure_service.withdraw_procedure(work, procedures.procedure(work, id), reason="Het plan is veranderd.")
    return _before(people)


def asked(office: Office, clock: Any) -> Scene:
    people = steps.with_procedure(office)
    clock.set("2022-04-05 10:00")
    with begin_write(office, people.admin) as work:
        procedure = procedures.published_procedure(work, "ALK-2022-01")
        questions.ask_question(work, procedure, subject="Looptijd", text="Hoe lang loopt het contract?")
    return _before(people)


def answered(office: Office, clock: Any) -> Scene:
    scene = asked(office, clock)
    with begin_write(office, scene.people["officer"]) as work:
        procedure = procedures.published_procedure(work, "ALK-2022-01")
        [open_one] = procedures.questions_of(work, procedure)
        question = procedures.question(work, open_one.id)
        questions.answer_question(work, question, public_text="Hoe lang loopt het?", answer="Acht jaar.")
    return scene


def in_a_note(office: Office, clock: Any) -> Scene:
    scene = answered(office, clock)
    with begin_write(office, scene.people["officer"]) as work:
        questions.publish_note(work, procedures.published_procedure(work, "ALK-2022-01"))
    return scene


def filled_in(office: Office, clock: Any) -> Scene:
    people = steps.with_procedure(office)
    clock.set("2022-05-02 10:00")
    started(office, people.admin)
    return _own(people)


def half_signed(office: Office, clock: Any) -> Scene:
    people = steps.with_procedure(office)
    clock.set("2022-05-02 10:00")
    for actor in (people.admin, people.editor):
        authorise(office, actor, AuthorityKind.JOINT, checked_by=people.officer)
    id = started(office, people.admin)
    filled(office, people.admin, id)
    with begin_write(office, replace(people.admin, fresh=True)) as work:
        submission_service.sign_submission(work, submissions.submission(work, id))
    return _own(people)


def _around(case: judging.Case) -> Scene:
    names = ("officer", "second", "elsewhere", "delegate", "colleague", "manager", "auditor", "provider", "other")
    assessors = {f"assessor{n}": actor for n, actor in enumerate(case.assessors)}
    people = {name: getattr(case, name) for name in names} | assessors
    return Scene(people, Scope(region_id=case.region_id))


def _case(build: Callable[..., judging.Case], *acts: Callable[[judging.Case], Any], at: str = "") -> Any:
    def scene(office: Office, clock: Any) -> Scene:
        case = build(office, clock)
        if at:
            clock.set(at)
        for act in acts:
            act(case)
        return _around(case)

    return scene


def _open_first(case: judging.Case) -> None:
    with begin_write(case.office, case.officer) as work:
        judging_service.open_submissions(work, judging.procedure_of(work, case))


def _assign_one(case: judging.Case) -> None:
    judging.assign(case, case.submissions[0], case.assessors[0])


def _says(case: judging.Case, verb: Callable[..., Any], **facts: Any) -> None:
    with begin_write(case.office, case.assessors[0]) as work:
        [own] = assessment.my_assignments(work).rows
        verb(work, own, **facts)


def _prepare(case: judging.Case) -> None:
    with begin_write(case.office, case.officer) as work:
        deciding.prepare_decisions(work, judging.procedure_of(work, case))


def _confirm_all(case: judging.Case) -> None:
    with begin_write(case.office, case.officer) as work:
        for decision in decisions.decisions_in(work, judging.procedure_of(work, case)):
            deciding.confirm_final(work, decision)


def _object(case: judging.Case) -> int:
    return int(objecting.object_as(case, case.other))


closed = _case(judging.closed_case)
half_opened = _case(judging.closed_case, _open_first)
opened = _case(judging.opened_case)
assigned = _case(judging.opened_case, _assign_one)
declared = _case(judging.opened_case, _assign_one, partial(_says, verb=judging_service.declare_no_conflict))
conflicted = _case(
    judging.opened_case,
    _assign_one,
    partial(_says, verb=judging_service.declare_conflict, note="Mijn zus werkt daar."),
)
assessed = _case(judging.assessed_case)
prepared = _case(judging.assessed_case, _prepare)
decided = _case(judging.assessed_case, judging.decide_all)
announced = _case(judging.announced_case)
term_over = _case(judging.announced_case, at="2022-12-01 10:00")
challenged = _case(judging.announced_case, _object)
dismissed = _case(judging.announced_case, lambda case: objecting.close(case, _object(case)))
final = _case(judging.announced_case, _confirm_all, at="2022-12-01 10:00")


# --- contracts ---------------------------------------------------------------------------------------------------


def contract_drawn_up(office: Office, clock: Any) -> Scene:
    """The blueprint of the tests is an example, so contracts are signed in a practice installation."""
    return _around(_with_contract(office, clock)[0])


def contract_sent(office: Office, clock: Any) -> Scene:
    case, contract_id = _with_contract(office, clock)
    contracting.send(case, contract_id)
    scene = _around(case)
    return replace(scene, scope=Scope(region_id=case.region_id, organisation_id=case.provider.organisation_id))


def _with_contract(office: Office, clock: Any) -> tuple[judging.Case, int]:
    office = replace(office, settings=replace(office.settings, practice=True))
    case = judging.announced_case(office, clock)
    contract_id = int(contracting.prepare(case))
    run_pending(case.office)
    return case, contract_id


# --- tables ------------------------------------------------------------------------------------------------------


def _seated(world: World, *, table_id: int | None = None) -> Scene:
    names = ("chair", "substitute", "secretary", "participant", "provider", "other_provider", "outsider", "manager")
    delegates = {f"delegate{n}": actor for n, actor in enumerate(world.delegates)}
    people = {name: getattr(world, name) for name in names} | delegates
    return Scene(people, Scope(region_id=world.region.id, table_id=table_id or world.table_id))


def _world(office: Office, clock: Any) -> tuple[World, Any]:
    clock.set("2023-02-01 09:00")
    return settled_world(office), partial(begin_write, office)


def table_planned(office: Office, clock: Any) -> Scene:
    """A second table: chair and secretary of the first have no part in it."""
    world, work_as = _world(office, clock)
    with work_as(world.substitute) as work:
        region = round_queries.region_of(work, round_queries.table(work, world.table_id))
        seats = [SeatFacts(SeatKind.MUNICIPALITY, "Gemeenten")]
        table = rounds.plan_table(work, region, code="pleegzorg", name="Pleegzorg", rules_of_play="", seats=seats)
        return _seated(world, table_id=table.id)


def table_active(office: Office, clock: Any) -> Scene:
    return _seated(_world(office, clock)[0])


def meeting_planned(office: Office, clock: Any) -> Scene:
    world, work_as = _world(office, clock)
    meeting.planned(world, work_as)
    return _seated(world)


def agenda_sent(office: Office, clock: Any) -> Scene:
    world, work_as = _world(office, clock)
    meeting_id = meeting.planned(world, work_as)
    with work_as(world.secretary) as work:
        meeting_service.send_agenda(work, meetings.meeting(work, meeting_id))
    clock.set("2023-03-13 09:00")
    return _seated(world)


def meeting_held(office: Office, clock: Any) -> Scene:
    world, work_as = _world(office, clock)
    meeting.held(world, work_as, clock)
    return _seated(world)


def comments_over(office: Office, clock: Any) -> Scene:
    world, work_as = _world(office, clock)
    meeting.in_comment(world, work_as, clock)
    clock.set("2023-03-30 09:00")
    return _seated(world)


def minutes_adopted(office: Office, clock: Any) -> Scene:
    world, work_as = _world(office, clock)
    meeting_id = meeting.in_comment(world, work_as, clock)
    clock.set("2023-03-30 09:00")
    with work_as(world.chair) as work:
        meeting_service.adopt_minutes(work, meetings.meeting(work, meeting_id))
    return _seated(world)


def _proposal(office: Office, clock: Any) -> tuple[World, Any, int]:
    world, work_as = _world(office, clock)
    meeting_id = meeting.planned(world, work_as)
    with work_as(world.secretary) as work:
        meeting_service.send_agenda(work, meetings.meeting(work, meeting_id))
    clock.set("2023-03-15 14:00")
    with work_as(world.secretary) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        there = {seat.id: Attendance.PRESENT for seat in found.meeting.seats[:3]}
        meeting_service.record_attendance(work, found.meeting, there)
        id = agreeing.propose_agreement(
            work, found, title="Korter verblijf", text="Ten hoogste negen maanden.",
            obligation_type=ObligationType.EFFORT,
        ).id  # fmt: skip
    return world, work_as, id


def proposed(office: Office, clock: Any) -> Scene:
    return _seated(_proposal(office, clock)[0])


def discussed(office: Office, clock: Any) -> Scene:
    world, work_as, id = _proposal(office, clock)
    agreement.take(work_as, world, id, agreement.YES, agreement.NO, agreement.YES)
    return _seated(world)


def consensus(office: Office, clock: Any) -> Scene:
    world, work_as, id = _proposal(office, clock)
    agreement.take(work_as, world, id, *[(Stance.CONSENT, "")] * 3)
    with work_as(world.secretary) as work:
        agreeing.record_consensus(work, agreements.agreement(work, id))
    return _seated(world)


def mediation(office: Office, clock: Any) -> Scene:
    world, work_as, id = _proposal(office, clock)
    agreement.in_mediation(world, work_as, id)
    return _seated(world)


def mediation_failed(office: Office, clock: Any) -> Scene:
    world, work_as, id = _proposal(office, clock)
    agreement.failed(world, work_as, id)
    return _seated(world)


def ruling_requested(office: Office, clock: Any) -> Scene:
    """Of the region: the colleges stand outside the table."""
    world, work_as, id = _proposal(office, clock)
    agreement.failed(world, work_as, id)
    with work_as(world.chair) as work:
        agreement.rulings.request_ruling(work, agreements.agreement(work, id), question="Wat geldt?")
    return replace(_seated(world), scope=Scope(region_id=world.region.id))


# --- compliance --------------------------------------------------------------------------------------------------


def _desk(office: Office, clock: Any) -> Desk:
    desk = settle_desk(office)
    desk.year_begins()
    clock.set("2024-05-20 09:00")
    return desk


def _item(desk: Desk) -> Scene:
    names = ("manager", "second", "elsewhere", "auditor", "provider", "other")
    scope = Scope(region_id=desk.region_id, organisation_id=desk.provider.organisation_id)
    return Scene({name: getattr(desk, name) for name in names}, scope, {"obligation_id": desk.id_of(MARGIN)})


def obligation_open(office: Office, clock: Any) -> Scene:
    return _item(_desk(office, clock))


def obligation_delivered(office: Office, clock: Any) -> Scene:
    desk = _desk(office, clock)
    desk.files(MARGIN)
    return _item(desk)


def obligation_returned(office: Office, clock: Any) -> Scene:
    desk = _desk(office, clock)
    desk.files(MARGIN)
    asked = {"question": "Hoe komt u aan dit bedrag?", "answer_by": date(2024, 6, 20)}
    desk.does(desk.manager, MARGIN, declarations.return_declaration, **asked)
    return _item(desk)


def obligation_checked(office: Office, clock: Any) -> Scene:
    desk = _desk(office, clock)
    desk.files(MARGIN)
    desk.does(desk.manager, MARGIN, declarations.check_declaration)
    return _item(desk)


def _signal(act: str = "") -> Any:
    def scene(office: Office, clock: Any) -> Scene:
        desk = _desk(office, clock)
        with desk.acts(SYSTEM) as work:
            found = escalation.open_overdue_signal(work, work.get(Obligation, desk.id_of(MARGIN))).id
        if act:
            with desk.acts(desk.manager) as work:
                escalation.triage_signal(work, signals.signal(work, found), act, note="De aanbieder belt terug.")
        return replace(_item(desk), scope=Scope(region_id=desk.region_id), about={"signal_id": found})

    return scene


signal_open, signal_triage, signal_talk = _signal(), _signal("take_up"), _signal("talk")


# --- people and organisations ------------------------------------------------------------------------------------


def _registered(office: Office, act: Callable[[Any, factories.Provider], Any]) -> Scene:
    """A new provider with two people, an officer of the region, and another provider."""
    with begin_write(office, SYSTEM) as work:
        region = factories.make_region(work)
        officer = factories.actor_for(factories.make_officer(work, region))
        provider = factories.make_provider(work, authority=None)
        editor = factories.make_colleague(work, provider, Role.PROVIDER_EDITOR)
        other = factories.make_provider(work)
        act(work, provider)
        people = {
            "officer": officer,
            "admin": provider.actor,
            "editor": factories.actor_for(editor),
            "other": other.actor,
        }
        return Scene(people, Scope(organisation_id=provider.organisation.id))


def _claim(work: Any, provider: factories.Provider) -> SigningAuthority:
    return factories.make_authority(work, provider.actor, verified=False)


def registered(office: Office, clock: Any) -> Scene:
    return _registered(office, lambda work, provider: None)


def claimed(office: Office, clock: Any) -> Scene:
    return _registered(office, _claim)


def verified(office: Office, clock: Any) -> Scene:
    return _registered(office, lambda work, provider: factories.make_authority(work, provider.actor))


def rejected(office: Office, clock: Any) -> Scene:
    def reject(work: Any, provider: factories.Provider) -> None:
        accounts.reject_authority(work, _claim(work, provider), reason="Het uittreksel is te oud.")

    return _registered(office, reject)


def asks_to_join(office: Office, clock: Any) -> Scene:
    def ask(work: Any, provider: factories.Provider) -> None:
        factories.make_authority(work, provider.actor)
        accounts.ask_to_join(work, provider.organisation, name="Pim Nieuw", email="pim@example.org")

    return _registered(office, ask)


def suspended(office: Office, clock: Any) -> Scene:
    def suspend(work: Any, provider: factories.Provider) -> None:
        factories.make_authority(work, provider.actor)
        accounts.change_state(work, work.get(Organisation, provider.organisation.id), "suspend")

    return _registered(office, suspend)
