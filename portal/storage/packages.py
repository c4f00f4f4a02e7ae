"""A look inside Word, Excel and OpenDocument files, which are zip archives: nothing hidden, nothing that runs or explodes."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO
from xml.etree import ElementTree

MEMBERS = 5_000
UNPACKED = 300 * 1024 * 1024
RATIO = 200
PART = 16 * 1024 * 1024
"""The largest part that is read for what it says."""
_CHUNK = 64 * 1024
_LOCAL_HEADER, _END = 30, 22
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)")
_ROOT = re.compile(rb"<[A-Za-z_]")
_CHARACTERS = re.compile(rb"^<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_KNOWN = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_RUNS = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/|macrosheets/)|^(basic|scripts)/|\.(docm|dotm|xlsm|xltm|xlam)$",
    re.IGNORECASE,
)
_HIDES = re.compile(
    r"(^|/)(embeddings/.*\.bin|oleobject\d*\.bin)$|\.(exe|dll|com|scr|jse?|vbs|vbe|wsf|hta|bat|cmd|ps1|jar|lnk|sh|html?)$",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"<w:instrText\b[^>]*>([^<]*)|<w:fldSimple\b[^>]*\bw:instr\s*=\s*[\"']([^\"']*)")
_FETCHES = re.compile(rb"\bDDE(AUTO)?\b|\bINCLUDE(PICTURE|TEXT)\s+\W*(https?:|ftp:|file:|\\\\)", re.IGNORECASE)
_SHEET_CALLS = re.compile(rb"<ddeLink\b|<oleLink\b|<f\b[^>]*>[^<]*\|\s*(?:'|&apos;)")
_ODF_RUNS = re.compile(
    rb"<(script:event-listener|draw:applet|draw:plugin|draw:object-ole|office:dde-source|table:dde-link)\b|vnd\.sun\.star\.script:"
)
_ODF_FETCHES = re.compile(
    rb"<(?:draw:(?:image|object|fill-image|floating-frame)|text:section-source|table:table-source|style:background-image)\b"
    rb"[^>]*xlink:href\s*=\s*[\"'](?:[a-z]+:|//|\\\\)",
    re.IGNORECASE,
)


class Refused(Exception):
    """Not accepted; `reason` is the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_BROKEN = (KeyError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, zlib.error)


def _open(file: BinaryIO) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise Refused("broken") from error
    size = file.seek(0, 2)
    _look_at_members(archive.infolist(), size)
    file.seek(max(size - _END, 0))
    if file.read(4) != b"PK\x05\x06" or min((m.header_offset for m in archive.infolist()), default=1):
        raise Refused("not_what_it_says")  # something stands before or behind the archive
    for member in archive.infolist():
        _measure(file, member)
    return archive


def _look_at_members(members: list[zipfile.ZipInfo], file_size: int) -> None:
    """The list of contents alone: encryption, tricks with names, and what it would grow to."""
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused("encrypted")
    names = [member.filename for member in members]
    if len({n.casefold() for n in names}) != len(names) or any(_is_trick(name) for name in names):
        raise Refused("not_what_it_says")
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    grows = unpacked > 20 * 1024 * 1024 and unpacked > RATIO * max(packed, 1)
    if len(members) > MEMBERS or unpacked > UNPACKED or packed > file_size or grows:
        raise Refused("bomb")
    if any(_RUNS.search(name) for name in names):
        raise Refused("macro")
    if any(_HIDES.search(name) for name in names):
        raise Refused("active")


def _is_trick(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or not name.isprintable()


def _measure(file: BinaryIO, member: zipfile.ZipInfo) -> None:
    """A member is as large as the list of contents says: a list that lies hides a bomb, or a second document."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("not_what_it_says")
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER:
        raise Refused("broken")
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if member.compress_type == zipfile.ZIP_STORED:
        if member.file_size != member.compress_size:
            raise Refused("bomb")
        return
    inflate, left, grown = zlib.decompressobj(-15), member.compress_size, 0
    try:
        while not inflate.eof and (piece := inflate.unconsumed_tail or file.read(min(left, _CHUNK))):
            left -= 0 if inflate.unconsumed_tail else len(piece)
            grown += len(inflate.decompress(piece, _CHUNK * 4))
            if grown > member.file_size:
                raise Refused("bomb")
    except zlib.error as error:
        raise Refused("broken") from error
    if grown != member.file_size or not inflate.eof:
        raise Refused("broken")


def _read(archive: zipfile.ZipFile, name: str, limit: int = PART) -> bytes:
    """A part as UTF-8, of at most `limit` bytes. Raises Refused when it is larger or written in unusual characters."""
    try:
        with archive.open(name) as member:
            data = member.read(limit + 1)
    except _BROKEN as error:
        raise Refused("broken") from error
    if len(data) > limit:
        raise Refused("bomb")
    return _as_utf8(data)


def _as_utf8(data: bytes) -> bytes:
    """Word reads UTF-16 as well, and what is written so must not pass unseen."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:8]:
        try:
            text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _width(data))
            return _DECLARATION.sub("", text).encode()
        except UnicodeError as error:
            raise Refused("not_what_it_says") from error
    plain = data.removeprefix(b"\xef\xbb\xbf")
    named = _CHARACTERS.match(plain)
    if named and named.group(1).lower() not in _KNOWN:
        raise Refused("not_what_it_says")
    return plain


