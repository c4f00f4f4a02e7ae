"""The page that says how the installation stands, with what can be done about it."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.home.tasks import rules as task_rules
from portal.scheduler import is_at_work
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, ngettext
from portal.web.wall import allow
from portal.work import Work

from . import queries, rules, service

bp = Blueprint("operations", __name__)


@bp.get("/status")
@allow(Permission.PLATFORM_STATUS)
def status() -> str:
    with reading() as work:
        return render_template(
            "operations/status.html",
            status=queries.status(work),
            amiss={code: _(sentence) for code, sentence in rules.AMISS.items()},
            job_words={name: _(label) for name, label in rules.JOB_LABELS.items()},
            rhythms={name: _(label) for name, label in rules.RHYTHMS.items()},
            task_words=lambda kind: _(task_rules.title(kind)),
            task_states={state: (kind, _(label)) for state, (kind, label) in task_rules.STATES.items()},
            mail_reason=_mail_reason,
        )


def _mail_reason(code: str | None) -> str:
    sentence, number = rules.mail_reason(code)
    return _(sentence, number=number) if number else _(sentence)


@bp.post("/status/taken/<name>/nu")
@allow(Permission.PLATFORM_STATUS)
def run_now(name: str) -> Response:
    form = BaseForm()
    with writing(form) as work:
        task = service.ask_for_job(work, name)
        label = _(rules.JOB_LABELS.get(name, name))
        said = (
            _("‘%(job)s’ begint binnen enkele seconden.", job=label)
            if task
            else _("‘%(job)s’ stond al klaar om te beginnen.", job=label)
        )
        return _promise(work, form, said)


def _promise(work: Work, form: BaseForm, said: str) -> Response:
    """What the scheduler will do is said only while there is one."""
    if not is_at_work(work):
        flash(
            _("De planner draait niet: niemand verstuurt nu mail of voert taken uit. Hieronder staat wat u doet."),
            "warning",
        )
        said = ""
    return finish(work, form, url_for("operations.status"), said)


@bp.post("/status/post/<int:mail_id>/opnieuw")
@allow(Permission.PLATFORM_STATUS)
def send_again(mail_id: int) -> Response:
    form = BaseForm()
    with writing(form) as work:
        service.send_again(work, queries.failed_mail(work, mail_id))
        return finish(work, form, url_for("operations.status"), _("De mail staat weer klaar om te versturen."))


@bp.post("/status/post/opnieuw")
@allow(Permission.PLATFORM_STATUS)
def send_all_again() -> Response:
    form = BaseForm()
    with writing(form) as work:
        count = service.send_all_again(work)
        said = ngettext("%(num)s mail staat weer klaar.", "%(num)s mails staan weer klaar.", count)
        return finish(work, form, url_for("operations.status"), said)


@bp.post("/status/post/nu")
@allow(Permission.PLATFORM_STATUS)
def send_waiting_now() -> Response:
    form = BaseForm()
    with writing(form) as work:
        count = service.send_waiting_now(work)
        said = (
            ngettext("%(num)s mail gaat nu weg.", "%(num)s mails gaan nu weg.", count)
            if count
            else _(
                "Er is geen mail die sneller kan. Wat wacht, gaat vanzelf: binnen tien minuten of met het dagelijkse overzicht."
            )
        )
        return _promise(work, form, said)
