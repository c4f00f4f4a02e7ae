"""The audit chain of a million entries: written, then verified in constant memory."""

from __future__ import annotations

import time

from benchmarks.measure import Report, forget_the_most, most_resident, resident
from portal.access import SYSTEM
from portal.audit import record, verify_chain
from portal.work import Office, begin_read, begin_write

AT_ONCE = 1000


def measure(report: Report, office: Office, database: str, *, entries: int = 1_000_000) -> None:
    report.head(f"Audit chain of {entries:,} entries on {database}")
    began = time.process_time()
    for first in range(0, entries, AT_ONCE):
        with begin_write(office, SYSTEM) as work:
            for number in range(first, min(first + AT_ONCE, entries)):
                record(work, "bench.entry", None, number=number)
    wrote = time.process_time() - began
    forget_the_most()
    before, began = resident(), time.process_time()
    with begin_read(office, SYSTEM) as work:
        faults = sum(1 for _fault in verify_chain(work.session))
    used = time.process_time() - began
    assert faults == 0
    report.show(
        f"verify-audit of {entries:,} entries, {database}",
        f"{used:.0f} s CPU, {used / entries * 1e6:.0f} µs an entry, memory + {max(0.0, most_resident() - before):.0f} MiB",
    )
    report.show(f"writing an audit entry, {database}", f"{wrote / entries * 1e6:.0f} µs CPU")
