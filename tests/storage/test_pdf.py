"""A Word document as PDF: made once, by LibreOffice where it is installed, and refused in words where it is not."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import storage
from portal.access import SYSTEM
from portal.audit import AuditEvent
from portal.documents import Document
from portal.storage import StoredFile, copies, pdf
from portal.storage.copies import Source
from portal.storage.models import PdfCopy
from portal.storage.pdf import NoPdf
from portal.storage.removal import remove_file
from portal.work import Office, Work
from tests.conftest import unavailable

Acting = Callable[..., AbstractContextManager[Work]]
MADE = datetime(2022, 8, 1, 9, 30, tzinfo=UTC)


def letter(words: str = "U wordt toegelaten.") -> bytes:
    made = Document(title="Beslissing BES-2022-0001", made_at=MADE, author="Regio Alkmaar")
    made.title_block("Beslissing")
    made.heading("Wat wij besluiten")
    made.paragraph(words)
    return made.to_bytes()


def program(folder: Path, script: str) -> str:
    """A converter of a few lines; the last words of its command are the documents."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


COPIES = 'for f in "$HOME"/*.docx; do printf "%%PDF-1.6 " > "${f%.docx}.pdf"; done'


@pytest.fixture
def converter(tmp_path: Path) -> str:
    """Makes of each document something that begins as a PDF does."""
    return program(tmp_path, COPIES)


@pytest.fixture
def with_converter(office: Office, converter: str) -> Office:
    return replace(office, settings=replace(office.settings, soffice=converter))


def test_without_libreoffice_there_is_no_pdf() -> None:
    for nothing in ("", "no-such-program"):
        assert not pdf.is_installed(nothing)
        with pytest.raises(NoPdf) as refused:
            pdf.convert(nothing, [letter()])
        assert refused.value.reason == "not_installed"


def test_a_converter_that_fails_gives_no_pdf(tmp_path: Path) -> None:
    with pytest.raises(NoPdf) as refused:
        pdf.convert(program(tmp_path, "exit 1"), [letter()])
    assert refused.value.reason == "failed"


def test_a_converter_that_hangs_is_stopped_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.4)
    monkeypatch.setattr(pdf, "SECONDS_EACH", 0.0)
    child = tmp_path / "child"
    slow = program(tmp_path, f"sleep 600 &\necho $! > {child}\nsleep 600")
    with pytest.raises(NoPdf) as refused:
        pdf.convert(slow, [letter()])
    assert refused.value.reason == "failed"
    left = Path(f"/proc/{child.read_text().strip()}/stat")
    assert any(_is_over(left) for _try in range(100)), "what it started lives on"


def _is_over(stat: Path) -> bool:
    """Killed, perhaps not yet buried; on a busy machine a killed process needs its turn to die."""
    try:
        is_over = stat.read_text().split(") ")[1][0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True
    if not is_over:
        threading.Event().wait(0.1)
    return is_over


def test_no_more_are_made_at_once_than_there_are_places(
    converter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf.tempfile, "gettempdir", lambda: str(tmp_path))
    with ExitStack() as taken:
        for _ in range(pdf.AT_ONCE):
            taken.enter_context(pdf._place(0))
        with pytest.raises(NoPdf) as refused:
            pdf.convert(converter, [letter()], wait=0.1)
    assert refused.value.reason == "busy"
    assert pdf.convert(converter, [letter()], wait=0.1) == [b"%PDF-1.6 "]


def test_nothing_of_a_document_stays_behind(converter: str) -> None:
    folder = Path(pdf._memory() or "")
    before = set(folder.glob(f"{pdf.PREFIX}*"))
    pdf.convert(converter, [letter("waterhoen-geheim")])
    assert set(folder.glob(f"{pdf.PREFIX}*")) <= before


def test_a_converter_sees_no_macros_no_links_and_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "waterhoen-geheim")
    seen = tmp_path / "seen"
    pdf.convert(program(tmp_path, f"env > {seen}; cat $HOME/profile/user/*.xcu >> {seen}\n{COPIES}"), [letter()])
    said = seen.read_text()
    assert "waterhoen" not in said
    assert 'DisableMacrosExecution" oor:op="fuse"><value>true' in said and 'name="Link" oor:op="fuse"><value>0' in said


def test_a_stored_document_gets_its_pdf_by_the_job_and_only_once(
    with_converter: Office, work_as: Acting, read_as: Acting
) -> None:
    with work_as(SYSTEM) as work:
        stored = storage.put_bytes(work, letter(), name="Beslissing 1.docx", seal=storage.system_seal(work))
    with read_as(SYSTEM) as work:
        assert copies.pdf_of(work, work.get(StoredFile, stored.id)) is None
    assert copies.make_due_pdfs(with_converter) == 1
    assert copies.make_due_pdfs(with_converter) == 0
    with read_as(SYSTEM) as work:
        made = copies.pdf_of(work, work.get(StoredFile, stored.id))
        assert made is not None and made.seal_id == stored.seal_id
        facts = storage.describe(work, made)
        assert (facts.name, facts.media_type) == ("Beslissing 1.pdf", "application/pdf")
        entry = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "pdf.keep")).one()
        assert entry.facts["sha256"] == facts.sha256
        assert entry.facts["source_sha256"] == storage.describe(work, work.get(StoredFile, stored.id)).sha256
        assert copies.copies_of(work, work.get(StoredFile, stored.id)) == [made]


