"""Hostile files are refused with a reason that says what to do; what office suites make is accepted."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from xlsxwriter import Workbook

from portal.errors import FileRefused
from portal.practice.story import papers
from portal.storage import clean_name
from portal.storage.inspection import DEFAULT_TYPES, recognise
from portal.storage.reasons import reason_text
from tests.conftest import unavailable
from tests.hostile.corpus import HOSTILE, KINDS, relation, with_relation
from tests.storage import files


@pytest.mark.parametrize(("name", "content", "reason"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_file_is_refused(name: str, content: bytes | Callable[[], bytes], reason: str) -> None:
    made = content() if callable(content) else content
    with pytest.raises(FileRefused) as refused:
        recognise(BytesIO(made), clean_name(name), DEFAULT_TYPES)
    assert refused.value.reason == reason


@pytest.mark.parametrize("reason", sorted({row[3] for row in HOSTILE}))
def test_each_reason_is_a_dutch_sentence_that_says_what_to_do(reason: str) -> None:
    said = reason_text(reason, "nl")
    assert any(word in said for word in ("Sla", "Haal", "Kies", "Maak", "Open", "Controleer"))


def rich_docx() -> bytes:
    """Heading, table, picture, link, header and footer."""
    document, out = Document(), BytesIO()
    document.add_heading("Plan van aanpak", 1)
    document.add_table(2, 2).cell(0, 0).text = "uren"
    document.add_picture(BytesIO(files.png()))
    document.sections[0].header.paragraphs[0].text = "Stichting Wilgenrijk"
    document.part.relate_to("https://voorbeeld.example", f"{KINDS}hyperlink", is_external=True)
    document.save(out)
    return out.getvalue()


def rich_xlsx() -> bytes:
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("uren")
        sheet.write_row(0, 0, [1, 2, 3])
        sheet.write_formula(1, 0, "=SUM(A1:C1)")
        sheet.write_url(2, 0, "https://voorbeeld.example")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=uren!$A$1:$C$1"})
        sheet.insert_chart("D4", chart)
    return out.getvalue()


ORDINARY = {
    "plan.docx": rich_docx,
    "uren.xlsx": rich_xlsx,
    "plan.odt": files.odt,
    "plan.pdf": lambda: papers.pdf(
        "Plan van aanpak", [f"Opgesteld op {date(2022, 3, 1)}", "JavaScript komt niet voor."]
    ),
    "foto.png": files.png,
    "foto.jpg": lambda: files.JPEG,
    "brief.txt": lambda: "Beste commissie, één vraag: geldt € 12,50?\r\n".encode(),
    "oud.txt": lambda: "Beste commissie, één vraag.\n".encode("latin-1"),
    "link.docx": lambda: with_relation(relation("hyperlink", "https://voorbeeld.example")),
    "grafiek.docx": lambda: files.changed(files.docx(), {"word/embeddings/Microsoft_Excel_Sheet.xlsx": rich_xlsx()}),
    "Plan é (definitief) v2.PDF": lambda: files.PDF,
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_file_is_accepted(name: str) -> None:
    found = recognise(BytesIO(ORDINARY[name]()), clean_name(name), DEFAULT_TYPES)
    assert clean_name(name).lower().endswith(found.suffix)


@pytest.mark.story
def test_what_libreoffice_makes_is_accepted(tmp_path: Path) -> None:
    """What its Writer makes: the part of LibreOffice that the portal itself asks for."""
    program = shutil.which("soffice")
    if program is None:
        unavailable("LibreOffice is not installed", "sudo apt-get install -y libreoffice-writer-nogui")
    source, out = tmp_path / "bron.docx", tmp_path / "uit"
    source.write_bytes(rich_docx())
    home = f"-env:UserInstallation=file://{tmp_path / 'profiel'}"
    for ending in ("odt", "docx", "pdf"):
        command = [str(program), home, "--headless", "--convert-to", ending, "--outdir", out, source]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
        made = (out / f"bron.{ending}").read_bytes()
        assert recognise(BytesIO(made), f"bron.{ending}", DEFAULT_TYPES).suffix == f".{ending}"
