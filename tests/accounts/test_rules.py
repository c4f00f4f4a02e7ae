from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portal.access import Role
from portal.accounts import rules
from portal.accounts.models import AuthorityKind, AuthorityState, OrganisationKind, SigningAuthority
from portal.accounts.organisations.rules import normal_kvk, reasons_against_facts
from portal.accounts.users import rules as users

TODAY = date(2022, 3, 1)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kort wachtw", "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("iemand@zorgaanbieder.nl", "password_is_email"),
        ("wachtwoord2022!", "password_common"),
        ("Welkom-Welkom-1", "password_common"),
        ("123456789012", "password_common"),
        ("aaaaaaaaaaaaaa", "password_common"),
        ("Jeugdzorg-Alkmaar-2022", "password_common"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password, reason):
    assert reason in users.reasons_against_password(password, "iemand@zorgaanbieder.nl")


@pytest.mark.parametrize("password", ["kievit op de dijk 7", "correct paard batterij", "Qx7!vr-29$kLm#"])
def test_a_few_loose_words_or_a_random_string_will_do(password):
    assert users.reasons_against_password(password, "iemand@zorgaanbieder.nl") == []


def test_a_password_is_kept_as_argon2id_and_only_matches_itself():
    kept = users.hashed("kievit op de dijk 7")
    assert kept.startswith("$argon2id$")
    assert users.password_matches(kept, "kievit op de dijk 7")
    assert not users.password_matches(kept, "kievit op de dijk 8")


def test_nobody_has_no_password():
    assert not users.password_matches("", "nobody has this password")


NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes_ago", "wait"),
    [([None, None, None], None), ([14, None, None], 1), ([15, None, None], None), ([14, 10, None], 5)],
)
def test_the_wait_ends_a_quarter_of_an_hour_after_the_failure_that_reached_a_limit(minutes_ago, wait):
    failures = [None if ago is None else NOON - timedelta(minutes=ago) for ago in minutes_ago]
    until = users.locked_until(failures, NOON)
    assert until == (None if wait is None else NOON + timedelta(minutes=wait))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"kvk_number": "1234567"}, "kvk_number_wrong"),
        ({"kvk_number": "123456789"}, "kvk_number_wrong"),
        ({"kvk_number": "1234567x"}, "kvk_number_wrong"),
        ({"kvk_number": "1234567\u0663"}, "kvk_number_wrong"),
        ({"name": "  "}, "organisation_name_missing"),
        ({"place": ""}, "organisation_place_missing"),
        ({"youth_workers": -1}, "youth_workers_wrong"),
        ({"youth_workers": 100_001}, "youth_workers_wrong"),
    ],
)
def test_wrong_facts_of_an_organisation_are_named(facts, reason):
    right = {"name": "Lindeveld", "kvk_number": "12345678", "youth_workers": 3, "place": "Alkmaar"}
    assert reasons_against_facts(**right) == []
    assert reasons_against_facts(**{**right, **facts}) == [reason]


def test_a_kvk_number_may_be_written_with_spaces():
    assert normal_kvk(" 1234 56.78 ") == "12345678"


@pytest.mark.parametrize(
    ("role", "kind", "region", "municipality", "reason"),
    [
        (Role.PROVIDER_EDITOR, OrganisationKind.PROVIDER, None, None, None),
        (Role.PROVIDER_EDITOR, OrganisationKind.REGIONAL, None, None, "role_does_not_fit_organisation"),
        (Role.PROCUREMENT_OFFICER, OrganisationKind.REGIONAL, 1, None, None),
        (Role.PROCUREMENT_OFFICER, OrganisationKind.REGIONAL, None, None, "role_needs_region"),
        (Role.PROCUREMENT_OFFICER, OrganisationKind.PROVIDER, 1, None, "role_does_not_fit_organisation"),
        (Role.COLLEGE_DELEGATE, OrganisationKind.MUNICIPALITY, 1, None, "role_needs_municipality"),
        (Role.COLLEGE_DELEGATE, OrganisationKind.MUNICIPALITY, 1, 2, None),
        (Role.COLLEGE_DELEGATE, OrganisationKind.REGIONAL, 1, None, None),
        (Role.PLATFORM_ADMIN, OrganisationKind.PLATFORM, None, None, None),
        (Role.PLATFORM_ADMIN, OrganisationKind.REGIONAL, None, None, "role_does_not_fit_organisation"),
        (Role.AUDITOR, OrganisationKind.PLATFORM, 1, None, "role_does_not_fit_organisation"),
        (Role.TABLE_PARTICIPANT, OrganisationKind.PROVIDER, None, None, None),
    ],
)
def test_a_role_fits_an_organisation_and_has_a_scope(role, kind, region, municipality, reason):
    found = rules.reasons_not_to_give_role(role, kind, region_id=region, municipality_id=municipality)
    assert found == ([] if reason is None else [reason])


