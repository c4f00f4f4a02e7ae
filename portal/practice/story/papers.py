"""Papers of fictitious providers, made on the fly: real PDF and Word files that say what they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.documents import Document


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One page with a heading and lines of text; letters outside Latin-1 are left out."""
    drawn = "BT /F1 18 Tf 60 780 Td (" + _escaped(title) + ") Tj /F1 11 Tf 0 -20 Td"
    drawn += "".join(f" 0 -18 Td ({_escaped(line)}) Tj" for line in lines) + " ET"
    stream = drawn.encode("latin-1", "ignore")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + table + trailer


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def docx(title: str, text: str, *, author: str, made_at: datetime) -> bytes:
    document = Document(title=title, author=author, made_at=made_at, header=author)
    document.title_block(title)
    document.prose(text)
    return document.to_bytes()
