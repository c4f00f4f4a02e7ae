"""One contract: where it stands, who signed and who still has to, its documents, and what can be done."""

from __future__ import annotations

from flask import abort, render_template, url_for
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission
from portal.contracts import queries, rules, service
from portal.contracts.models import Contract, ContractState
from portal.contracts.proxies.queries import may_sign
from portal.contracts.states import CONTRACT
from portal.errors import NotFound
from portal.tasks import Task, TaskStatus
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.files import Document, send_document
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock, Work

from . import words
from .blueprint import bp

P = Permission
C = ContractState


@bp.get("/contracten/<int:contract_id>")
@allow(P.CONTRACT_READ)
def show(contract_id: int) -> str:
    with reading() as work:
        found = queries.contract(work, contract_id)
        standing = queries.standing(work, found)
        acts = _acts(work, found, standing)
        against = queries.reasons_not_to_send(work, found) if "send_to_sign" in acts else []
        due = rules.document_due(found)
        mine = bool({"complete_by_provider", "complete_by_municipality"} & set(acts)) or found.state is C.DRAFT
        return render_template(
            "contracts/show.html",
            contract=found,
            provider=work.actor.is_provider,
            heading=words.heading(found, standing, acts, due=due, blocked=bool(against)),
            whose=words.turn(found, standing, work.actor, mine),
            mine=mine,
            steps=words.steps(found, standing),
            acts=acts,
            blocked=reasons.sentences(code for code in against if code != "document_not_ready"),
            no_proxy_holder=any(code.startswith("no_proxy_holder") for code in against),
            notes={number: words.said(note) for number, note in queries.phase_notes(work, found).items()},
            lines=words.lines(
                found, standing, queries.municipal_lines(work, found), queries.still_to_sign(work, found)
            ),
            document=_document(work, found, due),
            words=words,
        )


def _acts(work: Work, found: Contract, standing: rules.Standing) -> list[str]:
    """What the table allows this reader now, and of signing only what is still to be done."""
    acts = CONTRACT.acts(work.actor, found)
    if "complete_by_provider" in acts:
        _authority, against = queries.own_signature(work, found)
        done = {"contract_already_signed", "provider_has_signed"} & set(against)
        acts = [a for a in acts if a != "complete_by_provider" or not (done or standing.provider_done)]
    if "complete_by_municipality" in acts:
        acts = [a for a in acts if a != "complete_by_municipality" or may_sign(work, found)]
    return [a for a in acts if a != "bring_into_force"]


def _document(work: Work, found: Contract, due: str) -> dict[str, object]:
    """The files with their size, and how far the one is that is still being made."""
    task = queries.document_task(work, found) if due else None
    return {
        "file": storage.describe(work, found.file) if found.file is not None else None,
        "register": storage.describe(work, found.signed_file) if found.signed_file is not None else None,
        "due": due,
        "failed": bool(due) and not _is_live(task),
        "may_ask": work.actor.may(P.CONTRACT_PREPARE, found),
    }


def _is_live(task: Task | None) -> bool:
    """Being made, or made just now: then the file is a refresh away."""
    return task is not None and task.status in (TaskStatus.QUEUED, TaskStatus.RUNNING, TaskStatus.DONE)


@bp.post("/contracten/<int:contract_id>/versturen")
@allow(P.CONTRACT_PREPARE)
def send_to_sign(contract_id: int) -> Response:
    form = BaseForm()
    if not form.validate_on_submit():
        abort(400)
    with writing(form, Lock(Contract, contract_id)) as work:
        found = queries.contract(work, contract_id)
        work.expect_version(found, form.version.data)
        service.send_to_sign(work, found)
        done = _("Het contract is verstuurd. De aanbieder en de gevolmachtigden hebben een mail gekregen.")
        return finish(work, form, url_for("contracts.show", contract_id=found.id), done)


@bp.post("/contracten/<int:contract_id>/document-opnieuw")
@allow(P.CONTRACT_PREPARE)
def make_document_again(contract_id: int) -> Response:
    form = BaseForm()
    if not form.validate_on_submit():
        abort(400)
    with writing(form, Lock(Contract, contract_id)) as work:
        found = queries.contract(work, contract_id)
        service.make_document_again(work, found)
        done = _("Het document wordt opnieuw gemaakt.")
        return finish(work, form, url_for("contracts.show", contract_id=found.id), done)


@bp.get("/contracten/<int:contract_id>/document")
@allow(P.CONTRACT_READ)
def document(contract_id: int) -> Document:
    with reading() as work:
        return _sent(work, queries.contract(work, contract_id).file)


@bp.get("/contracten/<int:contract_id>/handtekeningen")
@allow(P.CONTRACT_READ)
def signature_register(contract_id: int) -> Document:
    with reading() as work:
        return _sent(work, queries.contract(work, contract_id).signed_file)


def _sent(work: Work, file: storage.StoredFile | None) -> Document:
    if file is None:
        raise NotFound("StoredFile")
    return send_document(work, file)
