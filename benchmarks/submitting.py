"""Handing in a submission with five files, against the time that four forced writes take."""

from __future__ import annotations

import time
from statistics import median

from benchmarks.measure import Report, counted, forced_write
from portal import storage
from portal.access import SYSTEM, Actor
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions import queries, service
from portal.work import Lock, Office, begin_read, begin_write
from tests.factories import make_provider
from tests.tenders.people import fresh
from tests.tenders.procedures.steps import with_procedure
from tests.tenders.submissions.steps import filled, started, with_file

FILES, PROVIDERS = 5, 6


def measure(report: Report, office: Office, database: str) -> None:
    """The median of what as many providers take in the same worker; the first of them only warms it up."""
    with_procedure(office)
    office.clock.set("2022-05-10 10:00")  # type: ignore[attr-defined]
    ready = [_ready(office, number) for number in range(PROVIDERS)]
    unseal, answers = _unsealing(office, *ready[0])
    floor = 4 * forced_write(office.settings.var)
    times, lock = [], Lock(Procedure, 1, share=True)
    with counted(office.db.engine) as asked:
        for actor, id in ready:
            began, used, asked[0] = time.perf_counter(), time.process_time(), 0
            with begin_write(office, fresh(actor), lock) as work:
                service.sign_submission(work, queries.submission(work, id))
            times.append((time.perf_counter() - began, time.process_time() - used))
    took, used = (median(series) for series in zip(*times[1:], strict=True))
    limit = floor + 0.020
    report.show(
        f"submit with five files, {database}",
        f"{took * 1000:.0f} ms of which {used * 1000:.0f} CPU ({unseal * 1000:.0f} to unseal {answers} answers), "
        f"{asked[0]} queries, 1 transaction",
        f"4 fsyncs + 20 ms CPU ({limit * 1000:.0f} ms)",
        took <= limit,
    )


def _ready(office: Office, number: int) -> tuple[Actor, int]:
    """A provider of its own with a submission that only needs its signature."""
    with begin_write(office, SYSTEM) as work:
        actor = make_provider(work, f"Aanbieder {number}", email=f"beheer{number}@lindeveld.example").actor
    id = started(office, actor)
    filled(office, actor, id)
    for _file in range(FILES):
        with_file(office, actor, id)
    return actor, id


def _unsealing(office: Office, actor: Actor, id: int) -> tuple[float, int]:
    """CPU seconds of only unsealing the answers, and how many there are."""
    with begin_read(office, actor) as work:
        submission = queries.submission(work, id)
        storage.open_bytes(work, submission.seal, submission.answers[0].sealed)
        began = time.process_time()
        for answer in submission.answers:
            storage.open_bytes(work, submission.seal, answer.sealed)
        return time.process_time() - began, len(submission.answers)