def test_the_job_rests_where_nothing_makes_pdf(office: Office, work_as: Acting, read_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        storage.put_bytes(work, letter(), name="Beslissing 1.docx", seal=storage.system_seal(work))
    assert copies.make_due_pdfs(office) == 0
    with read_as(SYSTEM) as work:
        assert work.session.scalars(select(PdfCopy.attempts)).all() == [0]


def test_a_document_that_never_becomes_a_pdf_is_left_alone_after_three_times(
    office: Office, work_as: Acting, tmp_path: Path
) -> None:
    tries = tmp_path / "tries"
    broken = program(tmp_path, f"echo x >> {tries}; exit 1")
    office = replace(office, settings=replace(office.settings, soffice=broken))
    with work_as(SYSTEM) as work:
        storage.put_bytes(work, b"geen Word", name="kapot.docx", seal=storage.system_seal(work))
    assert [copies.make_due_pdfs(office) for _ in range(5)] == [0] * 5
    assert len(tries.read_text().split()) == copies.ATTEMPTS


def test_what_was_removed_gets_no_pdf_and_its_pdf_goes_with_it(
    with_converter: Office, work_as: Acting, read_as: Acting
) -> None:
    with work_as(SYSTEM) as work:
        seal = storage.system_seal(work)
        ids = [storage.put_bytes(work, letter(w), name=f"{w}.docx", seal=seal).id for w in ("een", "twee")]
        remove_file(work, work.get(StoredFile, ids[0]))
    assert copies.make_due_pdfs(with_converter) == 1
    with work_as(SYSTEM) as work:
        remove_file(work, work.get(StoredFile, ids[1]))
    with read_as(SYSTEM) as work:
        assert [copies.pdf_of(work, work.get(StoredFile, id)) for id in ids] == [None, None]
        assert len(work.session.scalars(select(StoredFile).where(StoredFile.removed_at.is_not(None))).all()) == 3


def test_one_made_on_the_spot_is_kept_under_its_own_seal(
    with_converter: Office, office: Office, work_as: Acting, read_as: Acting
) -> None:
    with work_as(SYSTEM) as work:
        mine, another = storage.new_seal(work), storage.new_seal(work)
    source = Source(letter(), "Ontvangstbewijs 1.docx", mine.id)
    made = copies.made_now(with_converter, [source])
    assert copies.made_now(office, [source]) == made  # kept: no converter is needed any more
    with read_as(SYSTEM) as work:
        kept = copies.pdf_of_bytes(work, source)
        assert kept is not None and kept.seal_id == mine.id
        assert copies.pdf_of_bytes(work, replace(source, seal_id=another.id)) is None
    with work_as(SYSTEM) as work:
        copies.remove_copies(work, another.id)
        assert copies.pdf_of_bytes(work, source) is not None
        copies.remove_copies(work, mine.id)
        assert copies.pdf_of_bytes(work, source) is None


def test_a_document_of_the_moment_is_not_kept(with_converter: Office, read_as: Acting) -> None:
    assert copies.made_now(with_converter, [Source(letter(), "Agenda.docx")]) == [b"%PDF-1.6 "]
    with read_as(SYSTEM) as work:
        assert work.session.scalars(select(PdfCopy)).all() == []


@pytest.fixture(scope="module")
def real() -> Iterator[Path]:
    """The letter as LibreOffice makes it: once for all that look at it."""
    if not pdf.is_installed("soffice"):
        unavailable("there is no LibreOffice to open a document", "sudo apt-get install -y libreoffice-writer-nogui")
    made = pdf.convert("soffice", [letter(), b"geen Word"])
    assert made[0] is not None and made[0].startswith(b"%PDF-")
    assert made[1] is None or made[1] != made[0]
    path = Path(f"{pdf._memory()}/{pdf.PREFIX}test.pdf")
    path.write_bytes(made[0])
    yield path
    path.unlink()


def test_a_pdf_is_tagged_titled_and_in_dutch(real: Path) -> None:
    data = real.read_bytes()
    assert b"/MarkInfo<</Marked true>>" in data and b"/StructTreeRoot" in data
    assert b"/Lang(nl-NL)" in data and b"/DisplayDocTitle true" in data


def test_a_pdf_says_what_the_document_says(real: Path) -> None:
    if shutil.which("pdftotext") is None:
        unavailable("there is no pdftotext to read a PDF", "sudo apt-get install -y poppler-utils")
    said = subprocess.run(["pdftotext", str(real), "-"], capture_output=True, check=True).stdout.decode()
    assert "U wordt toegelaten." in said
    about = subprocess.run(["pdfinfo", str(real)], capture_output=True, check=True).stdout.decode()
    assert "Beslissing BES-2022-0001" in about
