"""Signals: opened by the ladder, triaged by a contract manager, each step with its reason."""

from __future__ import annotations

import pytest

from portal.access import SYSTEM, Permission
from portal.audit import AuditEvent
from portal.compliance.escalation import queries, rules, service
from portal.compliance.escalation.models import Signal, SignalNote, SignalState
from portal.compliance.obligations.models import Obligation
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.listing import Asked
from tests.compliance.builder import MARGIN

S = SignalState


@pytest.fixture
def signalled(desk):
    """One signal about the first provider, one about the other."""
    desk.year_begins()
    with desk.acts(SYSTEM) as work:
        for provider in (desk.provider, desk.other):
            service.open_overdue_signal(work, work.get(Obligation, desk.id_of(MARGIN, provider)))
    return desk


def triage(desk, act, note="De aanbieder belt terug.", actor=None):
    with desk.acts(actor or desk.manager) as work:
        service.triage_signal(work, queries.signal(work, 1), act, note=note)


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        (["take_up"], S.TRIAGE),
        (["dismiss"], S.DISMISSED),
        (["talk"], S.CONVERSATION),
        (["take_up", "dismiss"], S.DISMISSED),
        (["take_up", "talk"], S.CONVERSATION),
    ],
)
def test_a_signal_goes_the_steps_of_its_table(signalled, acts, state):
    for act in acts:
        triage(signalled, act)
    assert signalled.rows(Signal)[0].state is state
    event = signalled.rows(AuditEvent)[-1]
    assert (event.tag, event.facts["after"]) == (f"signal.{acts[-1]}", state.value)
    assert "belt terug" not in str(event.facts)


@pytest.mark.parametrize(("first", "then"), [("dismiss", "take_up"), ("talk", "dismiss"), ("take_up", "take_up")])
def test_what_is_done_is_not_done_again(signalled, first, then):
    triage(signalled, first)
    with pytest.raises(IllegalTransition):
        triage(signalled, then)


@pytest.mark.parametrize(
    ("act", "note", "reasons"),
    [("take_up", " ", ["triage_needs_note"]), ("shoot", "Nu.", ["unknown_act"]), ("talk", "Nu.", [])],
)
def test_a_step_needs_a_reason_and_is_one_of_the_table(act, note, reasons):
    assert rules.reasons_not_to_triage(act, note) == reasons


def test_a_refused_step_changes_nothing(signalled):
    for act, note in (("take_up", " "), ("shoot", "Nu.")):
        with pytest.raises(RuleBroken):
            triage(signalled, act, note)
    assert signalled.rows(Signal)[0].state is S.OPEN
    assert signalled.rows(SignalNote) == []


def test_each_step_keeps_its_own_note(signalled):
    triage(signalled, "take_up", "Ik bel maandag.")
    triage(signalled, "talk", "Gesprek op 3 juli.", signalled.second)
    with signalled.looks(signalled.auditor) as work:
        notes = queries.signal(work, 1).notes
        assert [(n.act, n.note, n.written_by.name) for n in notes] == [
            ("take_up", "Ik bel maandag.", "Mo Manager"), ("talk", "Gesprek op 3 juli.", "Tess Tweede"),
        ]  # fmt: skip


def test_only_a_contract_manager_triages_and_a_provider_sees_no_signals(signalled):
    with pytest.raises(NotAllowed):
        triage(signalled, "take_up", actor=signalled.auditor)
    with pytest.raises(NotAllowed), signalled.looks(signalled.provider) as work:
        queries.signals(work, rules.Filters())
    assert not signalled.provider.may(Permission.SIGNAL_READ)


def test_a_signal_of_another_region_is_not_there(signalled):
    with pytest.raises(NotFound), signalled.looks(signalled.elsewhere) as work:
        queries.signal(work, 1)
    with signalled.looks(signalled.elsewhere) as work:
        assert not queries.signals(work, rules.Filters()).page.rows


def test_an_overdue_obligation_has_one_signal(signalled):
    with pytest.raises(StaleVersion), signalled.acts(SYSTEM) as work:
        service.open_overdue_signal(work, work.get(Obligation, signalled.id_of(MARGIN)))


def test_the_list_is_filtered_sorted_and_paged(signalled):
    triage(signalled, "dismiss")
    with signalled.looks(signalled.manager) as work:
        everything = queries.signals(work, rules.Filters())
        assert ([s.id for s in everything.page.rows], everything.waiting) == ([2, 1], 1)
        assert [s.id for s in queries.signals(work, rules.Filters(state=S.DISMISSED)).page.rows] == [1]
        assert [s.id for s in queries.signals(work, rules.Filters(q="kwélder")).page.rows] == [2]
        assert [s.id for s in queries.signals(work, rules.Filters(), Asked("aanbieder")).page.rows] == [1, 2]
        assert [s.id for s in queries.signals(work, rules.Filters(), Asked("-aanbieder")).page.rows] == [2, 1]
        first = queries.signals(work, rules.Filters(), Asked(size=1)).page
        second = queries.signals(work, rules.Filters(), Asked(place=first.next, size=1)).page
        assert ([s.id for s in second.rows], second.next) == ([1], "")
        assert [s.id for s in queries.all_signals(work, rules.Filters())] == [2, 1]


def test_open_signals_wait_for_the_manager(signalled, monkeypatch):
    with signalled.looks(signalled.manager) as work:
        assert [wait.title for wait in queries.waiting(work)] == [
            "Signaal over Lindeveld Jeugd en Gezin", "Signaal over Praktijk Kwelder",
        ]  # fmt: skip
        monkeypatch.setattr(queries, "MOST", 1)
        (many,) = queries.waiting(work)
        assert (many.endpoint, many.args) == ("escalation.index", {})
    with signalled.looks(signalled.auditor) as work:
        assert queries.waiting(work) == []


def test_what_is_not_overdue_has_no_signal_to_open(desk):
    desk.year_begins()
    with desk.looks(SYSTEM) as work:
        assert queries.overdue_without_signal(work) == []
