"""A letter as PDF beside the same letter as Word: only where PDFs are made, only for whom the letter is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.storage import copies
from tests.storage.test_pdf import COPIES, program
from tests.tenders.doors import come_in
from tests.tenders.judging import Case, announced_case


@pytest.fixture
def letter(office: Any, clock: Any, client: FlaskClient) -> tuple[Case, str]:
    case = announced_case(office, clock)
    page = come_in(client, case.provider).get("/besluiten").text
    address = page[page.index('href="/besluiten/') :].split('"')[1]
    return case, f"{address}/brief"


@pytest.fixture
def pdf_is_made(app: Any, tmp_path: Path) -> Any:
    """This portal with a converter of a few lines."""
    parts = app.extensions["portal"]
    settings = replace(parts.office.settings, soffice=program(tmp_path, COPIES))
    app.extensions["portal"] = replace(parts, office=replace(parts.office, settings=settings))
    return app.extensions["portal"].office


def test_where_no_pdf_is_made_the_page_offers_word_and_the_address_says_why(
    letter: tuple[Case, str], client: FlaskClient
) -> None:
    case, address = letter
    page = come_in(client, case.provider).get("/besluiten").text
    assert "Download de brief (Word)" in page and "(PDF)" not in page
    refused = client.get(f"{address}?formaat=pdf")
    assert refused.status_code == 503 and "nu alleen als Word" in refused.text and f'href="{address}"' in refused.text


def test_a_letter_is_there_as_pdf_and_as_word(letter: tuple[Case, str], client: FlaskClient, pdf_is_made: Any) -> None:
    case, address = letter
    page = come_in(client, case.provider).get("/besluiten").text
    assert "Download de brief (PDF)" in page and "Download de brief (Word)" in page
    made = client.get(f"{address}?formaat=pdf")
    assert (made.mimetype, made.data) == ("application/pdf", b"%PDF-1.6 ")
    assert "Beslissing" in made.headers["Content-Disposition"] and ".pdf" in made.headers["Content-Disposition"]
    assert client.get(address).data.startswith(b"PK")
    assert copies.make_due_pdfs(pdf_is_made) == 2  # the record of opening and the other letter; this one is kept
    assert client.get(f"{address}?formaat=pdf").data == made.data


def test_somebody_elses_letter_is_no_pdf_either(
    letter: tuple[Case, str], client: FlaskClient, pdf_is_made: Any
) -> None:
    case, address = letter
    for outsider in (case.other, case.officer, case.assessors[0]):
        assert come_in(client, outsider).get(f"{address}?formaat=pdf").status_code == 404


def test_when_the_making_fails_the_reader_gets_the_way_to_word(
    letter: tuple[Case, str], client: FlaskClient, app: Any, tmp_path: Path
) -> None:
    case, address = letter
    parts = app.extensions["portal"]
    broken = replace(parts.office.settings, soffice=program(tmp_path, "exit 1"))
    app.extensions["portal"] = replace(parts, office=replace(parts.office, settings=broken))
    refused = come_in(client, case.provider).get(f"{address}?formaat=pdf")
    assert refused.status_code == 503 and "niet gelukt" in refused.text
