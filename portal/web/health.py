"""What machines ask: does the process live, can it work, how much does it do. No session, no page, no reader."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.access import VISITOR
from portal.audit import AuditHead
from portal.clock import system_clock
from portal.db import migration_of, newest_migration
from portal.mail import MailStatus, OutboxMail, held_up
from portal.storage import ScanStatus, StoredFile
from portal.storage.disk import free_bytes
from portal.tasks import JobRun, Task, TaskStatus
from portal.work import Work, begin_read

from .acts import office
from .measures import request_figures
from .wall import open_endpoint

bp = Blueprint("health", __name__)

V = TypeVar("V", bound=Callable[..., Any])


def for_machines(view: V) -> V:
    """Asked without a session: whoever sends one along is not looked up, and the answer is not kept."""
    view.for_machines = True  # type: ignore[attr-defined]
    return open_endpoint(view)


def asked_by_machine() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "for_machines", False)


@bp.get("/healthz")
@for_machines
def alive() -> Response:
    """The process lives; a database that is away does not change that."""
    return _said("ok", 200)


@bp.get("/readyz")
@for_machines
def ready() -> Response:
    """It can take a request: 503 with a word per thing that is missing."""
    missing = [*_database_faults(), *_store_faults()]
    return _said("\n".join(missing), 503) if missing else _said("ready", 200)


def _database_faults() -> Iterator[str]:
    try:
        with begin_read(office(), VISITOR) as work:
            found = migration_of(work.session)
    except SQLAlchemyError:
        yield "database: not reachable"
        return
    if found != newest_migration():
        yield f"database: at migration {found or 'none'}, not at {newest_migration()}; run: portal upgrade"


def _store_faults() -> Iterator[str]:
    root = office().settings.file_root
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        writable = os.access(root, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        yield "file store: not writable"


@bp.get("/metrics")
@for_machines
def metrics() -> Response:
    """Figures for Prometheus; without a token in the settings this page does not exist."""
    token = office().settings.metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        answer = _said("a bearer token is needed", 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    return Response(request_figures() + _kept_figures(), mimetype="text/plain; version=0.0.4; charset=utf-8")


def _said(words: str, code: int) -> Response:
    return Response(f"{words}\n", code, mimetype="text/plain")


class _Kept(Collector):
    """What the database knows: the same in every process."""

    def __init__(self, figures: list[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        yield from self._figures


def _kept_figures() -> bytes:
    registry = CollectorRegistry()
    with begin_read(office(), VISITOR) as work:
        registry.register(_Kept([*_counts(work), *_waiting(work), *_jobs(work), _free_space(work)]))
    return generate_latest(registry)


def _counts(work: Work) -> Iterator[Metric]:
    for name, words, model, states in (
        ("portal_outbox_mails", "Mails in the outbox.", OutboxMail, MailStatus),
        ("portal_tasks", "Background tasks.", Task, TaskStatus),
    ):
        known = dict.fromkeys(states, 0) | dict(_per_status(work, model))
        family = GaugeMetricFamily(name, words, labels=["status"])
        for state, number in known.items():
            family.add_metric([state.value], number)
        yield family
    entries = work.session.scalar(select(func.max(AuditHead.seq))) or 0
    yield GaugeMetricFamily("portal_audit_entries", "Entries of the audit chain.", entries)


def _per_status(work: Work, model: Any) -> list[tuple[Any, int]]:
    return [(s, n) for s, n in work.session.execute(select(model.status, func.count()).group_by(model.status))]


def _waiting(work: Work) -> Iterator[Metric]:
    """What stands still because a mail server or a scanner does."""
    late = held_up(work)
    number, oldest = sum(one.number for one in late), min((one.oldest for one in late), default=work.now)
    age = (work.now - oldest).total_seconds()
    yield GaugeMetricFamily("portal_mails_held_up", "Mails tried in vain or due and not sent.", number)
    yield GaugeMetricFamily("portal_mails_held_up_oldest_seconds", "Since the oldest of them was written.", age)
    waiting, first = work.session.execute(
        select(func.count(), func.min(StoredFile.uploaded_at)).where(
            StoredFile.scan_status == ScanStatus.WAITING, StoredFile.removed_at.is_(None)
        )
    ).one()
    age = (work.now - first).total_seconds() if first else 0
    yield GaugeMetricFamily("portal_files_waiting_for_scan", "Files that the malware scanner must see.", waiting)
    yield GaugeMetricFamily("portal_files_waiting_for_scan_oldest_seconds", "Since the oldest came in.", age)


def _jobs(work: Work) -> Iterator[Metric]:
    """By the machine's clock. A quiet job is noted once in ten minutes."""
    age = GaugeMetricFamily("portal_job_age_seconds", "Since a job last began.", labels=["job"])
    failed = GaugeMetricFamily("portal_job_failed", "1 when its last run failed.", labels=["job"])
    now = system_clock()
    for run in work.session.scalars(select(JobRun).order_by(JobRun.name)):
        age.add_metric([run.name], (now - run.started_at).total_seconds())
        failed.add_metric([run.name], 0 if run.outcome == "ok" else 1)
    yield from (age, failed)


def _free_space(work: Work) -> Metric:
    room = free_bytes(work.settings.file_root)
    return GaugeMetricFamily("portal_file_store_free_bytes", "Room left for files.", room)