def _width(data: bytes) -> str:
    return "utf-16-be" if data[:1] == b"\0" else "utf-16-le"


def _refuse_declarations(archive: zipfile.ZipFile) -> None:
    """XML of an office suite declares no entities of its own; what does, aims at the reader's machine."""
    for member in archive.infolist():
        if member.filename.lower().endswith((".xml", ".rels", ".rdf", ".vml")):
            head = _head(archive, member.filename)
            if _DECLARES.search(head) or not _ROOT.search(head):
                raise Refused("active")


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first pieces of a part: declarations stand before its first element, or nowhere."""
    try:
        with archive.open(name) as member:
            return _as_utf8(member.read(_CHUNK))
    except _BROKEN as error:
        raise Refused("broken") from error


def look_at_ooxml(file: BinaryIO, main_part: str) -> None:
    """Raises Refused unless this is a Word or Excel file of the kind whose main part is named."""
    with _open(file) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" not in names or main_part not in names:
            raise Refused("not_what_it_says")
        if b"macroenabled" in _read(archive, "[Content_Types].xml").lower():
            raise Refused("macro")
        _refuse_declarations(archive)
        for name in names:
            if name.lower().endswith(".rels"):
                _look_at_relations(_read(archive, name))
        _look_at_what_it_does(archive)
        _look_at_embedded(archive)


def _look_at_relations(data: bytes) -> None:
    """A link to click on may lead outside; what is fetched on opening may not."""
    try:
        relations = list(ElementTree.fromstring(data))  # no DTD, so nothing to expand
    except ElementTree.ParseError as error:
        raise Refused("broken") from error
    for relation in relations:
        outside = relation.get("TargetMode", "").strip().lower() == "external"
        if outside and not relation.get("Type", "").lower().endswith("/hyperlink"):
            raise Refused("external")


def _look_at_what_it_does(archive: zipfile.ZipFile) -> None:
    """Fields of Word and formulas of Excel that start a program or fetch something."""
    for name in archive.namelist():
        if name.startswith("word/") and name.endswith(".xml"):
            said = b"".join(a or b for a, b in _FIELD.findall(_read(archive, name, UNPACKED)))
            if _FETCHES.search(said):
                raise Refused("active")
        elif name.startswith("xl/") and name.endswith(".xml") and _SHEET_CALLS.search(_read(archive, name, UNPACKED)):
            raise Refused("active")


def _look_at_embedded(archive: zipfile.ZipFile) -> None:
    """The workbook behind a chart is a package of its own, looked at as one."""
    for name in archive.namelist():
        if "/embeddings/" in name and name.lower().endswith((".xlsx", ".docx", ".pptx")):
            try:
                inner = BytesIO(archive.read(name))
            except _BROKEN as error:
                raise Refused("broken") from error
            with _open(inner) as package:
                _refuse_declarations(package)


def look_at_odf(file: BinaryIO, media_type: str) -> None:
    """Raises Refused unless this is an OpenDocument file of this media type."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise Refused("not_what_it_says")
    with _open(file) as archive:
        if (
            "mimetype" not in archive.namelist()
            or _read(archive, "mimetype", 200).decode("ascii", "replace") != media_type
        ):
            raise Refused("not_what_it_says")
        if b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
            raise Refused("encrypted")
        _refuse_declarations(archive)
        for name in ("content.xml", "styles.xml", "settings.xml"):
            if name in archive.namelist():
                _look_at_odf_part(_read(archive, name, UNPACKED))


def _look_at_odf_part(data: bytes) -> None:
    if _ODF_RUNS.search(data):
        raise Refused("active")
    if _ODF_FETCHES.search(data):
        raise Refused("external")
