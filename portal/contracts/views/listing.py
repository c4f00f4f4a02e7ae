"""The contracts that somebody may see: as a list with filters, and as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.contracts import queries, rules
from portal.contracts.lists import queries as lists
from portal.contracts.models import ContractState
from portal.contracts.proxies.queries import asking
from portal.web.acts import reading
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _, ngettext, reader_locale
from portal.web.wall import allow
from portal.work import Work

from . import words
from .blueprint import bp

P = Permission
C = ContractState


@bp.get("/contracten")
@allow(P.CONTRACT_READ)
def listing() -> str | Response:
    with reading() as work:
        filters = _filters()
        if format := asked_format():
            return _export(work, filters, format)
        if work.actor.is_provider:
            return _own(work)
        found = lists.visible_contracts(work, filters, asked())
        ready = asking(work).number
        return render_template(
            "contracts/listing.html",
            page=found.page,
            heading=_heading(found.counts, ready),
            to_sign=ready,
            to_prepare=queries.to_prepare_count(work),
            states=[(s.value, words.state_label(s)[1], found.counts[s]) for s in C if found.counts.get(s)],
            products=_product_choices(work),
            years=_years(work, filters),
            words=words,
        )


def _filters() -> rules.Filters:
    year = request.args.get("jaar", type=int)
    return rules.Filters(
        q=text(),
        state=text("staat", 20),
        product=text("product", 20),
        year=year if year is not None and 2000 <= year <= 2100 else None,
    )


def _years(work: Work, filters: rules.Filters) -> list[tuple[str, str]]:
    """Around today; a year further away stays to be seen where the address names it."""
    near = {*range(work.today.year - 3, work.today.year + 3), *({filters.year} if filters.year else ())}
    return [("", _("Alle jaren")), *((str(year), str(year)) for year in sorted(near, reverse=True))]


def _product_choices(work: Work) -> list[tuple[str, str]]:
    english = reader_locale() == "en"
    named = [(code, (english and name_en) or name) for code, name, name_en in lists.products_here(work)]
    return [(code, f"{code} {name}") for code, name in named]


def _heading(counts: Mapping[ContractState, int], mine: int) -> str:
    """The answer: what waits, else what is drawn up, else what holds."""
    if mine:
        return str(ngettext("%(num)s contract wacht op u", "%(num)s contracten wachten op u", mine))
    if open_ones := counts.get(C.TO_SIGN):
        return str(
            ngettext(
                "%(num)s contract wacht op een handtekening",
                "%(num)s contracten wachten op een handtekening",
                open_ones,
            )
        )
    if drafts := counts.get(C.DRAFT):
        return str(
            ngettext("%(num)s concept kan verstuurd worden", "%(num)s concepten kunnen verstuurd worden", drafts)
        )
    if holding := counts.get(C.IN_FORCE):
        return str(ngettext("%(num)s contract geldt", "%(num)s contracten gelden", holding))
    if signed := counts.get(C.SIGNED):
        return str(ngettext("%(num)s contract is getekend", "%(num)s contracten zijn getekend", signed))
    return str(_("Er zijn nog geen contracten"))


def _own(work: Work) -> str:
    """A provider's own: few, with what it has to sign on top."""
    found = queries.own_contracts(work)
    to_sign = {c.id for c in queries.to_sign_for_provider(work)}
    rows = sorted(found, key=lambda c: (c.id not in to_sign, c.state is C.ENDED, c.starts_on))
    heading = _heading(Counter(c.state for c in rows), 0) if rows else _("U hebt nog geen contract")
    if to_sign:
        heading = ngettext(
            "%(num)s contract wacht op uw handtekening", "%(num)s contracten wachten op uw handtekening", len(to_sign)
        )
    standings = queries.standings(work, rows)
    return render_template(
        "contracts/own.html", rows=rows, to_sign=to_sign, heading=heading, standings=standings, words=words
    )


def _export(work: Work, filters: rules.Filters, format: str) -> Response | str:
    header = [
        _("Nummer"), _("Aanbieder"), _("KvK-nummer"), _("Procedure"), _("Producten"), _("Stand"), _("Van"),
        _("Tot en met"), _("Aanbieder getekend"), _("Gemeenten getekend"), _("Gemeenten nog te tekenen"),
        _("Waarde per jaar"), _("Grens winstmarge (%)"), _("Getekend op"), _("In werking sinds"),
    ]  # fmt: skip
    return send_list(_("Contracten"), header, _lines(work, filters), format)


def _lines(work: Work, filters: rules.Filters) -> Iterator[list[Any]]:
    for some in lists.all_contracts(work, filters, asked().sort):
        yield from map(_line, some)


def _line(found: rules.Line) -> list[Any]:
    standing = found.standing
    return [
        found.number,
        found.organisation,
        found.kvk_number,
        found.procedure,
        found.products,
        words.state_label(found.state)[1],
        found.starts_on,
        found.ends_on,
        _("ja") if standing.provider_done else _("nee"),
        standing.municipalities_signed,
        len(standing.municipalities_open),
        found.estimated_value,
        found.margin_cap,
        found.signed_at,
        found.in_force_at,
    ]
