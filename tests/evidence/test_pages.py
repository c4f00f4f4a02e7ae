from __future__ import annotations

from io import BytesIO

import pytest

from portal.access import SYSTEM
from portal.evidence import queries
from tests.factories import PDF, make_provider, make_region
from tests.web.doors import come_in

DATES = {"issued_on": "2022-01-10", "valid_until": "2023-01-10"}
pytestmark = pytest.mark.usefixtures("with_tokens")


@pytest.fixture
def provider(work_as):
    with work_as(SYSTEM) as work:
        make_region(work)
        return make_provider(work)


@pytest.fixture
def noor(client, provider):
    return come_in(client, provider.admin)


def upload(name="klachtregeling.pdf", data=PDF):
    return {"file": (BytesIO(data), name)}


def add(noor, kind="klachtregeling", **changes):
    return noor.post(f"/bewijspaspoort/toevoegen/{kind}", data={"title": "Klachtregeling 2022", **DATES, **changes})


def test_evidence_is_added_renewed_and_archived(noor, provider, read_as):
    assert "Uw paspoort is nog leeg." in noor.get("/bewijspaspoort").text
    assert add(noor, **upload()).location == "/bewijspaspoort/1"
    page = noor.get("/bewijspaspoort").text
    assert "Geldig" in page and "p-tag--ok" not in page, "the heading says it once"
    renewed = {"issued_on": "2022-02-01", "valid_until": "2024-02-01", "version": "1", **upload("nieuw.pdf")}
    assert noor.post("/bewijspaspoort/1/vernieuwen", data=renewed).location == "/bewijspaspoort/1"
    page = noor.get("/bewijspaspoort/1").text
    assert "nieuw.pdf" in page and "klachtregeling.pdf" in page
    stale = noor.post("/bewijspaspoort/1/vernieuwen", data={**renewed, **upload("te laat.pdf")})
    assert stale.status_code == 409
    assert noor.post("/bewijspaspoort/1/archiveren").location == "/bewijspaspoort"
    assert "Uw paspoort is nog leeg." in noor.get("/bewijspaspoort").text
    again = {**renewed, "version": "2", **upload("nog nieuwer.pdf")}
    assert noor.post("/bewijspaspoort/1/vernieuwen", data=again).status_code == 409


def test_the_kind_decides_which_fields_there_are(noor):
    mark = noor.get("/bewijspaspoort/toevoegen/keurmerk").text
    assert 'name="issuer"' in mark and 'name="reference"' in mark and 'type="file"' in mark
    assert "Maximaal 25\u00a0MB per bestand" in mark and 'accept=".pdf' in mark
    vog = noor.get("/bewijspaspoort/toevoegen/vog").text
    assert 'name="statement"' in vog and 'type="file"' not in vog and 'name="issuer"' not in vog
    assert noor.get("/bewijspaspoort/toevoegen/zwemdiploma").status_code == 404


def test_a_certificate_of_conduct_is_never_taken_in_as_a_file(noor, provider, read_as):
    answer = add(noor, "vog", statement="Alle 12 gezien.", **upload("vog.pdf"))
    assert answer.status_code == 422
    assert "Van een VOG of registratie bewaren wij geen kopie" in answer.text and "Alle 12 gezien." in answer.text
    assert add(noor, "vog", statement="Alle 12 gezien.").location == "/bewijspaspoort/1"
    with read_as(provider.actor) as work:
        assert queries.passport(work)[0].current.file_id is None
    assert noor.get("/bewijspaspoort/versies/1/bestand").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Voeg het bestand toe."),
        (upload("klachtregeling.exe", b"MZ"), "PDF"),
        (upload("klachtregeling.pdf", b""), "leeg"),
        ({"issued_on": "", **upload()}, "op welke dag"),
        ({"valid_until": "2022-02-01", **upload()}, "al verlopen"),
        ({"valid_until": "2030-01-01", **upload()}, "ten hoogste 36 maanden"),
        ({"title": "", **upload()}, "Geef het bewijs een naam"),
        ({"title": "x" * 161, **upload()}, "ten hoogste 160 tekens"),
        ({"valid_until": "morgen", **upload()}, "Vul een datum in"),
    ],
    ids=["no file", "kind", "empty file", "no date", "expired", "too long valid", "no title", "long title", "no day"],
)
def test_what_is_wrong_is_said_at_the_field_and_typed_text_stays(noor, changes, words):
    fresh = {name: (BytesIO(v[0].getvalue()), v[1]) if isinstance(v, tuple) else v for name, v in changes.items()}
    answer = add(noor, **fresh)
    assert answer.status_code == 422 and words in answer.text
    assert 'value="2022-01-10"' in answer.text or "issued_on" in changes


def test_a_form_that_is_sent_twice_adds_once(noor, provider, read_as):
    for _ in range(2):
        assert add(noor, nonce="een-keer", **upload()).location == "/bewijspaspoort/1"
    with read_as(provider.actor) as work:
        assert len(queries.passport(work)) == 1


def test_a_download_is_the_file_and_somebody_else_finds_nothing(app, noor, work_as):
    add(noor, **upload())
    download = noor.get("/bewijspaspoort/versies/1/bestand")
    assert download.data == PDF and download.headers["Content-Disposition"].startswith("attachment")
    with work_as(SYSTEM) as work:
        stranger = make_provider(work).admin
    other = come_in(app.test_client(), stranger)
    for address in ("/bewijspaspoort/1", "/bewijspaspoort/1/vernieuwen", "/bewijspaspoort/versies/1/bestand"):
        assert other.get(address).status_code == 404
    assert other.post("/bewijspaspoort/1/archiveren").status_code == 404


def test_what_expires_stands_in_the_heading(noor, clock):
    add(noor, **upload())
    clock.set("2022-11-20 10:00")
    page = noor.get("/bewijspaspoort").text
    assert "1 bewijs verloopt binnen 60 dagen" in page and "Verloopt over 51 dagen" in page
    add(noor, "meldcode", title="Meldcode", issued_on="2022-01-10", valid_until="2024-01-10", **upload())
    page = noor.get("/bewijspaspoort").text
    assert page.index("Klachtregeling 2022") < page.index(">Geldig</h2>") < page.index("Meldcode")
    clock.set("2023-01-11 10:00")
    assert "Verlopen" in noor.get("/bewijspaspoort").text
