"""What takes long: the letters to all providers, rendered while no write is open and sent in one act."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.tasks import HANDLERS, Task, progress
from portal.tenders.decisions import queries, rules, service
from portal.tenders.decisions.documents import decision_letter
from portal.tenders.procedures.models import Procedure
from portal.work import Office, begin_read, begin_write


def write_letters(office: Office, task_id: int) -> str:
    """Render each letter, tell how far it is, and send them together. After a crash it begins again or finds them sent."""
    with begin_read(office, SYSTEM) as work:
        procedure_id = int(work.get(Task, task_id).facts["procedure_id"])
        procedure = work.get(Procedure, procedure_id)
        if rules.is_announced(procedure):
            return "already_sent"
        facts = service.facts_of_letters(work, procedure)
    letters = {}
    for number, one in enumerate(facts, 1):
        letters[one.submission_id] = (one, decision_letter(one))
        progress(office, task_id, number, len(facts))
    with begin_write(office, SYSTEM) as work:
        sent = service.send_letters(work, work.get(Procedure, procedure_id), letters)
    return f"sent:{sent}"


HANDLERS[queries.LETTERS] = write_letters
JOBS: dict[str, object] = {}
