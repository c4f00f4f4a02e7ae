"""The note of information as a Word document. Binding, so in Dutch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.documents import Document, document_name
from portal.i18n import date_long, datetime_long
from portal.tenders.procedures.models import NoteOfInformation, Procedure


@dataclass(frozen=True)
class NoteFacts:
    """What a note says: the same for everybody, so nothing about who asked."""

    region: str
    title: str
    reference: str
    number: int
    published_at: datetime
    closes_at: datetime | None
    answers_by: date | None
    answers: tuple[tuple[str, str, str], ...]
    """(subject, question, answer)"""

    @classmethod
    def of(cls, procedure: Procedure, note: NoteOfInformation) -> NoteFacts:
        return cls(
            region=procedure.region.name,
            title=procedure.title,
            reference=procedure.reference,
            number=note.number,
            published_at=note.published_at,
            closes_at=procedure.closes_at,
            answers_by=procedure.answers_by,
            answers=tuple((q.subject, q.public_text, q.answer) for q in note.questions),
        )

    @property
    def file_name(self) -> str:
        return document_name(f"Nota van inlichtingen {self.number}", self.reference, self.published_at)


def note_of_information(facts: NoteFacts) -> bytes:
    """The note as docx; the same facts give the same bytes."""
    title = f"Nota van inlichtingen {facts.number}"
    doc = Document(
        title=title,
        subject=facts.title,
        author=facts.region,
        made_at=facts.published_at,
        header=facts.region,
        footer=f"{facts.reference}, {title.lower()}",
    )
    doc.title_block(title, subtitle=facts.title)
    doc.reference_block(
        [
            ("Kenmerk", facts.reference),
            ("Gepubliceerd", f"{datetime_long(facts.published_at)} (Nederlandse tijd)"),
            ("Inschrijven kan tot", f"{datetime_long(facts.closes_at)} (Nederlandse tijd)"),
            ("Laatste nota uiterlijk", date_long(facts.answers_by)),
        ]
    )
    doc.paragraph(
        "Deze nota hoort bij de inkoopstukken en geldt voor alle aanbieders. Alle aanbieders krijgen dezelfde "
        "antwoorden op hetzelfde moment. Wie de vraag stelde, staat er niet bij. De nota verandert niet meer."
    )
    for number, (subject, question, answer) in enumerate(facts.answers, 1):
        doc.heading(f"{facts.number}.{number} {subject}", level=1)
        doc.heading("Vraag", level=2)
        doc.paragraph(question)
        doc.heading("Antwoord", level=2)
        doc.paragraph(answer)
    return doc.to_bytes()
