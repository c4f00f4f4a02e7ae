"""What people see of the malware scan: a file that waits, one that is refused, and one that nobody may open yet."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.accounts.models import User, UserState
from portal.config import Settings
from portal.evidence.models import EvidenceItem
from portal.mail import OutboxMail
from portal.storage import scanning
from portal.tenders.submissions import queries as submissions
from tests.factories import PDF, make_officer, make_provider, make_region
from tests.storage.daemons import WORM, Fake
from tests.web.doors import Reader, come_in


@pytest.fixture
def settings(settings: Settings, daemon: Fake) -> Settings:
    return replace(settings, clamav=daemon.address)


@pytest.fixture
def people(app, work_as):
    app.test_client_class = Reader
    with work_as(SYSTEM) as work:
        region = make_region(work)
        admin, officer = make_provider(work).admin, make_officer(work, region)
    return come_in(app.test_client(), admin), come_in(app.test_client(), officer)


def add(provider: Reader, content: bytes):
    data = {"title": "Klachtregeling", "issued_on": "2022-01-10", "valid_until": "2023-01-10"}
    return provider.post(
        "/bewijspaspoort/toevoegen/klachtregeling", data={**data, "file": (BytesIO(content), "regeling.pdf")}
    )


def test_an_infected_upload_is_refused_at_its_field_and_says_what_to_do(people):
    refused = add(people[0], PDF.replace(b"%%EOF", WORM + b"\n%%EOF"))
    assert refused.status_code == 422 and "is een virus gevonden" in refused.text
    assert "Uw paspoort is nog leeg." in people[0].get("/bewijspaspoort").text


def test_an_upload_while_the_scanner_is_down_is_kept_and_says_that_it_waits(people, daemon, office):
    provider, _officer = people
    daemon.answer = "silence"
    page = add(provider, PDF).location
    assert "wacht op controle op virussen" in provider.get(page).text
    daemon.answer = ""
    assert scanning.scan_waiting(office) >= 1
    assert "wacht op controle" not in provider.get(page).text


def test_a_reader_is_told_why_a_waiting_file_does_not_open_and_its_owner_opens_it(people):
    """The extract of the provider came in without a word of the scanner."""
    provider, officer = people
    assert "wacht op controle op virussen" in officer.get("/verificaties/1").text
    refused = officer.get("/verificaties/1/uittreksel")
    assert refused.status_code == 409 and "Zodra die klaar is, kunt u het openen" in refused.text
    assert provider.get("/organisatie/tekenbevoegdheid/1/uittreksel").status_code == 200


def test_a_virus_that_is_found_later_is_told_to_who_sent_it_and_the_evidence_counts_no_more(
    people, daemon, office, read_as
):
    provider, _officer = people
    daemon.answer = "silence"
    page = add(provider, PDF.replace(b"%%EOF", WORM + b"\n%%EOF")).location
    daemon.answer = ""
    scanning.scan_waiting(office)
    assert "Virus gevonden" in provider.get(page).text
    assert "In 1 bewijs is een virus gevonden" in provider.get("/bewijspaspoort").text
    start = provider.get("/start").text
    assert "Vervang bewijs: Klachtregeling" in start and "1 met een virus" in start
    with read_as(SYSTEM) as work:
        mail = work.session.scalars(select(OutboxMail).where(OutboxMail.template == "file_blocked")).one()
        assert "virus" in mail.subject and "1 maart 2022" in mail.text and "regeling.pdf" not in mail.text
        kept = work.session.scalars(select(EvidenceItem)).one()
        assert [held.blocked for held in submissions.passport(work, kept.organisation_id).values()] == [True]


@pytest.mark.parametrize("words", [["scan"], ["scan", "--all"]])
def test_a_virus_that_an_operator_finds_is_told_to_who_sent_it(people, daemon, office, read_as, words):
    """In a process of its own: it has loaded no more of the portal than the command needs."""
    daemon.answer = "silence"
    add(people[0], PDF.replace(b"%%EOF", WORM + b"\n%%EOF"))
    daemon.answer = ""
    known = {
        "PORTAL_DATABASE_URL": office.settings.database_url,
        "PORTAL_VAR": str(office.settings.var),
        "PORTAL_SEAL_KEY_FILE": str(office.settings.seal_key_file),
        "PORTAL_CLAMAV": daemon.address,
    }
    subprocess.run(
        [sys.executable, "-m", "portal.cli", *words], env=os.environ | known, capture_output=True, check=False
    )
    with read_as(SYSTEM) as work:
        assert work.session.scalars(select(OutboxMail).where(OutboxMail.template == "file_blocked")).one()


def test_who_was_put_out_hears_nothing_of_a_virus(people, daemon, office, work_as, read_as):
    daemon.answer = "silence"
    add(people[0], PDF.replace(b"%%EOF", WORM + b"\n%%EOF"))
    daemon.answer = ""
    with work_as(SYSTEM) as work:
        for user in work.session.scalars(select(User)):
            user.state = UserState.DEACTIVATED
    scanning.scan_waiting(office)
    with read_as(SYSTEM) as work:
        assert not work.session.scalars(select(OutboxMail).where(OutboxMail.template == "file_blocked")).all()
