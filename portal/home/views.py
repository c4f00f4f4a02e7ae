"""The front door: the region's public page, what waits for whoever logged in, and the pages every public body has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import Blueprint, Response, render_template, url_for

from portal.contracts.register.queries import Admitted, Wish, all_admitted
from portal.errors import NotFound
from portal.regions.models import Region
from portal.regions.queries import region_by_code
from portal.waits import Wait
from portal.web.acts import reading
from portal.web.context import counted
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _
from portal.web.wall import allow, open_endpoint
from portal.work import Work

from . import queries, rules

bp = Blueprint("home", __name__)


@bp.get("/")
@open_endpoint
def front() -> str | Response:
    with reading() as work:
        return _region_page(work, queries.region_of(work))


@bp.get("/regio/<code>")
@open_endpoint
def region(code: str) -> str | Response:
    with reading() as work:
        return _region_page(work, region_by_code(work, code))


def _region_page(work: Work, region: Region | None) -> str | Response:
    if region is None:
        return render_template("home/empty.html")
    wish = Wish(text("product", 20), text())
    if format := asked_format():
        return _register_file(all_admitted(work, region.id, wish, asked().sort), format)
    page, look = queries.region_page(work, region, wish, asked()), queries.look_of(region)
    return render_template("home/region.html", page=page, search=wish, region=region, look=look)


@bp.get("/regio/<code>/stijl.css")
@open_endpoint
def region_style(code: str) -> Response:
    """The colours of one region; everything else of its style is in the portal's own sheet."""
    with reading() as work:
        look = queries.look_of(region_by_code(work, code))
    if look is None:
        raise NotFound("look")
    lines = "".join(f"  {name}: {value};\n" for name, value in look.colours.items())
    return Response(f".region-{look.code} {{\n{lines}}}\n", mimetype="text/css")


def _register_file(lines: Iterable[Admitted], format: str) -> Response | str:
    header = [_("Aanbieder"), _("Plaats"), _("Producten"), _("Contract vanaf"), _("Contract tot en met")]
    rows = (
        [line.name, line.place, ", ".join(name for _code, name in line.products), line.starts_on, line.ends_on]
        for line in lines
    )
    return send_list(_("Toegelaten aanbieders"), header, rows, format)


@bp.get("/start")
@allow()
def start() -> str:
    with reading() as work:
        page = queries.start_page(work)
        nav = [replace(item, current=item.url == rules.START) for item in _counted(work, page.waits)]
        counted([item.count for item in nav])
        return render_template("home/start.html", page=page, today=work.today, nav=nav)


@bp.get("/start/tellingen")
@allow()
def counts() -> str:
    """What each heading of the menu says beside its name; every page asks for it by itself."""
    with reading() as work:
        return render_template("home/counts.html", items=_counted(work, queries.waits(work)))


def _counted(work: Work, waits: Sequence[Wait]) -> list[rules.NavItem]:
    paths = [url_for(wait.endpoint, **wait.args).partition("?")[0] for wait in waits if wait.mine]
    return rules.counted(rules.navigation(work.actor), paths)


@bp.get("/hulp")
@open_endpoint
def help_page() -> str:
    with reading() as work:
        return render_template("home/help.html", contact=queries.contact(work))


@bp.get("/toegankelijkheid")
@open_endpoint
def accessibility() -> str:
    with reading() as work:
        return render_template("home/accessibility.html", contact=queries.contact(work), said=rules.ACCESSIBILITY)


@bp.get("/privacy")
@open_endpoint
def privacy() -> str:
    with reading() as work:
        return render_template("home/privacy.html", controllers=queries.controllers(work))


@bp.get("/klacht")
@open_endpoint
def complaint() -> str:
    with reading() as work:
        return render_template("home/complaint.html", contact=queries.contact(work))


@bp.get("/stijlgids")
@open_endpoint
def style_guide() -> str:
    return render_template("stijlgids.html")
