from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.access import SYSTEM, VISITOR, Role
from portal.accounts import queries, service
from portal.accounts.models import LegalForm, LoginAttempt, User, UserState
from portal.accounts.users import jobs, rules
from portal.accounts.users.service import LogIn, forget_old_attempts
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken
from tests.accounts.asking import logged_in, mails, token_in, trail, who_enters
from tests.factories import PASSWORD, actor_for, make_colleague, make_provider, make_region, make_staff

NEW = "lepelaar in de polder"
FACTS = {
    "organisation_name": "Lindeveld Jeugd", "kvk_number": "12345678", "legal_form": LegalForm.FOUNDATION,
    "offers_stay": False, "youth_workers": 9, "place": "Heiloo", "person_name": "Noor Vis",
    "email": "noor@lindeveld.nl", "password": PASSWORD, "locale": "nl",
}  # fmt: skip
MOMENT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def tries(work_as, email, password, *, at=MOMENT, address="192.0.2.1"):
    """As the log-in page does it: count, compare outside, finish."""
    with work_as(VISITOR) as work:
        entry = service.begin_log_in(work, email=email, address=address, moment=at)
    if not rules.password_matches(entry.password_hash, password):
        return None
    with work_as(VISITOR) as work:
        return service.finish_log_in(work, entry, password=password)


@pytest.fixture
def provider(work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work, email="beheer@lindeveld.nl")


# --- confirming --------------------------------------------------------------------------------------------------


def test_an_account_is_confirmed_by_the_mailed_link(work_as, read_as):
    with work_as(VISITOR) as work:
        service.register_organisation(work, **FACTS)
        token = token_in(mails(work, "account_confirm")[0])
    with work_as(VISITOR) as work:
        assert service.confirm_account(work, token).state is UserState.ACTIVE
    with read_as(SYSTEM) as work:
        assert trail(work, "user_account.confirm") == [{"before": "unconfirmed", "after": "active"}]


def test_a_confirmation_link_works_once_and_for_a_day(work_as, clock):
    with work_as(VISITOR) as work:
        service.register_organisation(work, **FACTS)
        token = token_in(mails(work, "account_confirm")[0])
    clock.advance(hours=24)
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.confirm_account(work, token)
    with work_as(VISITOR) as work:
        service.resend_confirmation(work, FACTS["email"])
        fresh = token_in(mails(work, "account_confirm")[1])
    with work_as(VISITOR) as work:
        service.confirm_account(work, fresh)
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.confirm_account(work, fresh)


def test_asking_again_at_once_fills_no_mailbox(work_as, read_as):
    with work_as(VISITOR) as work:
        service.register_organisation(work, **FACTS)
    with work_as(VISITOR) as work:
        service.resend_confirmation(work, FACTS["email"])
        service.resend_confirmation(work, "onbekend@voorbeeld.nl")
    with read_as(SYSTEM) as work:
        assert len(mails(work, "account_confirm")) == 1


def test_who_is_not_confirmed_does_not_come_in(work_as):
    with work_as(VISITOR) as work:
        service.register_organisation(work, **FACTS)
    with pytest.raises(RuleBroken, match="not_confirmed"):
        tries(work_as, FACTS["email"], PASSWORD)


# --- logging in --------------------------------------------------------------------------------------------------


def test_the_right_password_comes_in_and_stands_in_the_trail(provider, work_as, read_as):
    assert tries(work_as, " Beheer@Lindeveld.NL ", PASSWORD).id == provider.admin.id
    with read_as(SYSTEM) as work:
        assert len(trail(work, "session.began")) == 1


