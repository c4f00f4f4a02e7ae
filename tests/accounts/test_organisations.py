from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.access import SYSTEM, VISITOR, Role
from portal.accounts import service
from portal.accounts.models import LegalForm, Organisation, OrganisationKind, OrganisationState, User
from portal.accounts.organisations import queries
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from tests.accounts.asking import mails, trail
from tests.accounts.test_users import FACTS
from tests.factories import actor_for, make_colleague, make_officer, make_provider, make_region, make_staff

EDIT = {
    "name": "Lindeveld Jeugd en Gezin", "legal_form": LegalForm.FOUNDATION, "offers_stay": True,
    "youth_workers": 15, "place": "Alkmaar", "version": None,
}  # fmt: skip


@pytest.fixture
def provider(work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work, "Lindeveld", legal_form=LegalForm.LIMITED_COMPANY)


@pytest.fixture
def officer(work_as):
    with work_as(SYSTEM) as work:
        return make_officer(work, make_region(work))


def test_registering_makes_an_organisation_and_its_first_administrator(work_as, read_as):
    with work_as(VISITOR) as work:
        organisation, user = service.register_organisation(work, **{**FACTS, "kvk_number": "1234 5678"})
        assert [m.role for m in user.memberships] == [Role.PROVIDER_ADMIN]
    assert organisation.kvk_number == "12345678"
    assert organisation.state is OrganisationState.IDENTITY_PENDING
    with read_as(SYSTEM) as work:
        assert trail(work, "organisation.registered") == [{"kvk_number": "12345678", "user_account_id": user.id}]
        assert trail(work, "membership.began")[0]["organisation_id"] == organisation.id
        assert [mail.recipient for mail in mails(work, "account_confirm")] == [FACTS["email"]]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"kvk_number": "1234567"}, "kvk_number_wrong"),
        ({"organisation_name": " "}, "organisation_name_missing"),
        ({"youth_workers": -3}, "youth_workers_wrong"),
        ({"password": "welkom123456"}, "password_common"),
    ],
)
def test_a_wrong_registration_leaves_nothing_half_done(work_as, read_as, facts, reason):
    with pytest.raises(RuleBroken, match=reason), work_as(VISITOR) as work:
        service.register_organisation(work, **{**FACTS, **facts})
    with read_as(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(Organisation)) == 0
        assert work.session.scalar(select(func.count()).select_from(User)) == 0
        assert mails(work, "account_confirm") == []


def test_a_known_kvk_number_and_a_known_address_are_refused(work_as):
    with work_as(VISITOR) as work:
        service.register_organisation(work, **FACTS)
    with pytest.raises(RuleBroken, match="kvk_known"), work_as(VISITOR) as work:
        service.register_organisation(work, **{**FACTS, "email": "ander@lindeveld.nl"})
    with pytest.raises(RuleBroken, match="email_known"), work_as(VISITOR) as work:
        service.register_organisation(work, **{**FACTS, "kvk_number": "87654321"})


def test_a_registration_that_nobody_confirmed_blocks_its_number_for_a_day(work_as, read_as, clock):
    with work_as(VISITOR) as work:
        prank, _ = service.register_organisation(work, **FACTS)
    real = {**FACTS, "email": "echt@lindeveld.nl"}
    clock.advance(hours=24)
    with pytest.raises(RuleBroken, match="kvk_known"), work_as(VISITOR) as work:
        service.register_organisation(work, **real)
    clock.advance(seconds=1)
    with work_as(VISITOR) as work:
        organisation, _ = service.register_organisation(work, **real)
        assert organisation.id != prank.id
    with read_as(SYSTEM) as work:
        assert work.get(Organisation, prank.id).kvk_number is None
        assert trail(work, "organisation.close")[0]["kvk_number"] == FACTS["kvk_number"]


def test_a_confirmed_registration_keeps_its_number(provider, work_as, clock):
    clock.advance(days=400)
    with pytest.raises(RuleBroken, match="kvk_known"), work_as(VISITOR) as work:
        service.register_organisation(work, **{**FACTS, "kvk_number": provider.organisation.kvk_number})


def test_who_registers_twice_before_confirming_gets_the_link_again(work_as, read_as, clock):
    with work_as(VISITOR) as work:
        service.register_organisation(work, **FACTS)
    clock.advance(minutes=10)
    with work_as(VISITOR) as work:
        service.tell_account_exists(work, FACTS["email"])
    with read_as(SYSTEM) as work:
        assert len(mails(work, "account_confirm")) == 2 and mails(work, "account_known") == []


