"""Handing out a stored file that the owning feature's query has found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request

from portal.storage import StoredFile, open_file
from portal.storage.copies import Source, made_now, pdf_of, source_of
from portal.storage.pdf import NoPdf
from portal.work import Work

from .acts import close_reading, office
from .errors import refusal
from .locale import _

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
Document = Response | tuple[str, int]


def send(work: Work, stored: StoredFile) -> Response:
    """Stream the plain bytes as a download. The user's file name is data for the header, never a path."""
    opened = open_file(work, stored)
    response = Response(opened.chunks, mimetype=opened.media_type, direct_passthrough=True)
    return named(response, opened.name, opened.size)


def send_document(work: Work, stored: StoredFile) -> Document:
    """A stored Word document as it is, or as PDF where the address asks for `?formaat=pdf`."""
    if not _wants_pdf():
        return send(work, stored)
    if (copy := pdf_of(work, stored)) is not None:
        return send(work, copy)
    return _as_pdf(source_of(work, stored))


def send_docx(data: bytes, name: str, seal_id: int | None = None) -> Document:
    """The same for a Word document that was made on the spot; with a seal its PDF is kept under that."""
    return _as_pdf(Source(data, name, seal_id)) if _wants_pdf() else send_bytes(data, name, DOCX)


def _wants_pdf() -> bool:
    return request.args.get("formaat") == "pdf"


def _as_pdf(source: Source) -> Document:
    """Made now, in a few seconds; no look at the data stays open meanwhile."""
    close_reading()
    try:
        pdf = made_now(office(), [source])[0]
    except NoPdf as none:
        return _word_only(none.reason)
    return send_bytes(pdf, source.pdf_name, PDF) if pdf is not None else _word_only("failed")


def _word_only(reason: str) -> Document:
    """Why there is no PDF now, with the way to the same document as Word."""
    why = {
        "not_installed": _("Dit portaal maakt geen PDF's. U kunt het document als Word-bestand downloaden."),
        "busy": _(
            "Er worden nu veel PDF's gemaakt. Probeer het over een minuut opnieuw, of download het Word-bestand."
        ),
        "failed": _("Het maken van de PDF is niet gelukt. De inhoud van het Word-bestand is dezelfde."),
    }
    word = [(_("Download het Word-bestand"), request.path)]
    return refusal([why[reason]], 503, title=_("Dit document is nu alleen als Word te krijgen"), what_now=word)


def send_bytes(data: bytes, name: str, media_type: str) -> Response:
    return named(Response(data, mimetype=media_type), name, len(data))


def send_zip(pieces: Iterator[bytes], name: str) -> Response:
    """Made while it is sent, so nobody knows beforehand how long it is."""
    response = Response(pieces, mimetype="application/zip", direct_passthrough=True)
    return named(response, name)


def named(response: Response, name: str, size: int | None = None) -> Response:
    response.headers.set("Content-Disposition", "attachment", **_names(name))
    if size is not None:
        response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _names(name: str) -> dict[str, str]:
    """A header holds no sign beyond Latin-1, and the web server answers 500 to one that does: such a name goes along
    in the form of RFC 8187, after a plain one for who does not read that."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"filename": plain} if plain == name else {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
