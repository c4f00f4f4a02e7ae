"""The page of a case file: who finds it, how it is asked for, stopped and taken along."""

from __future__ import annotations

import zipfile
from io import BytesIO

from portal import tasks
from tests.tenders.doors import come_in, send
from tests.tenders.judging import closed_case, opened_case


def test_an_officer_asks_for_it_and_takes_it_along(office, clock, client):
    case = opened_case(office, clock)
    page = f"/inkoop/procedures/{case.procedure_id}/dossier"
    come_in(client, case.officer)
    assert page in client.get(f"/inkoop/procedures/{case.procedure_id}").text
    without = send(client, page)
    assert without.status_code == 422 and "Kies waarvoor u het dossier vraagt." in without.text
    asked = send(client, page, purpose="court")
    assert asked.status_code == 303 and asked.location.startswith("/taken/")
    assert "Kijk hoe ver het dossier" in client.get(page).text
    again = send(client, page, purpose="lawyer")
    assert again.status_code == 422 and "Er wordt al een dossier voor u samengesteld" in again.text
    tasks.run_pending(office)
    assert "Download het dossier van" in client.get(page).text
    assert "Het dossier is klaar" in client.get(asked.location).text
    taken = client.get(f"{asked.location}/bestand")
    assert taken.mimetype == "application/zip" and "Dossier ALK-2022-01" in taken.headers["Content-Disposition"]
    assert zipfile.ZipFile(BytesIO(taken.data)).testzip() is None
    for other in (case.second, case.auditor, case.provider, case.elsewhere):
        assert come_in(client, other).get(f"{asked.location}/bestand").status_code == 404


def test_it_can_be_stopped(office, clock, client):
    case = opened_case(office, clock)
    page = f"/inkoop/procedures/{case.procedure_id}/dossier"
    come_in(client, case.officer)
    asked = send(client, page, purpose="archive").location
    assert send(client, asked, f"{asked}/stoppen").status_code == 303
    tasks.run_pending(office)
    assert client.get(f"{asked}/bestand").status_code == 404


def test_the_page_says_what_is_not_in_it_yet(office, clock, client):
    case = closed_case(office, clock)
    come_in(client, case.officer)
    page = client.get(f"/inkoop/procedures/{case.procedure_id}/dossier").text
    assert "die zijn verzegeld tot de opening" in page and "Alle geopende inschrijvingen" not in page
    come_in(client, case.auditor)
    assert "Uw rol leest geen inschrijvingen" in client.get(f"/inkoop/procedures/{case.procedure_id}/dossier").text
