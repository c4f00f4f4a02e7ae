"""What the portal does in the background for the reader, with how far it is."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.tasks import Task
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.forms import BaseForm
from portal.web.locale import _, _l
from portal.web.wall import allow
from portal.work import Work

from . import queries, rules, service

bp = Blueprint("taken", __name__)

REASONS = {
    "task_is_over": _l("Deze taak is al klaar of gestopt."),
    "task_is_not_stopped": _l(
        "Deze taak loopt nog of is klaar. Opnieuw proberen kan alleen als hij is mislukt of gestopt."
    ),
}
reasons.register(REASONS)


@bp.get("/taken")
@allow()
def listing() -> str:
    with reading() as work:
        found, more = queries.tasks(work, before=request.args.get("voor", type=int))
        lines = [_line(work, task) for task in found]
        older = url_for("taken.listing", voor=found[-1].id) if more else None
        return render_template("tasks/list.html", lines=lines, older=older, busy=any(rules.runs(t) for t in found))


@bp.get("/taken/<int:task_id>")
@allow()
def show(task_id: int) -> str:
    with reading() as work:
        return render_template("tasks/task.html", line=_line(work, queries.task(work, task_id)))


def _line(work: Work, task: Task) -> dict[str, object]:
    """What a page says of a task."""
    kind, words = rules.STATES[task.status]
    outcome = rules.outcome(task)
    return {
        "task": task,
        "title": _(rules.title(task.kind)),
        "state": (kind, _(words)),
        "outcome": _(outcome) if outcome else "",
        "runs": rules.runs(task),
        "can_retry": rules.can_retry(task),
        "offers_result": rules.offers_result(task, work.actor, work.now),
        "result_gone": task.result_until is not None and task.result_until <= work.now,
    }


@bp.post("/taken/<int:task_id>/stoppen")
@allow()
def stop(task_id: int) -> Redirect:
    return _act(task_id, service.stop_task, _("De taak stopt. Wat al klaar was, blijft klaar."))


@bp.post("/taken/<int:task_id>/opnieuw")
@allow()
def retry(task_id: int) -> Redirect:
    return _act(task_id, service.retry_task, _("De taak gaat verder waar hij was, zodra hij aan de beurt is."))


def _act(task_id: int, verb: Callable[[Work, Task], None], done: str) -> Redirect:
    form = BaseForm()
    with writing(form) as work:
        verb(work, queries.task(work, task_id))
        return finish(work, form, url_for("taken.show", task_id=task_id), done)


@bp.get("/taken/<int:task_id>/bestand")
@allow()
def download(task_id: int) -> Response:
    """That it was taken along is on record, so this is a write that changes nothing else."""
    with writing() as work:
        stored = service.take_result(work, task_id)
    with reading() as look:
        return send(look, stored)
