"""What time alone makes due: the PDF of each document that was stored, and the scan of what waits for it or was seen
with signatures that have become old."""

from __future__ import annotations

from .copies import make_due_pdfs
from .scanning import scan_again, scan_waiting

JOBS = {
    "make_pdfs": (make_due_pdfs, "minute"),
    "scan_files": (scan_waiting, "minute"),
    "rescan_files": (scan_again, "quarter"),
}
