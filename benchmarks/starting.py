"""Start-up: from nothing to the first page, against a bare Flask application."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.measure import Report

BARE = """
from flask import Flask
app = Flask("bare")
app.add_url_rule("/", "page", lambda: "bare")
assert app.test_client().get("/").status_code == 200
"""
OURS = """
from portal import create_app
app = create_app()
assert app.test_client().get("/hulp", base_url="http://127.0.0.1").status_code == 200
"""
MIGRATE = (
    "from portal.config import load_settings; from portal.db import migrate; migrate(load_settings().database_url)"
)


def measure(report: Report) -> None:
    report.head("Start-up to the first page")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORTAL_VAR": folder, "PORTAL_PRACTICE": "true"}
        _run(MIGRATE, environment)
        bare, ours = (min(_run(code, environment) for _ in range(3)) for code in (BARE, OURS))
    report.show("start-up to the first page", f"{ours:.1f} s, {ours / bare:.1f} x bare Flask ({bare:.1f} s)")


def _run(code: str, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - began
