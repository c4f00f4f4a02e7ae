from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from portal.access import SYSTEM, VISITOR, Role
from portal.accounts import service
from portal.accounts.members.queries import membership
from portal.accounts.models import Organisation, User
from portal.accounts.sessions import queries
from portal.accounts.sessions.models import UserSession
from portal.accounts.sessions.rules import device_words, token_digest
from portal.accounts.users import jobs
from portal.errors import NotFound
from tests.accounts.asking import logged_in, trail, who_enters
from tests.factories import (
    PASSWORD,
    actor_for,
    make_colleague,
    make_officer,
    make_provider,
    make_region,
    make_staff,
    membership_of,
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/126.0 Mobile Safari/537", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537 Edg/126.0", "Edge, Windows"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words_its_owner_knows(said, words):
    assert device_words(said) == words


@pytest.fixture
def provider(work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work)


def test_only_the_digest_of_the_key_is_kept(provider, work_as, read_as):
    key = logged_in(work_as, provider.admin)
    with read_as(SYSTEM) as work:
        assert work.session.query(UserSession).one().key_digest == token_digest(key) != key


def test_an_ended_session_is_over_and_the_others_stay(provider, work_as, read_as):
    here, there = logged_in(work_as, provider.admin), logged_in(work_as, provider.admin)
    with work_as(provider.actor) as work:
        service.end_session(work, queries.by_key(work, there))
    with read_as(provider.actor) as work:
        assert who_enters(work, provider.actor, there) is None
        assert who_enters(work, provider.actor, here) is not None
        assert [found.key_digest for found in queries.own_sessions(work)] == [token_digest(here)]
        assert len(trail(work, "session.ended")) == 1


def test_all_others_end_at_once(provider, work_as, read_as):
    keys = [logged_in(work_as, provider.admin) for _ in range(3)]
    with work_as(provider.actor) as work:
        assert service.end_other_sessions(work, keys[0]) == 2
    with read_as(SYSTEM) as work:
        assert [who_enters(work, provider.actor, key) is not None for key in keys] == [True, False, False]


def test_nobody_sees_or_ends_the_session_of_another(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    key = logged_in(work_as, colleague)
    with read_as(provider.actor) as work:
        theirs = queries.by_key(work, key)
        assert queries.own_sessions(work) == []
        with pytest.raises(NotFound):
            queries.own_session(work, theirs.id)
    with pytest.raises(NotFound), work_as(provider.actor) as work:
        service.end_session(work, queries.by_key(work, key))


def test_sessions_nobody_can_use_are_forgotten(provider, office, work_as, read_as):
    logged_in(work_as, provider.admin)
    with work_as(SYSTEM) as work:
        work.session.execute(update(UserSession).values(began_at=datetime.now(UTC) - timedelta(days=8)))
    logged_in(work_as, provider.admin)
    assert jobs.forget_login_attempts(office) == 1
    with read_as(SYSTEM) as work:
        assert work.session.query(UserSession).count() == 1


# --- every way in which a role changes ---------------------------------------------------------------------------


def role_given(work, admin, region, person):
    organisation = work.get(Organisation, region.organisation_id)
    service.give_role(work, person, organisation=organisation, role=Role.AUDITOR, region_id=region.id)


def role_ended(work, admin, region, person):
    service.end_membership(work, membership(work, membership_of(person).id))


def deactivated(work, admin, region, person):
    service.deactivate_user(work, person)


@pytest.mark.parametrize("change", [role_given, role_ended, deactivated], ids=lambda change: change.__name__)
def test_a_changed_role_of_staff_ends_the_session(change, work_as, read_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        admin, officer = make_staff(work, Role.PLATFORM_ADMIN), make_officer(work, region)
    key = logged_in(work_as, officer)
    with work_as(actor_for(admin)) as work:
        change(work, admin, region, work.get(User, officer.id))
    with read_as(SYSTEM) as work:
        assert who_enters(work, actor_for(officer), key) is None


def test_who_accepts_a_further_role_logs_in_again(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    key = logged_in(work_as, colleague)
    with work_as(provider.actor) as work:
        token = service.invite(
            work, email=colleague.email, organisation=provider.organisation, role=Role.PROVIDER_ADMIN
        )
    with work_as(VISITOR) as work:
        service.accept_invitation(work, token)
    with read_as(SYSTEM) as work:
        assert who_enters(work, actor_for(colleague), key) is None


@pytest.mark.parametrize("acts", [["suspend"], ["close"], ["suspend", "resume"]], ids="-".join)
def test_what_happens_to_an_organisation_ends_the_sessions_of_all_its_people(acts, provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        officer, colleague = make_officer(work, make_region(work)), make_colleague(work, provider)
    for act in acts:
        keys = {person: logged_in(work_as, person) for person in (provider.admin, colleague)}
        with work_as(actor_for(officer)) as work:
            service.change_state(work, work.get(Organisation, provider.organisation.id), act)
        with read_as(SYSTEM) as work:
            assert [who_enters(work, actor_for(person), key) for person, key in keys.items()] == [None, None]


def test_a_new_password_ends_every_session(provider, work_as, read_as):
    key = logged_in(work_as, provider.admin)
    with work_as(provider.actor) as work:
        person = work.get(User, provider.admin.id)
        service.change_password(work, person, current=PASSWORD, password="lepelaar in de polder")
    with read_as(SYSTEM) as work:
        assert who_enters(work, provider.actor, key) is None