@pytest.mark.parametrize("email", ["beheer@lindeveld.nl", "onbekend@voorbeeld.nl"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(provider, work_as, email):
    assert tries(work_as, email, "verkeerd wachtwoord") is None


def test_after_five_wrong_passwords_the_right_one_is_refused_equally(provider, work_as):
    for n in range(5):
        tries(work_as, "beheer@lindeveld.nl", "fout", at=MOMENT + timedelta(minutes=n), address=f"192.0.2.{n}")
    with pytest.raises(rules.TooManyAttempts) as refused:
        tries(work_as, "beheer@lindeveld.nl", PASSWORD, at=MOMENT + timedelta(minutes=5))
    assert refused.value.until == MOMENT + timedelta(minutes=15)
    assert tries(work_as, "beheer@lindeveld.nl", PASSWORD, at=MOMENT + timedelta(minutes=15))


def test_an_unknown_address_is_locked_just_like_a_known_one(provider, work_as):
    for _ in range(5):
        tries(work_as, "onbekend@voorbeeld.nl", "fout")
    with pytest.raises(rules.TooManyAttempts):
        tries(work_as, "onbekend@voorbeeld.nl", "fout", at=MOMENT + timedelta(seconds=1))


def test_attempts_during_the_wait_do_not_lengthen_it(provider, work_as):
    for _ in range(5):
        tries(work_as, "beheer@lindeveld.nl", "fout")
    for minute in (5, 10, 14):
        with pytest.raises(rules.TooManyAttempts):
            tries(work_as, "beheer@lindeveld.nl", "fout", at=MOMENT + timedelta(minutes=minute))
    assert tries(work_as, "beheer@lindeveld.nl", PASSWORD, at=MOMENT + timedelta(minutes=15))


def test_a_log_in_clears_the_wrong_passwords_before_it(provider, work_as):
    for n in range(4):
        tries(work_as, "beheer@lindeveld.nl", "fout", at=MOMENT + timedelta(seconds=n))
    tries(work_as, "beheer@lindeveld.nl", PASSWORD, at=MOMENT + timedelta(seconds=5))
    for n in range(4):
        tries(work_as, "beheer@lindeveld.nl", "fout", at=MOMENT + timedelta(seconds=6 + n))
    assert tries(work_as, "beheer@lindeveld.nl", PASSWORD, at=MOMENT + timedelta(seconds=11))


def test_one_network_address_may_be_wrong_thirty_times(provider, work_as):
    with work_as(VISITOR) as work:
        for n in range(30):
            service.begin_log_in(work, email=f"{n}@voorbeeld.nl", address="198.51.100.7", moment=MOMENT)
    with pytest.raises(rules.TooManyAttempts):
        tries(work_as, "beheer@lindeveld.nl", PASSWORD, address="198.51.100.7")
    assert tries(work_as, "beheer@lindeveld.nl", PASSWORD, address="198.51.100.8")


def test_everybody_together_has_a_limit_too(provider, work_as, monkeypatch):
    monkeypatch.setattr(rules, "WRONG_IN_TOTAL", 10)
    with work_as(VISITOR) as work:
        for n in range(10):
            service.begin_log_in(work, email=f"{n}@voorbeeld.nl", address=f"198.51.100.{n}", moment=MOMENT)
    with pytest.raises(rules.TooManyAttempts):
        tries(work_as, "beheer@lindeveld.nl", PASSWORD)


def test_neither_address_is_kept_only_their_digests(provider, work_as, read_as):
    tries(work_as, "beheer@lindeveld.nl", "fout")
    with read_as(SYSTEM) as work:
        kept = work.session.query(LoginAttempt).one()
        assert len(kept.email_digest) == len(kept.address_digest) == 64
        assert "lindeveld" not in repr(vars(kept))


def test_the_portals_clock_moves_no_limit(provider, work_as, clock):
    for _ in range(5):
        tries(work_as, "beheer@lindeveld.nl", "fout")
    clock.advance(days=30)
    with pytest.raises(rules.TooManyAttempts):
        tries(work_as, "beheer@lindeveld.nl", PASSWORD)


def test_old_attempts_are_forgotten(provider, work_as, read_as, office):
    tries(work_as, "beheer@lindeveld.nl", "fout", at=MOMENT - timedelta(days=400))
    assert jobs.forget_login_attempts(office) == 1
    with work_as(SYSTEM) as work:
        assert forget_old_attempts(work, MOMENT) == 0


def test_a_password_that_changed_between_the_two_acts_does_not_come_in(provider, work_as):
    with pytest.raises(NotFound), work_as(VISITOR) as work:
        entry = service.begin_log_in(work, email="beheer@lindeveld.nl", address="x", moment=MOMENT)
        old = LogIn(entry.attempt_id, entry.user_id, rules.hashed("een ouder wachtwoord"))
        service.finish_log_in(work, old, password="een ouder wachtwoord")


# --- passwords ---------------------------------------------------------------------------------------------------


def asked_for_reset(work_as, email="beheer@lindeveld.nl"):
    with work_as(VISITOR) as work:
        service.request_reset(work, email)
        found = mails(work, "account_reset")
    return token_in(found[-1]) if found else None


def test_a_reset_ends_every_open_session(provider, work_as, read_as):
    actor, key = provider.actor, logged_in(work_as, provider.admin)
    token = asked_for_reset(work_as)
    with work_as(VISITOR) as work:
        service.reset_password(work, token, password=NEW)
    with read_as(SYSTEM) as work:
        assert who_enters(work, actor, key) is None
        assert trail(work, "user_account.password_reset")
    assert tries(work_as, "beheer@lindeveld.nl", NEW)
    assert tries(work_as, "beheer@lindeveld.nl", PASSWORD) is None


def test_a_reset_link_works_once_and_for_an_hour(provider, work_as, clock):
    first = asked_for_reset(work_as)
    clock.advance(minutes=60)
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.reset_password(work, first, password=NEW)
    second = asked_for_reset(work_as)
    with work_as(VISITOR) as work:
        service.reset_password(work, second, password=NEW)
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.reset_password(work, second, password=NEW)


def test_a_weak_new_password_leaves_the_link_usable(provider, work_as):
    token = asked_for_reset(work_as)
    with pytest.raises(RuleBroken, match="password_too_short"), work_as(VISITOR) as work:
        service.reset_password(work, token, password="kort")
    with work_as(VISITOR) as work:
        service.reset_password(work, token, password=NEW)


def test_nobody_is_mailed_for_an_address_that_has_no_account(provider, work_as, read_as):
    assert asked_for_reset(work_as, "onbekend@voorbeeld.nl") is None


def test_a_confirmation_link_resets_nothing(work_as):
    with work_as(VISITOR) as work:
        service.register_organisation(work, **FACTS)
        token = token_in(mails(work, "account_confirm")[0])
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.reset_password(work, token, password=NEW)


def test_a_person_changes_the_own_password_only_with_the_current_one(provider, work_as, read_as):
    with pytest.raises(RuleBroken, match="password_wrong"), work_as(provider.actor) as work:
        service.change_password(work, queries.own_user(work), current="fout", password=NEW)
    with work_as(provider.actor) as work:
        user = service.change_password(work, queries.own_user(work), current=PASSWORD, password=NEW)
        assert user.session_generation == 3
    with read_as(SYSTEM) as work:
        assert trail(work, "user_account.password_changed")


def test_nobody_changes_somebody_elses_account(provider, work_as):
    with work_as(SYSTEM) as work:
        other = make_provider(work)
    for verb, facts in [
        (service.change_password, {"current": PASSWORD, "password": NEW}),
        (service.rename, {"name": "Iemand anders"}),
        (service.set_locale, {"locale": "en"}),
    ]:
        with pytest.raises(NotFound), work_as(provider.actor) as work:
            verb(work, work.get(User, other.admin.id), **facts)


# --- the person --------------------------------------------------------------------------------------------------


def test_a_leaver_is_out_at_once_and_may_come_back(provider, admin, work_as, read_as):
    actor, key = provider.actor, logged_in(work_as, provider.admin)
    with work_as(actor_for(admin)) as work:
        service.deactivate_user(work, work.get(User, provider.admin.id))
    with read_as(SYSTEM) as work:
        assert who_enters(work, actor, key) is None
        assert trail(work, "user_account.deactivate") == [{"before": "active", "after": "deactivated"}]
    with pytest.raises(RuleBroken, match="deactivated"):
        tries(work_as, "beheer@lindeveld.nl", PASSWORD)
    with work_as(actor_for(admin)) as work:
        service.reactivate_user(work, work.get(User, provider.admin.id))
    with read_as(SYSTEM) as work:
        assert trail(work, "user_account.reactivate") == [{"before": "deactivated", "after": "active"}]
    assert tries(work_as, "beheer@lindeveld.nl", PASSWORD)


def test_a_leaver_gets_no_reset_link(provider, admin, work_as):
    with work_as(actor_for(admin)) as work:
        service.deactivate_user(work, work.get(User, provider.admin.id))
    assert asked_for_reset(work_as) is None


def test_an_administrator_does_not_lock_himself_out(admin, work_as):
    with pytest.raises(RuleBroken, match="deactivates_self"), work_as(actor_for(admin)) as work:
        service.deactivate_user(work, work.get(User, admin.id))


def test_who_is_out_already_cannot_be_put_out_again(provider, admin, work_as):
    with work_as(actor_for(admin)) as work:
        service.deactivate_user(work, work.get(User, provider.admin.id))
    with pytest.raises(IllegalTransition), work_as(actor_for(admin)) as work:
        service.deactivate_user(work, work.get(User, provider.admin.id))


def test_only_the_platforms_administrator_deactivates(provider, work_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    with pytest.raises(NotAllowed), work_as(provider.actor) as work:
        service.deactivate_user(work, work.get(User, colleague.id))


def test_whose_last_role_ended_does_not_come_in(provider, work_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider, email="collega@lindeveld.nl")
        service.end_membership(work, colleague.memberships[0])
    with pytest.raises(RuleBroken, match="no_role"):
        tries(work_as, "collega@lindeveld.nl", PASSWORD)


def test_the_actor_of_a_session_carries_role_and_scope(work_as, read_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        officer = make_staff(work, Role.PROCUREMENT_OFFICER, organisation=region.organisation, region_id=region.id)
    key = logged_in(work_as, officer)
    with read_as(SYSTEM) as work:
        actor = who_enters(work, actor_for(officer), key)
        assert actor is not None
        assert (actor.role, actor.region_id) == (Role.PROCUREMENT_OFFICER, region.id)
        assert who_enters(work, replace(actor, user_id=officer.id + 1), key) is None
        assert who_enters(work, actor, key + "x") is None
