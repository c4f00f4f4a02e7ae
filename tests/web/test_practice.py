"""The practice installation: its mailbox and its clock; elsewhere neither exists."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import storage
from portal.access import SYSTEM
from portal.clock import PracticeClock
from portal.config import Settings
from portal.mail import OutboxMail, queue_mail
from portal.work import Work
from tests.conftest import TestClock
from tests.factories import PDF
from tests.web.doors import Reader

WorkAs = Callable[..., AbstractContextManager[Work]]
pytestmark = pytest.mark.both_databases
ADDRESSES = ["/oefenomgeving/postvak", "/oefenomgeving/postvak/1", "/oefenomgeving/klok"]


class TestPracticeMailbox:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, practice=True)

    @pytest.fixture
    def letter(self, work_as: WorkAs) -> SimpleNamespace:
        """A mail with a file, and one without."""
        with work_as(SYSTEM) as work:
            file = storage.put_bytes(work, PDF, name="brief.pdf", seal=storage.system_seal(work))
            for to, attachments in (("noor@lindeveld.example", [file]), ("mees@regio.example", [])):
                queue_mail(
                    work, to=to, template="delivery_check", locale="nl", key=to, facts={"number": 1},
                    attachments=attachments,
                )  # fmt: skip
            return SimpleNamespace(file_id=file.id)

    def test_a_mail_is_found_and_shown_with_text_html_and_file(
        self, client: FlaskClient, letter: SimpleNamespace
    ) -> None:
        found = client.get("/oefenomgeving/postvak?q=lindeveld").text
        assert "noor@lindeveld.example" in found
        assert "mees@regio.example" not in found
        assert "Afgeleverd" not in found, "no mail leaves a practice installation"
        page = client.get("/oefenomgeving/postvak/1").text
        assert "<dd>Nederlands</dd>" in page and "/static/frame.js" in page
        assert f"/oefenomgeving/postvak/1/bijlage/{letter.file_id}" in page
        assert client.get(f"/oefenomgeving/postvak/1/bijlage/{letter.file_id}").data == PDF
        assert b"brief.pdf" in client.get("/oefenomgeving/postvak/1/eml").data

    def test_the_html_of_a_mail_runs_nothing(self, client: FlaskClient, letter: SimpleNamespace) -> None:
        answer = client.get("/oefenomgeving/postvak/1/html")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "allow-scripts" not in answer.headers["Content-Security-Policy"]
        assert "allow-scripts" not in client.get("/oefenomgeving/postvak/1").text

    @pytest.mark.parametrize("address", ["1/bijlage/99", "2/bijlage/1", "3", "3/eml", "1/kalender"])
    def test_what_a_mail_does_not_carry_is_not_there(
        self, client: FlaskClient, letter: SimpleNamespace, address: str
    ) -> None:
        assert client.get(f"/oefenomgeving/postvak/{address}").status_code == 404


class TestPracticeClockPage:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, practice=True)

    @pytest.fixture
    def clock(self, settings: Settings) -> PracticeClock:
        clock = PracticeClock(settings.clock_file)
        clock.set_to(TestClock("2024-05-13 09:00")(), backwards=True)
        return clock

    @pytest.fixture
    def reader(self, app: Flask) -> Any:
        app.test_client_class = Reader
        return app.test_client()

    def test_it_goes_a_day_forward_and_the_jobs_run(self, reader: Any, clock: PracticeClock) -> None:
        before = clock()
        assert reader.post("/oefenomgeving/klok", data={"days": "1", "moment": "2024-05-13T09:00"}).status_code == 303
        assert (clock() - before).days == 1
        page = reader.get("/oefenomgeving/klok").text
        assert "De geplande taken deden" in page
        assert "Losse bestanden opruimen" in page and "sweep_files" not in page

    @pytest.mark.parametrize(
        ("moment", "sentence"),
        [
            ("2024-05-12T09:00", "De klok kan alleen vooruit"),
            ("2026-05-13T09:00", "hoogstens 400 dagen"),
            ("2025-03-30T02:30", "Deze tijd bestaat niet of dubbel"),
            ("morgen", "bestaande datum en tijd"),
        ],
    )
    def test_a_moment_it_cannot_go_to_is_told(
        self, reader: Any, clock: PracticeClock, moment: str, sentence: str
    ) -> None:
        before = clock()
        answer = reader.post("/oefenomgeving/klok", data={"days": "", "moment": moment})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert clock() - before < timedelta(minutes=1)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_ordinary_installation_has_none_of_it(client: FlaskClient, work_as: WorkAs, address: str) -> None:
    assert client.get(address).status_code == 404
    with work_as(SYSTEM) as work:
        assert work.session.query(OutboxMail).count() == 0
