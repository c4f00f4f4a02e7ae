"""Documents that Word opens, a screen reader reads, and that are the same for the same facts."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from portal.documents import BASE, Document, Signature, document_name
from portal.storage.inspection import recognise
from tests.storage.files import png

MADE = datetime(2022, 8, 1, 9, 30, tzinfo=UTC)


def _letter() -> Document:
    known = {
        "subject": "Ambulante jeugdhulp",
        "author": "Regio Alkmaar",
        "header": "Regio Alkmaar",
        "footer": "BES-2022-0001",
    }
    letter = Document(title="Besluit", made_at=MADE, **known)
    letter.address(["Lindeveld Jeugd en Gezin", "Postbus 1", "1800 AA Alkmaar"])
    letter.reference_block([("Kenmerk", "BES-2022-0001"), ("Datum", "1 augustus 2022")])
    letter.title_block("Besluit tot toelating", "Individuele begeleiding", ["Vastgesteld door het college"])
    letter.heading("Wat wij besluiten")
    letter.paragraph("U wordt toegelaten.", bold=True)
    letter.prose("Eerste alinea.\n\nTweede alinea\nmet een regel.")
    letter.heading("Redenen per criterium", 2)
    letter.clause(None, "De eerste bepaling.")
    letter.clause("1.2", "De tweede bepaling.")
    letter.bullets(["een", "twee"])
    letter.facts([("Aanbieder", "Lindeveld & Zn <BV>"), ("KvK", "12345678")], "Gegevens van de aanbieder")
    letter.table(["Criterium", "Oordeel"], [["Plan", "Voldoet"], ["Uren", None]], "Beoordeling", [10, 6])
    letter.chart(png(), "Een staaf van 80 procent")
    letter.page_break()
    first = Signature("A. de Boer", "bestuurder", "Lindeveld")
    proof = {"date": "1 augustus 2022", "note": "Getekend in het portaal"}
    second = Signature("B. Jansen", "gevolmachtigde", "Alkmaar", **proof)
    letter.signatures([first, second, first])
    return letter


@pytest.fixture(scope="module")
def opened() -> Any:
    return docx.Document(BytesIO(_letter().to_bytes()))


def test_the_same_facts_give_the_same_bytes() -> None:
    assert _letter().to_bytes() == _letter().to_bytes()


def test_it_says_what_it_is_and_in_which_language(opened: Any) -> None:
    about = opened.core_properties
    assert (about.title, about.subject, about.author, about.language) == (
        "Besluit",
        "Ambulante jeugdhulp",
        "Regio Alkmaar",
        "nl-NL",
    )
    assert about.created.replace(tzinfo=UTC) == MADE
    assert 'w:lang w:val="nl-NL"' in opened.styles.element.xml


def test_headings_are_headings(opened: Any) -> None:
    found = [(p.style.name, p.text) for p in opened.paragraphs if p.style.name.startswith("Heading")]
    assert found == [("Heading 1", "Wat wij besluiten"), ("Heading 2", "Redenen per criterium")]


def test_text_comes_through_as_it_was_given(opened: Any) -> None:
    texts = [p.text for p in opened.paragraphs]
    assert "1\tDe eerste bepaling." in texts and "1.2\tDe tweede bepaling." in texts
    assert "Eerste alinea." in texts and "Tweede alinea\nmet een regel." in texts
    assert opened.tables[1].cell(0, 1).text == "Lindeveld & Zn <BV>"


def test_each_page_names_the_region_the_reference_and_its_number(opened: Any) -> None:
    section = opened.sections[0]
    assert section.header.paragraphs[0].text == "Regio Alkmaar"
    assert section.footer.paragraphs[0].text.startswith("BES-2022-0001\tPagina")
    assert "NUMPAGES" in section.footer.paragraphs[0]._p.xml


def test_a_table_has_a_caption_and_a_header_row_that_repeats(opened: Any) -> None:
    table = opened.tables[2]
    assert [cell.text for cell in table.rows[0].cells] == ["Criterium", "Oordeel"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Beoordeling"
    assert table.rows[2].cells[1].text == ""


def test_a_signature_block_leaves_room_or_shows_who_signed(opened: Any) -> None:
    first, second = (cell.text for cell in opened.tables[3].rows[0].cells)
    assert "A. de Boer" in first and "Handtekening: ...." in first
    assert "Getekend in het portaal" in second and "Handtekening" not in second
    assert len(opened.tables[3].rows) == 2


def test_a_picture_has_a_description(opened: Any) -> None:
    assert opened.inline_shapes[0]._inline.docPr.get("descr") == "Een staaf van 80 procent"


def test_typed_control_characters_do_not_break_the_file() -> None:
    letter = Document(title="a\x00b", made_at=MADE)
    letter.paragraph("voor\x0bna\x1f")
    assert docx.Document(BytesIO(letter.to_bytes())).paragraphs[0].text == "voorna"


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        _letter().table(["een", "twee"], [["alleen een"]])


def test_a_fourth_level_of_headings_is_refused() -> None:
    with pytest.raises(ValueError, match="three levels"):
        _letter().heading("te diep", 4)


def test_our_own_documents_pass_our_own_inspection() -> None:
    assert recognise(BytesIO(_letter().to_bytes()), "besluit.docx", ("docx",)).suffix == ".docx"


def test_the_base_document_is_what_its_script_makes() -> None:
    script = Path(BASE).parents[2] / "scripts" / "make_base_docx.py"
    code = f"import runpy; print(''.join(runpy.run_path({str(script)!r})['PARTS'].values()))"
    written = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    with zipfile.ZipFile(BASE) as base:
        stored = "".join(base.read(name).decode().partition("\n")[2] for name in base.namelist())
    assert stored == written.removesuffix("\n")


def test_the_base_document_holds_nothing_of_another_program() -> None:
    with zipfile.ZipFile(BASE) as base:
        assert not [name for name in base.namelist() if "theme" in name or "thumbnail" in name or "customXml" in name]


def test_a_file_is_called_by_its_kind_its_number_and_its_day() -> None:
    late = datetime(2022, 7, 31, 22, 30, tzinfo=UTC)
    assert document_name("Beslissing", "BES-2022-0001", late) == "Beslissing BES-2022-0001 2022-08-01.docx"
    assert document_name("Verslag", "ronde 1", None) == "Verslag ronde 1.docx"
