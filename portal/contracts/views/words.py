"""How pages say where a contract stands, who is to act, and what a signature rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.access import Actor, Permission
from portal.accounts.models import SigningAuthority
from portal.accounts.rules import AUTHORITY_LABELS
from portal.contracts import rules
from portal.contracts.models import Contract, ContractSignature, ContractState, SubAgreement
from portal.contracts.signing.queries import MunicipalLine
from portal.i18n import date_long, date_short, datetime_short, either, money
from portal.regions.blueprints.identity import Text
from portal.regions.models import Mandate, Product, TariffSheet
from portal.regions.queries import unit_label
from portal.tenders.decisions.models import Decision
from portal.tenders.decisions.terms.queries import blueprint_of
from portal.web.locale import _, ngettext, reader_locale

C = ContractState
ORDER = (C.DRAFT, C.TO_SIGN, C.SIGNED, C.IN_FORCE)


def state(found: Contract) -> tuple[str, str]:
    return state_label(found.state)


def state_label(value: ContractState) -> tuple[str, str]:
    kind, words = rules.STATE_LABELS[value]
    return kind, _(words)


def steps(found: Contract, standing: rules.Standing) -> list[tuple[str, str, str]]:
    """What was done and when, what is done now, what comes: (name, who and when, klaar|nu|later)."""
    locale = reader_locale()
    at = ORDER.index(found.state) + 1 if found.state in ORDER else len(ORDER)
    signed = _("%(done)s van %(total)s handtekeningen", done=standing.signed, total=standing.needed)
    lines = [
        (_("Opgesteld"), date_short(found.prepared_at, locale)),
        (_("Verstuurd"), date_short(found.sent_at, locale)),
        (_("Getekend"), signed if found.state is C.TO_SIGN else date_short(found.signed_at, locale)),
        (_("In werking"), _("vanaf %(day)s", day=date_short(found.starts_on, locale))),
    ]
    return [(name, who, "klaar" if i < at else "nu" if i == at else "later") for i, (name, who) in enumerate(lines)]


def term(found: Contract) -> str:
    """From when until when it holds, in the words of its state."""
    facts = {"first": date_long(found.starts_on, reader_locale()), "last": date_long(found.ends_on, reader_locale())}
    if found.state is C.IN_FORCE:
        return str(_("Het contract ging in op %(first)s.", **facts))
    if found.state is C.ENDED:
        return str(_("Het contract ging in op %(first)s en zou lopen tot en met %(last)s.", **facts))
    return str(_("Gaat in op %(first)s en loopt tot en met %(last)s.", **facts))


def signing_order(found: Contract, standing: rules.Standing) -> list[str]:
    """For who is about to sign for the provider: who signed before, and who signs after."""
    signed, left = rules.provider_signatures(found), standing.municipalities_open
    said = []
    if standing.provider_needed > 1 and not signed:
        needed = standing.provider_needed
        said.append(
            _(
                "Er zijn %(number)s handtekeningen nodig. U tekent als eerste; daarna een tweede tekenbevoegde.",
                number=needed,
            )
        )
    for one in signed:
        at = datetime_short(one.signed_at, reader_locale())
        said.append(_("%(name)s tekende op %(moment)s.", name=one.user.name, moment=at))
    if signed:
        said.append(_("Uw handtekening is de laatste van uw organisatie."))
    if left:
        after = ngettext("Daarna tekent %(num)s gemeente.", "Daarna tekenen de %(num)s gemeenten.", len(left))
        said.append(after)
    return [str(sentence) for sentence in said]


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
            _("Dit contract kan nog niet verstuurd worden") if blocked else _("Verstuur dit contract ter ondertekening")
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
    role: str = ""
    """As what that person signs."""
    number: str = ""
    limit: str = ""
    """Which decision the ground rests on, and up to what amount."""


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
            facts = _mandate(signature.mandate) if signature.mandate is not None else {}
            rows.append(Line(party, signature.user.name, ground(signature), done, signature.signed_at, **facts))
        else:
            rows.append(_municipal_open_line(found, party, one))
    return rows


def _municipal_open_line(found: Contract, party: str, one: MunicipalLine) -> Line:
    who = _(" of ").join(person for person, _held in one.holders)
    said = [_mandate(held) for _person, held in one.holders]
    facts = {key: _(" of ").join(dict.fromkeys(line[key] for line in said)) for key in ("role", "number", "limit")}
    words = _("volmacht van de burgemeester") if who else _("mandaatregister")
    return Line(party, who or _("niemand"), words, _to_do(found, bool(who)), None, **facts)


def _mandate(held: Mandate) -> dict[str, str]:
    """The function of the holder, and the decision with its date and its limit."""
    locale = reader_locale()
    number = _("nr. %(number)s van %(day)s", number=held.decision_number, day=date_short(held.decision_date, locale))
    limit = _("tot %(amount)s", amount=money(held.max_amount, locale)) if held.max_amount is not None else ""
    return {"role": held.function, "number": number, "limit": limit}


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
        return str(_("volmacht van de burgemeester"))
    return _(AUTHORITY_LABELS[signature.authority.kind]) if signature.authority is not None else ""


def tariff(sheet: TariffSheet | None) -> str:
    if sheet is None or sheet.amount is None:
        return str(_("nog te bepalen"))
    locale = reader_locale()
    return f"{money(sheet.amount, locale)} {unit_label(sheet.unit, locale)}"


def product_name(product: Product) -> str:
    return either(product.name_nl, product.name_en, reader_locale())


def phases(found: Contract) -> dict[int, tuple[str, str]]:
    """Name and condition of each phase by its number: as the contract says them, or in English as the region does."""
    english: dict[str, str | None] = {}
    if reader_locale() == "en":
        terms = blueprint_of(found.procedure).contract
        texts = [p.name for p in terms.phases] + [e.condition for e in terms.extensions if e.condition]
        english = {text.nl[:500]: text.en for text in texts}
    return {p.number: (english.get(p.name) or _(p.name), english.get(p.condition) or p.condition) for p in found.phases}


def said(text: Text) -> str:
    return text.en if reader_locale() == "en" and text.en else text.nl


def products(agreements: list[SubAgreement]) -> str:
    return ", ".join(a.product.code for a in agreements)


def objection_term(decision: Decision, today: date) -> str:
    """Whether an admission is beyond dispute: since when, or until when it is not."""
    locale = reader_locale()
    if decision.confirmed_at is not None:
        return str(_("definitief sinds %(day)s", day=date_short(decision.confirmed_at, locale)))
    if decision.objection_ends is None:
        return ""
    day = date_short(decision.objection_ends, locale)
    if decision.objection_ends >= today:
        return str(_("klacht of bezwaar kan tot en met %(day)s", day=day))
    return str(_("klacht of bezwaar kon tot en met %(day)s", day=day))


def product_lines(agreements: Sequence[SubAgreement]) -> list[str]:
    return [f"{a.product.code} {product_name(a.product)}" for a in agreements]


def has_example(sheets: Iterable[TariffSheet | None], *, margin: bool = False) -> bool:
    """Does the page show an amount that the region did not set?"""
    return margin or any(sheet is not None and sheet.illustrative for sheet in sheets)


def basis(found: Contract) -> str:
    words = rules.BASIS_LABELS.get(found.margin_basis)
    return _(words) if words else found.margin_basis


def signed_so_far(standing: rules.Standing) -> list[str]:
    """Of the provider and of the municipalities, each apart."""
    done, needed = standing.provider_signed, standing.provider_needed
    signed, places = standing.municipalities_signed, standing.municipalities_signed + len(standing.municipalities_open)
    return [
        str(_("Aanbieder: %(done)s van %(needed)s", done=done, needed=needed)),
        str(_("Gemeenten: %(done)s van %(needed)s", done=signed, needed=places)),
    ]


def provider_stand(standing: rules.Standing) -> tuple[str, str]:
    if standing.provider_done:
        return "ok", _("Getekend")
    if standing.provider_signed:
        return "let-op", _("Nog een handtekening")
    return "idle", _("Nog niet")
