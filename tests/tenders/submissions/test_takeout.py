"""A provider takes its own submission along: everything in one ZIP, with the fingerprints of the receipt."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.access import Actor
from portal.audit import AuditEvent
from portal.errors import NotAllowed
from portal.storage import StoredFile, disk
from portal.storage.archive import SUMS
from portal.storage.seal import Damaged
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions import queries
from portal.tenders.submissions import service as submissions
from portal.tenders.submissions.models import Submission
from portal.tenders.submissions.signing.queries import receipt
from portal.tenders.submissions.takeout import rules
from portal.tenders.submissions.takeout.queries import asked_in, said_in
from portal.tenders.submissions.takeout.service import take_out
from portal.work import Lock, Office, Work, begin_write
from tests.conftest import TestClock
from tests.tenders.doors import come_in
from tests.tenders.people import People, fresh
from tests.tenders.submissions.steps import WORD, completed, started, with_file

Acting = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def handed_in(office: Office, people: People) -> int:
    id = completed(office, people)
    with_file(office, people.admin, id)
    with_file(office, people.admin, id, key="G3", kind="uea")
    with begin_write(office, fresh(people.admin), Lock(Procedure, 1, share=True)) as work:
        submissions.sign_submission(work, queries.submission(work, id))
    return id


def taken(client: FlaskClient, actor: Actor, id: int) -> zipfile.ZipFile:
    answer = come_in(client, actor).get(f"/inschrijvingen/{id}/download")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    return zipfile.ZipFile(BytesIO(answer.data))


def test_everything_comes_along_with_the_fingerprints_of_the_receipt(
    client: FlaskClient, people: People, handed_in: int, read_as: Acting, tmp_path: Path
) -> None:
    found = taken(client, people.admin, handed_in)
    assert found.testzip() is None
    with read_as(people.admin) as work:
        kept = receipt(work, queries.submission(work, handed_in))
    index = json.loads(found.read("index.json"))
    theirs = {file["sha256"] for file in index["files"] if file["in_receipt"]}
    assert theirs == {file["sha256"] for file in kept["files"]} and theirs
    assert (index["receipt_number"], index["content_sha256"]) == (kept["number"], kept["content_digest"])
    assert index["asked_by"] == people.admin.name != ""
    names = found.namelist()
    assert [n for n in names if n.endswith(".docx")] == [
        f"Inschrijving {kept['submission']} 2022-05-10.docx",
        f"Ontvangstbewijs {kept['number']} 2022-05-10.docx",
    ]
    assert any(n.startswith("Bestanden/Alle producten/G2 ") and n.endswith(f"/{WORD}.pdf") for n in names)
    page = found.read("index.html").decode()
    assert all(digest in page for digest in theirs) and 'lang="nl"' in page
    found.extractall(tmp_path)
    assert subprocess.run(["sha256sum", "-c", SUMS], cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_the_answers_can_be_read_with_what_was_asked(client: FlaskClient, people: People, handed_in: int) -> None:
    found = taken(client, people.admin, handed_in)
    name = next(n for n in found.namelist() if n.startswith("Inschrijving"))
    document = docx.Document(BytesIO(found.read(name)))
    text = "\n".join(p.text for p in document.paragraphs)
    assert f"{WORD} staat in dit antwoord." in text and "Gevraagd: " in text
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"][:2] == ["Producten", "Alle producten"]
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert "€ 250.000" in cells and "Akkoord met het tarief" in cells
    assert any("SHA-256" in cell for cell in cells)


def test_taking_it_out_is_on_record(client: FlaskClient, people: People, handed_in: int, read_as: Acting) -> None:
    taken(client, people.admin, handed_in)
    with read_as(people.admin) as work:
        entry = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "submission.take_out")).one()
        assert (entry.subject_id, entry.user_id) == (handed_in, people.admin.user_id)
        assert WORD not in json.dumps(entry.facts)


def test_a_colleague_takes_it_out_too_and_nobody_else(client: FlaskClient, people: People, handed_in: int) -> None:
    assert taken(client, people.editor, handed_in).testzip() is None
    address = f"/inschrijvingen/{handed_in}/download"
    assert come_in(client, people.other).get(address).status_code == 404
    assert come_in(client, people.other).get("/inschrijvingen/9999/download").status_code == 404
    for outsider in (people.officer, people.assessor, people.delegate):
        assert come_in(client, outsider).get(address).status_code == 404


def test_the_buyer_takes_nothing_out_before_the_opening(people: People, handed_in: int, work_as: Acting) -> None:
    with work_as(people.officer) as work:
        sealed = work.get(Submission, handed_in)
        with pytest.raises(NotAllowed):
            take_out(work, sealed)


def test_what_is_not_handed_in_yet_comes_without_a_receipt(client: FlaskClient, office: Office, people: People) -> None:
    id = started(office, people.admin)
    found = taken(client, people.admin, id)
    assert not [n for n in found.namelist() if n.startswith("Ontvangstbewijs")]
    assert json.loads(found.read("index.json"))["submitted_at"] is None
    assert "<dd>niet ingediend</dd>" in found.read("index.html").decode()


def test_what_missed_the_closing_is_not_called_a_draft_any_more(
    client: FlaskClient, clock: TestClock, office: Office, people: People
) -> None:
    id = started(office, people.admin)
    clock.set("2025-01-15 10:00")
    found = taken(client, people.admin, id)
    [answers] = [name for name in found.namelist() if name.endswith(".docx")]
    said = docx.Document(BytesIO(found.read(answers)))
    words = " ".join(cell.text for table in said.tables for cell in table._cells)
    assert words.count("niet ingediend") >= 2 and "concept" not in words and "nog niet" not in words


def test_a_file_that_was_changed_in_the_store_never_comes_out(
    client: FlaskClient, office: Office, people: People, handed_in: int, read_as: Acting
) -> None:
    with read_as(people.admin) as work:
        content, _receipt = said_in(work, queries.submission(work, handed_in))
        stored = work.get(StoredFile, content.files[0].id)
        path = disk.path_of(office.settings.file_root, stored.address)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Damaged):
        taken(client, people.admin, handed_in)


def test_a_file_of_two_requirements_lies_in_one_place_and_names_both(
    people: People, handed_in: int, read_as: Acting
) -> None:
    with read_as(people.admin) as work:
        submission = queries.submission(work, handed_in)
        content, _receipt = said_in(work, submission)
        places: list[Any] = rules.file_places(content, asked_in(submission.procedure))
    assert len(places) == len({place.sha256 for place in places}) == 1
    assert [use.split(", ")[1][:2] for use in places[0].uses] == ["G2", "G3"]
