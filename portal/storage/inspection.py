"""What may be uploaded: by extension and by content. A refusal is a code that the page turns into a sentence."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

import puremagic

from ..errors import FileRefused
from ..i18n import mark
from . import packages
from .packages import Refused

CHUNK = 256 * 1024
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})
_ZIP_END = b"PK\x05\x06"
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"
"""The file with which everybody tests a virus scanner; it is refused with or without one."""
_MARKUP = re.compile(rb"<(script|html|svg|\?php|iframe)\b", re.IGNORECASE)
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_RUNS = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|GoToE)\b")
_PDF_PACKED = re.compile(rb"/ObjStm\b")
_PDF_NAME = re.compile(
    rb"/(?:[^\x00\s()<>\[\]{}/%#]{0,120}#[0-9A-Fa-f]{2}[^\x00\s()<>\[\]{}/%]{0,120}|Encrypt"
    rb"|(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|GoToE|ObjStm)\b)"
)
"""The names that matter and every name with a letter written as a number: one pass over a large file finds both."""
_PACKED_MOST = 4 * 1024 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class FileType:
    """A kind of file that we take: what it is called, how it is served, how its content is looked at."""

    suffix: str
    media_type: str
    label: str
    look: Callable[[BinaryIO, FileType], None]
    group: str = ""
    """Types of one group are one kind to the reader, such as .jpg and .jpeg."""


def _pieces(file: BinaryIO, overlap: int = 16) -> Iterator[bytes]:
    """The whole content in pieces that overlap a little, so that a word on a border is seen."""
    file.seek(0)
    tail = b""
    while piece := file.read(CHUNK):
        yield tail + piece
        tail = piece[-overlap:]


def _ends_with(file: BinaryIO, length: int) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(size - length, 0))
    return file.read()


def _signed(file: BinaryIO, kind: FileType) -> None:
    """The content begins as this kind begins, and no archive hangs behind it."""
    file.seek(0)
    head = file.read(4096)
    if head.startswith(_OLD_OFFICE):
        raise Refused(
            "encrypted" if "EncryptedPackage".encode("utf-16-le") in _ends_with(file, 2**20) else "not_what_it_says"
        )
    try:
        found = {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        found = set()
    if kind.suffix not in found:
        raise Refused("not_what_it_says")


def _look_at_image(file: BinaryIO, kind: FileType) -> None:
    _signed(file, kind)
    end = _ends_with(file, 66_000)
    if _ZIP_END in end:
        raise Refused("not_what_it_says")
    if kind.suffix == ".png" and not end.endswith(b"IEND\xaeB`\x82"):
        raise Refused("not_what_it_says" if b"IEND" in end else "broken")
    if kind.group == "jpeg" and b"\xff\xd9" not in end:
        raise Refused("broken")
    if _MARKUP.search(end):
        raise Refused("not_what_it_says")


def _look_at_pdf(file: BinaryIO, kind: FileType) -> None:
    _signed(file, kind)
    if _ZIP_END in _ends_with(file, 66_000):
        raise Refused("not_what_it_says")
    end = _ends_with(file, 4096)
    if b"%%EOF" not in end or _MARKUP.search(end.rpartition(b"%%EOF")[2]):
        raise Refused("broken")
    packed, before = [], 0
    for piece in _pieces(file, 64):
        start = before - min(64, before)
        before = start + len(piece)
        packed += [start + place for place in _look_at_names(piece)]
    for place in sorted(set(packed))[:5000]:
        _look_at_names(_unpacked(file, place))


def _look_at_names(piece: bytes) -> list[int]:
    """The names in a piece of PDF, also those that are written in numbers to pass unseen; where objects lie packed."""
    packed = []
    for found in _PDF_NAME.finditer(piece):
        name = _PDF_ESCAPE.sub(lambda letter: bytes([int(letter.group(1), 16)]), found.group())
        if b"/Encrypt" in name:
            raise Refused("encrypted")
        if _PDF_RUNS.search(name):
            raise Refused("active")
        if _PDF_PACKED.search(name):
            packed.append(found.start())
    return packed


def _unpacked(file: BinaryIO, place: int) -> bytes:
    """The objects that a PDF keeps packed together from here; what cannot be unpacked holds none."""
    file.seek(place)
    _head, found, data = file.read(_PACKED_MOST).partition(b"stream")
    if not found:
        return b""
    try:
        return zlib.decompressobj().decompress(data.lstrip(b"\r\n"), _PACKED_MOST)
    except zlib.error:
        return b""


def _look_at_text(file: BinaryIO, _kind: FileType) -> None:
    for piece in _pieces(file):
        if len(piece.translate(None, _CONTROL)) != len(piece):
            raise Refused("not_what_it_says")


def _look_at_ooxml(file: BinaryIO, kind: FileType) -> None:
    _signed(file, kind)
    packages.look_at_ooxml(file, {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind.suffix[1:]])


def _look_at_odf(file: BinaryIO, kind: FileType) -> None:
    packages.look_at_odf(file, kind.media_type)


_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: dict[str, FileType] = {
    kind.suffix[1:]: kind
    for kind in (
        FileType(".pdf", "application/pdf", "PDF", _look_at_pdf),
        FileType(".docx", f"{_OFFICE}wordprocessingml.document", "Word (.docx)", _look_at_ooxml),
        FileType(".xlsx", f"{_OFFICE}spreadsheetml.sheet", "Excel (.xlsx)", _look_at_ooxml),
        FileType(".odt", "application/vnd.oasis.opendocument.text", "OpenDocument (.odt, .ods)", _look_at_odf, "odf"),
        FileType(
            ".ods", "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument (.odt, .ods)", _look_at_odf, "odf"
        ),
        FileType(".png", "image/png", "PNG", _look_at_image),
        FileType(".jpg", "image/jpeg", "JPEG", _look_at_image, "jpeg"),
        FileType(".jpeg", "image/jpeg", "JPEG", _look_at_image, "jpeg"),
        FileType(".txt", "text/plain", mark("tekst (.txt)"), _look_at_text),
    )
}
DEFAULT_TYPES: tuple[str, ...] = tuple(TYPES)
PDF_ONLY: tuple[str, ...] = ("pdf",)


def clean_name(name: str) -> str:
    """What the user called the file, as something to show: no folders, no control or direction characters, not too long."""
    last = PurePosixPath(PureWindowsPath(name or "").name).name
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    shown = re.sub(r"\s+", " ", shown).strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    return f"{stem[:140]}{dot}{suffix[:10]}" if dot else shown[:150]


def recognise(file: BinaryIO, name: str, allowed: tuple[str, ...]) -> FileType:
    """The kind of this file. Raises FileRefused when its name or its content is not one of `allowed`."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    kind = TYPES.get(suffix)
    if kind is None or suffix not in allowed:
        raise FileRefused("macro" if suffix in ("docm", "dotm", "xlsm", "xltm") else "type_not_allowed", file_name=name)
    file.seek(0)
    try:
        if file.read(len(_EICAR)) == _EICAR:
            raise Refused("infected")
        kind.look(file, kind)
    except Refused as refused:
        raise FileRefused(refused.reason, file_name=name) from refused
    file.seek(0)
    return kind
