"""Declarations through the verbs, on both databases: filed, handed back, filed again, and what the provider hears."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select

from portal import storage
from portal.access import SYSTEM
from portal.accounts.models import User
from portal.audit import AuditEvent
from portal.compliance.declarations import queries, rules, service
from portal.compliance.declarations.models import Declaration, ProfitMarginDeclaration, WntBasis
from portal.compliance.obligations import service as obligations
from portal.compliance.obligations.models import ObligationState
from portal.errors import FileRefused, IllegalTransition, NotAllowed, NotFound, RuleBroken
from portal.mail.models import OutboxMail
from tests.compliance.builder import ANSWERS, EVALUATION, FIGURES, MARGIN, WNT, official, settle
from tests.factories import PDF

ASKED = {"question": "Klopt de deeltijdfactor?", "answer_by": date(2024, 2, 1)}


def filings(desk, kind):
    found = desk.id_of(kind)
    with desk.sees_all() as work:
        wanted = work.get(type(desk.item(kind)), found)
        rows = queries.declarations(work, wanted)
        for filing in rows:
            assert filing.wnt is None or filing.wnt.officials is not None
        return rows


def hand_back(desk, kind):
    desk.does(desk.manager, kind, service.return_declaration, **ASKED)


def attach(desk, kind, name="jaarrekening.pdf", data=PDF):
    """File with a paper, as the page does it in one act."""

    def verb(work, item, **facts):
        stored = service.receive_file(work, item, BytesIO(data), name=name)
        return service.file_profit_margin(work, item, **facts, file=stored)

    return desk.does(desk.provider, kind, verb, **FIGURES)


def last_mail(desk):
    return desk.rows(OutboxMail)[-1]


@pytest.fixture
def year(desk):
    desk.year_begins()
    return desk


# --- profit margin -----------------------------------------------------------------------------------------------


def test_a_margin_is_kept_with_what_was_computed_on_the_contracts_cap(year):
    year.files(MARGIN, result=Decimal(115_000), explanation="Een vacature bleef acht maanden open.")
    (filing,) = filings(year, MARGIN)
    found = filing.profit_margin
    assert (found.margin, found.cap, found.surplus) == (Decimal("6.25"), Decimal(5), Decimal(9200))
    assert rules.margin_of(found).threshold == Decimal(36_800)


def test_without_a_cap_no_surplus_is_ever_computed(office):
    desk = settle(office, cap=None)
    desk.year_begins()
    desk.files(MARGIN, result=Decimal(900_000))
    (filing,) = filings(desk, MARGIN)
    assert (filing.profit_margin.cap, filing.profit_margin.surplus) == (None, None)


def test_profit_above_the_cap_needs_an_explanation_and_nothing_is_kept(year):
    with pytest.raises(RuleBroken) as refusal:
        year.files(MARGIN, result=Decimal(115_000))
    assert refusal.value.reasons == ("surplus_needs_explanation",)
    assert year.rows(Declaration) == []
    assert year.item(MARGIN).state is ObligationState.OPEN
    assert year.rows(AuditEvent)[-1].tag == "act.refused"


def test_a_loss_and_the_largest_amounts_are_kept_as_typed(year):
    year.files(MARGIN, turnover=Decimal("99999999999.99"), result=Decimal("-99999999999.99"))
    (found,) = year.rows(ProfitMarginDeclaration)
    assert (found.turnover, found.result, found.margin) == (
        Decimal("99999999999.99"), Decimal("-99999999999.99"), Decimal("-100.00"),
    )  # fmt: skip


def test_a_result_that_cannot_be_is_a_sentence_and_no_crash(year):
    with pytest.raises(RuleBroken, match="result_unlikely"):
        year.files(MARGIN, turnover=Decimal("0.01"), result=Decimal("99999999999"))


def test_another_kind_of_declaration_does_not_fit(year):
    with pytest.raises(RuleBroken, match="other_kind_of_declaration"):
        year.does(year.provider, WNT, service.file_profit_margin, **FIGURES)


# --- WNT ---------------------------------------------------------------------------------------------------------


def test_each_top_official_gets_the_maximum_of_class_factor_and_days(year):
    half = official(name="H. Kolkman", starts_on=date(2023, 4, 1), part_time_factor=Decimal("0.5"), pay=Decimal(61_250))
    year.files(WNT, officials=[official(), half])
    (filing,) = filings(year, WNT)
    assert [(o.maximum, o.excess) for o in filing.wnt.officials] == [
        (Decimal(151_000), Decimal(0)), (Decimal("56883.56"), Decimal("4366.44")),
    ]  # fmt: skip
    assert (filing.wnt.class_maximum, filing.wnt.class_maximum_confirmed) == (Decimal(151_000), True)
    assert filing.wnt.class_maximum_source == "vanreeaccountants.nl; de regeling in de Staatscourant is niet nagekeken"


def test_without_the_years_amount_there_is_no_maximum_and_no_excess(office):
    desk = settle(office)
    desk.year_begins("2026-01-01 07:00")  # about 2025: only the general amount is known, and not confirmed
    people = [official(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), pay=Decimal(900_000))]
    desk.files(WNT, officials=people, wnt_class="III")
    (filing,) = filings(desk, WNT)
    assert [(o.maximum, o.excess) for o in filing.wnt.officials] == [(None, None)]
    assert filing.wnt.class_maximum is None


def test_an_amount_that_is_not_confirmed_says_so(office):
    desk = settle(office)
    desk.year_begins("2026-01-01 07:00")
    people = [official(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))]
    desk.files(WNT, officials=people, wnt_class="general")
    (filing,) = filings(desk, WNT)
    assert (filing.wnt.class_maximum, filing.wnt.class_maximum_confirmed) == (Decimal(246_000), False)


def test_who_falls_outside_the_wnt_says_why_and_names_nobody(year):
    with pytest.raises(RuleBroken, match="wnt_not_applicable_needs_reason"):
        year.files(WNT, basis=WntBasis.NOT_APPLICABLE)
    year.files(WNT, basis=WntBasis.NOT_APPLICABLE, remark="Wij zijn een maatschap.")
    (filing,) = filings(year, WNT)
    assert (filing.wnt.wnt_class, filing.wnt.points, list(filing.wnt.officials)) == ("", None, [])
    assert filing.remark == "Wij zijn een maatschap."


@pytest.mark.parametrize(("points", "name"), [(7, "I"), (8, "II"), (11, "IV"), (15, "V"), (None, None), (99, None)])
def test_the_points_are_held_against_the_years_table(points, name):
    assert queries.class_of_points(2023, points) == name


def test_the_maxima_of_a_year_come_with_their_source():
    maxima = {row.name: row.amount for row in queries.wnt_maxima(2025)}
    assert list(maxima) == ["I", "II", "III", "IV", "V", "general"]
    assert maxima["I"].value is None
    assert (maxima["general"].value, maxima["general"].confirmed) == (Decimal(246_000), False)


# --- evaluation --------------------------------------------------------------------------------------------------


def test_the_evaluation_keeps_question_and_answer_as_they_were(year):
    year.files(EVALUATION)
    (filing,) = filings(year, EVALUATION)
    assert filing.evaluation.answers == ANSWERS


def test_an_empty_answer_is_refused(year):
    empty = [{**ANSWERS[0], "answer": "  "}, *ANSWERS[1:]]
    with pytest.raises(RuleBroken, match="evaluation_answer_missing:good"):
        year.files(EVALUATION, answers=empty)


# --- again -------------------------------------------------------------------------------------------------------


def test_after_a_question_a_new_filing_stands_beside_the_old_one(year):
    year.files(WNT)
    hand_back(year, WNT)
    assert year.item(WNT).question == "Klopt de deeltijdfactor?"
    year.files(WNT, officials=[official(part_time_factor=Decimal("0.9"))])
    new, old = filings(year, WNT)
    assert (new.number, old.number) == (2, 1)
    assert (old.question, new.question) == ("Klopt de deeltijdfactor?", "")
    assert old.wnt.officials[0].part_time_factor == 1
    item = year.item(WNT)
    assert (item.state, item.question, item.answer_by) == (ObligationState.DELIVERED, "", None)


def test_a_correction_begins_with_what_was_filed_before(year):
    year.files(WNT)
    year.files(MARGIN, remark="Zie pagina 12.")
    year.files(EVALUATION)
    with year.sees_all() as work:
        begun = {kind: queries.begin_with(work, year.item(kind)) for kind in (WNT, MARGIN, EVALUATION)}
    assert begun[WNT]["officials"][0]["name"] == "N. Ferwerdaal"
    assert (begun[WNT]["basis"], begun[WNT]["points"]) == ("statutory", 8)
    assert (begun[MARGIN]["turnover"], begun[MARGIN]["remark"]) == (Decimal(1_840_000), "Zie pagina 12.")
    assert begun[EVALUATION]["good"] == "Antwoord good."


def test_a_first_filing_begins_with_what_is_likely(year):
    with year.sees_all() as work:
        company = queries.begin_with(work, year.item(MARGIN))
        sole_trader = queries.begin_with(work, year.item(MARGIN, year.other))
        wnt = queries.begin_with(work, year.item(WNT))
    assert company["owner_pay"] == 0
    assert "owner_pay" not in sole_trader
    assert wnt["officials"] == [rules.whole_year(2023)] * 2


def test_what_was_filed_is_not_filed_again_while_it_is_being_checked(year):
    year.files(MARGIN)
    with pytest.raises(IllegalTransition):
        year.files(MARGIN)
    assert len(year.rows(Declaration)) == 1


def test_what_was_checked_stays_as_it_is(year):
    year.files(MARGIN)
    year.does(year.manager, MARGIN, service.check_declaration)
    for verb, facts in ((service.check_declaration, {}), (service.return_declaration, ASKED)):
        with pytest.raises(IllegalTransition):
            year.does(year.manager, MARGIN, verb, **facts)


def test_each_filing_and_each_act_of_the_manager_is_in_the_trail(year):
    year.files(MARGIN)
    hand_back(year, MARGIN)
    year.files(MARGIN)
    year.does(year.manager, MARGIN, service.check_declaration)
    about = ("obligation.deliver", "obligation.return", "obligation.check", "declaration.filed")
    assert [tag for tag in year.tags() if tag in about] == [
        "obligation.deliver", "declaration.filed", "obligation.return", "obligation.deliver", "declaration.filed",
        "obligation.check",
    ]  # fmt: skip
    filed = [event.facts for event in year.rows(AuditEvent) if event.tag == "declaration.filed"]
    assert [facts["number"] for facts in filed] == [1, 2]
    assert "1840000" not in str(filed), "amounts are for the parties, not for the trail"


# --- the check ---------------------------------------------------------------------------------------------------


def test_an_amount_above_the_threshold_needs_an_outcome_and_a_reason(year):
    year.files(MARGIN, result=Decimal(115_000), explanation="Een vacature bleef acht maanden open.")
    for said, reasons in (
        ({}, ("check_needs_outcome", "check_needs_reason")),
        ({"outcome": "forget", "reason": "Zo."}, ("check_needs_outcome",)),
        ({"outcome": "repay", "reason": " "}, ("check_needs_reason",)),
    ):
        with pytest.raises(RuleBroken) as refusal:
            year.does(year.manager, MARGIN, service.check_declaration, **said)
        assert refusal.value.reasons == reasons
    assert year.item(MARGIN).state is ObligationState.DELIVERED
    year.does(year.manager, MARGIN, service.check_declaration, outcome="repay", reason=" Geen plan. ")
    item = year.item(MARGIN)
    assert (item.state, item.check_outcome, item.check_reason) == (ObligationState.CHECKED, "repay", "Geen plan.")
    mail = last_mail(year)
    assert "u betaalt het bedrag boven de drempel terug" in mail.text
    assert "Reden: Geen plan." in mail.html
    assert "U hoeft niets meer te doen" not in mail.text


def test_a_pay_above_the_maximum_or_another_class_needs_a_reason_and_no_outcome(year):
    year.files(WNT, officials=[official(pay=Decimal(160_000))], points=15)
    with pytest.raises(RuleBroken, match="check_needs_reason"):
        year.does(year.manager, WNT, service.check_declaration)
    with pytest.raises(RuleBroken, match="check_needs_outcome"):
        year.does(year.manager, WNT, service.check_declaration, outcome="explained", reason="Ja.")
    year.does(year.manager, WNT, service.check_declaration, reason="De toezichthouder keurde dit goed.")
    assert year.item(WNT).check_reason == "De toezichthouder keurde dit goed."


def test_what_shows_nothing_special_is_checked_without_a_word(year):
    year.files(MARGIN)
    year.does(year.manager, MARGIN, service.check_declaration)
    assert (year.item(MARGIN).check_outcome, year.item(MARGIN).check_reason) == ("", "")


def test_a_look_at_what_would_be_filed_keeps_nothing_and_is_only_for_the_provider(year):
    content = service.evaluation_of(year.item(EVALUATION), ANSWERS)
    made = year.does(year.provider, EVALUATION, service.preview, content, remark=" Zie bijlage. ")
    assert (made.number, made.remark, made.evaluation.answers) == (1, "Zie bijlage.", ANSWERS)
    assert year.rows(Declaration) == []
    with pytest.raises(NotAllowed):
        year.does(year.manager, EVALUATION, service.preview, content, remark="")


# --- the paper ---------------------------------------------------------------------------------------------------


def test_a_paper_goes_with_a_filing_and_stays_with_a_correction_without_one(year):
    attach(year, MARGIN)
    hand_back(year, MARGIN)
    year.files(MARGIN)
    new, old = filings(year, MARGIN)
    assert new.file_id == old.file_id
    hand_back(year, MARGIN)
    attach(year, MARGIN, name="nieuw.pdf")
    newest = filings(year, MARGIN)[0]
    assert newest.file_id != old.file_id
    with year.looks(year.manager) as work:
        assert queries.files(work, [newest])[newest.file_id].name == "nieuw.pdf"


def test_reading_a_paper_is_on_record_and_only_for_who_may(year):
    filed = attach(year, MARGIN)
    found = year.id_of(MARGIN)
    year.does(year.manager, MARGIN, lambda work, item: storage.open_file(work, service.read_file(work, item, filed.id)))
    assert year.rows(AuditEvent)[-1].tag == "declaration.read"
    with pytest.raises(NotFound), year.looks(year.manager) as work:
        queries.declaration_file(work, year.item(WNT), filed.id)
    assert found == filed.obligation_id


def test_a_paper_that_is_not_what_it_says_leaves_nothing_filed(year):
    before = len(year.rows(storage.StoredFile))
    with pytest.raises(FileRefused):
        attach(year, MARGIN, data=b"MZ this is a program")
    assert year.rows(Declaration) == []
    assert len(year.rows(storage.StoredFile)) == before


def test_only_the_provider_hands_in_a_paper(year):
    with pytest.raises(NotAllowed):
        year.does(year.manager, MARGIN, service.receive_file, BytesIO(PDF), name="x.pdf")


# --- what the provider hears -------------------------------------------------------------------------------------


def test_the_provider_hears_of_a_check(year):
    year.files(MARGIN)
    year.does(year.manager, MARGIN, service.check_declaration)
    mail = last_mail(year)
    assert (mail.recipient, mail.subject) == (year.provider.email, "Verklaring winstmarge over 2023 is gecontroleerd")
    assert "U hoeft niets meer te doen" in mail.text
    assert f"http://localhost/verantwoording/{year.id_of(MARGIN)}" in mail.html


def test_the_provider_hears_the_question_and_by_when(year):
    year.files(WNT)
    hand_back(year, WNT)
    mail = last_mail(year)
    assert mail.subject == "Vraag over de WNT-verklaring over 2023"
    assert "Klopt de deeltijdfactor?" in mail.text
    assert "Antwoord uiterlijk donderdag 1 februari 2024" in mail.text
    assert "eerdere antwoorden staan in het formulier klaar" in mail.text


def test_a_second_question_is_a_second_mail(year):
    for _time in range(2):
        year.files(WNT)
        hand_back(year, WNT)
    assert [mail.template for mail in year.rows(OutboxMail)].count("obligation_question") == 2


def test_the_provider_hears_of_a_waiver(year):
    year.does(year.manager, MARGIN, obligations.ask_waiver, reason="Fusie.")
    year.does(year.second, MARGIN, obligations.waive)
    mail = last_mail(year)
    assert mail.subject == "U bent vrijgesteld van de verklaring winstmarge over 2023"
    assert "Fusie" not in mail.text


def test_an_english_reader_gets_english_mails(year):
    with year.acts(SYSTEM) as work:
        work.session.scalars(select(User).where(User.id == year.provider.user_id)).one().locale = "en"
    year.files(WNT)
    hand_back(year, WNT)
    question = last_mail(year)
    year.files(WNT)
    year.does(year.manager, WNT, service.check_declaration)
    checked = last_mail(year)
    year.does(year.manager, MARGIN, obligations.ask_waiver, reason="Fusie.")
    year.does(year.second, MARGIN, obligations.waive)
    assert "Answer by Thursday 1 February 2024" in question.text
    assert checked.subject.endswith("for 2023 has been checked")
    assert last_mail(year).subject.startswith("You are exempt from the ")
    assert {mail.locale for mail in (question, checked, last_mail(year))} == {"en"}
