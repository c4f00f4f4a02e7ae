"""What is made after the act: the record of opening, rendered while no write is open."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.tasks import HANDLERS, Task
from portal.tenders.assessment import queries, service
from portal.tenders.assessment.documents import OpeningFacts, opening_record
from portal.tenders.assessment.models import Opening
from portal.work import Office, begin_read, begin_write


def write_opening_record(office: Office, task_id: int) -> str:
    """Render the record and keep it. A second run finds it there and keeps the first."""
    with begin_read(office, SYSTEM) as work:
        opening_id = int(work.get(Task, task_id).facts["opening_id"])
        opening = work.get(Opening, opening_id)
        opened = queries.opened_in(work, opening.procedure_id)
        facts = OpeningFacts.of(opening, opened, queries.withdrawn_count(work, opening.procedure_id))
    document = opening_record(facts)
    with begin_write(office, SYSTEM) as work:
        service.keep_opening_record(work, work.get(Opening, opening_id), document)
    return facts.reference


HANDLERS[service.OPENING_RECORD] = write_opening_record
JOBS: dict[str, object] = {}
