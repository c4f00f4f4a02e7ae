"""How pages say where a contract stands, who is to act, and what a signature rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.access import Actor, Permission
from portal.accounts.models import SigningAuthority
from portal.accounts.rules import AUTHORITY_LABELS
from portal.contracts import rules
from portal.contracts.models import Contract, ContractSignature, ContractState, SubAgreement
from portal.contracts.signing.queries import MunicipalLine
from portal.i18n import date_short, money
from portal.regions.blueprints.identity import Text
from portal.regions.models import Product, TariffSheet
from portal.regions.queries import unit_label
from portal.web.locale import _, ngettext, reader_locale

C = ContractState
ORDER = (C.DRAFT, C.TO_SIGN, C.SIGNED, C.IN_FORCE)


def state(found: Contract) -> tuple[str, str]:
    return state_label(found.state)


def state_label(value: ContractState) -> tuple[str, str]:
    kind, words = rules.STATE_LABELS[value]
    return kind, _(words)


def steps(found: Contract, standing: rules.Standing) -> list[tuple[str, str, str]]:
    """Where it stands, for everybody: (name, who and when, klaar|nu|later)."""
    locale = reader_locale()
    at = ORDER.index(found.state) if found.state in ORDER else len(ORDER)
    signed = _("%(done)s van %(total)s handtekeningen", done=standing.signed, total=standing.needed)
    lines = [
        (_("Opgesteld"), date_short(found.prepared_at, locale)),
        (_("Tekenen"), signed if found.state is C.TO_SIGN else ""),
        (_("Getekend"), date_short(found.signed_at, locale)),
        (_("In werking"), _("vanaf %(day)s", day=date_short(found.starts_on, locale))),
    ]
    return [
        (name, who, "klaar" if i < at or found.state is C.IN_FORCE else "nu" if i == at else "later")
        for i, (name, who) in enumerate(lines)
    ]


def turn(found: Contract, standing: rules.Standing, actor: Actor, mine: bool) -> str | None:
    """Who is to act: the reader, somebody else, or nobody."""
    if mine:
        return str(_("u"))
    if found.state is C.DRAFT:
        return None if actor.may(Permission.CONTRACT_PREPARE) else _("de regio")
    if found.state is not C.TO_SIGN:
        return None
    waiting = [] if standing.provider_done else [found.organisation.name]
    if left := len(standing.municipalities_open):
        waiting.append(
            _("gemeente %(name)s", name=standing.municipalities_open[0].name)
            if left == 1
            else ngettext("%(num)s gemeente", "%(num)s gemeenten", left)
        )
    return str(_(" en ").join(waiting))


def heading(found: Contract, standing: rules.Standing, acts: list[str], *, due: str, blocked: bool) -> str:
    """What the reader came to know."""
    if found.state is C.DRAFT:
        if due:
            return str(_("Het document van dit contract wordt gemaakt"))
        return str(
            _("Dit contract kan nog niet verstuurd worden") if blocked else _("Dit contract kan verstuurd worden")
        )
    if found.state is C.TO_SIGN:
        if {"complete_by_provider", "complete_by_municipality"} & set(acts):
            return str(_("Dit contract wacht op uw handtekening"))
        left = standing.needed - standing.signed
        return str(ngettext("Nog %(num)s handtekening te gaan", "Nog %(num)s handtekeningen te gaan", left))
    last = date_short(found.ends_on, reader_locale())
    if found.state is C.SIGNED:
        return str(_("Alle partijen hebben getekend"))
    return str(_("Dit contract geldt tot en met %(day)s", day=last) if found.state is C.IN_FORCE else _("Beëindigd"))


@dataclass(frozen=True)
class Line:
    """One row of who signed and who still has to."""

    party: str
    who: str
    ground: str
    state: tuple[str, str]
    at: datetime | None = None


def lines(
    found: Contract,
    standing: rules.Standing,
    municipal: Sequence[MunicipalLine],
    still_open: Sequence[SigningAuthority],
) -> list[Line]:
    """The provider first, then each municipality by name."""
    name, done = found.organisation.name, ("ok", _("Getekend"))
    rows = [Line(name, s.user.name, ground(s), done, s.signed_at) for s in rules.provider_signatures(found)]
    if found.state in (C.DRAFT, C.TO_SIGN) and not standing.provider_done:
        rows.append(_open_line(found, standing, still_open))
    for one in municipal:
        party, signature = _("Gemeente %(name)s", name=one.municipality.name), one.signature
        if signature is not None:
            rows.append(Line(party, signature.user.name, ground(signature), done, signature.signed_at))
        else:
            who = _(" of ").join(f"{person} ({function})" for person, function in one.holders)
            rows.append(Line(party, who or _("niemand"), _("mandaatregister"), _to_do(found, bool(who))))
    return rows


def _open_line(found: Contract, standing: rules.Standing, people: Sequence[SigningAuthority]) -> Line:
    missing = standing.provider_needed - standing.provider_signed
    who = (_(" en ") if len(people) == missing else _(" of ")).join(a.user.name for a in people)
    kinds = ", ".join(dict.fromkeys(_(AUTHORITY_LABELS[a.kind]) for a in people))
    if missing > 1:
        kinds += ", " + _("%(number)s handtekeningen nodig", number=missing)
    return Line(found.organisation.name, who or _("niemand"), kinds, _to_do(found, bool(who)))


def _to_do(found: Contract, somebody: bool) -> tuple[str, str]:
    if not somebody:
        return "fout", _("Niemand mag tekenen")
    return ("let-op", _("Nog te tekenen")) if found.state is C.TO_SIGN else ("idle", _("Nog niet gevraagd"))


def ground(signature: ContractSignature) -> str:
    """On what this signature rests."""
    if signature.mandate is not None:
        held = signature.mandate
        facts = {"number": held.decision_number, "day": date_short(held.decision_date, reader_locale())}
        return str(held.function + ", " + _("volmacht van de burgemeester, nr. %(number)s van %(day)s", **facts))
    return _(AUTHORITY_LABELS[signature.authority.kind]) if signature.authority is not None else ""


def tariff(sheet: TariffSheet | None) -> str:
    if sheet is None or sheet.amount is None:
        return str(_("nog te bepalen"))
    locale = reader_locale()
    return f"{money(sheet.amount, locale)} {unit_label(sheet.unit, locale)}"


def product_name(product: Product) -> str:
    return product.name_en if reader_locale() == "en" and product.name_en else product.name_nl


def said(text: Text) -> str:
    return text.en if reader_locale() == "en" and text.en else text.nl


def products(agreements: list[SubAgreement]) -> str:
    return ", ".join(a.product.code for a in agreements)


def basis(found: Contract) -> str:
    words = rules.BASIS_LABELS.get(found.margin_basis)
    return _(words) if words else found.margin_basis


def provider_stand(standing: rules.Standing) -> tuple[str, str]:
    if standing.provider_done:
        return "ok", _("Getekend")
    if standing.provider_signed:
        return "let-op", _("Nog een handtekening")
    return "idle", _("Nog niet")
