from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from portal import storage
from portal.access import SYSTEM, Role
from portal.accounts import queries as accounts
from portal.accounts import service
from portal.accounts.authority import queries
from portal.accounts.models import AuthorityKind, AuthorityState, Organisation, OrganisationState
from portal.errors import FileRefused, IllegalTransition, NotAllowed, NotFound, RuleBroken
from portal.storage import StoredFile
from tests.accounts.asking import mails, trail
from tests.factories import PDF, actor_for, make_authority, make_colleague, make_officer, make_provider, make_region


@pytest.fixture
def provider(work_as):
    """A provider as registration leaves it."""
    with work_as(SYSTEM) as work:
        return make_provider(work, "Lindeveld", authority=None)


@pytest.fixture
def officer(work_as):
    with work_as(SYSTEM) as work:
        return actor_for(make_officer(work, make_region(work)))


@pytest.fixture
def claim(work_as, provider):
    with work_as(provider.actor) as work:
        return make_authority(work, provider.actor, verified=False)


def of_provider(work, provider):
    return accounts.authority_of(work, provider.admin.id, provider.organisation.id)


def test_the_first_verified_authority_makes_the_organisation_active(provider, claim, officer, work_as, read_as):
    with read_as(officer) as work:
        assert of_provider(work, provider) is None
    with work_as(officer) as work:
        service.verify_authority(work, queries.authority(work, claim.id))
    with read_as(officer) as work:
        found = of_provider(work, provider)
        assert found is not None and found.checked_by_id == officer.user_id
        assert work.get(Organisation, provider.organisation.id).state is OrganisationState.ACTIVE
        assert trail(work, "signing_authority.verify")[0]["after"] == "verified"
        assert trail(work, "organisation.activate")[-1] == {"before": "identity_pending", "after": "active"}
        told = mails(work, "authority_verified")[0]
        assert told.recipient == provider.admin.email
        assert f"U mag tekenen voor {provider.organisation.name}" in told.text


def test_who_may_sign_only_with_another_is_told_so(provider, officer, work_as, read_as):
    with work_as(provider.actor) as work:
        joint = make_authority(work, provider.actor, AuthorityKind.JOINT, verified=False)
    with work_as(officer) as work:
        service.verify_authority(work, queries.authority(work, joint.id))
    with read_as(officer) as work:
        told = mails(work, "authority_verified")[0]
        assert f"samen met een andere tekenbevoegde tekenen voor {provider.organisation.name}" in told.text


def test_a_rejection_needs_a_reason_that_the_provider_reads(provider, claim, officer, work_as, read_as):
    with pytest.raises(RuleBroken, match="reject_reason_missing"), work_as(officer) as work:
        service.reject_authority(work, queries.authority(work, claim.id), reason="  ")
    with work_as(officer) as work:
        service.reject_authority(work, queries.authority(work, claim.id), reason="De naam staat er niet op.")
    with read_as(officer) as work:
        assert of_provider(work, provider) is None
        assert trail(work, "signing_authority.reject")[0]["after"] == "rejected"
        assert "De naam staat er niet op." in mails(work, "authority_rejected")[0].text
        assert work.get(Organisation, provider.organisation.id).state is OrganisationState.IDENTITY_PENDING


def test_after_a_rejection_it_can_be_claimed_again(provider, claim, officer, work_as):
    with work_as(officer) as work:
        service.reject_authority(work, queries.authority(work, claim.id), reason="Te oud.")
    with work_as(provider.actor) as work:
        assert make_authority(work, provider.actor, verified=False).state is AuthorityState.CLAIMED


def test_one_person_has_one_current_claim(provider, claim, work_as):
    with pytest.raises(RuleBroken, match="already_claimed"), work_as(provider.actor) as work:
        make_authority(work, provider.actor, verified=False)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"extract_file": None}, "extract_missing"),
        ({"extract_date": None}, "extract_date_missing"),
        ({"extract_date": date(2022, 3, 2)}, "extract_date_in_future"),
        ({"kind": AuthorityKind.LIMITED}, "limit_missing"),
        ({"limit_amount": Decimal(-1)}, "limit_not_positive"),
    ],
)
def test_a_claim_without_its_proof_is_refused(provider, work_as, facts, reason):
    with pytest.raises(RuleBroken, match=reason), work_as(provider.actor) as work:
        extract = service.receive_extract(work, BytesIO(PDF), name="uittreksel.pdf")
        right = {"kind": AuthorityKind.SOLE, "extract_file": extract, "extract_date": work.today}
        service.claim_authority(work, **{**right, **facts})


def test_what_is_no_extract_is_not_taken_in(provider, work_as):
    with pytest.raises(FileRefused, match="type_not_allowed"), work_as(provider.actor) as work:
        service.receive_extract(work, BytesIO(b"PK"), name="uittreksel.docx")


def test_a_verified_claim_is_not_checked_twice(provider, claim, officer, work_as):
    with work_as(officer) as work:
        service.verify_authority(work, queries.authority(work, claim.id))
    with pytest.raises(IllegalTransition), work_as(officer) as work:
        service.reject_authority(work, queries.authority(work, claim.id), reason="Toch niet.")


