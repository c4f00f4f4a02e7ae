"""Word documents from bricks: heading, clause, table, signature block. Facts go in, bytes come out; nothing is looked up.

The same facts give the same bytes, so the hash of a letter proves what it said.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from .i18n import date_iso

BASE = Path(__file__).parent.parent / "templates" / "docx" / "base.docx"
TEXT_WIDTH_CM = 16.0
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Signature:
    """A place to sign, or the proof that somebody signed: then `date` and `note` say when and how."""

    name: str
    capacity: str
    on_behalf_of: str
    place: str = ""
    date: str = ""
    note: str = ""


def document_name(kind: str, number: str, day: date | None) -> str:
    """What a document is called as a file: 'Ontvangstbewijs ONT-2022-0003 2022-04-20.docx'. Names like it sort by day."""
    return " ".join(part for part in (kind, number, date_iso(day)) if part) + ".docx"


def _clean(text: object) -> str:
    """Text as Word can hold it: typed control characters would make the file unreadable."""
    return _UNPRINTABLE.sub("", str(text))


class Document:
    """One document, written from top to bottom. Headings are styles, tables have a caption and a repeating header row."""

    def __init__(
        self,
        *,
        title: str,
        made_at: datetime,
        subject: str = "",
        author: str = "",
        header: str = "",
        footer: str = "",
        language: str = "nl-NL",
    ) -> None:
        self._docx: Any = docx.Document(str(BASE))
        self._style_ids = _style_ids(self._docx)
        self._clauses = 0
        moment = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        about = self._docx.core_properties
        about.title, about.subject, about.author = _clean(title), _clean(subject), _clean(author)
        about.created = about.modified = moment
        about.last_modified_by, about.revision, about.language = _clean(author), 1, language
        section = self._docx.sections[0]
        section.header.paragraphs[0].runs[0].text = _clean(header)
        section.footer.paragraphs[0].runs[0].text = _clean(footer)

    def title_block(self, title: str, subtitle: str = "", lines: Iterable[str] = ()) -> None:
        self._add(title, "Title")
        if subtitle:
            self._add(subtitle, "Subtitle")
        for line in lines:
            self._add(line, "Klein")

    def address(self, lines: Iterable[str]) -> None:
        """The reader's address, as on an envelope."""
        for line in lines:
            self._add(line, "Adres")
        self._add("", "Adres")

    def reference_block(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Date, reference, subject: at the head of a letter."""
        self._pairs(pairs, label_cm=3.5, style=None)
        self._add("", "Klein")

    def heading(self, text: str, level: int = 1) -> None:
        if level not in (1, 2, 3):
            raise ValueError("headings have three levels")
        self._add(text, f"Heading {level}")

    def paragraph(self, text: str, *, bold: bool = False, small: bool = False) -> None:
        """One paragraph; a line break stays a line break."""
        added = self._add("", "Klein" if small else "Normal")
        added.add_run(_clean(text)).bold = bold or None

    def prose(self, text: str) -> None:
        """What somebody typed: an empty line begins a new paragraph."""
        for part in re.split(r"\n\s*\n", _clean(text).replace("\r\n", "\n").strip()):
            self._add(part, "Normal")

    def clause(self, number: str | None, text: str) -> None:
        """A numbered clause, with the number in the margin; None counts on by itself."""
        self._clauses += 1
        self._add(f"{number or self._clauses}\t{_clean(text)}", "Artikel")

    def bullets(self, items: Iterable[str]) -> None:
        for item in items:
            self._add(item, "List Bullet")

    def facts(self, pairs: Iterable[tuple[str, str]], caption: str = "") -> None:
        """Labels with their values, two columns."""
        if caption:
            self._add(caption, "Caption")
        self._pairs(pairs, label_cm=6.0, style="Gegevens", caption=caption)
        self._add("", "Klein")

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        caption: str = "",
        widths_cm: Sequence[float] | None = None,
    ) -> None:
        """A table whose header row repeats on each page. Raises ValueError for a row of another length."""
        if caption:
            self._add(caption, "Caption")
        table = self._table(len(header), "Gegevens", caption, widths_cm or [TEXT_WIDTH_CM / len(header)] * len(header))
        plain = [False] * len(header)
        self._fill(table, header, bold=[True] * len(header), repeat=True)
        for row in rows:
            if len(row) != len(header):
                raise ValueError("a row has as many cells as the header")
            self._fill(table, row, bold=plain)
        self._add("", "Klein")

    def signatures(self, signatures: Iterable[Signature]) -> None:
        """Two columns of people; a block never breaks over a page."""
        found = list(signatures)
        table = self._table(2, None, "", [TEXT_WIDTH_CM / 2] * 2)
        for pair in (found[i : i + 2] for i in range(0, len(found), 2)):
            row = table.add_row()
            _mark_row(row, "w:cantSplit")
            for cell, signature in zip(row.cells, pair, strict=False):
                first = self._styled(cell.paragraphs[0], "Cel")
                first.add_run(_clean(signature.on_behalf_of)).bold = True
                for line in [*_signature_lines(signature), ""]:
                    self._styled(cell.add_paragraph(_clean(line)), "Cel")

    def chart(self, png: bytes, alt: str, width_cm: float = 15.0) -> None:
        """A picture with its description, for who does not see it."""
        picture = self._docx.add_picture(BytesIO(png), width=Cm(width_cm))
        picture._inline.docPr.set("descr", _clean(alt))

    def page_break(self) -> None:
        self._docx.add_page_break()

    def to_bytes(self) -> bytes:
        out = BytesIO()
        self._docx.save(out)
        return _without_moments(out.getvalue())

    def _add(self, text: str, style: str) -> Any:
        return self._styled(self._docx.add_paragraph(_clean(text)), style)

    def _styled(self, paragraph: Any, style: str) -> Any:
        """By its id: looking a style up by its name took half the time of a long document."""
        paragraph._p.style = self._style_ids[style]
        return paragraph

    def _pairs(
        self, pairs: Iterable[tuple[str, str]], *, label_cm: float, style: str | None, caption: str = ""
    ) -> None:
        table = self._table(2, style, caption, [label_cm, TEXT_WIDTH_CM - label_cm])
        _look(table, first_row=False)
        for pair in pairs:
            self._fill(table, pair, bold=(True, False))

    def _table(self, columns: int, style: str | None, caption: str, widths_cm: Sequence[float]) -> Any:
        table = self._docx.add_table(rows=0, cols=columns)
        table.style, table.autofit = style, False
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width)
        if caption:
            table._tbl.tblPr.append(_element("w:tblCaption", val=_clean(caption)))
        if style is None:  # without lines its text begins where other text begins
            table._tbl.tblPr.find(qn("w:tblW")).addnext(_element("w:tblInd", w="-108", type="dxa"))
        return table

    def _fill(self, table: Any, texts: Sequence[object], *, bold: Sequence[bool], repeat: bool = False) -> None:
        """One more row, with these texts."""
        row = table.add_row()
        _mark_row(row, "w:cantSplit")
        if repeat:
            _mark_row(row, "w:tblHeader")
        for tc, text, is_bold in zip(row._tr.tc_lst, texts, bold, strict=True):
            cell = self._styled(Paragraph(tc.p_lst[0], table), "Cel")
            cell.add_run(_clean("" if text is None else text)).bold = is_bold or None


def _style_ids(document: Any) -> dict[str, str | None]:
    """The id of each paragraph style by its name; the default one has none."""
    found = {style.name: style.style_id for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    return {**found, "Normal": None}


def _signature_lines(signature: Signature) -> list[str]:
    dots = "." * 40
    lines = [signature.name, signature.capacity]
    if signature.place:
        lines.append(f"Plaats: {signature.place}")
    lines.append(f"Datum: {signature.date or dots}")
    return [*lines, signature.note] if signature.note else [*lines, "", f"Handtekening: {dots}"]


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _mark_row(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(_element(name))


def _look(table: Any, *, first_row: bool) -> None:
    """Whether the first row is a header row in the table's style."""
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1" if first_row else "0")
        look.set(qn("w:val"), "0420" if first_row else "0400")


def _without_moments(data: bytes) -> bytes:
    """The same parts, without the moment at which each was packed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
