"""A procedure from blueprint to publication, with questions and notes: every verb, every refusal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.access import SYSTEM, Actor
from portal.audit import AuditEvent
from portal.clock import local_moment
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.listing import Asked
from portal.mail import OutboxMail
from portal.regions.models import Region
from portal.tenders.procedures import queries, rules, service
from portal.tenders.procedures.lists import queries as lists
from portal.tenders.procedures.models import Procedure, ProcedureState, QuestionState
from portal.tenders.procedures.questions import service as asking
from portal.work import Lock, Office, Work
from tests.conftest import TestClock
from tests.tenders.people import People
from tests.tenders.procedures.steps import approved, drafted, published

WorkAs = Callable[..., AbstractContextManager[Work]]


def tags(work: Work) -> list[str]:
    return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def refused(work: Work) -> list[Any]:
    wanted = select(AuditEvent).where(AuditEvent.tag == "act.refused").order_by(AuditEvent.seq)
    return [event.facts.get("reasons") for event in work.session.scalars(wanted)]


def test_a_procedure_copies_products_tariffs_criteria_and_dates_from_the_blueprint(
    office: Office, people: People, read_as: WorkAs
) -> None:
    id = drafted(office, people, published_on=date(2022, 4, 1))
    with read_as(people.officer) as work:
        found = queries.procedure(work, id)
        assert found.reference == "ALK-2022-01"
        assert [line.product.code for line in found.products][:2] == ["HA-1", "HA-2"]
        assert all(line.tariff_sheet is not None for line in found.products)
        assert found.closes_at == local_moment(datetime.fromisoformat("2022-06-15 17:00"))
        assert found.questions_until == local_moment(datetime.fromisoformat("2022-05-31 17:00"))
        assert found.decision_by == date(2022, 8, 1)
        codes = [criterion.code for criterion in found.criteria]
        assert codes[0] == "G1" and "HA-1a" in codes
        assert "G14" not in codes, "not in force when the contract starts"
        assert "HV-1a" not in codes, "not a product of this procedure"
        assert len(found.blueprint_digest) == 64 and found.blueprint["region"]["code"] == "alkmaar"
        assert tags(work) == ["procedure.draft"]


def test_a_later_blueprint_changes_nothing_in_a_procedure(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = drafted(office, people)
    with work_as(SYSTEM) as work:
        work.get(Region, people.region_id).blueprint = {"region": {}}
    with read_as(people.officer) as work:
        assert queries.procedure(work, id).blueprint["region"]["code"] == "alkmaar"


def test_an_unknown_template_is_not_found(people: People, work_as: WorkAs) -> None:
    with pytest.raises(NotFound), work_as(people.officer) as work:
        service.draft_procedure(work, work.get(Region, people.region_id), "bestaat-niet")


@pytest.mark.parametrize("who", ["admin", "assessor", "delegate", "elsewhere"])
def test_only_an_officer_of_the_region_starts_a_procedure(people: People, work_as: WorkAs, who: str) -> None:
    with pytest.raises(NotAllowed), work_as(getattr(people, who)) as work:
        service.draft_procedure(work, work.get(Region, people.region_id), "ambulant")


def test_a_procedure_of_another_region_is_not_found(office: Office, people: People, read_as: WorkAs) -> None:
    id = drafted(office, people)
    for actor in (people.elsewhere, people.admin):
        with pytest.raises(NotFound), read_as(actor) as work:
            queries.procedure(work, id)


def test_publication_is_blocked_with_the_full_list_of_what_is_missing(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = approved(office, people, complete=False)
    with pytest.raises(RuleBroken) as broken, work_as(people.officer) as work:
        service.publish_procedure(work, queries.procedure(work, id))
    assert set(broken.value.reasons) == {"no_contact", "no_notice"}
    with read_as(people.officer) as work:
        assert queries.procedure(work, id).state is ProcedureState.APPROVED
        assert refused(work) == [list(broken.value.reasons)]


def test_publication_needs_a_closing_in_the_future(
    office: Office, people: People, work_as: WorkAs, clock: TestClock
) -> None:
    id = approved(office, people)
    clock.set("2023-01-01 10:00")
    with pytest.raises(RuleBroken) as broken, work_as(people.officer) as work:
        service.publish_procedure(work, queries.procedure(work, id))
    assert "closing_has_passed" in broken.value.reasons


def test_who_drafted_a_procedure_does_not_approve_it(office: Office, people: People, work_as: WorkAs) -> None:
    id = drafted(office, people)
    with work_as(people.officer) as work:
        service.send_to_review(work, queries.procedure(work, id))
    with pytest.raises(RuleBroken, match="approved_by_the_drafter"), work_as(people.officer) as work:
        service.approve_procedure(work, queries.procedure(work, id))


def test_who_changed_it_last_does_not_approve_it_either(office: Office, people: People, work_as: WorkAs) -> None:
    id = drafted(office, people)
    with work_as(people.second) as work:
        found = queries.procedure(work, id)
        service.update_details(work, found, title="Ambulant", summary="Kort", contact_email="inkoop@example.org")
        service.send_to_review(work, found)
    with pytest.raises(RuleBroken, match="approved_by_the_drafter"), work_as(people.second) as work:
        service.approve_procedure(work, queries.procedure(work, id))


def test_the_database_itself_refuses_an_approval_by_the_drafter(
    office: Office, people: People, work_as: WorkAs
) -> None:
    id = drafted(office, people)
    with pytest.raises(StaleVersion), work_as(SYSTEM) as work:
        work.get(Procedure, id).approved_by_id = people.officer.user_id


def test_publication_tells_followers_in_the_same_transaction(office: Office, people: People, read_as: WorkAs) -> None:
    id = published(office, people)
    with read_as(people.officer) as work:
        found = queries.procedure(work, id)
        assert found.state is ProcedureState.PUBLISHED and found.published_at == work.now
        mails = list(work.session.scalars(select(OutboxMail).order_by(OutboxMail.recipient)))
        assert [mail.recipient for mail in mails] == [people.admin.email, people.other.email]
        assert "15 juni 2022" in mails[0].text
        for mail in mails:
            assert mail.html.count('href="http://localhost/procedures/ALK-2022-01"') == 2, "the button and the address"
            assert f"omdat u {found.region.name} volgt" in mail.text and "http://localhost/regio/" in mail.text
        assert tags(work)[-4:] == [
            "procedure.update_notice",
            "procedure.send_to_review",
            "procedure.approve",
            "procedure.publish",
        ]


def test_a_published_procedure_is_not_changed(office: Office, people: People, work_as: WorkAs) -> None:
    id = published(office, people)
    with pytest.raises(RuleBroken, match="procedure_not_in_draft"), work_as(people.officer) as work:
        service.update_products(work, queries.procedure(work, id), ["HA-1"])


def test_a_reviewer_sends_back_with_a_reason(office: Office, people: People, work_as: WorkAs, read_as: WorkAs) -> None:
    id = drafted(office, people)
    with work_as(people.officer) as work:
        service.send_to_review(work, queries.procedure(work, id))
    with pytest.raises(RuleBroken, match="no_reason"), work_as(people.second) as work:
        service.send_back(work, queries.procedure(work, id), reason=" ")
    with work_as(people.second) as work:
        service.send_back(work, queries.procedure(work, id), reason="De termijn voor vragen is te kort")
    with read_as(people.officer) as work:
        found = queries.procedure(work, id)
        assert (found.state, found.returned_reason) == (ProcedureState.DRAFT, "De termijn voor vragen is te kort")


def test_products_bring_and_take_their_criteria(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = drafted(office, people)
    with work_as(people.officer) as work:
        service.update_products(work, queries.procedure(work, id), ["OA-2", "HV-1"])
    with read_as(people.officer) as work:
        found = queries.procedure(work, id)
        assert [line.product.code for line in found.products] == ["OA-2", "HV-1"]
        codes = {criterion.code for criterion in found.criteria}
        assert {"OA-2a", "HV-1a", "G1"} <= codes and not {c for c in codes if c.startswith("HA")}
        assert "no_tariff:HV-1" in rules.reasons_not_to_publish(found, work.now), "the region set no tariff for it"


def test_dates_in_an_impossible_order_are_refused_and_nothing_changes(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = drafted(office, people)
    with pytest.raises(RuleBroken, match="decision_before_closing"), work_as(people.officer) as work:
        found = queries.procedure(work, id)
        service.update_dates(work, found, replace(rules.Dates.of(found), decision_by=date(2022, 6, 1)))
    with read_as(people.officer) as work:
        assert queries.procedure(work, id).decision_by != date(2022, 6, 1)


def test_the_objection_term_is_kept_with_what_it_rests_on(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = drafted(office, people)
    with work_as(people.officer) as work:
        service.update_objection_term(work, queries.procedure(work, id), days=42, basis=" artikel 6:7 Awb ")
    with read_as(people.officer) as work:
        found = queries.procedure(work, id)
        assert (found.objection_days, found.objection_basis) == (42, "artikel 6:7 Awb")


def test_the_slower_of_two_editors_hears_what_stands_there_now(office: Office, people: People, work_as: WorkAs) -> None:
    id = drafted(office, people)
    texts = {"summary": "Kort", "contact_email": "a@example.org"}
    with work_as(people.officer) as work:
        found = queries.procedure(work, id)
        opened_on = found.version
        service.update_details(work, found, title="Van Anna", version=opened_on, **texts)
    with pytest.raises(StaleVersion) as stale, work_as(people.second) as work:
        service.update_details(work, queries.procedure(work, id), title="Van Bert", version=opened_on, **texts)
    assert stale.value.theirs["title"] == "Van Anna"


def test_a_criterion_is_edited_in_draft_only(office: Office, people: People, work_as: WorkAs, read_as: WorkAs) -> None:
    id = drafted(office, people)
    with work_as(people.officer) as work:
        criterion = queries.criterion(work, queries.procedure(work, id), "G15")
        service.update_criterion(
            work, criterion, pass_rule_nl=" Het plan noemt drie stappen. ", version=criterion.version
        )
    with work_as(people.officer) as work:
        assert (
            queries.criterion(work, queries.procedure(work, id), "G15").pass_rule_nl == "Het plan noemt drie stappen."
        )
        service.send_to_review(work, queries.procedure(work, id))
    with pytest.raises(RuleBroken, match="procedure_not_in_draft"), work_as(people.officer) as work:
        service.update_criterion(work, queries.criterion(work, queries.procedure(work, id), "G15"), pass_rule_nl="x")


def test_a_withdrawal_needs_a_reason_that_everybody_reads(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = published(office, people)
    with pytest.raises(RuleBroken, match="no_reason"), work_as(people.officer) as work:
        service.withdraw_procedure(work, queries.procedure(work, id), reason="")
    with work_as(people.officer) as work:
        service.withdraw_procedure(work, queries.procedure(work, id), reason="De tarieven kloppen niet.")
    with read_as(people.admin) as work:
        found = queries.published_procedure(work, "ALK-2022-01")
        assert found.withdrawn_reason == "De tarieven kloppen niet."
        told = select(OutboxMail).where(OutboxMail.template == "procedure_withdrawn")
        assert len(list(work.session.scalars(told))) == 2


def test_the_closing_only_moves_later_and_everybody_hears_it(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs, clock: TestClock
) -> None:
    id = published(office, people)
    lock = Lock(Procedure, id)
    with read_as(people.officer) as work:
        closes_at = queries.procedure(work, id).closes_at
    assert closes_at is not None
    with pytest.raises(RuleBroken, match="closing_not_later"), work_as(people.officer, lock) as work:
        found = queries.procedure(work, id)
        service.move_closing(work, found, closes_at=closes_at - timedelta(days=1), reason="sneller")
    with work_as(people.officer, lock) as work:
        found = queries.procedure(work, id)
        service.move_closing(work, found, closes_at=closes_at + timedelta(days=7), reason="Een eis is verduidelijkt.")
    with read_as(people.officer) as work:
        assert queries.procedure(work, id).closes_at == closes_at + timedelta(days=7)
        told = select(OutboxMail).where(OutboxMail.template == "procedure_closing_moved")
        assert len(list(work.session.scalars(told))) == 2
        assert tags(work)[-1] == "procedure.move_closing"
    clock.set(closes_at + timedelta(days=8))
    with pytest.raises(RuleBroken, match="procedure_is_closed"), work_as(people.officer, lock) as work:
        found = queries.procedure(work, id)
        service.move_closing(work, found, closes_at=closes_at + timedelta(days=20), reason="te laat")


# --- questions ---------------------------------------------------------------------------------------------------


def asked(office: Office, work_as: WorkAs, actor: Actor, text: str = "Mag een onderaannemer meedoen?") -> int:
    with work_as(actor) as work:
        found = queries.published_procedure(work, "ALK-2022-01")
        return asking.ask_question(work, found, subject="G16", text=text).id


def test_a_question_is_asked_until_the_end_of_the_term(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs, clock: TestClock
) -> None:
    id = published(office, people)
    with read_as(people.officer) as work:
        until = queries.procedure(work, id).questions_until
    assert until is not None
    clock.set(until - timedelta(microseconds=1))
    assert asked(office, work_as, people.admin)
    for late in (timedelta(0), timedelta(microseconds=1)):
        clock.set(until + late)
        with pytest.raises(RuleBroken, match="questions_closed"):
            asked(office, work_as, people.admin)


def test_a_question_about_a_client_is_refused(office: Office, people: People, work_as: WorkAs) -> None:
    published(office, people)
    with pytest.raises(RuleBroken, match="text_holds_citizen_number"):
        asked(office, work_as, people.admin, "Geldt dit voor jongere 123456782?")


def test_an_officer_sees_the_question_and_not_its_asker(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = published(office, people)
    asked(office, work_as, people.admin)
    with read_as(people.officer) as work:
        shown = queries.questions_of(work, queries.procedure(work, id))
        assert [question.text for question in shown] == ["Mag een onderaannemer meedoen?"]
        assert not any("organisation" in name or "asked_by" in name for name in vars(shown[0]))
    with read_as(people.admin) as work:
        assert len(queries.own_questions(work, queries.published_procedure(work, "ALK-2022-01"))) == 1
    with read_as(people.other) as work:
        assert not queries.own_questions(work, queries.published_procedure(work, "ALK-2022-01"))
    with pytest.raises(NotAllowed), read_as(people.assessor) as work:
        queries.questions_of(work, queries.procedure(work, id))


def test_a_note_reaches_everybody_at_once_without_who_asked_and_is_final(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    id = published(office, people)
    question_id = asked(office, work_as, people.editor, "Wij, Lindeveld, willen een onderaannemer. Mag dat?")
    with pytest.raises(RuleBroken, match="no_answers_ready"), work_as(people.officer) as work:
        asking.publish_note(work, queries.procedure(work, id))
    with work_as(people.officer) as work:
        question = queries.question(work, question_id)
        asking.answer_question(work, question, public_text="Mag een onderaannemer?", answer="Ja, mits u dat meldt.")
        note = asking.publish_note(work, queries.procedure(work, id))
        assert note.number == 1
    with read_as(people.other) as work:
        _procedure, shown = queries.note(work, "ALK-2022-01", 1)
        assert [(q.public_text, q.state) for q in shown.questions] == [
            ("Mag een onderaannemer?", QuestionState.PUBLISHED)
        ]
        mails = list(work.session.scalars(select(OutboxMail).where(OutboxMail.template == "note_published")))
        assert {mail.recipient for mail in mails} == {people.admin.email, people.editor.email, people.other.email}
        by = {mail.recipient: mail for mail in mails}
        assert "omdat uw organisatie meedoet aan deze procedure" in by[people.editor.email].text
        assert all(mail.html.count("/procedures/ALK-2022-01/nota/1") == 3 for mail in mails), "the address also reads"
        assert all("Lindeveld" not in mail.text + mail.html and "Ja, mits u dat meldt." in mail.text for mail in mails)
        assert {"question.ask", "question.draft_answer", "question.publish", "note.publish"} <= set(tags(work))
    with pytest.raises(IllegalTransition), work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, question_id), public_text="anders", answer="anders")


def test_an_answer_that_may_tell_who_asked_waits_for_a_look(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    published(office, people)
    question_id = asked(office, work_as, people.editor, "Wij, Lindeveld, willen een onderaannemer. Mag dat?")
    texts = {"public_text": "Wij, Lindeveld, willen een onderaannemer. Mag dat?", "answer": "Ja."}
    with pytest.raises(RuleBroken, match="text_may_tell_who_asked:Lindeveld"), work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, question_id), **texts)
    with work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, question_id), ready=False, **texts)
    with work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, question_id), names_checked=True, **texts)
    with read_as(people.officer) as work:
        assert queries.question(work, question_id).state is QuestionState.DRAFTED


def test_a_procedure_is_not_planned_for_a_day_that_is_over(office: Office, people: People, work_as: WorkAs) -> None:
    with pytest.raises(RuleBroken, match="published_in_past"), work_as(people.officer) as work:
        service.draft_procedure(
            work, work.get(Region, people.region_id), "ambulant", published_on=work.today - timedelta(days=1)
        )


def test_an_empty_answer_is_refused(office: Office, people: People, work_as: WorkAs) -> None:
    published(office, people)
    question_id = asked(office, work_as, people.admin)
    with pytest.raises(RuleBroken, match="answer_empty"), work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, question_id), public_text="Mag het?", answer="  ")


def test_the_slower_of_two_answers_is_stale(office: Office, people: People, work_as: WorkAs) -> None:
    published(office, people)
    question_id = asked(office, work_as, people.admin)
    with work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, question_id), public_text="a", answer="Ja", version=1)
    with pytest.raises(StaleVersion) as stale, work_as(people.second) as work:
        asking.answer_question(work, queries.question(work, question_id), public_text="a", answer="Nee", version=1)
    assert stale.value.theirs["answer"] == "Ja"


# --- later and waiting -------------------------------------------------------------------------------------------


def test_submissions_are_not_opened_before_the_closing(
    office: Office, people: People, work_as: WorkAs, clock: TestClock
) -> None:
    id = published(office, people)
    clock.set("2022-06-15 16:59:59")
    with pytest.raises(RuleBroken, match="procedure_still_open"), work_as(people.officer) as work:
        service.mark_opened(work, queries.procedure(work, id))
    clock.set("2022-06-15 17:00:00")
    with work_as(people.officer) as work:
        found = queries.procedure(work, id)
        for verb in (service.mark_opened, service.mark_announced, service.complete_procedure):
            verb(work, found)
        assert found.state is ProcedureState.COMPLETED


def test_each_officer_sees_what_waits(office: Office, people: People, work_as: WorkAs, read_as: WorkAs) -> None:
    id = drafted(office, people)
    with read_as(people.officer) as work:
        assert [wait.mine for wait in queries.waiting(work)] == [True]
    with work_as(people.officer) as work:
        service.send_to_review(work, queries.procedure(work, id))
    with read_as(people.officer) as work:
        assert [wait.mine for wait in queries.waiting(work)] == [False]
    for actor in (people.second, people.delegate):
        with read_as(actor) as work:
            assert [wait.title for wait in queries.waiting(work)] == ["Controleer de procedure"]
    for actor in (people.admin, people.elsewhere, people.assessor):
        with read_as(actor) as work:
            assert queries.waiting(work) == []


def test_an_unanswered_question_waits_for_the_officer(
    office: Office, people: People, work_as: WorkAs, read_as: WorkAs
) -> None:
    published(office, people)
    question_id = asked(office, work_as, people.admin)
    with read_as(people.officer) as work:
        assert [wait.title for wait in queries.waiting(work)] == ["Beantwoord 1 vraag"]
    with work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, question_id), public_text="Mag het?", answer="Ja")
    with read_as(people.officer) as work:
        assert [wait.title for wait in queries.waiting(work)] == ["Publiceer 1 antwoord"]


def test_the_board_filters_sorts_counts_and_stays_in_the_region(
    office: Office, people: People, read_as: WorkAs
) -> None:
    drafted(office, people)
    published(office, people)
    with read_as(people.officer) as work:
        board = lists.visible_procedures(work)
        assert (len(board.page.rows), board.counts) == (2, {ProcedureState.DRAFT: 1, ProcedureState.PUBLISHED: 1})
        only = lists.visible_procedures(work, lists.Filters(state="published", q="ÁMBUL"))
        assert [p.state for p, _products in only.page.rows] == [ProcedureState.PUBLISHED]
        last = lists.visible_procedures(work, asked=Asked("-nummer", size=1)).page
        down = lists.visible_procedures(work, asked=Asked("-nummer", last.next, size=1)).page
        assert [p.reference for p, _products in down.rows] == ["ALK-2022-01"] and not down.next
        assert not lists.visible_procedures(work, lists.Filters(year=2035)).page.rows
    for actor in (people.elsewhere, people.admin):
        with read_as(actor) as work:
            assert not lists.visible_procedures(work).page.rows


def test_the_public_sees_only_what_was_published(office: Office, people: People, read_as: WorkAs) -> None:
    drafted(office, people)
    published(office, people)
    with read_as(people.other) as work:
        assert [p.reference for p in queries.open_procedures(work, people.region_id)] == ["ALK-2022-02"]
        with pytest.raises(NotFound):
            queries.published_procedure(work, "ALK-2022-01")