def test_only_the_mailbox_learns_that_there_is_an_account(provider, work_as, read_as):
    with work_as(VISITOR) as work:
        service.tell_account_exists(work, provider.admin.email)
        service.tell_account_exists(work, "onbekend@voorbeeld.nl")
    with read_as(SYSTEM) as work:
        assert [mail.recipient for mail in mails(work, "account_known")] == [provider.admin.email]


def test_another_name_or_legal_form_stands_in_the_trail(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        service.edit_organisation(work, work.get(Organisation, provider.organisation.id), **EDIT)
    with read_as(SYSTEM) as work:
        facts = trail(work, "organisation.edited")[0]
        assert facts["before"]["name"] == "Lindeveld"
        assert facts["after"]["legal_form"] == "foundation"
        assert "place" not in facts["after"]


def test_saving_what_stood_there_changes_nothing(provider, work_as, read_as):
    for _ in range(2):
        with work_as(provider.actor) as work:
            service.edit_organisation(work, work.get(Organisation, provider.organisation.id), **EDIT)
    with read_as(SYSTEM) as work:
        assert len(trail(work, "organisation.edited")) == 1


def test_the_slower_of_two_editors_is_told(provider, work_as):
    with work_as(provider.actor) as work:
        seen = work.get(Organisation, provider.organisation.id).version
    with work_as(provider.actor) as work:
        service.edit_organisation(work, work.get(Organisation, provider.organisation.id), **{**EDIT, "version": seen})
    with pytest.raises(StaleVersion), work_as(provider.actor) as work:
        service.edit_organisation(work, work.get(Organisation, provider.organisation.id), **{**EDIT, "version": seen})


def test_an_employee_edits_no_organisation_and_nobody_edits_another(provider, work_as):
    with work_as(SYSTEM) as work:
        colleague, other = make_colleague(work, provider), make_provider(work)
    for actor in (actor_for(colleague), other.actor):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            service.edit_organisation(work, work.get(Organisation, provider.organisation.id), **EDIT)


def test_an_officer_suspends_resumes_and_closes(provider, officer, work_as, read_as):
    for act in ("suspend", "resume", "close"):
        with work_as(actor_for(officer)) as work:
            service.change_state(work, queries.provider(work, provider.organisation.id), act)
    with read_as(SYSTEM) as work:
        assert trail(work, "organisation.suspend") == [{"before": "active", "after": "suspended"}]
        assert trail(work, "organisation.resume") == [{"before": "suspended", "after": "active"}]
        assert trail(work, "organisation.close") == [{"before": "active", "after": "closed"}]
    with pytest.raises(IllegalTransition), work_as(actor_for(officer)) as work:
        service.change_state(work, queries.provider(work, provider.organisation.id), "resume")


def test_a_provider_suspends_nobody(provider, work_as):
    with pytest.raises(NotAllowed), work_as(provider.actor) as work:
        service.change_state(work, queries.provider(work, provider.organisation.id), "suspend")


def test_officers_see_all_providers_and_a_provider_only_itself(provider, officer, work_as, read_as):
    with work_as(SYSTEM) as work:
        other = make_provider(work, "De Brug")
    with read_as(actor_for(officer)) as work:
        assert [o.name for o in queries.providers(work).rows] == ["De Brug", "Lindeveld"]
        assert [o.name for o in queries.providers(work, "LÍNDE").rows] == ["Lindeveld"]
        assert not queries.providers(work, state=OrganisationState.SUSPENDED).rows
    with read_as(provider.actor) as work:
        assert [o.name for o in queries.providers(work).rows] == ["Lindeveld"]
        with pytest.raises(NotFound):
            queries.provider(work, other.organisation.id)
    with read_as(VISITOR) as work:
        assert not queries.providers(work).rows


def test_an_organisation_of_the_region_is_made_once(work_as, read_as):
    with work_as(SYSTEM) as work:
        first = service.ensure_organisation(work, kind=OrganisationKind.MUNICIPALITY, name="Gemeente Heiloo")
        again = service.ensure_organisation(work, kind=OrganisationKind.MUNICIPALITY, name="Gemeente Heiloo")
        assert first is again and first.state is OrganisationState.ACTIVE
    with read_as(SYSTEM) as work:
        assert len(trail(work, "organisation.activate")) == 1


def test_only_who_may_invite_staff_makes_staff(officer, work_as):
    with pytest.raises(NotAllowed), work_as(actor_for(officer)) as work:
        make_staff(work, Role.PLATFORM_ADMIN)
