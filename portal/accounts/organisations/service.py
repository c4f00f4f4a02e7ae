"""Verbs on an organisation: registered by a provider, kept up to date, activated when its identity is verified."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from portal.access import SYSTEM, Permission, Role
from portal.accounts.members import service as members
from portal.accounts.members.queries import administrators
from portal.accounts.models import LegalForm, Organisation, OrganisationKind, OrganisationState, User
from portal.accounts.organisations import queries, rules
from portal.accounts.organisations.states import ORGANISATION
from portal.accounts.users import rules as user_rules
from portal.accounts.users import service as users
from portal.audit import record
from portal.db import sort_key
from portal.errors import RuleBroken
from portal.storage import Seal, new_seal
from portal.work import Work

PLATFORM = "Beheer van het portaal"


def register_organisation(
    work: Work,
    *,
    organisation_name: str,
    kvk_number: str,
    legal_form: LegalForm,
    offers_stay: bool,
    youth_workers: int,
    place: str,
    person_name: str,
    email: str,
    password: str,
    locale: str,
) -> tuple[Organisation, User]:
    """A provider and its first administrator, whose address is confirmed by a mailed link.

    Raises RuleBroken: kvk_known, email_known, or what is wrong with the facts or the password. A registration number
    proves nothing about who may sign (domain 3.16): that is verified apart.
    """
    kvk_number = rules.normal_kvk(kvk_number)
    reasons = rules.reasons_against_facts(
        name=organisation_name, kvk_number=kvk_number, youth_workers=youth_workers, place=place
    )
    known = queries.by_kvk(work, kvk_number)
    if known is not None and not _released(work, known):
        reasons.append("kvk_known")
    reasons += user_rules.reasons_against_password(password, email)
    if reasons:
        raise RuleBroken(*reasons)
    user = users.new_user(work, email=email, name=person_name, password=password, locale=locale)
    organisation = _new(work, OrganisationKind.PROVIDER, organisation_name, place)
    organisation.kvk_number, organisation.legal_form = kvk_number, legal_form
    organisation.offers_stay, organisation.youth_workers = offers_stay, youth_workers
    record(work, "organisation.registered", organisation, kvk_number=kvk_number, user_account_id=user.id)
    members.found_organisation(work, user, organisation)
    users.ask_to_confirm(work, user)
    return organisation, user


def _released(work: Work, known: Organisation) -> bool:
    """A registration that nobody confirmed in time gives its number free: a typing error or a prank blocks nobody."""
    in_time = work.now - known.registered_at <= timedelta(hours=user_rules.CONFIRM_HOURS)
    if in_time or known.state is not OrganisationState.IDENTITY_PENDING or administrators(work, known.id):
        return False
    ORGANISATION.apply(replace(work, actor=SYSTEM), known, "close", kvk_number=known.kvk_number)
    known.kvk_number = None
    work.session.flush()
    return True


def edit_organisation(
    work: Work,
    organisation: Organisation,
    *,
    name: str,
    legal_form: LegalForm,
    offers_stay: bool,
    youth_workers: int,
    place: str,
    version: int | None,
) -> None:
    """Keep the facts up to date; another name or legal form stands in the trail with what it was before.

    Raises NotAllowed, StaleVersion, or RuleBroken with what is wrong.
    """
    work.require(Permission.ORGANISATION_EDIT, organisation)
    facts_now = ("legal_form", "place", "offers_stay", "youth_workers")
    theirs = {"organisation_name": organisation.name, **{key: getattr(organisation, key) for key in facts_now}}
    work.expect_version(organisation, version, **theirs)
    reasons = rules.reasons_against_facts(name=name, kvk_number=None, youth_workers=youth_workers, place=place)
    if reasons:
        raise RuleBroken(*reasons, subject=organisation)
    after = {
        "name": name.strip(), "legal_form": legal_form, "offers_stay": offers_stay,
        "youth_workers": youth_workers, "place": place.strip(),
    }  # fmt: skip
    before = {key: getattr(organisation, key) for key in after}
    changed = [key for key, value in after.items() if before[key] != value]
    for key in changed:
        setattr(organisation, key, after[key])
    organisation.sort_name = sort_key(organisation.name)
    if changed:
        facts = {"before": {key: before[key] for key in changed}, "after": {key: after[key] for key in changed}}
        record(work, "organisation.edited", organisation, **facts)


def activate_organisation(work: Work, organisation: Organisation) -> None:
    """Its identity is verified. Raises NotAllowed or IllegalTransition."""
    ORGANISATION.apply(work, organisation, "activate")


def change_state(work: Work, organisation: Organisation, act: str) -> None:
    """Suspend, resume or close a registration; its people's sessions end. Raises NotAllowed or IllegalTransition."""
    ORGANISATION.apply(work, organisation, act)
    members.end_sessions_at(work, organisation)


def ensure_organisation(work: Work, *, kind: OrganisationKind, name: str, place: str = "") -> Organisation:
    """An organisation of the buyer's side, made when it is not there yet. Needs ORGANISATION_VERIFY."""
    found = queries.by_name(work, kind, name)
    if found is not None:
        return found
    organisation = _new(work, kind, name, place)
    record(work, "organisation.registered", organisation, kind=kind)
    ORGANISATION.apply(work, organisation, "activate")
    return organisation


def create_staff(
    work: Work,
    *,
    email: str,
    name: str,
    password: str,
    role: Role,
    organisation: Organisation | None = None,
    region_id: int | None = None,
    municipality_id: int | None = None,
    table_id: int | None = None,
    locale: str = "nl",
) -> User:
    """Somebody with a role and a password at once: the first administrator on the command line, persons in an example.

    Raises NotAllowed, or RuleBroken as an invitation and a password do.
    """
    if organisation is None:
        organisation = ensure_organisation(work, kind=OrganisationKind.PLATFORM, name=PLATFORM)
    user = users.make_account(work, email=email, name=name, password=password, locale=locale)
    scope = {"region_id": region_id, "municipality_id": municipality_id, "table_id": table_id}
    members.give_role(work, user, organisation=organisation, role=role, **scope)
    return user


def seal_of(work: Work, organisation_id: int) -> Seal:
    """The seal of this organisation's own papers: one for all its extracts and evidence."""
    purpose = f"organisation:{organisation_id}"
    return work.session.scalar(select(Seal).where(Seal.purpose == purpose)) or new_seal(work, purpose=purpose)


def _new(work: Work, kind: OrganisationKind, name: str, place: str) -> Organisation:
    organisation = Organisation(
        kind=kind, name=name.strip(), sort_name=sort_key(name), place=place.strip(), registered_at=work.now
    )
    return work.add(organisation)
