"""Preparing, deciding, announcing on one day, objecting, calling final."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from portal import storage
from portal.audit import AuditEvent
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken
from portal.mail.models import OutboxMail
from portal.regions.models import Mandate, Power
from portal.tasks import Task, TaskStatus, run_pending
from portal.tenders.decisions import queries, service
from portal.tenders.decisions.documents import decision_letter
from portal.tenders.decisions.models import (
    Decision,
    DecisionLetter,
    DecisionState,
    Objection,
    ObjectionKind,
    ObjectionState,
    Outcome,
)
from portal.tenders.decisions.waits.queries import waiting
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.submissions.models import SubmissionProduct
from portal.tenders.submissions.waits import queries as submissions
from portal.work import begin_read, begin_write
from tests.tenders.judging import (
    announce,
    announced_case,
    assess,
    assessed_case,
    closed_case,
    decide_all,
    decision_ids,
    open_all,
    procedure_of,
    tired,
)

TERM = "Deze beslissing is privaatrechtelijk"


@pytest.fixture
def assessed(office, clock):
    return assessed_case(office, clock)


@pytest.fixture
def announced(office, clock):
    return announced_case(office, clock)


def prepare(case, actor=None):
    with begin_write(case.office, actor or case.officer) as work:
        return [d.id for d in service.prepare_decisions(work, procedure_of(work, case))]


def decide(case, decision_id, actor=None):
    with begin_write(case.office, actor or case.delegate) as work:
        service.decide(work, queries.decision(work, decision_id))


def tags(case):
    with begin_read(case.office, case.officer) as work:
        return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def mails(case, template):
    with begin_read(case.office, case.officer) as work:
        found = list(work.session.scalars(select(OutboxMail).where(OutboxMail.template == template)))
        work.session.expunge_all()
        return found


def the(case, decision_id):
    with begin_read(case.office, case.officer) as work:
        found = queries.decision(work, decision_id)
        return found.state, found.outcome


# --- preparing ---------------------------------------------------------------------------------------------------


def test_the_outcome_follows_from_what_was_settled(assessed):
    prepare(assessed)
    admitted, rejected = (decision_ids(assessed, id) for id in assessed.submissions)
    assert [the(assessed, id)[1] for id in admitted] == [Outcome.ADMITTED, Outcome.ADMITTED]
    assert [the(assessed, id)[1] for id in rejected] == [Outcome.ADMITTED, Outcome.REJECTED]
    with begin_read(assessed.office, assessed.officer) as work:
        lines = queries.decision(work, rejected[1]).reasons
        assert {"code": "OA-2a", "verdict": "does_not_meet"}.items() <= next(
            line for line in lines if line["code"] == "OA-2a"
        ).items()
        assert all(line["reasons"] for line in lines)
    assert "decision.prepare" in tags(assessed)


def test_a_common_criterion_that_is_not_met_refuses_every_product(office, clock):
    case = assessed_case(office, clock, failing=("G3",))
    prepare(case)
    assert {the(case, id)[1] for id in decision_ids(case, case.submissions[1])} == {Outcome.REJECTED}


def test_nothing_is_prepared_before_the_assessment_is_concluded(office, clock):
    case = closed_case(office, clock)
    open_all(case)
    with pytest.raises(RuleBroken, match="nothing_to_prepare"):
        prepare(case)
    with pytest.raises(RuleBroken, match="not_assessed"), begin_write(office, case.officer) as work:
        service.prepare_decision(work, work.get(SubmissionProduct, 1))


def test_a_decision_is_prepared_once(assessed):
    prepare(assessed)
    with pytest.raises(RuleBroken, match="already_prepared"), begin_write(assessed.office, assessed.officer) as work:
        service.prepare_decision(work, work.get(SubmissionProduct, 1))


def test_the_mandate_holder_does_not_prepare(assessed):
    with pytest.raises(NotAllowed):
        prepare(assessed, assessed.delegate)


# --- deciding ----------------------------------------------------------------------------------------------------


def test_the_mandate_holder_decides_on_the_line_of_the_register(assessed):
    first, *_rest = prepare(assessed)
    decide(assessed, first)
    with begin_read(assessed.office, assessed.officer) as work:
        found = queries.decision(work, first)
        assert found.state is DecisionState.DECIDED and found.decided_by_id == assessed.delegate.user_id
        assert found.mandate.power is Power.DECIDE_ADMISSION
    assert "decision.decide" in tags(assessed)


@pytest.mark.parametrize(
    ("who", "reason"), [("colleague", "no_mandate_to_decide"), ("tired", "log_in_again"), ("expired", "no_mandate")]
)
def test_who_may_not_decide(assessed, who, reason):
    first, *_rest = prepare(assessed)
    actor = {"colleague": assessed.colleague, "tired": tired(assessed.delegate)}.get(who, assessed.delegate)
    if who == "expired":
        with begin_write(assessed.office, assessed.officer) as work:
            for mandate in work.session.scalars(select(Mandate).where(Mandate.power == Power.DECIDE_ADMISSION)):
                mandate.valid_until = date(2022, 6, 14)
    with pytest.raises(RuleBroken, match=reason):
        decide(assessed, first, actor)
    assert the(assessed, first)[0] is DecisionState.PREPARED


def test_who_sits_in_no_college_decides_on_what_the_colleges_gave(assessed):
    first, *_rest = prepare(assessed)
    decide(assessed, first, replace(assessed.delegate, municipality_id=None))
    with begin_read(assessed.office, assessed.officer) as work:
        assert queries.decision(work, first).mandate is not None, "a letter names it"


def test_a_letter_keeps_the_mandates_that_stood_in_the_register_when_it_was_decided(assessed):
    decide_all(assessed)
    with begin_write(assessed.office, assessed.officer) as work:
        before = service.facts_of_letters(work, procedure_of(work, assessed))
        for mandate in work.session.scalars(select(Mandate).where(Mandate.power == Power.DECIDE_ADMISSION)):
            mandate.valid_until = date(2022, 6, 14)
        work.session.flush()
        assert service.facts_of_letters(work, procedure_of(work, assessed)) == before
        assert all(len(act.mandates) > 1 for facts in before for act in facts.taken)


def test_a_letter_names_everybody_who_decided_on_a_product(assessed):
    decide_all(assessed)
    with begin_write(assessed.office, assessed.officer) as work:
        work.get(Decision, decision_ids(assessed, assessed.submissions[0])[0]).decided_by_id = assessed.second.user_id
        work.session.flush()
        work.session.expire_all()
        letter, *_others = service.facts_of_letters(work, procedure_of(work, assessed))
    text = "\n".join(line.text for line in docx.Document(BytesIO(decision_letter(letter))).paragraphs)
    assert [act.products for act in letter.taken] == [(letter.products[0].code,), (letter.products[1].code,)]
    assert all(f"over {act.products[0]} beslist door {act.decided_by}," in text for act in letter.taken)


def test_one_college_without_mandate_stops_the_decision(assessed):
    first, *_rest = prepare(assessed)
    with begin_write(assessed.office, assessed.officer) as work:
        own = assessed.delegate.municipality_id
        lines = select(Mandate).where(Mandate.power == Power.DECIDE_ADMISSION, Mandate.municipality_id != own)
        next(iter(work.session.scalars(lines))).valid_until = date(2022, 6, 14)
    with pytest.raises(RuleBroken, match="college_without_mandate"):
        decide(assessed, first)
    assert the(assessed, first)[0] is DecisionState.PREPARED


def test_who_prepared_it_does_not_decide(assessed):
    first, *_rest = prepare(assessed)
    with begin_write(assessed.office, assessed.officer) as work:
        work.get(Decision, first).prepared_by_id = assessed.delegate.user_id
    with pytest.raises(RuleBroken, match="preparer_decides"):
        decide(assessed, first)


def test_an_officer_does_not_decide(assessed):
    first, *_rest = prepare(assessed)
    with pytest.raises(NotAllowed):
        decide(assessed, first, assessed.second)


def test_a_decision_is_taken_once(assessed):
    first, *_rest = prepare(assessed)
    decide(assessed, first)
    with pytest.raises(IllegalTransition):
        decide(assessed, first)


def test_the_provider_sees_nothing_of_it_before_the_letters(assessed):
    decide_all(assessed)
    with begin_read(assessed.office, assessed.provider) as work:
        assert queries.own_decisions(work) == []
        with pytest.raises(NotFound):
            queries.own_decision(work, 1)
        with pytest.raises(NotFound):
            queries.decision(work, 1)


# --- announcing --------------------------------------------------------------------------------------------------


def test_all_letters_leave_on_one_day_with_the_reasons_the_term_and_the_route(announced):
    with begin_read(announced.office, announced.officer) as work:
        letters = list(work.session.scalars(select(DecisionLetter).order_by(DecisionLetter.id)))
        assert len(letters) == 2 and len({letter.sent_at for letter in letters}) == 1
        found = [docx.Document(BytesIO(storage.open_file(work, letter.file).read())) for letter in letters]
        assert work.get(Procedure, announced.procedure_id).state is ProcedureState.ANNOUNCED
    words = ["\n".join(p.text for p in document.paragraphs) for document in found]
    cells = ["\n".join(c.text for t in document.tables for r in t.rows for c in r.cells) for document in found]
    assert all("zondag 21 augustus 2022" in text and TERM in text and "kort geding" in text for text in words)
    assert "Het bewijs ontbreekt." in cells[1] and "Niet toegelaten" in cells[1]
    assert "De eis: " in cells[1] and "De eis: " not in cells[0]
    assert all(f"{name}: mandaatbesluit" in text for text in words for name in ("Alkmaar", "Bergen"))
    assert "Niet toegelaten" not in cells[0] and "Lindeveld" not in cells[1] + words[1]
    assert {"decision.order_letters", "decision_letter.send", "decision.announce", "procedure.announce"} <= set(
        tags(announced)
    )


def test_every_person_of_the_provider_gets_the_letter_itself(announced):
    sent = mails(announced, "decision_announced")
    assert {mail.recipient for mail in sent} >= {announced.provider.email, announced.other.email}
    assert all(len(mail.attachments) == 1 for mail in sent)
    own = next(mail for mail in sent if mail.recipient == announced.other.email)
    assert "toegelaten" not in own.text.lower() and "afgewezen" not in own.text.lower()


def test_nothing_is_announced_while_one_decision_is_missing(office, clock):
    case = closed_case(office, clock)
    open_all(case)
    assess(case, case.submissions[0])
    decide_all(case)
    with pytest.raises(RuleBroken, match="not_all_decided"):
        announce(case)
    assert mails(case, "decision_announced") == []


def test_letters_are_ordered_once(assessed):
    decide_all(assessed)
    with begin_write(assessed.office, assessed.officer) as work:
        service.announce(work, procedure_of(work, assessed))
    with (
        pytest.raises(RuleBroken, match="letters_in_the_making"),
        begin_write(assessed.office, assessed.officer) as work,
    ):
        service.announce(work, procedure_of(work, assessed))
    run_pending(assessed.office)
    with pytest.raises(RuleBroken, match="already_announced"):
        announce(assessed)
    with begin_read(assessed.office, assessed.officer) as work:
        task = queries.letters_task(work, procedure_of(work, assessed))
        assert task.status is TaskStatus.DONE and (task.done, task.total) == (2, 2)


def test_a_task_that_runs_again_sends_no_second_letter(announced):
    with begin_write(announced.office, announced.officer) as work:
        task = work.session.scalars(select(Task).where(Task.kind == queries.LETTERS)).one()
        task.status = TaskStatus.QUEUED
    run_pending(announced.office)
    with begin_read(announced.office, announced.officer) as work:
        assert len(list(work.session.scalars(select(DecisionLetter)))) == 2
        assert queries.letters_task(work, procedure_of(work, announced)).outcome == "already_sent"


def test_letters_of_another_day_are_not_sent(assessed, clock):
    decide_all(assessed)
    with begin_read(assessed.office, assessed.officer) as work:
        facts = service.facts_of_letters(work, procedure_of(work, assessed))
    letters = {one.submission_id: (one, decision_letter(one)) for one in facts}
    clock.advance(days=1)
    with pytest.raises(RuleBroken, match="letters_out_of_date"), begin_write(assessed.office, assessed.officer) as work:
        service.send_letters(work, procedure_of(work, assessed), letters)
    letters.popitem()
    clock.advance(days=-1)
    with pytest.raises(RuleBroken, match="letters_out_of_date"), begin_write(assessed.office, assessed.officer) as work:
        service.send_letters(work, procedure_of(work, assessed), letters)
    assert mails(assessed, "decision_announced") == []


def test_a_delegate_does_not_announce(assessed):
    decide_all(assessed)
    with pytest.raises(NotAllowed), begin_write(assessed.office, assessed.delegate) as work:
        service.announce(work, procedure_of(work, assessed))


# --- objecting ---------------------------------------------------------------------------------------------------


def refused_one(case):
    return decision_ids(case, case.submissions[1])[1]


def object_as(case, actor, *, kind=ObjectionKind.OBJECTION_LETTER, text="Wij hebben het bewijs wel geleverd."):
    with begin_write(case.office, actor) as work:
        return service.file_objection(work, queries.own_decision(work, refused_one(case)), kind=kind, text=text).id


def close(case, objection_id, outcome=ObjectionState.DISMISSED, text="Het bewijs zat er niet bij."):
    with begin_write(case.office, case.officer) as work:
        service.close_objection(work, queries.objection(work, objection_id), outcome=outcome, text=text)


def confirm(case, decision_id, actor=None):
    with begin_write(case.office, actor or case.officer) as work:
        service.confirm_final(work, queries.decision(work, decision_id))


def test_the_provider_objects_and_both_sides_hear_of_it(announced):
    object_as(announced, announced.other)
    assert the(announced, refused_one(announced))[0] is DecisionState.CHALLENGED
    assert [mail.recipient for mail in mails(announced, "objection_filed")] == [announced.other.email]
    assert {mail.recipient for mail in mails(announced, "objection_received")} == {
        announced.officer.email,
        announced.second.email,
    }
    assert {"objection.receive", "decision.challenge"} <= set(tags(announced))


def test_another_provider_finds_no_decision_to_object_to(announced):
    with pytest.raises(NotFound):
        object_as(announced, announced.provider)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"text": "  "}, "objection_text_missing"),
        ({"text": "x" * 10_001}, "objection_text_too_long"),
        ({"kind": ObjectionKind.COURT_CASE}, "writ_comes_elsewhere"),
    ],
)
def test_what_is_no_objection(announced, facts, reason):
    with pytest.raises(RuleBroken, match=reason):
        object_as(announced, announced.other, **facts)


def test_a_late_objection_is_on_record_as_late(announced, clock):
    clock.set("2022-08-22 00:00:01")
    id = object_as(announced, announced.other)
    with begin_read(announced.office, announced.officer) as work:
        assert work.get(Objection, id).in_time is False


def record(case, kind=ObjectionKind.COURT_CASE, received_on=date(2022, 8, 10), actor=None):
    with begin_write(case.office, actor or case.officer) as work:
        decision = queries.decision(work, refused_one(case))
        return service.record_objection(work, decision, kind=kind, received_on=received_on).id


def test_an_officer_records_a_writ_that_came_by_another_route(announced, clock):
    clock.set("2022-08-10 12:00")
    record(announced)
    assert the(announced, refused_one(announced))[0] is DecisionState.CHALLENGED
    assert "decision.note_challenge" in tags(announced)


@pytest.mark.parametrize(
    ("day", "reason"), [(date(2022, 8, 2), "received_in_future"), (date(2022, 7, 31), "received_before_letter")]
)
def test_a_day_of_receipt_that_cannot_be(announced, day, reason):
    with pytest.raises(RuleBroken, match=reason):
        record(announced, received_on=day)


def test_a_delegate_records_no_objection(announced):
    with pytest.raises(NotAllowed):
        record(announced, received_on=date(2022, 8, 1), actor=announced.delegate)


def test_nothing_is_recorded_against_what_was_not_sent(assessed):
    first, *_rest = prepare(assessed)
    with pytest.raises(RuleBroken, match="not_announced"), begin_write(assessed.office, assessed.officer) as work:
        service.record_objection(
            work, queries.decision(work, first), kind=ObjectionKind.COMPLAINT, received_on=work.today
        )


def test_a_dismissed_objection_lets_the_decision_stand_again(announced):
    id = object_as(announced, announced.other)
    with pytest.raises(RuleBroken, match="answer_missing"):
        close(announced, id, text=" ")
    close(announced, id)
    assert the(announced, refused_one(announced))[0] is DecisionState.ANNOUNCED
    assert mails(announced, "objection_answered")
    assert {"objection.dismiss", "decision.resume"} <= set(tags(announced))
    with pytest.raises(IllegalTransition):
        close(announced, id)


# --- finality ----------------------------------------------------------------------------------------------------


def test_a_refusal_is_final_only_after_the_term_and_an_officers_confirmation(announced, clock):
    clock.set("2022-08-21 23:59")
    with pytest.raises(RuleBroken, match="term_still_runs"):
        confirm(announced, refused_one(announced))
    clock.set("2022-08-22 00:00")
    assert the(announced, refused_one(announced))[0] is DecisionState.ANNOUNCED
    confirm(announced, refused_one(announced))
    assert the(announced, refused_one(announced))[0] is DecisionState.FINAL
    assert "decision.confirm_final" in tags(announced)
    (told,) = mails(announced, "decision_final")
    assert told.recipient == announced.other.email and "is niet toegelaten voor" in told.text


def test_an_open_objection_keeps_it_from_being_final(announced, clock):
    id = object_as(announced, announced.other)
    clock.set("2022-08-25 09:00")
    with pytest.raises(RuleBroken, match="objection_open"):
        confirm(announced, refused_one(announced))
    close(announced, id)
    confirm(announced, refused_one(announced))
    assert the(announced, refused_one(announced))[0] is DecisionState.FINAL


def test_an_upheld_objection_never_becomes_final_as_it_was(announced, clock):
    close(announced, object_as(announced, announced.other), ObjectionState.UPHELD, "U hebt gelijk.")
    clock.set("2022-08-25 09:00")
    with pytest.raises(RuleBroken, match="objection_upheld"):
        confirm(announced, refused_one(announced))


def test_the_mandate_holder_does_not_confirm(announced, clock):
    clock.set("2022-08-25 09:00")
    with pytest.raises(NotAllowed):
        confirm(announced, refused_one(announced), announced.delegate)


def test_when_everything_is_final_the_procedure_is_complete(announced, clock):
    clock.set("2022-08-25 09:00")
    for submission_id in announced.submissions:
        for id in decision_ids(announced, submission_id):
            confirm(announced, id)
    with begin_read(announced.office, announced.officer) as work:
        assert work.get(Procedure, announced.procedure_id).state is ProcedureState.COMPLETED


# --- what waits --------------------------------------------------------------------------------------------------


def test_each_role_sees_what_waits_for_it(assessed, clock):
    def titles(actor):
        with begin_read(assessed.office, actor) as work:
            return [wait.title for wait in waiting(work)]

    assert titles(assessed.officer) == ["Bereid de besluiten voor"]
    prepare(assessed)
    assert titles(assessed.officer) == []
    assert titles(assessed.delegate)[0].startswith("Beslis over")
    assert titles(assessed.colleague) == []
    for submission_id in assessed.submissions:
        for id in decision_ids(assessed, submission_id):
            decide(assessed, id)
    assert titles(assessed.officer) == ["Maak de besluiten bekend"]
    announce(assessed)
    assert titles(assessed.other)[0].startswith("Lees de beslissing")
    clock.advance(days=25)
    assert titles(assessed.officer) == ["Bevestig welke besluiten definitief zijn"]
    assert titles(assessed.other) == []


def test_a_provider_waits_for_the_outcome_until_the_letters_are_sent(assessed):
    def waits():
        with begin_read(assessed.office, assessed.provider) as work:
            return [(wait.mine, wait.endpoint, wait.detail) for wait in submissions.waiting(work)]

    judged = [(False, "submissions.dossier", "Wordt beoordeeld; u krijgt een brief met de beslissing")]
    assert waits() == judged
    decide_all(assessed)
    assert waits() == judged
    announce(assessed)
    assert waits() == []
