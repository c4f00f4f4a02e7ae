"""What each process counts of its own requests. With PROMETHEUS_MULTIPROC_DIR set the workers' counts are added up."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_OWN = CollectorRegistry()
REQUESTS = Counter(
    "portal_requests", "Requests answered, by address rule.", ("endpoint", "method", "status"), registry=_OWN
)
DURATION = Histogram(
    "portal_request_seconds", "How long an answer took.", ("endpoint",), buckets=SECONDS, registry=_OWN
)


def measured(endpoint: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(endpoint, method, status).inc()
    DURATION.labels(endpoint).observe(seconds)


def request_figures() -> bytes:
    """The counts of this process, or of all workers of this web server."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(_OWN)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