def test_nobody_verifies_himself_and_a_provider_verifies_nobody(provider, claim, work_as):
    with pytest.raises(NotAllowed), work_as(provider.actor) as work:
        service.verify_authority(work, queries.authority(work, claim.id))


def test_an_end_in_the_past_is_refused(provider, claim, officer, work_as):
    with pytest.raises(RuleBroken, match="valid_until_passed"), work_as(officer) as work:
        service.verify_authority(work, queries.authority(work, claim.id), valid_until=date(2022, 2, 28))


def test_an_ended_authority_signs_no_more(provider, claim, officer, work_as, read_as):
    with work_as(officer) as work:
        service.verify_authority(work, queries.authority(work, claim.id))
    with work_as(provider.actor) as work:
        service.end_authority(work, queries.authority(work, claim.id))
    with read_as(officer) as work:
        assert of_provider(work, provider) is None
        assert trail(work, "signing_authority.end")[0]["before"] == "verified"


def test_who_left_binds_the_organisation_no_longer(officer, work_as, read_as):
    with work_as(SYSTEM) as work:
        provider = make_provider(work)
        colleague = make_colleague(work, provider, Role.PROVIDER_ADMIN)
        make_authority(work, actor_for(colleague), AuthorityKind.JOINT)
        assert len(accounts.authorities_of(work, provider.organisation.id)) == 2
        service.end_membership(work, colleague.memberships[0])
    with read_as(officer) as work:
        assert accounts.authority_of(work, colleague.id, provider.organisation.id) is None
        assert len(accounts.authorities_of(work, provider.organisation.id)) == 1


def test_a_suspended_organisation_is_bound_by_nobody(officer, work_as, read_as):
    with work_as(SYSTEM) as work:
        provider = make_provider(work)
    with work_as(officer) as work:
        service.change_state(work, work.get(Organisation, provider.organisation.id), "suspend")
    with read_as(officer) as work:
        assert of_provider(work, provider) is None
    with read_as(provider.actor) as work:
        assert [w.kind for w in accounts.waiting(work)] == ["fout"]


def test_another_provider_sees_no_claim(claim, officer, work_as, read_as):
    with work_as(SYSTEM) as work:
        other = make_provider(work)
    with read_as(other.actor) as work:
        assert queries.claims_of(work, claim.organisation_id) == []
        with pytest.raises(NotFound):
            queries.authority(work, claim.id)


def test_every_look_at_an_extract_stands_in_the_trail(claim, officer, work_as, read_as):
    with work_as(officer) as work:
        found = queries.authority(work, claim.id)
        service.note_extract_read(work, found)
        stored = work.get(StoredFile, found.extract_file_id)
        assert storage.open_file(work, stored).read() == PDF
    with read_as(officer) as work:
        assert trail(work, "signing_authority.extract_read") == [{"organisation_id": claim.organisation_id}]


def test_all_papers_of_an_organisation_lie_under_one_seal(provider, work_as):
    with work_as(provider.actor) as work:
        first = service.receive_extract(work, BytesIO(PDF), name="een.pdf")
        second = service.receive_extract(work, BytesIO(PDF), name="twee.pdf")
        assert first.seal_id == second.seal_id == service.seal_of(work, provider.organisation.id).id
        assert storage.system_seal(work).id != first.seal_id


def test_the_queue_shows_the_oldest_first_and_counts_on_the_home_page(
    provider, claim, officer, work_as, read_as, clock
):
    clock.advance(days=1)
    with work_as(SYSTEM) as work:
        later = make_provider(work, authority=None)
        make_authority(work, later.actor, verified=False)
    with read_as(officer) as work:
        assert [found.organisation_id for found in queries.queue(work).rows] == [
            provider.organisation.id,
            later.organisation.id,
        ]
        assert "2 " in accounts.waiting(work)[0].title
    with read_as(provider.actor) as work:
        assert not queries.queue(work).rows
        assert [wait.mine for wait in accounts.waiting(work)] == [False]


def test_a_provider_without_a_signatory_is_told_to_begin(provider, read_as):
    with read_as(provider.actor) as work:
        assert [(w.endpoint, w.mine) for w in accounts.waiting(work)] == [("accounts.authority", True)]


def test_a_plain_member_reads_that_the_administrator_has_to_begin(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    with read_as(actor_for(colleague)) as work:
        (wait,) = accounts.waiting(work)
        assert (wait.mine, wait.whose, wait.title) == (False, "uw beheerder", "Nog niemand mag tekenen")


def test_an_old_extract_may_still_be_verified(provider, officer, work_as):
    with work_as(provider.actor) as work:
        extract = service.receive_extract(work, BytesIO(PDF), name="uittreksel.pdf")
        old = work.today - timedelta(days=400)
        found = service.claim_authority(work, kind=AuthorityKind.SOLE, extract_file=extract, extract_date=old)
    with work_as(officer) as work:
        service.verify_authority(work, queries.authority(work, found.id))
        assert of_provider(work, provider) is not None
