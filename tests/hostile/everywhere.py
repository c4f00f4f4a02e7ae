"""Every verb made to fail wherever a test calls it: a pytest plugin, and the run of the service tests with it.

python -m tests.hostile.everywhere [--coarse] [test files]

The verbs are wrapped before a test is imported (failing.py). What the tests themselves come to does not matter here:
some count statements, files or readings of the clock, which trying disturbs. What matters is written down at the end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from sqlalchemy import Engine

from portal import scheduler
from portal.db import load_models
from tests import postgres
from tests.hostile.failing import Tryout, tryout, verbs
from tests.source import ROOT

REPORT, COARSE = "TRYOUT_REPORT", "TRYOUT_COARSE"
"""Environment variables: the file for what was found, and whether to skip statements to be sooner done."""
SOMEWHERE_ELSE = ("browser", "hostile", "stories", "walk", "web")

EXCUSED: dict[str, str] = {}
"""Verbs that are not made to fail, each with the reason."""


@dataclass(frozen=True)
class Found:
    wrong: list[str]
    statements: dict[str, int]
    called: list[str]
    """Also those that were only a part of another verb, or refused each time."""

    @property
    def never(self) -> set[str]:
        """Verbs that no test got to a good end, so that none of their statements could fail."""
        return set(verbs()) - set(self.statements)


def files_of_tests() -> list[str]:
    """Where verbs are called: first the tests of the verbs themselves, then the pages that call them."""
    files = [
        path.relative_to(ROOT)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path.relative_to(ROOT / "tests").parts[0] not in SOMEWHERE_ELSE
    ]
    return [str(path) for path in sorted(files, key=lambda path: path.stem.endswith("pages"))]


def run(folder: Path, *, coarse: bool = False, files: list[str] | None = None) -> Found:
    """The tests in a process of their own, on SQLite. Raises RuntimeError when it did not come to an end."""
    report = folder / "tryout.json"
    own = {postgres.FOLDER}  # with it this would stop the server of the run that started it
    environment = {key: value for key, value in os.environ.items() if key not in own and not key.startswith("PYTEST_")}
    environment |= {REPORT: str(report), COARSE: "1" if coarse else "", "EVERYTHING": "1"}  # pages too, on SQLite
    command = [
        sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist",
        "-p", "tests.hostile.everywhere", "-m", "not postgresql and not browser and not story",
        f"--basetemp={folder / 'tests'}", *(files or files_of_tests()),
    ]  # fmt: skip
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if not report.exists():
        raise RuntimeError(f"the tests did not come to an end: {said.stdout[-2000:]}{said.stderr[-2000:]}")
    return Found(**json.loads(report.read_text()))


# --- the plugin --------------------------------------------------------------------------------------------------

_BUSY = ExitStack()
_TRYOUT = pytest.StashKey[Tryout]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Wrap before anything of the tests is imported: they take the wrapped verbs with them."""
    load_models()
    scheduler.jobs()
    __import__("portal.app")
    early_config.stash[_TRYOUT] = _BUSY.enter_context(tryout(Engine, _stride, parts=True))


def _stride(number: int) -> int:
    return 7 if os.environ.get(COARSE) and number >= 4 else 1


def pytest_runtest_protocol(item: pytest.Function, nextitem: pytest.Item | None) -> bool:
    """Trying a verb leaves what a test holds unloaded, which may end it early: then it is played again and gets further."""
    found = item.config.stash[_TRYOUT]
    while True:
        tried = len(found.statements)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        if len(found.statements) == tried or not any(report.failed for report in reports):
            return True
        item._initrequest()


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Write down what is known, and stop when every verb has been tried."""
    found = item.config.stash[_TRYOUT]
    facts = {"wrong": found.wrong, "statements": found.statements, "called": sorted(found.called)}
    Path(os.environ[REPORT]).write_text(json.dumps(facts))
    if set(verbs()) <= set(found.statements) | set(EXCUSED):
        item.session.shouldstop = "every verb was tried"


def pytest_unconfigure() -> None:
    _BUSY.close()


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--coarse", action="store_true", help="not each statement: the first, then every seventh")
    parser.add_argument("files", nargs="*", help="only these tests")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), coarse=asked.coarse, files=asked.files)
    print(f"{len(found.statements)} of {len(verbs())} verbs at {sum(found.statements.values())} statements")
    print("\n".join(f"never tried: {name}" for name in sorted(found.never)))
    print("\n".join(found.wrong) or "each failure came out and left nothing behind")
    raise SystemExit(1 if found.wrong or found.never - set(EXCUSED) else 0)


if __name__ == "__main__":
    main()
