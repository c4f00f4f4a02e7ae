"""What is computed from a declaration, as tables: the margin and its surplus, the WNT maximum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.compliance.declarations import rules
from portal.compliance.declarations.models import WntBasis
from portal.regions.reference import wnt_maximum
from tests.compliance.builder import official

REGION, TOTAL = "regional_revenue", "total_revenue"
D = Decimal


def figures(turnover="1000000", result="100000", owner_pay="0", region_share="50"):
    return rules.MarginFigures(D(turnover), D(result), D(owner_pay), D(region_share))


@pytest.mark.parametrize(
    ("said", "cap", "basis", "margin", "threshold", "surplus"),
    [
        # the example of the design: 7.03% over all, 60,023.38 above 5% of the region's turnover
        (figures("4812300", "338214", "0", "61.5"), D(5), REGION, "7.03", "147978.23", "60023.38"),
        (figures(), None, REGION, "10.00", None, None),
        (figures(), D(5), REGION, "10.00", "25000.00", "25000.00"),
        (figures(), D(5), TOTAL, "10.00", "50000.00", "50000.00"),
        (figures(result="50000"), D(5), REGION, "5.00", "25000.00", "0"),
        (figures(result="50000.01"), D(5), REGION, "5.00", "25000.00", "0.01"),
        # the owner's own pay is in the result of a sole trader: apart before judging
        (figures(result="100000", owner_pay="80000"), D(5), REGION, "2.00", "25000.00", "0"),
        (figures(result="100000", owner_pay="120000"), D(5), REGION, "-2.00", "25000.00", "0"),
        (figures(result="-250000"), D(5), REGION, "-25.00", "25000.00", "0"),
        (figures(result="-250000"), None, REGION, "-25.00", None, None),
        (figures(region_share="0"), D(5), REGION, "10.00", "0.00", "0"),
        (figures(), D(0), REGION, "10.00", "0.00", "50000.00"),
    ],
)
def test_a_margin_has_a_surplus_only_where_the_contract_has_a_cap(said, cap, basis, margin, threshold, surplus):
    found = rules.margin(said, cap=cap, basis=basis)
    expected = (D(margin), D(threshold) if threshold else None, D(surplus) if surplus else None)
    assert (found.margin, found.threshold, found.surplus) == expected


def test_a_margin_over_no_turnover_is_no_number():
    with pytest.raises(ValueError, match="turnover_positive"):
        rules.margin(figures(turnover="0"), cap=None, basis=REGION)


@pytest.mark.parametrize(
    ("said", "cap", "explanation", "reasons"),
    [
        (figures(), D(5), "Een vacature bleef open.", []),
        (figures(), D(5), " \n", ["surplus_needs_explanation"]),
        (figures(), None, "", []),
        (figures(result="40000"), D(5), "", []),
        (figures(turnover="0"), D(5), "", ["turnover_positive"]),
        (figures(turnover="-1", owner_pay="-1"), D(5), "", ["turnover_positive", "owner_pay_not_negative"]),
        (figures(region_share="100.01"), D(5), "", ["share_between_0_and_100"]),
        (figures(region_share="-1"), D(5), "", ["share_between_0_and_100"]),
        (figures(turnover="1", result="99999999999"), D(5), "", ["result_unlikely"]),
    ],
)
def test_what_must_be_mended_before_a_margin_counts(said, cap, explanation, reasons):
    assert rules.reasons_not_to_file_margin(said, cap=cap, basis=REGION, explanation=explanation) == reasons


@pytest.mark.parametrize(
    ("amount", "factor", "first", "last", "expected"),
    [
        ("182000", "1", date(2023, 1, 1), date(2023, 12, 31), "182000.00"),
        ("182000", "0.5", date(2023, 1, 1), date(2023, 12, 31), "91000.00"),
        ("182000", "1", date(2023, 1, 1), date(2023, 1, 1), "498.63"),
        ("151000", "0.5", date(2023, 4, 1), date(2023, 12, 31), "56883.56"),  # 275 of 365 days
        ("158000", "1", date(2024, 1, 1), date(2024, 12, 31), "158000.00"),
        ("158000", "1", date(2024, 2, 29), date(2024, 2, 29), "431.69"),  # a leap year has 366 days
        ("158000", "0.889", date(2024, 7, 1), date(2024, 12, 31), "70614.78"),
        ("233000", "0.025", date(2024, 1, 1), date(2024, 1, 31), "493.37"),
    ],
)
def test_the_maximum_goes_by_factor_and_calendar_days(amount, factor, first, last, expected):
    assert rules.wnt_maximum(D(amount), factor=D(factor), starts_on=first, ends_on=last) == D(expected)


@pytest.mark.parametrize(
    ("first", "last"), [(date(2023, 12, 1), date(2024, 1, 31)), (date(2023, 6, 2), date(2023, 6, 1))]
)
def test_a_period_over_two_years_has_no_maximum(first, last):
    with pytest.raises(ValueError, match="period_inside_one_year"):
        rules.wnt_maximum(D(1), factor=D(1), starts_on=first, ends_on=last)


@pytest.mark.parametrize(
    ("pay", "maximum", "expected"),
    [("10", "8.50", "1.50"), ("8.50", "8.50", "0"), ("1", "8.50", "0"), ("10", None, None)],
)
def test_nothing_is_too_much_while_the_maximum_is_not_known(pay, maximum, expected):
    found = rules.excess(D(pay), D(maximum) if maximum else None)
    assert found == (D(expected) if expected else None)


@pytest.mark.parametrize(("year", "name"), [(2022, "I"), (2025, "II"), (2026, "IV"), (2027, "general")])
def test_the_years_that_are_not_known_have_no_amount(year, name):
    assert wnt_maximum(year, name).value is None
    assert not wnt_maximum(year, name).confirmed


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"wnt_class": ""}, ["wnt_class_missing"]),
        ({"officials": []}, ["wnt_official_missing"]),
        ({"officials": [official(part_time_factor=D("0.024"))]}, ["factor_out_of_range:1"]),
        ({"officials": [official(), official(part_time_factor=D("1.001"))]}, ["factor_out_of_range:2"]),
        ({"officials": [official(pay=D("-1"))]}, ["pay_not_negative:1"]),
        ({"officials": [official(starts_on=date(2022, 12, 31))]}, ["period_inside_one_year:1"]),
        ({"officials": [official(ends_on=date(2024, 1, 1))]}, ["period_inside_one_year:1"]),
        ({"officials": [official(starts_on=date(2023, 5, 2), ends_on=date(2023, 5, 1))]}, ["period_inside_one_year:1"]),
        ({"officials": [official(name=" ")]}, ["wnt_official_incomplete:1"]),
        ({"basis": WntBasis.NOT_APPLICABLE, "officials": [], "wnt_class": ""}, ["wnt_not_applicable_needs_reason"]),
        ({"basis": WntBasis.NOT_APPLICABLE, "officials": [], "wnt_class": "", "remark": "Eenmanszaak."}, []),
    ],
)
def test_what_must_be_mended_before_a_wnt_declaration_counts(changes, reasons):
    usual = {
        "basis": WntBasis.STATUTORY,
        "wnt_class": "III",
        "officials": [official()],
        "about_year": 2023,
        "remark": "",
    }
    assert rules.reasons_not_to_file_wnt(**{**usual, **changes}) == reasons


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        ([], ["evaluation_answer_missing"]),
        ([{"code": "good", "question": "?", "answer": "Veel."}], []),
        ([{"code": "good", "question": "?", "answer": " "}], ["evaluation_answer_missing:good"]),
    ],
)
def test_each_question_of_the_evaluation_needs_an_answer(answers, reasons):
    assert rules.reasons_not_to_file_evaluation(answers) == reasons