def test_nobody_stands_on_both_sides_of_a_purchase():
    both = rules.reasons_roles_conflict
    assert both(Role.ASSESSOR, [Role.PROVIDER_EDITOR]) == ["roles_on_both_sides"]
    assert both(Role.PROVIDER_ADMIN, [Role.PROCUREMENT_OFFICER]) == ["roles_on_both_sides"]
    assert both(Role.TABLE_PARTICIPANT, [Role.PROVIDER_ADMIN]) == []
    assert both(Role.ASSESSOR, [Role.CONTRACT_MANAGER]) == []


def authority(kind=AuthorityKind.SOLE, state=AuthorityState.VERIFIED, limit=None, until=None):
    return SigningAuthority(kind=kind, state=state, limit_amount=limit, valid_until=until)


JOINT = AuthorityKind.JOINT


@pytest.mark.parametrize(
    ("kinds", "needed"),
    [
        ([], 1),
        ([AuthorityKind.SOLE], 1),
        ([AuthorityKind.PROXY], 1),
        ([JOINT], 2),
        ([JOINT, JOINT], 2),
        ([JOINT, AuthorityKind.SOLE], 1),
    ],
)
def test_joint_authority_takes_two_signatures(kinds, needed):
    assert rules.signatures_needed([authority(kind) for kind in kinds]) == needed


def test_limited_authority_counts_up_to_its_amount():
    limited = authority(AuthorityKind.LIMITED, limit=Decimal(50_000))
    assert rules.signatures_needed([limited], Decimal(50_000)) == 1
    assert rules.signatures_needed([limited], Decimal(50_001)) == 2


@pytest.mark.parametrize(
    ("found", "amount", "reasons"),
    [
        (None, None, ["no_authority"]),
        (authority(), None, []),
        (authority(state=AuthorityState.CLAIMED), None, ["authority_not_verified"]),
        (authority(state=AuthorityState.ENDED), None, ["authority_not_verified"]),
        (authority(until=TODAY), None, []),
        (authority(until=TODAY - timedelta(days=1)), None, ["authority_expired"]),
        (authority(limit=Decimal(10)), Decimal(11), ["amount_above_authority"]),
    ],
)
def test_a_signature_counts_only_on_a_verified_authority_that_holds(found, amount, reasons):
    assert rules.reasons_not_to_sign(found, TODAY, amount) == reasons


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"has_extract": False}, "extract_missing"),
        ({"extract_date": None}, "extract_date_missing"),
        ({"extract_date": TODAY + timedelta(days=1)}, "extract_date_in_future"),
        ({"kind": AuthorityKind.LIMITED}, "limit_missing"),
        ({"kind": AuthorityKind.PROXY, "limit_amount": Decimal(0)}, "limit_not_positive"),
    ],
)
def test_a_claim_shows_what_it_rests_on(facts, reason):
    right = {"has_extract": True, "extract_date": TODAY, "limit_amount": None, "kind": AuthorityKind.SOLE}
    assert rules.reasons_not_to_claim(**right, today=TODAY) == []
    assert rules.reasons_not_to_claim(**{**right, **facts}, today=TODAY) == [reason]


def test_an_extract_of_half_a_year_old_is_warned_about_and_not_refused():
    assert rules.warnings_on_extract(TODAY - timedelta(days=183), TODAY) == []
    assert rules.warnings_on_extract(TODAY - timedelta(days=184), TODAY) == ["extract_old"]
