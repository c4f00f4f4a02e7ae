"""Obligations from the first of January to checked or waived, on both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.access import SYSTEM
from portal.audit import AuditEvent
from portal.compliance.declarations import service as declarations
from portal.compliance.obligations import jobs, queries, rules, service
from portal.compliance.obligations.models import Obligation, ObligationState
from portal.compliance.obligations.waits import queries as home
from portal.contracts.models import Contract, ContractState
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken
from portal.listing import FIRST, Asked
from portal.tenders.procedures.models import Procedure
from tests import factories
from tests.compliance.builder import EVALUATION, MARGIN, WNT, add_contract

S = ObligationState


def last_event(desk):
    return desk.rows(AuditEvent)[-1]


def all_items(desk):
    return desk.rows(Obligation)


# --- they appear -------------------------------------------------------------------------------------------------


def test_on_the_first_of_january_each_contract_owes_three_declarations_about_last_year(desk):
    desk.year_begins()
    found = all_items(desk)
    assert len(found) == 6
    assert {item.about_year for item in found} == {2023}
    assert desk.item(MARGIN).due_on == date(2024, 5, 31)
    assert desk.item(WNT).due_on == date(2024, 7, 1)
    assert desk.tags().count("obligation.created") == 6


def test_before_that_nothing_is_owed_and_a_second_run_makes_nothing_new(desk, clock):
    clock.set("2023-12-31 23:00")
    assert jobs.create_due_obligations(desk.office) == 0
    desk.year_begins()
    assert jobs.create_due_obligations(desk.office) == 0
    clock.set("2024-11-01 07:00")
    assert jobs.create_due_obligations(desk.office) == 0
    assert len(all_items(desk)) == 6


def test_the_source_of_the_date_is_words_and_says_when_it_is_not_confirmed(desk):
    desk.year_begins()
    assert "Voorstel van het portaal" in desk.item(MARGIN).source
    assert "Wet normering topinkomens" in desk.item(WNT).source
    assert not desk.item(WNT).confirmed
    assert desk.item(WNT).legal


TERMS = [
    (ContractState.DRAFT, date(2023, 1, 1), date(2030, 12, 31), 0),
    (ContractState.SIGNED, date(2023, 1, 1), date(2030, 12, 31), 0),
    (ContractState.IN_FORCE, date(2024, 1, 1), date(2030, 12, 31), 0),
    (ContractState.IN_FORCE, date(2023, 12, 31), date(2030, 12, 31), 3),
    (ContractState.ENDED, date(2020, 1, 1), date(2023, 1, 1), 3),
    (ContractState.ENDED, date(2020, 1, 1), date(2022, 12, 31), 0),
]


def test_only_a_contract_that_ran_in_that_year_owes(desk):
    owes = {}
    with desk.acts(SYSTEM) as work:
        for state, starts_on, ends_on, count in TERMS:
            organisation = factories.make_provider(work, authority=None).organisation
            term = {"starts_on": starts_on, "ends_on": ends_on}
            procedure = work.get(Procedure, desk.procedure_id)
            owes[add_contract(work, procedure, organisation.id, state=state, **term).id] = count
    desk.year_begins()
    found = Counter(item.contract_id for item in all_items(desk))
    assert {id: found[id] for id in owes} == owes


def test_a_contract_that_comes_later_in_the_year_is_caught_up(desk, clock):
    desk.year_begins()
    with desk.acts(SYSTEM) as work:
        third = factories.make_provider(work)
        add_contract(work, work.get(Procedure, desk.procedure_id), third.organisation.id)
    clock.advance(days=40)
    assert jobs.create_due_obligations(desk.office) == 3


def test_the_database_refuses_a_second_obligation_of_the_same_kind_and_year(desk):
    desk.year_begins()
    with pytest.raises(IntegrityError), desk.office.db.session(write=True) as session:
        item = session.get(Obligation, desk.id_of(MARGIN))
        names = [c.name for c in Obligation.__table__.columns if c.name != "id"]
        session.add(Obligation(**{name: getattr(item, name) for name in names}))
        session.flush()


# --- delivered, checked, handed back -----------------------------------------------------------------------------


def test_a_declaration_filed_on_the_last_day_is_in_time(desk, clock):
    desk.year_begins()
    clock.set("2024-05-31 23:59:59")
    desk.files(MARGIN)
    found = desk.item(MARGIN)
    assert (found.state, found.delivered_late) == (S.DELIVERED, False)
    assert "obligation.deliver" in desk.tags()


def test_a_declaration_filed_after_the_last_day_is_late(desk, clock):
    desk.year_begins()
    clock.set("2024-06-01 00:00:00")
    desk.files(MARGIN)
    assert desk.item(MARGIN).delivered_late


def test_late_stays_late_for_good(desk, clock):
    desk.year_begins()
    clock.set("2024-06-03 10:00")
    desk.files(MARGIN)
    desk.does(desk.manager, MARGIN, declarations.return_declaration, question="Hoe?", answer_by=date(2024, 6, 20))
    desk.files(MARGIN)
    desk.does(desk.manager, MARGIN, declarations.check_declaration)
    found = desk.item(MARGIN)
    assert (found.state, found.delivered_late, found.delivered_at.month) == (S.CHECKED, True, 6)
    assert rules.state_words(found, date(2024, 6, 30), "nl") == ("let-op", "Gecontroleerd, was te laat")


def test_who_filed_in_time_is_not_late_by_answering_a_question_after_the_last_day(desk, clock):
    desk.year_begins()
    clock.set("2024-05-30 10:00")
    desk.files(MARGIN)
    desk.does(desk.manager, MARGIN, declarations.return_declaration, question="Hoe?", answer_by=date(2024, 6, 20))
    clock.set("2024-06-10 10:00")
    assert rules.cell(desk.item(MARGIN), date(2024, 6, 10)) == "loopt"
    desk.files(MARGIN)
    assert not desk.item(MARGIN).delivered_late


def test_a_check_names_who_checked_and_when(desk, clock):
    desk.year_begins()
    desk.files(MARGIN)
    desk.does(desk.manager, MARGIN, declarations.check_declaration)
    found = desk.item(MARGIN)
    assert (found.state, found.checked_by_id, found.checked_at) == (S.CHECKED, desk.manager.user_id, clock.now)
    assert last_event(desk).tag == "obligation.check"


@pytest.mark.parametrize(
    ("question", "answer_by", "reason"),
    [("", date(2024, 2, 1), "return_needs_question"), ("Hoe?", date(2024, 1, 1), "answer_day_has_passed")],
)
def test_a_question_without_words_or_time_is_refused_and_nothing_changes(desk, question, answer_by, reason):
    desk.year_begins()
    desk.files(MARGIN)
    with pytest.raises(RuleBroken) as refusal:
        desk.does(desk.manager, MARGIN, declarations.return_declaration, question=question, answer_by=answer_by)
    assert refusal.value.reasons == (reason,)
    assert desk.item(MARGIN).state is S.DELIVERED
    assert last_event(desk).tag == "act.refused"


def test_what_was_not_filed_cannot_be_checked_or_handed_back(desk):
    desk.year_begins()
    with pytest.raises(IllegalTransition):
        desk.does(desk.manager, MARGIN, declarations.check_declaration)
    with pytest.raises(IllegalTransition):
        desk.does(desk.manager, MARGIN, declarations.return_declaration, question="Hoe?", answer_by=date(2024, 2, 1))


def test_only_a_contract_manager_checks(desk):
    desk.year_begins()
    desk.files(MARGIN)
    for actor in (desk.provider, desk.auditor):
        with pytest.raises(NotAllowed):
            desk.does(actor, MARGIN, declarations.check_declaration)


def test_only_the_provider_files(desk):
    desk.year_begins()
    for actor in (desk.manager, desk.auditor):
        with pytest.raises(NotAllowed):
            desk.files(MARGIN, actor)


def test_somebody_elses_obligation_is_not_there(desk):
    desk.year_begins()
    found = desk.id_of(MARGIN)
    for stranger in (desk.other, desk.elsewhere):
        with pytest.raises(NotFound), desk.looks(stranger) as work:
            queries.obligation(work, found)


def test_the_verb_itself_refuses_another_provider(desk):
    desk.year_begins()
    found = desk.id_of(MARGIN)
    with pytest.raises(NotAllowed), desk.acts(desk.other) as work:
        declarations.file_profit_margin(
            work, work.get(Obligation, found), turnover=Decimal(1), result=Decimal(0), owner_pay=Decimal(0),
            region_share=Decimal(0),
        )  # fmt: skip


# --- waived ------------------------------------------------------------------------------------------------------


def test_a_waiver_is_proposed_by_one_and_decided_by_another(desk, clock):
    desk.year_begins()
    desk.does(desk.manager, MARGIN, service.ask_waiver, reason="De aanbieder is failliet.")
    assert last_event(desk).tag == "obligation.waiver_asked"
    with pytest.raises(RuleBroken) as refusal:
        desk.does(desk.manager, MARGIN, service.waive)
    assert refusal.value.reasons == ("waiver_needs_second_person",)
    desk.does(desk.second, MARGIN, service.waive)
    found = desk.item(MARGIN)
    assert (found.state, found.waived_by_id, found.waived_at) == (S.WAIVED, desk.second.user_id, clock.now)
    assert last_event(desk).tag == "obligation.waive"


def test_the_reason_of_a_waiver_is_free_text_and_stays_out_of_the_trail(desk):
    desk.year_begins()
    desk.does(desk.manager, MARGIN, service.ask_waiver, reason="De aanbieder is failliet.")
    assert "failliet" not in str(last_event(desk).facts)


def test_a_waiver_without_a_proposal_is_refused(desk):
    desk.year_begins()
    with pytest.raises(RuleBroken, match="waiver_not_asked"):
        desk.does(desk.manager, MARGIN, service.waive)


def test_a_second_proposal_does_not_push_the_first_aside(desk):
    desk.year_begins()
    desk.does(desk.manager, MARGIN, service.ask_waiver, reason="De aanbieder is failliet.")
    with pytest.raises(RuleBroken, match="waiver_already_asked"):
        desk.does(desk.second, MARGIN, service.ask_waiver, reason="Ik ook.")


@pytest.mark.parametrize("who", ["manager", "second"])
def test_a_proposal_can_be_taken_back_or_refused(desk, who):
    desk.year_begins()
    desk.does(desk.manager, MARGIN, service.ask_waiver, reason="De aanbieder is failliet.")
    desk.does(getattr(desk, who), MARGIN, service.drop_waiver)
    found = desk.item(MARGIN)
    assert (found.state, found.waiver_reason, found.waiver_asked_by_id) == (S.OPEN, "", None)
    assert last_event(desk).tag == "obligation.waiver_dropped"
    with pytest.raises(RuleBroken, match="waiver_not_asked"):
        desk.does(desk.second, MARGIN, service.drop_waiver)


def test_who_files_after_all_needs_no_waiver_any_more(desk):
    desk.year_begins()
    desk.does(desk.manager, MARGIN, service.ask_waiver, reason="De aanbieder is failliet.")
    desk.files(MARGIN)
    assert desk.item(MARGIN).waiver_asked_by_id is None
    with pytest.raises(IllegalTransition):
        desk.does(desk.manager, MARGIN, service.ask_waiver, reason="Toch maar.")


def test_a_waived_obligation_cannot_be_filed(desk):
    desk.year_begins()
    desk.does(desk.manager, MARGIN, service.ask_waiver, reason="De aanbieder is failliet.")
    desk.does(desk.second, MARGIN, service.waive)
    with pytest.raises(IllegalTransition):
        desk.files(MARGIN)


def test_the_database_knows_that_a_waiver_takes_two(desk):
    desk.year_begins()
    with pytest.raises(IntegrityError), desk.office.db.session(write=True) as session:
        item = session.get(Obligation, desk.id_of(MARGIN))
        item.state, item.waiver_asked_by_id, item.waived_by_id = S.WAIVED, desk.manager.user_id, desk.manager.user_id
        session.flush()


# --- what the lists show -----------------------------------------------------------------------------------------


@pytest.fixture
def busy(desk, clock):
    """One of each standing on 10 July 2024."""
    desk.year_begins()
    clock.set("2024-05-20 10:00")
    desk.files(MARGIN)
    clock.set("2024-07-10 10:00")
    desk.files(WNT)
    desk.does(desk.manager, WNT, declarations.return_declaration, question="Hoe?", answer_by=date(2024, 7, 20))
    with desk.acts(SYSTEM) as work:
        changed = {desk.id_of(EVALUATION, desk.other): S.CHECKED, desk.id_of(WNT, desk.other): S.RETURNED}
        for id, state in changed.items():
            item = work.get(Obligation, id)
            item.state, item.answer_by = state, date(2024, 7, 1) if state is S.RETURNED else None
        later = work.get(Obligation, desk.id_of(MARGIN, desk.other))
        later.due_on = date(2024, 7, 10)
        waived = work.get(Obligation, desk.id_of(EVALUATION))
        waived.state, waived.waiver_asked_by_id = S.WAIVED, desk.manager.user_id
        waived.waived_by_id = desk.second.user_id
    return desk


def test_the_database_filters_as_the_rule_says(busy):
    with busy.looks(busy.manager) as work:
        everything = queries.obligations(work)
        for standing in rules.Standing:
            found = {item.id for item in queries.listed(work, rules.Filters(standing=standing), FIRST).rows}
            assert found == {i.id for i in everything if rules.standing_of(i, work.today) is standing}, standing
            assert found or standing is rules.Standing.LATE


NARROWED = [
    (rules.Filters(), 6),
    (rules.Filters(year=2024), 6),
    (rules.Filters(year=2025), 0),
    (rules.Filters(kind=MARGIN), 2),
    (rules.Filters(q="kwelder"), 3),
    (rules.Filters(q="LINDEVELD"), 3),
    (rules.Filters(q="%"), 0),
    (rules.Filters(late_only=True), 1),
    (rules.Filters(q="Kwélder"), 3),
]


def test_the_list_is_narrowed_by_what_the_address_says(busy):
    with busy.looks(busy.manager) as work:
        for filters, count in NARROWED:
            assert len(queries.listed(work, filters, FIRST).rows) == count, filters


SORTED = {
    "aanbieder": lambda i: (i.organisation.sort_name, i.due_on),
    "uiterlijk": lambda i: (i.due_on, i.organisation.sort_name),
    "onzin": lambda i: (i.state in (S.CHECKED, S.WAIVED), i.due_on, i.organisation.sort_name),
}


def test_the_list_is_sorted_as_asked_and_else_by_what_is_to_be_done(busy):
    with busy.looks(busy.manager) as work:
        for sort, key in SORTED.items():
            found = queries.listed(work, rules.Filters(), Asked(sort)).rows
            assert [i.id for i in found] == [i.id for i in sorted(found, key=key)], sort
        names = [i.organisation.name for i in queries.listed(work, rules.Filters(), Asked("-aanbieder")).rows]
        assert names == ["Praktijk Kwelder"] * 3 + ["Lindeveld Jeugd en Gezin"] * 3


def test_a_list_has_pages(busy):
    with busy.looks(busy.manager) as work:
        first = queries.listed(work, rules.Filters(), Asked(size=4))
        second = queries.listed(work, rules.Filters(), Asked(place=first.next, size=4))
        assert (len(first.rows), len(second.rows), first.total, second.next) == (4, 2, 6, "")
        assert list(queries.all_listed(work, rules.Filters())) == [*first.rows, *second.rows]


def test_everybody_sees_their_own(busy):
    for who, count in {"provider": 3, "other": 3, "manager": 6, "auditor": 6, "elsewhere": 0}.items():
        with busy.looks(getattr(busy, who)) as work:
            assert queries.listed(work, rules.Filters(), FIRST).total == count, who
            assert queries.board(work, rules.Filters(year=2024), FIRST).total == count // 3
            assert queries.years(work) == [2024]


def test_the_calendar_counts_and_puts_who_is_late_on_top(busy):
    with busy.looks(busy.manager) as work:
        board = queries.board(work, rules.Filters(year=2024))
        assert (board.late, board.running, board.done, board.total, board.month) == (1, 1, 0, 2, 6)
        assert [row.name for row in board.rows] == ["Praktijk Kwelder", "Lindeveld Jeugd en Gezin"]
        assert board.rows[0].cells[6] == "open"
        late = queries.board(work, rules.Filters(year=2024, late_only=True))
        assert ([row.name for row in late.rows], late.total) == (["Praktijk Kwelder"], 2)
        nobody = queries.board(work, rules.Filters(year=2024, q="niemand"))
        assert (nobody.rows, nobody.late, nobody.running, nobody.total) == ([], 1, 1, 2)
        assert queries.board(work, rules.Filters(year=2025)).rows == []


def test_what_waits_for_the_provider(busy):
    with busy.looks(busy.provider) as work:
        waits = {wait.args["obligation_id"]: wait for wait in home.waiting(work)}
        asked, sent = waits[busy.id_of(WNT)], waits[busy.id_of(MARGIN)]
        assert (asked.mine, asked.due, asked.words) == (True, date(2024, 7, 20), "Vraag gesteld")
        assert (sent.mine, sent.whose) == (False, "contractmanager")
        assert len(waits) == 2


def test_what_waits_for_the_contract_manager(busy):
    busy.does(busy.second, WNT, service.ask_waiver, reason="Fusie.")
    with busy.looks(busy.manager) as work:
        assert {wait.words for wait in home.waiting(work)} == {"Vrijstelling", "Te controleren", "Antwoord te laat"}
    with busy.looks(busy.second) as work:
        assert "Vrijstelling" not in {wait.words for wait in home.waiting(work)}
    for nobody in (busy.auditor, busy.elsewhere):
        with busy.looks(nobody) as work:
            assert home.waiting(work) == []


def test_many_of_one_kind_are_one_row_that_leads_to_the_list(busy, monkeypatch):
    monkeypatch.setattr(home, "MOST", 1)
    with busy.acts(SYSTEM) as work:
        work.get(Obligation, busy.id_of(MARGIN, busy.other)).state = S.DELIVERED
    with busy.looks(busy.manager) as work:
        waits = home.waiting(work)
        many = [wait for wait in waits if wait.endpoint == "obligations.listing"]
        assert [(wait.title, wait.args) for wait in many] == [
            ("2 verklaringen: te controleren", {"stand": "te-controleren"})
        ]


def test_seven_days_after_the_last_day_a_late_item_waits_for_the_manager(desk, clock):
    desk.year_begins()
    clock.set("2024-06-06 10:00")
    with desk.looks(desk.manager) as work:
        assert all(wait.words != "Te laat" or "winstmarge" not in wait.title for wait in home.waiting(work))
    clock.set("2024-06-07 10:00")
    with desk.looks(desk.manager) as work:
        assert any("Verklaring winstmarge over 2023 van Lindeveld" in wait.title for wait in home.waiting(work))


def test_the_words_come_in_the_readers_language(desk, clock):
    desk.year_begins()
    clock.set("2024-05-20 10:00")
    with desk.looks(replace(desk.provider, locale="en")) as work:
        assert all(wait.title for wait in home.waiting(work))


def test_a_contract_of_the_same_region_is_counted_once_per_kind(desk):
    desk.year_begins()
    with desk.looks(SYSTEM) as work:
        per_kind = select(Obligation.contract_id, Obligation.kind, func.count()).group_by(
            Obligation.contract_id, Obligation.kind
        )
        assert {row[2] for row in work.session.execute(per_kind)} == {1}
        assert work.session.scalar(select(func.count(Contract.id))) == 2
