"""Organisations as far as the actor may see them: a provider its own, the buyer's side all providers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from portal.access import Actor, Permission
from portal.accounts.models import Organisation, OrganisationKind, OrganisationState
from portal.accounts.organisations.states import ORGANISATION
from portal.db import sort_key
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, batches, has_words, page_asked
from portal.work import Work

SEES_PROVIDERS = (Permission.AUTHORITY_VERIFY, Permission.CONTRACT_PREPARE, Permission.AUDIT_READ)


def sees_all(actor: Actor) -> bool:
    return any(actor.may(permission) for permission in SEES_PROVIDERS)


def _visible(work: Work) -> ColumnElement[bool]:
    if sees_all(work.actor):
        return true()
    if work.actor.is_provider:
        return Organisation.__table__.c.id == work.actor.organisation_id
    return false()


def provider(work: Work, organisation_id: int) -> Organisation:
    """Raises NotFound when it is no provider, or not the actor's to see."""
    find = select(Organisation).where(
        Organisation.id == organisation_id, Organisation.kind == OrganisationKind.PROVIDER, _visible(work)
    )
    found = work.session.scalar(find)
    if found is None:
        raise NotFound("Organisation")
    return found


BY_NAME = [Key(Organisation.sort_name)]
ORDER = Order(
    {
        "": BY_NAME,
        "naam": BY_NAME,
        "plaats": [Key(Organisation.place), *BY_NAME],
        "aangemeld": [Key(Organisation.registered_at)],
    },
    last=Key(Organisation.id),
)


def providers(
    work: Work,
    search: str = "",
    state: OrganisationState | None = None,
    asked: Asked = FIRST,
    *,
    counted: bool = True,
) -> Page[Organisation]:
    """One page of them by name, filtered on name, place or trade-register number."""
    return page_asked(work, _providers, ORDER, asked, search, state, counted=counted)


def all_providers(
    work: Work, search: str = "", state: OrganisationState | None = None, sort: str = ""
) -> Iterator[Organisation]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _providers(work, search, state), ORDER, sort):
        yield from some


def _providers(work: Work, search: str, state: OrganisationState | None) -> Select[Organisation]:
    find = select(Organisation).where(Organisation.kind == OrganisationKind.PROVIDER, _visible(work))
    if state is not None:
        find = find.where(Organisation.state == state)
    if search:
        name = has_words(Organisation.sort_name, search)
        other = (
            Organisation.place.icontains(search, autoescape=True),
            Organisation.kvk_number.startswith(search, autoescape=True),
        )
        find = find.where(or_(name, *other))
    return find


def provider_names(work: Work) -> list[tuple[str, str | None]]:
    """(name, trade-register number) of every provider: what must not stand in a text that hides who wrote it."""
    find = select(Organisation.name, Organisation.kvk_number).where(Organisation.kind == OrganisationKind.PROVIDER)
    return [(name, number) for name, number in work.session.execute(find)]


def by_kvk(work: Work, kvk_number: str) -> Organisation | None:
    """For registration: whether somebody was here before."""
    return work.session.scalar(select(Organisation).where(Organisation.kvk_number == kvk_number))


def by_name(work: Work, kind: OrganisationKind, name: str) -> Organisation | None:
    """An organisation of the buyer's side, which has no trade-register number here."""
    find = select(Organisation).where(Organisation.kind == kind, Organisation.sort_name == sort_key(name))
    return work.session.scalar(find)


def staff_organisations(work: Work) -> Sequence[Organisation]:
    """Where people who are no provider belong, by name; for who may invite staff."""
    if not work.actor.may(Permission.STAFF_INVITE):
        return []
    find = select(Organisation).where(Organisation.kind != OrganisationKind.PROVIDER)
    return sorted(work.session.scalars(find), key=lambda o: (o.sort_name, o.id))


def staff_organisation(work: Work, organisation_id: int) -> Organisation:
    """Raises NotFound."""
    for found in staff_organisations(work):
        if found.id == organisation_id:
            return found
    raise NotFound("Organisation")


def acts(actor: Actor, organisation: Organisation) -> list[str]:
    """What the table of states lets this actor do now."""
    return ORGANISATION.acts(actor, organisation)
