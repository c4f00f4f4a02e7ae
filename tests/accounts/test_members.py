from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access import SYSTEM, VISITOR, Role
from portal.accounts import queries as accounts
from portal.accounts import service
from portal.accounts.members import queries
from portal.accounts.models import Invitation, JoinRequest, JoinRequestState, Membership, Organisation, User, UserState
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken
from tests.accounts.asking import logged_in, mails, token_in, trail, who_enters
from tests.factories import (
    PASSWORD,
    actor_for,
    make_colleague,
    make_officer,
    make_provider,
    membership_of,
)

COLLEAGUE = "sam@lindeveld.nl"


@pytest.fixture
def provider(work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work, "Lindeveld")


def invite(work, provider, email=COLLEAGUE, role=Role.PROVIDER_EDITOR):
    return service.invite(work, email=email, organisation=work.get(Organisation, provider.organisation.id), role=role)


# --- inviting ----------------------------------------------------------------------------------------------------


def test_a_colleague_joins_by_the_mailed_link(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        invite(work, provider, " Sam@Lindeveld.nl ")
        token = token_in(mails(work, "invitation")[0])
    with work_as(VISITOR) as work:
        user = service.accept_invitation(work, token, name="Sam Bos", password=PASSWORD)
        assert (user.email, user.state, user.name) == (COLLEAGUE, UserState.ACTIVE, "Sam Bos")
    with read_as(provider.actor) as work:
        assert "Sam Bos" in [m.user.name for m in queries.members(work, provider.organisation.id)]
        assert trail(work, "invitation.sent")[0]["role"] == "provider_editor"
        assert trail(work, "invitation.accepted") == [{"user_account_id": user.id}]


def test_an_invitation_works_once_and_for_seven_days(provider, work_as, clock):
    with work_as(provider.actor) as work:
        first, second = invite(work, provider), invite(work, provider, "jo@lindeveld.nl")
    with work_as(VISITOR) as work:
        service.accept_invitation(work, second, name="Jo", password=PASSWORD)
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.accept_invitation(work, second, name="Jo", password=PASSWORD)
    clock.advance(days=7)
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.accept_invitation(work, first, name="Sam", password=PASSWORD)


def test_a_resent_invitation_replaces_the_old_link(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        old = invite(work, provider)
    with work_as(provider.actor) as work:
        new = service.resend_invitation(work, queries.open_invitations(work, provider.organisation.id)[0])
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.accept_invitation(work, old, name="Sam", password=PASSWORD)
    with work_as(VISITOR) as work:
        service.accept_invitation(work, new, name="Sam", password=PASSWORD)
    with read_as(SYSTEM) as work:
        assert len(trail(work, "invitation.resent")) == 1
        assert len(mails(work, "invitation")) == 2


def test_a_revoked_invitation_opens_nothing(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        token = invite(work, provider)
    with work_as(provider.actor) as work:
        service.revoke_invitation(work, queries.open_invitations(work, provider.organisation.id)[0])
    with pytest.raises(RuleBroken, match="link_expired"), work_as(VISITOR) as work:
        service.accept_invitation(work, token, name="Sam", password=PASSWORD)
    with read_as(provider.actor) as work:
        assert queries.open_invitations(work, provider.organisation.id) == []
        assert len(trail(work, "invitation.revoked")) == 1


def test_who_is_invited_or_member_already_is_not_invited_again(provider, work_as):
    with work_as(provider.actor) as work:
        token = invite(work, provider)
    with pytest.raises(RuleBroken, match="already_invited"), work_as(provider.actor) as work:
        invite(work, provider)
    with work_as(VISITOR) as work:
        service.accept_invitation(work, token, name="Sam", password=PASSWORD)
    with pytest.raises(RuleBroken, match="already_member"), work_as(provider.actor) as work:
        invite(work, provider)


def test_a_weak_password_leaves_the_invitation_open(provider, work_as):
    with work_as(provider.actor) as work:
        token = invite(work, provider)
    with pytest.raises(RuleBroken, match="password_common"), work_as(VISITOR) as work:
        service.accept_invitation(work, token, name="Sam", password="wachtwoord12")
    with work_as(VISITOR) as work:
        service.accept_invitation(work, token, name="Sam", password=PASSWORD)


def test_somebody_with_an_account_keeps_name_and_password(provider, work_as):
    with work_as(SYSTEM) as work:
        other = make_provider(work, email="noor@elders.nl")
        before = other.admin.password_hash
    with work_as(provider.actor) as work:
        token = invite(work, provider, "noor@elders.nl")
    with work_as(VISITOR) as work:
        user = service.accept_invitation(work, token, name="Iemand anders", password="een ander wachtwoord hier")
        assert (user.id, user.name, user.password_hash) == (other.admin.id, other.admin.name, before)
        assert len([m for m in user.memberships if m.ended_at is None]) == 2


def test_a_leaver_does_not_come_back_through_an_invitation(provider, admin, work_as):
    with work_as(SYSTEM) as work:
        leaver = make_colleague(work, make_provider(work), email=COLLEAGUE)
    with work_as(provider.actor) as work:
        token = invite(work, provider)
    with work_as(actor_for(admin)) as work:
        service.deactivate_user(work, work.get(User, leaver.id))
    with pytest.raises(RuleBroken, match="deactivated"), work_as(VISITOR) as work:
        service.accept_invitation(work, token)


def test_an_employee_invites_nobody_and_nobody_invites_for_another(provider, work_as):
    with work_as(SYSTEM) as work:
        colleague, other = make_colleague(work, provider), make_provider(work)
    for actor in (actor_for(colleague), other.actor):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            invite(work, provider)


def test_a_providers_administrator_gives_no_role_of_the_region(provider, region, work_as):
    with pytest.raises(NotAllowed), work_as(provider.actor) as work:
        invite(work, provider, role=Role.PROCUREMENT_OFFICER)


def test_an_officer_of_the_region_is_no_colleague_of_a_provider(provider, region, work_as):
    with work_as(SYSTEM) as work:
        make_officer(work, region, email="inkoop@regio.nl")
    with pytest.raises(RuleBroken, match="roles_on_both_sides"), work_as(provider.actor) as work:
        invite(work, provider, "inkoop@regio.nl")


# --- the buyer's side --------------------------------------------------------------------------------------------


def test_the_platforms_administrator_invites_staff_with_role_and_scope(region, admin, work_as, read_as):
    with work_as(actor_for(admin)) as work:
        organisation = work.get(Organisation, region.organisation_id)
        role, mail = Role.ASSESSOR, "beoordelaar@regio.nl"
        token = service.invite(work, email=mail, organisation=organisation, role=role, region_id=region.id)
    with work_as(VISITOR) as work:
        user = service.accept_invitation(work, token, name="Ada", password=PASSWORD)
        actor = actor_for(user)
        assert (actor.role, actor.region_id) == (role, region.id)
    with read_as(actor_for(admin)) as work:
        assert "Ada" in [row.user.name for row in queries.staff(work).rows]
        assert [row.user.name for row in queries.staff(work, "ada").rows] == ["Ada"]


@pytest.mark.parametrize(
    ("role", "scoped", "reason"),
    [
        (Role.ASSESSOR, False, "role_needs_region"),
        (Role.PLATFORM_ADMIN, True, "role_does_not_fit_organisation"),
    ],
)
def test_a_role_without_its_scope_or_place_is_refused(region, admin, work_as, role, scoped, reason):
    region_id = region.id if scoped else None
    with pytest.raises(RuleBroken, match=reason), work_as(actor_for(admin)) as work:
        organisation = work.get(Organisation, region.organisation_id)
        service.invite(work, email="x@regio.nl", organisation=organisation, role=role, region_id=region_id)


def test_an_officer_invites_no_staff(region, work_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, region)
    with pytest.raises(NotAllowed), work_as(actor_for(officer)) as work:
        organisation = work.get(Organisation, region.organisation_id)
        service.invite(work, email="x@regio.nl", organisation=organisation, role=Role.ASSESSOR, region_id=region.id)


def test_a_further_role_counts_from_the_next_log_in(region, admin, work_as, read_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, region)
    generation = officer.session_generation
    with work_as(actor_for(admin)) as work:
        user, organisation = work.get(User, officer.id), work.get(Organisation, region.organisation_id)
        facts = {"organisation": organisation, "role": Role.CONTRACT_MANAGER, "region_id": region.id}
        service.give_role(work, user, **facts)
        assert user.session_generation == generation + 1
    with pytest.raises(RuleBroken, match="already_member"), work_as(actor_for(admin)) as work:
        facts["organisation"] = work.get(Organisation, region.organisation_id)
        service.give_role(work, work.get(User, officer.id), **facts)


# --- ending ------------------------------------------------------------------------------------------------------


def test_an_ended_role_ends_the_session(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    actor, key = actor_for(colleague), logged_in(work_as, colleague)
    with work_as(provider.actor) as work:
        service.end_membership(work, queries.membership(work, membership_of(colleague).id))
    with read_as(provider.actor) as work:
        assert who_enters(work, actor, key) is None
        facts = trail(work, "membership.ended")[0]
        assert (facts["role"], facts["user_account_id"]) == ("provider_editor", colleague.id)
        with pytest.raises(NotFound):
            queries.membership(work, membership_of(colleague).id)


def test_the_last_administrator_stays(provider, work_as):
    with pytest.raises(RuleBroken, match="last_administrator"), work_as(provider.actor) as work:
        service.end_membership(work, queries.membership(work, provider.actor.membership_id))
    with work_as(SYSTEM) as work:
        make_colleague(work, provider, Role.PROVIDER_ADMIN)
    with work_as(provider.actor) as work:
        service.end_membership(work, queries.membership(work, provider.actor.membership_id))


def test_somebody_elses_members_are_not_found(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        other = make_provider(work)
    with read_as(other.actor) as work:
        assert queries.members(work, provider.organisation.id) == []
        with pytest.raises(NotFound):
            queries.membership(work, provider.actor.membership_id)


def test_an_employee_ends_nobodys_role(provider, work_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    with pytest.raises(NotAllowed), work_as(actor_for(colleague)) as work:
        service.end_membership(work, work.get(Membership, provider.actor.membership_id))


# --- asking to join ----------------------------------------------------------------------------------------------


def ask(work, provider, email="bo@lindeveld.nl"):
    organisation = work.get(Organisation, provider.organisation.id)
    return service.ask_to_join(work, organisation, name="Bo Kuiper", email=email)


def test_every_administrator_is_asked_and_no_administrator_is_shown(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        second = make_colleague(work, provider, Role.PROVIDER_ADMIN)
        make_colleague(work, provider)
    with work_as(VISITOR) as work:
        ask(work, provider)
        ask(work, provider)
    with read_as(SYSTEM) as work:
        told = mails(work, "join_request")
        assert {mail.recipient for mail in told} == {provider.admin.email, second.email} and len(told) == 2
        assert mails(work, "invitation")[-1].recipient != "bo@lindeveld.nl"
        assert len(trail(work, "join_request.asked")) == 1


def test_an_accepted_request_becomes_an_invitation(provider, work_as, read_as):
    with work_as(VISITOR) as work:
        ask(work, provider)
    with work_as(provider.actor) as work:
        token = service.accept_join_request(work, queries.open_join_requests(work)[0], role=Role.PROVIDER_EDITOR)
    with work_as(VISITOR) as work:
        service.accept_invitation(work, token, name="Bo Kuiper", password=PASSWORD)
    with read_as(provider.actor) as work:
        assert queries.open_join_requests(work) == []
        assert trail(work, "join_request.accept")[0]["after"] == "accepted"
        assert mails(work, "invitation")[0].recipient == "bo@lindeveld.nl"


def test_a_declined_request_is_told_without_a_name(provider, work_as, read_as):
    with work_as(VISITOR) as work:
        request_id = ask(work, provider).id
    with work_as(provider.actor) as work:
        service.decline_join_request(work, queries.join_request(work, request_id))
    with read_as(SYSTEM) as work:
        told = mails(work, "join_declined")[0]
        assert told.recipient == "bo@lindeveld.nl" and provider.admin.name not in told.text + told.html
        assert trail(work, "join_request.decline")[0]["after"] == "declined"
    with pytest.raises(IllegalTransition), work_as(provider.actor) as work:
        service.decline_join_request(work, queries.join_request(work, request_id))
    with work_as(VISITOR) as work:
        assert ask(work, provider).state is JoinRequestState.DECLINED


def test_only_the_own_administrator_answers(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague, other = make_colleague(work, provider), make_provider(work)
    with work_as(VISITOR) as work:
        request_id = ask(work, provider).id
    with read_as(other.actor) as work:
        assert queries.open_join_requests(work) == []
        with pytest.raises(NotFound):
            queries.join_request(work, request_id)
    for actor in (actor_for(colleague), other.actor):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            service.decline_join_request(work, work.get(JoinRequest, request_id))


def test_a_request_waits_for_the_administrator_on_the_home_page(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    with work_as(VISITOR) as work:
        ask(work, provider)
    with read_as(provider.actor) as work:
        waits = accounts.waiting(work)
        assert [(wait.endpoint, wait.title) for wait in waits] == [("accounts.members", "Bo Kuiper vraagt toegang")]
    with read_as(actor_for(colleague)) as work:
        assert accounts.waiting(work) == []


def test_an_invitation_keeps_only_the_digest_of_its_token(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        token = invite(work, provider)
    with read_as(SYSTEM) as work:
        kept = work.session.scalars(select(Invitation)).one()
        assert token not in kept.token_digest and len(kept.token_digest) == 64
