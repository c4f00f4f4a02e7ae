"""Files as people and attackers make them, small enough to read here."""

from __future__ import annotations

import struct
import zipfile
import zlib
from functools import cache
from io import BytesIO

from docx import Document
from xlsxwriter import Workbook

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 40 + b"\xff\xd9"
ODT = "application/vnd.oasis.opendocument.text"


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 4)) + chunk(b"IEND", b"")


@cache
def docx(text: str = "Plan van aanpak") -> bytes:
    document, out = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


@cache
def xlsx() -> bytes:
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "uren")
    return out.getvalue()


def archive(members: dict[str, bytes], *, first: str = "") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(members, key=lambda n: n != first):
            file.writestr(name, members[name])
    return out.getvalue()


def odt(**more: bytes) -> bytes:
    return archive(
        {"mimetype": ODT.encode(), "META-INF/manifest.xml": b"<m/>", "content.xml": b"<c/>", **more}, first="mimetype"
    )


def docx_with(**members: bytes) -> bytes:
    """A real Word file with members added or replaced; `__` in a name stands for `/`, a last `_x` for its dot."""
    return changed(docx(), {name.replace("__", "/").replace("_x_", "."): data for name, data in members.items()})


def changed(source: bytes, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(source)) as file:
        kept = {name: file.read(name) for name in file.namelist()}
    return archive({**kept, **members}, first="[Content_Types].xml")


def with_password_flag(source: bytes) -> bytes:
    """Each entry says that it is encrypted."""
    data = bytearray(source)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)
