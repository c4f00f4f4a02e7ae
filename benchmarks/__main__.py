"""`make bench`: every figure beside its goal, on SQLite and PostgreSQL, in one run; the README's table is written from it.

`python -m benchmarks --quick` takes a tenth and writes nothing.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import chain, files, pages, papers, reminding, starting, submitting
from benchmarks.desks import desk
from benchmarks.measure import Report
from benchmarks.places import Grown
from portal.config import MIB
from portal.db import load_models
from tests import postgres
from tests.databases import made_database

ROOT = Path(__file__).parent.parent
README, ALL = ROOT / "README.md", ROOT / "docs" / "figures.md"
BEGIN, END = "<!-- figures: made by make bench -->\n", "<!-- end of figures -->"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; README stays as it is")
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"), help="on this database alone")
    given = parser.parse_args()
    load_models()
    postgres.SETTINGS = "-c listen_addresses= -c max_connections=60"  # as in use: what is committed lies on the disk
    report, part = Report(), 10 if given.quick else 1
    postgres.prepare()
    try:
        for database in ("SQLite", "PostgreSQL"):
            if given.only in (None, database):
                with tempfile.TemporaryDirectory() as folder:
                    on(report, database, Path(folder), part)
        papers.measure(report)
        starting.measure(report)
    finally:
        postgres.dispose()
    if not given.quick:
        write(report)


def on(report: Report, database: str, base: Path, part: int) -> None:
    """Everything that a database has a say in."""

    def place(name: str, submissions: int) -> Grown:
        return Grown(base / name, submissions if name == "small" else submissions // part, new_url())

    def new_url() -> str:
        return "" if database == "SQLite" else made.enter_context(made_database(postgres.server_url()))

    with ExitStack() as made:
        pages.measure(report, place, database)
        submitting.measure(report, desk(base / "submit", new_url()), database)
        reminding.measure(report, desk(base / "remind", new_url()), database, providers=6000 // part)
        chain.measure(report, desk(base / "chain", new_url()), database, entries=1_000_000 // part)
        if database == "SQLite":
            files.measure(report, desk(base / "files"), (100 * MIB // part, 1024 * MIB // part))


def write(report: Report) -> None:
    text = README.read_text()
    head, rest = text.split(BEGIN)
    _old, tail = rest.split(END)
    README.write_text(f"{head}{BEGIN}{report.table(brief=True)}\n{END}{tail}")
    ALL.write_text(f"# What `make bench` measured\n\n{report.table(brief=False)}\n")


if __name__ == "__main__":
    main()
