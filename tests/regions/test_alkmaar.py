"""Regio Alkmaar as a blueprint: complete, sourced, and silent where its strategy is silent."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from portal.regions.blueprints import Blueprint, as_json, digest, from_json, load_all, suggested_dates
from portal.regions.blueprints.vocabulary import (
    AnswerKind,
    DecisionRule,
    DecisionSubject,
    EvidenceForm,
    ObligationKind,
    OverdueAction,
    ProcedureType,
    SeatGroup,
    SupplierAction,
    TargetStatus,
    Unit,
)

PUBLISHED = date(2022, 4, 1)
AMBULATORY = ("HA-1", "HA-2", "HA-3", "HA-4", "HA-5", "HA-6", "OA-1", "OA-2")
RESIDENTIAL = ("HV-1", "HV-2", "HV-3", "OV-1", "OV-2", "OV-3")


@pytest.fixture(scope="module")
def alkmaar() -> Blueprint:
    return load_all()["alkmaar"]


def test_six_municipalities_since_2022(alkmaar: Blueprint) -> None:
    names = [member.name for member in alkmaar.members_on(date(2022, 1, 1))]
    assert names == ["Alkmaar", "Bergen", "Castricum", "Dijk en Waard", "Heiloo", "Uitgeest"]
    assert alkmaar.members_on(date(2021, 12, 31)) == ()


@pytest.mark.parametrize(("code", "budget", "clients"), [("HA", 55, 65), ("HV", 20, 5), ("OA", 15, 15), ("OV", 10, 15)])
def test_a_category_has_its_share_of_budget_and_clients(
    alkmaar: Blueprint, code: str, budget: int, clients: int
) -> None:
    share = alkmaar.segment(code).share
    assert share is not None
    assert share.budget_pct == budget
    assert share.clients_pct == clients


def test_there_are_four_categories(alkmaar: Blueprint) -> None:
    assert [segment.code for segment in alkmaar.segments] == ["HA", "HV", "OA", "OV"]


def test_fourteen_products(alkmaar: Blueprint) -> None:
    assert {product.code for product in alkmaar.products} == {*AMBULATORY, *RESIDENTIAL}
    assert len(alkmaar.products) == 14
    assert alkmaar.segment_of("OV-2").code == "OV"


def test_the_acquisition_strategy_is_not_public(alkmaar: Blueprint) -> None:
    assert [document.code for document in alkmaar.documents if not document.public] == ["verwervingsstrategie"]


@pytest.mark.parametrize("product", [*AMBULATORY, *RESIDENTIAL])
def test_each_product_asks_the_common_criteria_and_its_own(alkmaar: Blueprint, product: str) -> None:
    codes = [item.code for item in alkmaar.criteria_for(product, PUBLISHED)]
    assert codes[:15] == [f"G{number}" for number in range(1, 17) if number != 14]
    assert len(codes) >= 19
    assert not any(code.startswith("G") for code in codes[15:])


def test_the_internal_supervisor_is_asked_from_2026(alkmaar: Blueprint) -> None:
    def asked(day: date) -> bool:
        return "G14" in [item.code for item in alkmaar.criteria_for("HA-1", day)]

    assert not asked(date(2025, 12, 31))
    assert asked(date(2026, 1, 1))


def test_all_criteria_are_marked_illustrative_and_speak_both_languages(alkmaar: Blueprint) -> None:
    for item in alkmaar.quality.criteria:
        assert item.illustrative, item.code
        for text in (item.title, item.text, item.pass_rule, item.example):
            assert text.nl, item.code
            assert text.en, item.code
            assert text.en != text.nl, item.code


def test_a_statement_is_agreed_with_in_both_languages(alkmaar: Blueprint) -> None:
    statements = [item for item in alkmaar.quality.criteria if item.answer.kind is AnswerKind.STATEMENT]
    assert {"G9", "G13", "G16", "OA-2c"} <= {item.code for item in statements}
    assert all(item.answer.statement and item.answer.statement.en for item in statements)


def test_the_certificate_of_conduct_is_an_attestation_and_never_a_file(alkmaar: Blueprint) -> None:
    assert alkmaar.evidence_type("vog").form is EvidenceForm.ATTESTATION
    assert alkmaar.criterion("G5").evidence == ("vog",)


def test_every_kind_of_evidence_is_asked_somewhere(alkmaar: Blueprint) -> None:
    asked = {code for item in alkmaar.quality.criteria for code in item.evidence}
    assert asked == {item.code for item in alkmaar.quality.evidence_types}


@pytest.mark.parametrize("product", AMBULATORY)
def test_an_ambulatory_tariff_is_an_example_that_adds_up(alkmaar: Blueprint, product: str) -> None:
    tariff = alkmaar.tariff_for(product, date(2023, 1, 1))
    assert tariff is not None
    assert tariff.illustrative
    assert tariff.components is not None
    assert tariff.components.total == tariff.amount
    assert tariff.unit in (Unit.HOUR, Unit.HALF_DAY)


@pytest.mark.parametrize("product", RESIDENTIAL)
def test_a_tariff_that_nobody_specified_is_absent(alkmaar: Blueprint, product: str) -> None:
    assert alkmaar.tariff_for(product, date(2023, 1, 1)) is None


def test_no_tariff_holds_before_the_contract_starts(alkmaar: Blueprint) -> None:
    assert alkmaar.tariff_for("HA-1", date(2022, 12, 31)) is None


def test_the_contract_runs_eight_years_in_two_phases_and_twelve_at_most(alkmaar: Blueprint) -> None:
    contract = alkmaar.contract
    assert (contract.start, contract.ends, contract.base_years, contract.max_years) == (
        date(2023, 1, 1),
        date(2030, 12, 31),
        8,
        12,
    )
    assert [(phase.code, phase.starts.year, phase.ends.year) for phase in contract.phases] == [
        ("1", 2023, 2025),
        ("2", 2026, 2030),
    ]
    assert contract.phase_on(date(2026, 1, 1)) == contract.phase("2")
    assert contract.phase_on(date(2031, 1, 1)) is None
    [extension] = contract.extensions
    assert (extension.starts, extension.ends) == (date(2031, 1, 1), date(2034, 12, 31))


def test_what_the_contract_says_is_apart_from_what_the_sources_leave_open(alkmaar: Blueprint) -> None:
    [extension] = alkmaar.contract.extensions
    assert extension.condition is not None and extension.note is not None
    assert extension.condition.nl == "Alleen als de doelen zijn gehaald en het partnerschap werkt."
    assert "zegt niet in hoeveel stappen" in extension.note.nl
    first, second = alkmaar.contract.phases
    assert first.begins_when is None and second.begins_when is not None
    assert not any("geen contract" in text.nl for text in alkmaar.contract.conditions)
    assert not alkmaar.contract.wording_adopted


def test_the_margin_cap_is_five_percent_and_marked_illustrative(alkmaar: Blueprint) -> None:
    cap = alkmaar.contract.margin_cap
    assert cap is not None
    assert (cap.pct, cap.illustrative, cap.owner_pay_apart) == (Decimal(5), True, True)


def test_the_ambulatory_procedure_admits_without_comparison(alkmaar: Blueprint) -> None:
    template = alkmaar.template("ambulant")
    assert template.type is ProcedureType.SAS_ADMISSION_PER_PRODUCT
    assert template.type.is_admission
    assert template.products == AMBULATORY
    assert template.objection.days == 20
    assert template.openers == 2


def test_published_on_1_april_it_closes_on_15_june_at_five(alkmaar: Blueprint) -> None:
    dates = suggested_dates(alkmaar.template("ambulant"), PUBLISHED)
    assert (dates.closing, dates.closing_time) == (date(2022, 6, 15), time(17, 0))
    assert dates.questions_close == date(2022, 5, 31)
    assert dates.last_note == date(2022, 6, 3)
    assert dates.decision == date(2022, 8, 1)


def test_the_dialogue_types_are_no_admission() -> None:
    admission = {kind.value for kind in ProcedureType if kind.is_admission}
    assert admission == {"open_house", "requirements_admission", "sas_admission_per_product"}


def test_a_known_target_is_set_and_the_rest_is_said_to_be_open(alkmaar: Blueprint) -> None:
    clients = alkmaar.kpi("K-HA-CLIENTEN")
    assert (clients.target_value, clients.target_approx, clients.baseline_year) == (Decimal(-30), True, None)
    open_at_table = {kpi.code for kpi in alkmaar.kpis if kpi.target_status is TargetStatus.TBD_AT_TABLE}
    assert {"K-HV-CLIENTEN", "K-HA-DUUR", "K-HV-DUUR"} <= open_at_table
    for kpi in alkmaar.kpis:
        assert (kpi.target_value is None) == (kpi.target_status is not TargetStatus.SET), kpi.code


def test_removal_asks_every_college_and_a_ruling_follows_mediation(alkmaar: Blueprint) -> None:
    governance = alkmaar.governance
    assert governance.decision(DecisionSubject.REMOVE_PRODUCT_OR_PARTY).rule is DecisionRule.UNANIMOUS
    assert governance.decision(DecisionSubject.SHARED_GOALS).rule is DecisionRule.CONSENSUS
    assert governance.mediation is not None
    assert governance.mediation.confidential
    assert governance.final_ruling is not None
    assert governance.final_ruling.rule is DecisionRule.UNANIMOUS


def test_the_table_has_the_five_groups_of_seats(alkmaar: Blueprint) -> None:
    assert [seat.group for seat in alkmaar.table("transformatie").seats] == [
        SeatGroup.MUNICIPALITY,
        SeatGroup.PROVIDER,
        SeatGroup.ACCESS,
        SeatGroup.EDUCATION,
        SeatGroup.EXPERIENCE_EXPERT,
    ]


def test_the_ladder_runs_from_signal_to_phase_out(alkmaar: Blueprint) -> None:
    assert alkmaar.supplier_management is not None
    ladder = alkmaar.supplier_management.escalation_ladder
    assert ladder[0].action is SupplierAction.SIGNAL
    assert {rung.action for rung in ladder if rung.step == 7} == {
        SupplierAction.RESUME_REFERRALS,
        SupplierAction.STOP_REFERRALS,
        SupplierAction.SUPERVISION_ENFORCEMENT,
        SupplierAction.DISSOLVE,
        SupplierAction.PHASE_OUT,
    }


@pytest.mark.parametrize(
    ("code", "kind", "due"),
    [
        ("evaluatie", ObligationKind.YEARLY_EVALUATION, date(2024, 4, 15)),
        ("winstmarge", ObligationKind.PROFIT_MARGIN, date(2024, 5, 31)),
        ("wnt", ObligationKind.WNT_DECLARATION, date(2024, 7, 1)),
    ],
)
def test_the_obligations_over_2023_are_due_in_2024(
    alkmaar: Blueprint, code: str, kind: ObligationKind, due: date
) -> None:
    obligation = alkmaar.obligation(code)
    assert obligation.kind is kind
    assert obligation.due_on(2023) == due
    assert obligation.reminders == (60, 30, 14, 7, 1)
    assert [step.days for step in obligation.overdue] == [1, 7, 14, 30]
    assert OverdueAction.SIGNAL in obligation.overdue[-1].actions
    assert not obligation.confirmed


def test_what_the_strategy_does_not_say_stays_absent(alkmaar: Blueprint) -> None:
    assert all(segment.acceptance_duty is None for segment in alkmaar.segments)
    assert all(segment.waiting_time_norm_days is None for segment in alkmaar.segments)
    assert alkmaar.supplier_management is not None
    assert alkmaar.supplier_management.public_scores is None
    assert alkmaar.norm_framework is None
    assert all(funding.possible for segment in alkmaar.segments for funding in segment.funding)


def test_every_source_that_is_not_confirmed_says_so(alkmaar: Blueprint) -> None:
    confirmed = {source.code: source.confirmed for source in alkmaar.sources}
    assert confirmed == {
        "001": True,
        "EXT": True,
        "LAW": True,
        "CALC": True,
        "INC": False,
        "GK": False,
        "ILL": False,
        "DESIGN": False,
    }


def test_a_stored_copy_of_the_region_is_the_region(alkmaar: Blueprint) -> None:
    assert from_json(as_json(alkmaar)) == alkmaar
    assert digest(from_json(as_json(alkmaar))) == digest(alkmaar)


def test_a_code_that_does_not_exist_is_refused(alkmaar: Blueprint) -> None:
    for look_up in (alkmaar.product, alkmaar.criterion, alkmaar.kpi, alkmaar.template, alkmaar.segment_of):
        with pytest.raises(KeyError):
            look_up("X-1")


def test_a_text_falls_back_on_dutch(alkmaar: Blueprint) -> None:
    product = alkmaar.product("OA-2")
    assert product.name.say("nl") == "Individuele begeleiding"
    assert product.name.say("en_GB") == "Individual guidance"
    assert alkmaar.region.introduction is not None
    assert alkmaar.region.introduction.say("de") == alkmaar.region.introduction.nl
