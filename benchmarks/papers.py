"""Documents against bare python-docx."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from docx import Document as BareDocument

from benchmarks.measure import Report, cpu
from portal.documents import Document


def measure(report: Report) -> None:
    report.head("Minutes of ten pages")
    paragraphs = [f"Paragraph {number}. " + "The table agrees. " * 25 for number in range(100)]

    def bare() -> None:
        document = BareDocument()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        document.save(io.BytesIO())

    def ours() -> None:
        document = Document(title="Minutes", made_at=datetime(2026, 1, 1, tzinfo=UTC))
        for paragraph in paragraphs:
            document.paragraph(paragraph)
        document.to_bytes()

    report.ratio("minutes of 10 pages", cpu(ours, 3) / cpu(bare, 3), "bare python-docx", 1.5)
