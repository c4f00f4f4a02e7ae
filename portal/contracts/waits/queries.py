"""Who is to sign, and what can be drawn up or sent: for the home pages."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from portal.access import Permission, Role
from portal.contracts import queries
from portal.contracts.models import Contract
from portal.contracts.models import ContractState as C
from portal.contracts.proxies.queries import asking
from portal.i18n import gettext, ngettext
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work


def waiting(work: Work) -> list[Wait]:
    """Who is to sign, and what can be drawn up or sent."""
    actor = work.actor
    if actor.role is Role.SYSTEM:
        return []
    if actor.is_provider:
        return _provider_waits(work)
    if actor.may(Permission.CONTRACT_SIGN_MUNICIPALITY):
        return _municipality_waits(work)
    return _preparer_waits(work) if actor.may(Permission.CONTRACT_PREPARE) else []


def _provider_waits(work: Work) -> list[Wait]:
    _ = gettext(work.actor.locale)
    return [
        Wait(
            title=_("Onderteken het contract %(number)s", number=found.number),
            detail=found.procedure.title,
            endpoint="contracts.sign",
            args={"contract_id": found.id},
            due=found.starts_on,
            words=_("Te tekenen"),
            kind="let-op",
            mine=may,
            whose="" if may else _("een tekenbevoegde"),
        )
        for found, may in queries.asked_of_provider(work)
    ]


def _municipality_waits(work: Work) -> list[Wait]:
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    ready = asking(work)
    if not ready.number:
        return []
    words = n_("%(num)s handtekening", "%(num)s handtekeningen", ready.number)
    detail = _("U tekent als gevolmachtigde uit het mandaatregister.")
    title = _("Onderteken contracten voor uw gemeente")
    return [Wait(title, detail, "contracts.sign_many", due=ready.first, words=words, kind="let-op")]


def _preparer_waits(work: Work) -> list[Wait]:
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    waits = []
    if ready := queries.to_prepare_count(work):
        words = n_("%(num)s aanbieder", "%(num)s aanbieders", ready)
        detail = _("Deze aanbieders zijn toegelaten en hebben nog geen contract.")
        waits.append(Wait(_("Stel contracten op"), detail, "contracts.to_prepare", words=words, kind="let-op"))
    counts = {row[0]: row[1] for row in ask(work, _unsigned)}
    for state, title, mine in (
        (C.DRAFT, _("Stuur contracten ter ondertekening"), True),
        (C.TO_SIGN, _("Contracten die nog getekend worden"), False),
    ):
        if count := counts.get(state):
            words = n_("%(num)s contract", "%(num)s contracten", count)
            detail = _("Lees het document na en stuur het naar de partijen.") if mine else ""
            whose = "" if mine else _("aanbieders en gemeenten")
            args = {"staat": state.value}
            waits.append(
                Wait(title, detail, "contracts.listing", args, words=words, kind="bezig", mine=mine, whose=whose)
            )
    return waits


def _unsigned(work: Work) -> Select[C, int]:
    here = queries.seen_by(work), Contract.state.in_((C.DRAFT, C.TO_SIGN))
    return select(Contract.state, func.count(Contract.id)).where(*here).group_by(Contract.state)
