"""Obligations and their ladder as tables: what is due when, what is late, what may not be waived."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from portal.accounts.models import LegalForm
from portal.compliance.obligations import rules
from portal.compliance.obligations.models import Obligation, ObligationKind, ObligationState, Reminder, ReminderState
from portal.compliance.obligations.reminders import rules as reminders
from portal.compliance.obligations.rules import Standing
from portal.regions.blueprints import load_all
from portal.regions.blueprints.vocabulary import Condition, OverdueAction, WorkdayShift

S, R, A = ObligationState, ReminderState, OverdueAction
TERM = load_all()["alkmaar"].obligation("winstmarge")
DUE = date(2024, 5, 31)
NEW_YEAR = date(2024, 1, 1)
WHOLE = [-60, -30, -14, -7, -1, 1, 7, 14, 30]


@pytest.mark.parametrize(
    ("state", "answer_by", "today", "expected"),
    [
        (S.OPEN, None, date(2024, 5, 31), Standing.RUNNING),
        (S.OPEN, None, date(2024, 6, 1), Standing.LATE),
        (S.RETURNED, date(2024, 6, 20), date(2024, 6, 20), Standing.ASKED),
        (S.RETURNED, date(2024, 6, 20), date(2024, 6, 21), Standing.UNANSWERED),
        (S.DELIVERED, None, date(2024, 7, 1), Standing.DELIVERED),
        (S.CHECKED, None, date(2024, 7, 1), Standing.CHECKED),
        (S.WAIVED, None, date(2024, 7, 1), Standing.WAIVED),
    ],
)
def test_only_an_open_item_is_late_and_a_question_has_a_day_of_its_own(state, answer_by, today, expected):
    assert rules.standing(state, DUE, answer_by, today) is expected


@pytest.mark.parametrize(
    ("shift", "day", "expected"),
    [
        (WorkdayShift.NONE, (6, 1), date(2024, 6, 1)),
        (WorkdayShift.NEXT, (6, 1), date(2024, 6, 3)),
        (WorkdayShift.PREVIOUS, (6, 1), date(2024, 5, 31)),
        (WorkdayShift.NEXT, (5, 31), date(2024, 5, 31)),
    ],
)
def test_a_last_day_moves_to_a_working_day_only_where_the_contract_says_so(shift, day, expected):
    term = replace(TERM, month=day[0], day=day[1], shift=shift)
    assert rules.due_date(term, 2023) == expected


@pytest.mark.parametrize(("year", "expected"), [(2022, False), (2023, True), (2026, True), (2030, True), (2031, False)])
def test_a_contract_owes_only_about_years_in_which_it_ran(year, expected):
    assert rules.runs_in(date(2023, 12, 31), date(2030, 1, 1), year) is expected


@pytest.mark.parametrize(
    ("condition", "legal_form", "workers", "expected"),
    [
        (Condition.ALWAYS, LegalForm.SOLE_TRADER, 1, True),
        (Condition.NOT_SOLO, LegalForm.SOLE_TRADER, 1, False),
        (Condition.NOT_SOLO, LegalForm.SOLE_TRADER, None, False),
        (Condition.NOT_SOLO, LegalForm.SOLE_TRADER, 2, True),
        (Condition.NOT_SOLO, LegalForm.FOUNDATION, 1, True),
        (Condition.WNT, LegalForm.SOLE_TRADER, 1, True),
    ],
)
def test_who_works_alone_is_not_asked_what_needs_an_organisation(condition, legal_form, workers, expected):
    assert rules.asks(replace(TERM, condition=condition), legal_form, workers) is expected


@pytest.mark.parametrize(
    ("asked_by", "actor", "reasons"),
    [
        (None, 1, ["waiver_not_asked"]),
        (1, 1, ["waiver_needs_second_person"]),
        (1, 2, []),
    ],
)
def test_a_waiver_takes_two_people(asked_by, actor, reasons):
    assert rules.reasons_not_to_waive(asked_by_id=asked_by, actor_id=actor) == reasons


@pytest.mark.parametrize(
    ("reason", "asked_by", "reasons"),
    [
        (" ", None, ["waiver_needs_reason"]),
        ("Failliet", 4, ["waiver_already_asked"]),
        ("", 4, ["waiver_needs_reason", "waiver_already_asked"]),
        ("Failliet", None, []),
    ],
)
def test_a_proposal_to_waive_needs_a_reason_and_is_made_once(reason, asked_by, reasons):
    assert rules.reasons_not_to_ask_waiver(reason=reason, asked_by_id=asked_by) == reasons


@pytest.mark.parametrize(
    ("question", "answer_by", "reasons"),
    [
        ("Hoe?", date(2024, 5, 2), []),
        ("Hoe?", date(2024, 5, 1), ["answer_day_has_passed"]),
        (" \n", date(2024, 4, 1), ["return_needs_question", "answer_day_has_passed"]),
    ],
)
def test_a_question_needs_words_and_a_day_to_come(question, answer_by, reasons):
    assert rules.reasons_not_to_return(question=question, answer_by=answer_by, today=date(2024, 5, 1)) == reasons


# --- the ladder --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "step", "expected"),
    [
        (date(2024, 5, 31), -14, date(2024, 5, 17)),
        (date(2024, 5, 31), 1, date(2024, 6, 3)),  # 1 June is a Saturday
        (date(2026, 11, 10), -30, date(2026, 10, 12)),  # 11 October is a Sunday
        (date(2024, 7, 1), -1, date(2024, 6, 28)),  # 30 June is a Sunday: not on the last day itself
        (date(2024, 12, 27), -1, date(2024, 12, 24)),  # 26 December is a feast
        (date(2024, 4, 27), -1, date(2024, 4, 26)),
        (date(2024, 3, 31), 1, date(2024, 4, 2)),  # Easter Monday
    ],
)
def test_a_step_falls_on_a_working_day_and_a_reminder_before_the_last_day(due_on, step, expected):
    assert reminders.planned_on(due_on, step) == expected


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        (NEW_YEAR, WHOLE),
        (date(2024, 4, 2), WHOLE),  # the 60th day before is Easter Monday, so the step is on the 2nd
        (date(2024, 4, 3), WHOLE[1:]),
        (date(2024, 5, 3), WHOLE[2:]),
        (date(2024, 5, 4), WHOLE[2:]),
        (date(2024, 5, 20), [-7, -1, 1, 7, 14, 30]),
        (date(2024, 6, 10), [14, 30]),
        (date(2025, 1, 1), []),
    ],
)
def test_with_less_than_four_weeks_the_early_reminders_fall_away_and_what_has_passed_is_no_step(created, expected):
    assert reminders.ladder(TERM, created=created, due_on=DUE) == expected


@pytest.mark.parametrize(
    ("last", "today", "step", "superseded"),
    [
        (None, date(2024, 4, 1), None, ()),
        (None, date(2024, 4, 2), -60, ()),
        (-60, date(2024, 4, 2), None, ()),
        (-60, date(2024, 5, 1), -30, ()),
        (None, date(2024, 5, 31), -1, (-60, -30, -14, -7)),
        (-1, date(2024, 6, 2), None, ()),  # a Sunday: the notice of +1 goes out on Monday
        (-1, date(2024, 6, 3), 1, ()),
        (-30, date(2024, 6, 20), 14, (-14, -7, -1, 1, 7)),
        (14, date(2024, 6, 30), None, ()),
        (14, date(2024, 7, 1), 30, ()),
        (30, date(2025, 7, 1), None, ()),
    ],
)
def test_after_downtime_only_the_latest_step_is_taken(last, today, step, superseded):
    due = reminders.due_of(TERM, last, created=NEW_YEAR, due_on=DUE, today=today)
    assert (due.step if due else None, due.superseded if due else ()) == (step, superseded)


def test_each_step_does_what_the_contract_says():
    assert reminders.actions(TERM, -30) == (A.NOTICE_PROVIDER,)
    assert reminders.actions(TERM, 7) == (A.NOTICE_PROVIDER, A.NOTICE_CONTRACT_MANAGER)
    assert reminders.actions(TERM, 14) == (A.NOTICE_PROVIDER, A.RISK_NOTE)
    assert reminders.actions(TERM, 30) == (A.NOTICE_CONTRACT_MANAGER, A.SIGNAL)
    chase = reminders.Chase(Obligation(), reminders.Due(30, ()), reminders.actions(TERM, 30))
    assert (chase.tells_provider, chase.not_mailed) == (False, [reminders.MANAGERS, reminders.SIGNAL])


# --- as the page shows it ----------------------------------------------------------------------------------------


def item(**changes):
    usual = {
        "kind": ObligationKind.PROFIT_MARGIN, "state": S.OPEN, "due_on": DUE, "delivered_late": False, "answer_by": None,
        "created_at": datetime(2023, 12, 31, 23, 30, tzinfo=UTC), "delivered_at": None, "steps": [],
        "confirmed": False,
        "organisation_id": 1, "organisation": SimpleNamespace(name="Lindeveld"),
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **changes})


def steps(*taken, state=R.QUEUED):
    return [Reminder(step=step, state=state) for step in taken]


def drawn(found, today):
    return {rung.day: rung.state for rung in reminders.rungs(found, TERM, today, "nl")}


def test_the_ladder_of_an_open_item_shows_what_was_done_and_what_comes():
    states = drawn(item(steps=steps(-60, -30)), date(2024, 5, 10))
    assert states["−60"] == states["−30"] == "gedaan"
    assert {states[day] for day in ("−14", "−1", "0", "+1", "+30")} == {"later"}


def test_the_ladder_of_a_late_item_marks_the_last_day_and_where_it_stands():
    states = drawn(item(steps=steps(*WHOLE[:7])), date(2024, 6, 8))
    assert (states["0"], states["+1"], states["+7"], states["+14"]) == ("grens", "gedaan", "nu", "later")


def test_the_ladder_of_a_filed_item_ends_with_the_filing():
    filed = item(state=S.DELIVERED, steps=steps(-60, -30), delivered_at=datetime(2024, 5, 12, 10, tzinfo=UTC))
    assert drawn(filed, date(2024, 6, 8)) == {"−60": "gedaan", "−30": "gedaan", "−19": "gedaan", "0": "gedaan"}


def test_what_was_filed_in_time_without_a_reminder_has_no_ladder_to_show():
    filed = item(state=S.DELIVERED, delivered_at=datetime(2024, 3, 1, 10, tzinfo=UTC))
    assert drawn(filed, date(2024, 3, 2)) == {}
    late = item(state=S.DELIVERED, delivered_at=datetime(2024, 6, 3, 10, tzinfo=UTC))
    assert drawn(late, date(2024, 6, 3)) == {"0": "grens", "+3": "gedaan"}


def test_a_question_and_the_day_of_its_answer_stand_on_the_ladder():
    filed = datetime(2024, 3, 1, 10, tzinfo=UTC)
    asked = item(state=S.RETURNED, delivered_at=filed, answer_by=date(2024, 6, 7))
    for today, state in ((date(2024, 6, 7), "later"), (date(2024, 6, 8), "grens")):
        found = reminders.rungs(asked, TERM, today, "nl", asked_on=date(2024, 5, 20))
        assert [(rung.words, rung.date.day) for rung in found] == [
            ("Ingediend", 1), ("Vraag gesteld", 20), ("Uiterste datum (voorstel)", 31), ("Antwoord uiterlijk", 7),
        ]  # fmt: skip
        assert found[-1].state == state


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Voorgestelde datum"),
        ({"confirmed": True}, "Uiterlijk"),
        ({"confirmed": True, "answer_by": date(2024, 6, 7)}, "Antwoord uiterlijk"),
    ],
)
def test_a_day_says_what_it_is_the_day_of(changes, words):
    assert rules.day_words(item(**changes), "nl") == words


def test_beside_a_day_late_is_said_without_the_number_of_days():
    assert rules.state_beside_a_day(item(), date(2024, 6, 7), "nl") == ("fout", "Te laat")
    assert rules.state_beside_a_day(item(), date(2024, 5, 1), "nl") == ("idle", "Nog niet ingediend")


def test_the_ladder_says_which_steps_were_passed_over_and_which_reached_nobody():
    found = item(steps=[*steps(-60, state=R.SUPERSEDED), *steps(-30, state=R.NOBODY)])
    words = [rung.words for rung in reminders.rungs(found, TERM, date(2024, 5, 10), "nl")]
    assert words[:2] == ["Herinnering (overgeslagen)", "Herinnering (er was niemand bereikbaar)"]
    assert drawn(found, date(2024, 5, 10))["−60"] == "later"


@pytest.mark.parametrize(
    ("changes", "today", "expected"),
    [
        ({}, date(2024, 5, 1), "loopt"),
        ({}, date(2024, 6, 1), "open"),
        ({"state": S.DELIVERED}, date(2024, 7, 1), "ok"),
        ({"state": S.CHECKED, "delivered_late": True}, date(2024, 7, 1), "laat"),
        ({"state": S.RETURNED, "answer_by": date(2024, 7, 9)}, date(2024, 7, 1), "loopt"),
        ({"state": S.RETURNED, "answer_by": date(2024, 7, 9)}, date(2024, 7, 10), "open"),
        ({"state": S.WAIVED}, date(2024, 7, 1), "vrij"),
        ({"state": S.WAIVED, "delivered_late": True}, date(2024, 7, 1), "laat"),
    ],
)
def test_the_calendar_shows_a_state_and_late_stays_late(changes, today, expected):
    assert rules.cell(item(**changes), today) == expected


def test_of_two_obligations_in_a_month_the_graver_one_shows():
    items = [item(state=S.CHECKED), item(), item(due_on=date(2024, 7, 1), organisation_id=2)]
    first, second = rules.board_rows(items, date(2024, 6, 5), {1: "Lindeveld", 2: "Kwelder"})
    assert (first.cells[4], second.cells[6]) == ("open", "loopt")


@pytest.mark.parametrize(
    ("changes", "today", "words"),
    [
        ({}, date(2024, 5, 10), ("idle", "Nog niet ingediend")),
        ({}, date(2024, 5, 23), ("idle", "Nog niet ingediend")),
        ({}, date(2024, 5, 24), ("let-op", "Binnenkort inleveren")),
        ({}, date(2024, 6, 1), ("fout", "1 dag te laat")),
        ({}, date(2024, 6, 7), ("fout", "7 dagen te laat")),
        ({"state": S.DELIVERED}, date(2024, 6, 7), ("bezig", "Te controleren")),
        ({"state": S.DELIVERED, "delivered_late": True}, date(2024, 6, 7), ("bezig", "Te laat ingediend, te controleren")),
        ({"state": S.CHECKED}, date(2024, 6, 7), ("ok", "Gecontroleerd")),
        ({"state": S.CHECKED, "delivered_late": True}, date(2024, 6, 7), ("let-op", "Gecontroleerd, was te laat")),
        ({"state": S.WAIVED}, date(2024, 6, 7), ("idle", "Vrijgesteld")),
        ({"state": S.RETURNED, "answer_by": date(2024, 6, 7)}, date(2024, 6, 7), ("let-op", "Vraag gesteld")),
        ({"state": S.RETURNED, "answer_by": date(2024, 6, 7)}, date(2024, 6, 8), ("fout", "Antwoord te laat")),
    ],
)  # fmt: skip
def test_the_words_say_where_it_stands_and_never_approved(changes, today, words):
    assert rules.state_words(item(**changes), today, "nl") == words
    assert "goedgekeurd" not in words[1].lower()


def test_a_name_after_an_article_begins_small_except_an_abbreviation():
    assert rules.kind_inside(ObligationKind.YEARLY_EVALUATION, "nl") == "jaarlijkse evaluatie"
    assert rules.kind_inside(ObligationKind.WNT_DECLARATION, "nl") == "WNT-verklaring"
