"""Handing out a stored file that the owning feature's query has found."""

from __future__ import annotations

from flask import Response

from portal.storage import StoredFile, open_file
from portal.work import Work

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def send(work: Work, stored: StoredFile) -> Response:
    """Stream the plain bytes as a download. The user's file name is data for the header, never a path."""
    opened = open_file(work, stored)
    response = Response(opened.chunks, mimetype=opened.media_type, direct_passthrough=True)
    return named(response, opened.name, opened.size)


def send_bytes(data: bytes, name: str, media_type: str) -> Response:
    return named(Response(data, mimetype=media_type), name, len(data))


def named(response: Response, name: str, size: int) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
