"""Small real files to upload."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.practice.story import papers


def pdf(name: str) -> dict[str, object]:
    data = papers.pdf(name.replace("-", " "), ["Fictief document van een fictieve aanbieder."])
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": data}


def word(name: str) -> dict[str, object]:
    made_at = datetime(2022, 6, 1, 9, tzinfo=UTC)
    data = papers.docx(name.replace("-", " "), "Een verzonnen bijlage.", author="Wilgenrijk", made_at=made_at)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": f"{name}.docx", "mimeType": kind, "buffer": data}
