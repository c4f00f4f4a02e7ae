"""A long list as a file, made in the background: its own address is asked again, in the name of who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, g, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from portal import storage
from portal.access import SYSTEM, Actor
from portal.errors import NotFound
from portal.i18n import mark
from portal.tasks import TITLES, Task, enqueue, give_result, progress
from portal.work import Office, Work, begin_read, begin_write

from .acts import actor, finish, writing
from .forms import BaseForm
from .locale import _
from .wall import PortalUser, allow

KIND = "lists.make"
TITLES[KIND] = mark("Een lijst als bestand")
LONGEST = 2000
bp = Blueprint("lists", __name__)
Member = Callable[[Work, int], Actor | None]
"""(work, membership id) -> who that is now; None when the role ended."""


@bp.post("/lijsten/bestand")
@allow()
def make() -> Response:
    """Ask for the file of a list: who may open the list may have it as a file. A repeat leads to the same task."""
    form = BaseForm()
    if not form.validate_on_submit():
        abort(400)
    address = _address(request.args.get("adres", ""))
    with writing(form) as work:
        facts = {"address": address, "membership_id": work.actor.membership_id, "locale": actor().locale}
        task = enqueue(work, KIND, **facts)
        work.session.flush()
        return finish(work, form, url_for("taken.show", task_id=task.id), _("Het bestand wordt gemaakt."))


def _address(wanted: str) -> str:
    """The path and filters of a page of this portal that somebody can open; anything else is a 404."""
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or len(wanted) > LONGEST:
        abort(404)
    try:
        current_app.url_map.bind("").match(parts.path, "GET")
    except HTTPException:
        abort(404)
    return f"{parts.path}?{parts.query}"


def run(app: Flask, office: Office, task_id: int, member: Member) -> str:
    """Ask the list's view for the whole file and keep it for who asked. Raises NotFound when that role ended since."""
    with begin_read(office, SYSTEM) as work:
        facts = work.get(Task, task_id).facts
        who = member(work, int(facts["membership_id"]))
    if who is None:
        raise NotFound("membership")
    data, name = _asked_again(app, office, task_id, who, facts)
    with begin_write(office, who) as work:
        stored = storage.put_bytes(work, data, name=name, seal=storage.system_seal(work))
        work.session.flush()
        give_result(work, task_id, stored.id)
    return "made"


def _asked_again(app: Flask, office: Office, task_id: int, who: Actor, facts: dict[str, str]) -> tuple[bytes, str]:
    """The bytes and the name of the file, as the page itself would send them: the same doors, the same rows."""
    with app.test_request_context(facts["address"], base_url=office.settings.base_url):
        session["locale"] = facts["locale"]
        g._login_user = PortalUser(who, "")
        g.tell_progress = lambda number: progress(office, task_id, number, 0)
        answer = app.preprocess_request() or app.dispatch_request()
        response = app.make_response(answer)
        _kind, options = parse_options_header(response.headers.get("Content-Disposition", ""))
        if response.status_code != 200 or not options.get("filename"):
            raise NotFound("list")
        return response.get_data(), str(options["filename"])
