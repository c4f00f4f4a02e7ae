"""The contracts that somebody may see: as a list with filters, and as a file."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.contracts import queries, rules
from portal.contracts.models import Contract, ContractState
from portal.regions.queries import products_of
from portal.web.acts import reading
from portal.web.exports import FORMATS, send_table
from portal.web.locale import _, ngettext
from portal.web.wall import allow
from portal.work import Work

from . import words
from .blueprint import bp

P = Permission
C = ContractState
SORTED = ("naam", "nummer", "ingang")


@bp.get("/contracten")
@allow(P.CONTRACT_READ)
def listing() -> str | Response:
    with reading() as work:
        if work.actor.is_provider and "formaat" not in request.args:
            return _own(work)
        filters = _filters()
        if request.args.get("formaat"):
            return _export(work, filters)
        found = queries.visible_contracts(work, filters)
        ready = queries.to_sign_for_municipality(work)
        return render_template(
            "contracts/listing.html",
            found=found,
            filters=filters,
            page=min(max(filters.page, 1), found.pages),
            standings=queries.standings(work, found.rows),
            heading=_heading(found, len(ready)),
            to_sign=len(ready),
            to_prepare=len(queries.contractable(work)),
            states=[(s.value, words.state_label(s)[1], found.counts[s]) for s in C if found.counts.get(s)],
            products=_product_choices(work),
            words=words,
        )


def _filters() -> rules.Filters:
    sort = request.args.get("sorteer", "naam")
    return rules.Filters(
        q=request.args.get("q", "")[:100],
        state=request.args.get("staat", "")[:20],
        product=request.args.get("product", "")[:20],
        sort=sort if sort.removeprefix("-") in SORTED else "naam",
        page=min(request.args.get("pagina", 1, type=int), 1_000_000),
    )


def _product_choices(work: Work) -> list[tuple[str, str]]:
    if work.actor.region_id is None:
        return []
    return [(p.code, f"{p.code} {words.product_name(p)}") for p in products_of(work, work.actor.region_id)]


def _heading(found: rules.ContractList, mine: int) -> str:
    """The answer: what waits, else what is drawn up, else what holds."""
    if mine:
        return str(ngettext("%(num)s contract wacht op u", "%(num)s contracten wachten op u", mine))
    if open_ones := found.counts.get(C.TO_SIGN):
        return str(
            ngettext(
                "%(num)s contract wacht op een handtekening",
                "%(num)s contracten wachten op een handtekening",
                open_ones,
            )
        )
    if drafts := found.counts.get(C.DRAFT):
        return str(
            ngettext("%(num)s concept kan verstuurd worden", "%(num)s concepten kunnen verstuurd worden", drafts)
        )
    if holding := found.counts.get(C.IN_FORCE):
        return str(ngettext("%(num)s contract geldt", "%(num)s contracten gelden", holding))
    if signed := found.counts.get(C.SIGNED):
        return str(ngettext("%(num)s contract is getekend", "%(num)s contracten zijn getekend", signed))
    return str(_("Er zijn nog geen contracten"))


def _own(work: Work) -> str:
    """A provider's own: few, with what it has to sign on top."""
    found = queries.visible_contracts(work, rules.Filters(sort="ingang"), all_rows=True)
    to_sign = {c.id for c in queries.to_sign_for_provider(work)}
    rows = sorted(found.rows, key=lambda c: (c.id not in to_sign, c.state is C.ENDED, c.starts_on))
    heading = _heading(found, 0) if found.rows else _("U hebt nog geen contract")
    if to_sign:
        heading = ngettext(
            "%(num)s contract wacht op uw handtekening", "%(num)s contracten wachten op uw handtekening", len(to_sign)
        )
    standings = queries.standings(work, rows)
    return render_template(
        "contracts/own.html", rows=rows, to_sign=to_sign, heading=heading, standings=standings, words=words
    )


def _export(work: Work, filters: rules.Filters) -> Response:
    if request.args["formaat"] not in FORMATS:
        abort(404)
    rows = queries.visible_contracts(work, filters, all_rows=True).rows
    standings = queries.standings(work, rows)
    header = [
        _("Nummer"), _("Aanbieder"), _("KvK-nummer"), _("Procedure"), _("Producten"), _("Stand"), _("Van"),
        _("Tot en met"), _("Aanbieder getekend"), _("Gemeenten getekend"), _("Gemeenten nog te tekenen"),
        _("Waarde per jaar"), _("Grens winstmarge (%)"), _("Getekend op"), _("In werking sinds"),
    ]  # fmt: skip
    lines = [_line(contract, standings[contract.id]) for contract in rows]
    return send_table(_("Contracten"), header, lines, request.args["formaat"])


def _line(found: Contract, standing: rules.Standing) -> list[Any]:
    return [
        found.number,
        found.organisation.name,
        found.organisation.kvk_number,
        found.procedure.title,
        words.products(found.sub_agreements),
        words.state(found)[1],
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
