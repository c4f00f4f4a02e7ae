"""One act is one transaction: facts, audit entries and refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import SYSTEM, VISITOR, Actor, Permission, Role, Scope, may
from portal.accounts.models import User
from portal.audit import AuditEvent, record
from portal.errors import NotAllowed, NotFound, RuleBroken, StaleVersion


def somebody(email: str, moment: object) -> User:
    return User(email=email, name="Iemand", registered_at=moment)


def tags(read_as) -> list[str]:
    with read_as(SYSTEM) as work:
        return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def test_an_act_commits_its_facts_and_its_entry_together(work_as, read_as):
    with work_as(SYSTEM) as work:
        user = work.add(somebody("a@example.org", work.now))
        record(work, "user.registered", user)
    with read_as(SYSTEM) as work:
        assert work.session.scalar(select(User.email)) == "a@example.org"
    assert tags(read_as) == ["user.registered"]


def test_a_crash_leaves_neither_fact_nor_entry(work_as, read_as):
    with pytest.raises(ZeroDivisionError), work_as(SYSTEM) as work:
        record(work, "user.registered", work.add(somebody("a@example.org", work.now)))
        raise ZeroDivisionError
    assert tags(read_as) == []


def test_a_refused_act_is_rolled_back_and_its_refusal_is_on_record(work_as, read_as):
    with pytest.raises(RuleBroken), work_as(SYSTEM) as work:
        user = work.add(somebody("a@example.org", work.now))
        raise RuleBroken("too_late", subject=user)
    with read_as(SYSTEM) as work:
        assert work.session.scalar(select(User.id)) is None
        event = work.session.scalar(select(AuditEvent))
        assert (event.tag, event.facts["reasons"]) == ("act.refused", ["too_late"])
        assert event.subject_type == "user_account"


def test_what_is_not_there_leaves_no_trace(work_as, read_as):
    with pytest.raises(NotFound), work_as(SYSTEM) as work:
        work.get(User, 99)
    assert tags(read_as) == []


def test_a_slower_writer_is_told_that_the_row_changed(work_as):
    with work_as(SYSTEM) as work:
        user = work.add(somebody("a@example.org", work.now))
    with work_as(SYSTEM) as work:
        work.get(User, user.id).name = "Eerste"
    with pytest.raises(StaleVersion), work_as(SYSTEM) as work:
        work.expect_version(work.get(User, user.id), 1)


def test_doubled_rows_are_refused_as_a_change_by_somebody_else(work_as):
    with work_as(SYSTEM) as work:
        work.add(somebody("a@example.org", work.now))
    with pytest.raises(StaleVersion), work_as(SYSTEM) as work:
        work.add(somebody("a@example.org", work.now))


def test_a_clock_that_is_set_back_does_not_turn_back_time(work_as, clock):
    with work_as(SYSTEM) as work:
        record(work, "user.registered", None)
        before = work.now
    clock.advance(hours=-3)
    with work_as(SYSTEM) as work:
        assert work.now == before
    clock.advance(hours=4)
    with work_as(SYSTEM) as work:
        assert work.now == before + timedelta(hours=1)


OFFICER = Actor(1, 1, Role.PROCUREMENT_OFFICER, region_id=1, organisation_id=5)
PROVIDER = Actor(2, 2, Role.PROVIDER_ADMIN, organisation_id=7)


@pytest.mark.parametrize(
    ("actor", "permission", "scope", "allowed"),
    [
        (OFFICER, Permission.PROCEDURE_DRAFT, Scope(region_id=1), True),
        (OFFICER, Permission.PROCEDURE_DRAFT, Scope(region_id=2), False),
        (OFFICER, Permission.SUBMISSION_READ, Scope(region_id=1, organisation_id=7), True),
        (OFFICER, Permission.ASSESSMENT_JUDGE, Scope(region_id=1), False),
        (PROVIDER, Permission.SUBMISSION_EDIT, Scope(region_id=1, organisation_id=7), True),
        (PROVIDER, Permission.SUBMISSION_EDIT, Scope(region_id=1, organisation_id=8), False),
        (VISITOR, Permission.PROCEDURE_READ, Scope(), False),
        (None, Permission.PROCEDURE_READ, Scope(), False),
    ],
)
def test_a_role_counts_only_inside_its_scope(actor, permission, scope, allowed):
    assert may(actor, permission, scope) is allowed


def test_require_refuses_and_says_which_permission(work_as):
    with pytest.raises(NotAllowed, match="procedure:draft"), work_as(VISITOR) as work:
        work.require(Permission.PROCEDURE_DRAFT)
