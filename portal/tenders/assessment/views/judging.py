"""The assessor's own work: declare, judge criterion by criterion, lock; afterwards read what the others said."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.clock import AMSTERDAM
from portal.errors import NotFound, RuleBroken
from portal.regions.models import Product
from portal.tenders.assessment import queries, rules, service
from portal.tenders.assessment.forms import PLACES, VERDICTS, ConflictForm, VerdictForm
from portal.tenders.assessment.models import Assignment, AssignmentState, Judgement, Verdict
from portal.tenders.submissions.content.rules import PartSaid
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.forms import BaseForm
from portal.web.listing import asked
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import bp

Page = str | tuple[Any, int] | Response


@bp.get("/beoordelen")
@allow(Permission.ASSESSMENT_JUDGE)
def mine() -> str:
    with reading() as work:
        page = queries.my_assignments(work, asked())
        counts = queries.judged_counts(work, page.rows)
        rows = [(a, counts.get(a.id, 0), len(rules.items(a.submission))) for a in page.rows]
        return render_template("assessment/mine.html", page=page, rows=rows, to_do=queries.to_judge(work))


@bp.get("/beoordelen/<int:assignment_id>")
@allow(Permission.ASSESSMENT_JUDGE)
def assignment(assignment_id: int) -> str:
    with reading() as work:
        found = queries.my_assignment(work, assignment_id)
        if found.state is AssignmentState.ASSIGNED:
            return _declaration_page(found, ConflictForm())
        return _overview(work, found)


def _declaration_page(found: Assignment, form: ConflictForm) -> str:
    return render_template("assessment/declare.html", assignment=found, procedure=found.submission.procedure, form=form)


def _overview(work: Work, found: Assignment) -> str:
    judged = queries.judgements_of(work, found)
    items = rules.items(found.submission)
    assignments = queries.assignments_of(work, found.submission)
    return render_template(
        "assessment/assignment.html",
        assignment=found,
        procedure=found.submission.procedure,
        groups=_groups(items),
        judged=judged,
        done=sum(1 for item in items if rules.is_judged(judged.get(item.key))),
        total=len(items),
        is_judged=rules.is_judged,
        locked=found.state is AssignmentState.LOCKED,
        all_locked=rules.all_locked(assignments),
    )


def _groups(items: list[rules.Item]) -> list[tuple[Product | None, list[rules.Item]]]:
    """The common criteria, then those of each product."""
    groups: dict[Product | None, list[rules.Item]] = {}
    for item in items:
        groups.setdefault(item.bought, []).append(item)
    return list(groups.items())


@bp.post("/beoordelen/<int:assignment_id>/belang")
@allow(Permission.ASSESSMENT_DECLARE)
def declare(assignment_id: int) -> Page:
    form = ConflictForm()
    if not form.validate_on_submit():
        with reading() as work:
            return _declaration_page(queries.my_assignment(work, assignment_id), form), 422
    with writing(form, Lock(Assignment, assignment_id)) as work:
        found = queries.my_assignment(work, assignment_id)
        if form.conflict.data == "ja":
            service.declare_conflict(work, found, note=form.note.data or "")
            message = _("Dank u. U ziet deze inschrijving niet meer; de inkoper vraagt iemand anders.")
            return finish(work, form, url_for("assessment.mine"), message)
        service.declare_no_conflict(work, found)
        message = _("Vastgelegd: u hebt geen belang. U kunt nu beoordelen.")
        return finish(work, form, url_for("assessment.assignment", assignment_id=assignment_id), message)


@bp.get("/beoordelen/<int:assignment_id>/criteria/<key>")
@allow(Permission.ASSESSMENT_JUDGE)
def judge(assignment_id: int, key: str) -> Page:
    part = _read(assignment_id, key)
    with reading() as work:
        return _judging_page(work, assignment_id, key, part, None)


def _read(assignment_id: int, key: str) -> PartSaid | None:
    """What the provider said; the look is put on record before the page is made."""
    with writing() as work:
        return service.read_part(work, queries.readable_assignment(work, assignment_id), key)


def _judging_page(work: Work, assignment_id: int, key: str, part: PartSaid | None, form: VerdictForm | None) -> str:
    found = queries.readable_assignment(work, assignment_id)
    items = rules.items(found.submission)
    place = next((n for n, item in enumerate(items) if item.key == key), None)
    if place is None:
        raise NotFound("criterion")
    judged = queries.judgements_of(work, found)
    return render_template(
        "assessment/judge.html",
        assignment=found,
        submission=found.submission,
        procedure=found.submission.procedure,
        item=items[place],
        number=place + 1,
        total=len(items),
        done=sum(1 for item in items if rules.is_judged(judged.get(item.key))),
        before=items[place - 1] if place else None,
        after=items[place + 1] if place + 1 < len(items) else None,
        part=part,
        judgement=judged.get(key),
        form=form or _verdict_form(judged.get(key)),
        locked=found.state is AssignmentState.LOCKED,
    )


def _verdict_form(judgement: Judgement | None) -> VerdictForm:
    form = VerdictForm(formdata=None)
    if judgement is not None:
        form.verdict.data = judgement.verdict.value if judgement.verdict else None
        form.reasons.data = judgement.reasons
    return form


@bp.post("/beoordelen/<int:assignment_id>/criteria/<key>")
@allow(Permission.ASSESSMENT_JUDGE)
def save(assignment_id: int, key: str) -> Page:
    """The button, and what is saved by itself while typing (X-Autosave); both keep half work."""
    form, quiet = VerdictForm(), request.headers.get("X-Autosave") == "1"
    if form.validate_on_submit():
        try:
            with writing(None if quiet else form, Lock(Assignment, assignment_id)) as work:
                found = queries.readable_assignment(work, assignment_id)
                kept = service.save_judgement(
                    work, found, key, verdict=form.chosen, reasons=form.reasons.data or "", version=form.version.data
                )
                work.session.flush()
                if quiet:
                    return {"saved_at": work.now.astimezone(AMSTERDAM).strftime("%H:%M"), "version": kept.version}, 200
                return finish(work, form, _next(found, key), _kept(kept))
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    if quiet:
        return {}, 422
    part = _read(assignment_id, key)
    with reading() as work:
        return _judging_page(work, assignment_id, key, part, form), 422


def _kept(judgement: Judgement) -> str:
    criterion = judgement.criterion
    title = (reader_locale() == "en" and criterion.title_en) or criterion.title_nl
    if judgement.verdict is None:
        return str(_("%(title)s is bewaard, nog zonder oordeel.", title=title))
    verdict = str(VERDICTS[judgement.verdict]).lower()
    return str(_("%(title)s is bewaard: %(verdict)s.", title=title, verdict=verdict))


def _next(found: Assignment, key: str) -> str:
    """The criterion after this one; after the last the overview."""
    keys = [item.key for item in rules.items(found.submission)]
    after = keys[keys.index(key) + 1 :]
    if not after:
        return url_for("assessment.assignment", assignment_id=found.id)
    return url_for("assessment.judge", assignment_id=found.id, key=after[0])


@bp.post("/beoordelen/<int:assignment_id>/vastzetten")
@allow(Permission.ASSESSMENT_JUDGE)
def lock(assignment_id: int) -> Response:
    form = BaseForm()
    with writing(form, Lock(Assignment, assignment_id)) as work:
        found = queries.readable_assignment(work, assignment_id)
        service.lock_judgement(work, found)
        message = _("Uw oordeel staat vast. Anderen zien het pas als iedereen klaar is.")
        return finish(work, form, url_for("assessment.assignment", assignment_id=assignment_id), message)


@bp.get("/beoordelen/<int:assignment_id>/bestand/<int:file_id>")
@allow(Permission.ASSESSMENT_JUDGE)
def download(assignment_id: int, file_id: int) -> Response:
    with writing() as work:
        stored = service.read_file(work, queries.readable_assignment(work, assignment_id), file_id)
        return send(work, stored)


@bp.get("/beoordelen/<int:assignment_id>/overleg")
@allow(Permission.ASSESSMENT_JUDGE)
def discussion(assignment_id: int) -> str:
    """Everybody's verdict, once all are locked; before that this page is not there."""
    with reading() as work:
        found = queries.readable_assignment(work, assignment_id)
        lines = queries.compared(work, found.submission, queries.assignments_of(work, found.submission))
        if not lines:
            raise NotFound("consensus")
        differing = [line for line in lines if line.agreed is None]
        return render_template(
            "assessment/discussion.html",
            assignment=found,
            procedure=found.submission.procedure,
            lines=sorted(lines, key=lambda line: (line.agreed is not None, line.agreed is Verdict.MEETS)),
            differing=differing,
        )
