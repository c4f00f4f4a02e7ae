"""What is made after the act: the Word document of a note, rendered while no write is open."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.tasks import HANDLERS, Task
from portal.tenders.procedures.documents import NoteFacts, note_of_information
from portal.tenders.procedures.models import NoteOfInformation, Procedure
from portal.tenders.procedures.questions import service
from portal.work import Office, begin_read, begin_write


def write_note_document(office: Office, task_id: int) -> str:
    """Render the note and keep it. The same note gives the same bytes, so a second run changes nothing."""
    with begin_read(office, SYSTEM) as work:
        note_id = int(work.get(Task, task_id).facts["note_id"])
        note = work.get(NoteOfInformation, note_id)
        facts = NoteFacts.of(work.get(Procedure, note.procedure_id), note)
    data = note_of_information(facts)
    with begin_write(office, SYSTEM) as work:
        service.keep_note_document(work, work.get(NoteOfInformation, note_id), data, facts.file_name)
    return facts.file_name


HANDLERS["procedures.note_document"] = write_note_document
JOBS: dict[str, object] = {}
