"""Ordinary files pass; files that lie, hide, run or explode are refused with a reason."""

from __future__ import annotations

from io import BytesIO

import pytest

from portal.errors import FileRefused
from portal.storage.inspection import DEFAULT_TYPES, PDF_ONLY, clean_name, recognise
from portal.storage.reasons import REASONS
from tests.storage import files

RELS = "word/_rels/document.xml.rels"
ATTACHED = (
    b'<Relationships><Relationship Id="r1" TargetMode="External" Target="http://voorbeeld/x.dotm" Type="http://schemas'
    b'.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
LINK = ATTACHED.replace(b"attachedTemplate", b"hyperlink")
TYPES_WITH_MACRO = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plan.pdf", files.PDF, "application/pdf"),
        ("PLAN.PDF", files.PDF, "application/pdf"),
        ("plan.docx", files.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("link.docx", files.changed(files.docx(), {RELS: LINK}), None),
        ("uren.xlsx", files.xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("plan.odt", files.odt(), files.ODT),
        ("foto.png", files.png(), "image/png"),
        ("foto.jpg", files.JPEG, "image/jpeg"),
        ("foto.jpeg", files.JPEG, "image/jpeg"),
        ("brief.txt", "Beste commissie, één vraag.\r\n".encode(), "text/plain"),
    ],
)
def test_an_ordinary_file_is_accepted(name: str, content: bytes, media_type: str | None) -> None:
    kind = recognise(BytesIO(content), name, DEFAULT_TYPES)
    assert media_type is None or kind.media_type == media_type


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("virus.exe", b"MZ\x90\0", "type_not_allowed"),
        ("plan", files.PDF, "type_not_allowed"),
        ("plan.pdf.exe", files.PDF, "type_not_allowed"),
        ("plan.pdf", b"<html><script>alert(1)</script></html>", "not_what_it_says"),
        ("plan.pdf", files.docx(), "not_what_it_says"),
        ("plan.docx", files.PDF, "not_what_it_says"),
        ("plan.docx", files.xlsx(), "not_what_it_says"),
        ("plan.docx", files.archive({"a.txt": b"a"}), "not_what_it_says"),
        ("plan.odt", files.docx(), "not_what_it_says"),
        ("plan.odt", files.PDF, "not_what_it_says"),
        ("foto.png", files.JPEG, "not_what_it_says"),
        ("foto.png", files.png() + files.archive({"a.txt": b"a"}), "not_what_it_says"),
        ("plan.pdf", files.PDF + files.archive({"a.txt": b"a"}), "not_what_it_says"),
        ("brief.txt", b"MZ\x90\0\3", "not_what_it_says"),
        ("plan.docx", OLD_OFFICE, "not_what_it_says"),
        ("plan.docx", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("plan.docx", files.with_password_flag(files.docx()), "encrypted"),
        ("plan.odt", files.odt(**{"META-INF/manifest.xml": b"<m:encryption-data/>"}), "encrypted"),
        ("plan.pdf", files.PDF.replace(b"/Root", b"/Encrypt 2 0 R /Root"), "encrypted"),
        ("plan.pdf", files.PDF.replace(b"/Root", b"/S /Launch /Root"), "active"),
        ("plan.pdf", files.PDF.replace(b"%%EOF", b""), "broken"),
        ("plan.docx", files.docx()[:-200], "broken"),
        ("plan.docm", files.docx(), "macro"),
        ("plan.docx", files.changed(files.docx(), {"word/vbaProject.bin": b"x"}), "macro"),
        ("plan.docx", files.changed(files.docx(), {"[Content_Types].xml": TYPES_WITH_MACRO}), "macro"),
        ("plan.odt", files.odt(**{"Basic/Standard/Module1.xml": b"<x/>"}), "macro"),
        ("plan.docx", files.changed(files.docx(), {"word/embeddings/oleObject1.bin": b"x"}), "active"),
        (
            "plan.docx",
            files.changed(files.docx(), {"word/x.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc">]>'}),
            "active",
        ),
        ("plan.docx", files.changed(files.docx(), {RELS: ATTACHED}), "external"),
        ("plan.docx", files.changed(files.docx(), {"../../etc/cron": b"x"}), "not_what_it_says"),
        ("plan.docx", files.changed(files.docx(), {"word/media/a.bmp": b"\0" * 60_000_000}), "bomb"),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_its_reason(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        recognise(BytesIO(content), name, DEFAULT_TYPES)
    assert refused.value.reason == reason
    assert reason in REASONS


def test_a_field_may_take_fewer_kinds_than_the_portal() -> None:
    with pytest.raises(FileRefused, match="type_not_allowed"):
        recognise(BytesIO(files.png()), "foto.png", PDF_ONLY)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Jan\\plan.pdf", "plan.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("  plan\r\n van\taanpak .pdf", "plan vanaanpak .pdf"),
        ("a" * 300 + ".pdf", "a" * 140 + ".pdf"),
        ("..", ""),
        ("", ""),
    ],
)
def test_a_file_name_is_data_and_never_a_path(given: str, shown: str) -> None:
    assert clean_name(given) == shown
