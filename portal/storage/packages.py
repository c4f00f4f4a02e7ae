"""A look inside Word, Excel and OpenDocument files, which are zip archives: nothing hidden, nothing that runs or explodes."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

MEMBERS = 5_000
UNPACKED = 300 * 1024 * 1024
RATIO = 200
_ATTACHED = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)"
    rb"(?=[^>]*Type\s*=\s*[\"'][^\"']*/(?:attachedTemplate|oleObject|frame|subDocument|image)[\"'])"
)
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)")
_RUNS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/|macrosheets/)|^(basic|scripts)/", re.IGNORECASE)
_HIDES = re.compile(r"(^|/)(embeddings/.*\.(bin|exe|dll|js|vbs)|oleobject\d*\.bin)$", re.IGNORECASE)


class Refused(Exception):
    """Not accepted; `reason` is the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _open(file: BinaryIO) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refused("broken") from error
    _look_at_members(archive.infolist(), file.seek(0, 2))
    return archive


def _look_at_members(members: list[zipfile.ZipInfo], file_size: int) -> None:
    """The list of contents alone: encryption, tricks with names, and what it would grow to."""
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused("encrypted")
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or any(n.startswith("/") or "\\" in n or ".." in n.split("/") for n in names):
        raise Refused("not_what_it_says")
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    grows = unpacked > 20 * 1024 * 1024 and unpacked > RATIO * max(packed, 1)
    if len(members) > MEMBERS or unpacked > UNPACKED or packed > file_size or grows:
        raise Refused("bomb")
    if any(_RUNS.search(name) for name in names):
        raise Refused("macro")
    if any(_HIDES.search(name) for name in names):
        raise Refused("active")


def _read(archive: zipfile.ZipFile, name: str, limit: int = 2 * 1024 * 1024) -> bytes:
    """At most `limit` bytes of a member, whatever the archive says of its size."""
    try:
        with archive.open(name) as member:
            return member.read(limit)
    except (
        KeyError,
        zipfile.BadZipFile,
        OSError,
        EOFError,
        NotImplementedError,
        ValueError,
        zlib.error,
    ) as error:
        raise Refused("broken") from error


def _refuse_declarations(archive: zipfile.ZipFile) -> None:
    """XML of an office suite declares no entities of its own; what does, aims at the reader's machine."""
    for name in archive.namelist():
        if name.lower().endswith((".xml", ".rels")) and _DECLARES.search(_read(archive, name, 65_536)):
            raise Refused("active")


def look_at_ooxml(file: BinaryIO, main_part: str) -> None:
    """Raises Refused unless this is a Word or Excel file of the kind whose main part is named."""
    with _open(file) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" not in names or main_part not in names:
            raise Refused("not_what_it_says")
        if b"macroenabled" in _read(archive, "[Content_Types].xml").lower():
            raise Refused("macro")
        _refuse_declarations(archive)
        if any(_ATTACHED.search(_read(archive, name)) for name in names if name.endswith(".rels")):
            raise Refused("external")


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
