"""What machines ask: /healthz, /readyz and /metrics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import storage
from portal.access import SYSTEM, Role
from portal.config import Settings
from portal.mail import DeliveryFailed, deliver_pending, queue_mail
from portal.tasks import JobRun, enqueue
from tests.counting import statements
from tests.factories import make_region, make_staff
from tests.web.doors import come_in

ADDRESSES = ("/healthz", "/readyz", "/metrics")


@pytest.fixture
def with_token(app):
    """The installation has a token for its figures."""
    parts = app.extensions["portal"]
    settings = replace(parts.office.settings, metrics_token="geheim-van-de-meter")
    app.extensions["portal"] = replace(parts, office=replace(parts.office, settings=settings))
    return {"Authorization": "Bearer geheim-van-de-meter"}


def test_a_process_that_lives_says_so_and_asks_no_database(app, client, work_as):
    with work_as(SYSTEM) as work:
        make_region(work)
        wim = make_staff(work, Role.PLATFORM_ADMIN)
    come_in(client, wim)
    with statements(app.extensions["portal"].office.db.engine) as sent:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n") and not sent
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers


def test_an_installation_at_the_newest_migration_is_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_a_database_that_is_behind_is_not_ready(app, client):
    engine = app.extensions["portal"].office.db.engine
    with engine.connect() as connection:
        connection = connection.execution_options(portal_write=True)
        newest = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
        try:
            answer = client.get("/readyz")
        finally:
            connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
            connection.commit()
    assert answer.status_code == 503
    assert "at migration 0001" in answer.text and "portal upgrade" in answer.text


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://x@/x?host=/nowhere"])
def test_a_database_that_is_away_is_not_ready_and_the_process_still_lives(tmp_path: Path, url: str) -> None:
    from portal import create_app

    client = create_app(
        Settings(database_url=url, secret_key="x", var=tmp_path, base_url="http://localhost")
    ).test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database: not reachable\n")
    assert client.get("/healthz").status_code == 200


def test_a_file_store_that_cannot_be_written_is_not_ready(app, client, settings):
    settings.var.mkdir(parents=True, exist_ok=True)
    settings.file_root.write_text("a file where the folder should be")
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "file store: not writable" in answer.text


def test_without_a_token_in_the_settings_there_are_no_figures(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer geheim", "Basic geheim-van-de-meter", "bearer é"])
def test_another_token_shows_no_figures(client, with_token, given):
    answer = client.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 401 and "portal_" not in answer.text


def test_the_figures_count_requests_mails_tasks_jobs_and_entries(client, with_token, work_as):
    with work_as(SYSTEM) as work:
        make_region(work)
        make_staff(work, Role.PLATFORM_ADMIN)
        enqueue(work, "something")
        queue_mail(work, to="x@example.org", template="delivery_check", key="1", facts={})
        work.add(JobRun(name="send_mail", started_at=work.now, outcome="error", error="OSError"))
    client.get("/hulp?zoek=Jansen")
    said = client.get("/metrics", headers=with_token).text
    assert 'portal_outbox_mails{status="queued"} 1.0' in said and 'portal_outbox_mails{status="failed"} 0.0' in said
    assert 'portal_tasks{status="queued"} 1.0' in said
    assert 'portal_job_failed{job="send_mail"} 1.0' in said and 'portal_job_age_seconds{job="send_mail"}' in said
    assert 'portal_requests_total{endpoint="/hulp",method="GET",status="200"}' in said
    assert 'portal_request_seconds_count{endpoint="/hulp"}' in said
    assert "Jansen" not in said and "example.org" not in said


def test_the_figures_say_how_long_mail_and_files_stand_still(client, with_token, office, clock, transport, work_as):
    figures = {
        "portal_mails_held_up": 0, "portal_mails_held_up_oldest_seconds": 0,
        "portal_files_waiting_for_scan": 0, "portal_files_waiting_for_scan_oldest_seconds": 0,
    }  # fmt: skip

    def check():
        said = client.get("/metrics", headers=with_token).text
        assert {name: float(said.split(f"\n{name} ")[1].split()[0]) for name in figures} == figures

    check()
    with work_as(SYSTEM) as work:
        queue_mail(work, to="x@example.org", template="delivery_check", key="1", facts={})
        stored = storage.put_bytes(work, b"proef", name="proef.txt", seal=storage.system_seal(work))
        stored.scan_status = storage.ScanStatus.WAITING
    transport.refuse_with = DeliveryFailed("connection")
    deliver_pending(office, transport)
    clock.advance(hours=2)
    figures |= {"portal_mails_held_up": 1, "portal_mails_held_up_oldest_seconds": 7200}
    figures |= {"portal_files_waiting_for_scan": 1, "portal_files_waiting_for_scan_oldest_seconds": 7200}
    check()


@pytest.mark.parametrize("address", ADDRESSES)
def test_another_hosts_name_reaches_none_of_them(client, with_token, address):
    for header in ({"Host": "evil.example"}, {"Host": "evil.example", "X-Forwarded-Host": "localhost"}):
        answer = client.get(address, headers={**with_token, **header})
        assert answer.status_code == 400 and "portal_" not in answer.text
    assert client.get(address, headers={**with_token, "X-Forwarded-Host": "evil.example"}).status_code == 200
