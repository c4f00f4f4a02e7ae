"""The front door: the region's public page, what waits for whoever logged in, and the pages every public body has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import Blueprint, Response, render_template, url_for

from portal.access import Permission
from portal.accounts import service as accounts
from portal.accounts.models import Membership
from portal.accounts.rules import ROLE_LABELS
from portal.contracts.register.queries import Admitted, Wish, all_admitted
from portal.errors import NotFound
from portal.regions.models import Region
from portal.regions.queries import region_by_code
from portal.waits import Wait
from portal.web.acts import finish, reading, writing
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _
from portal.web.wall import allow, open_endpoint
from portal.work import Work

from . import queries, rules
from .deputies import queries as deputies
from .leavers import queries as leavers
from .leavers.forms import LeaveForm

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


@bp.get("/start/vervanging/<int:absence_id>")
@allow()
def stand_in(absence_id: int) -> str:
    """What waits for the person whom the reader stands in for."""
    with reading() as work:
        return render_template("home/stand_in.html", page=deputies.stand_in(work, absence_id))


@bp.route("/organisatie/leden/<int:membership_id>/beeindigen", methods=["GET", "POST"])
@bp.route("/beheer/rollen/<int:membership_id>/beeindigen", methods=["GET", "POST"])
@allow(Permission.MEMBER_END, Permission.STAFF_END)
def leave(membership_id: int) -> tuple[str, int] | Response:
    """A role ends: what was open is shown and goes to a colleague."""
    with reading() as work:
        page = leavers.leaver(work, membership_id)
        form = LeaveForm([(str(m.id), m.user.name) for m in page.successors])
        if not form.validate_on_submit():
            shown = render_template("home/leave.html", page=page, form=form, role=_(ROLE_LABELS[page.membership.role]))
            return shown, 422 if form.errors else 200
    with writing(form) as work:
        page = leavers.leaver(work, membership_id)
        to = next((m for m in page.successors if str(m.id) == form.successor.data), None)
        tasks = [(wait.title, url_for(wait.endpoint, **wait.args)) for wait in page.tasks]
        accounts.hand_over(work, page.membership, to=to, tasks=tasks)
        done = _("De rol is beëindigd. Deze persoon is direct uitgelogd.")
        return finish(work, form, _people(work, page.membership), done)


def _people(work: Work, ended: Membership) -> str:
    if work.actor.is_provider:
        return url_for("accounts.members")
    return url_for("accounts.staff_person", user_id=ended.user_id)


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
