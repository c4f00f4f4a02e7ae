"""The house plan, held by reading the imports. The order of the packages stands in pyproject.toml (import-linter);
here is what lies inside and between features."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

from tests.source import FEATURE_FILES, ROOT, Import, Module, imported_module, module_names, modules

FLASK = ("flask", "flask_login", "flask_wtf", "flask_babel", "werkzeug")

# Inside a feature: models <- states, rules <- queries <- documents, mails <- service <- jobs, views; rules <- forms <- views.
MAY_IMPORT = {
    "models": set(),
    "states": {"models"},
    "rules": {"models", "states"},
    "queries": {"models", "states", "rules"},
    "documents": {"models", "rules", "queries"},
    "mails": {"models", "rules", "queries", "documents"},
    "service": {"models", "states", "rules", "queries", "documents", "mails"},
    "jobs": {"models", "states", "rules", "queries", "documents", "mails", "service"},
    "forms": {"models", "states", "rules"},
    "views": {"models", "states", "rules", "queries", "documents", "mails", "service", "forms"},
}
OWN_NAMES = {"portal.practice": {"demo", "example", "story"}}  # starts the processes; tells the worked example
ACROSS = {"models", "rules", "queries", "service", "jobs", "documents"}

parts = [module for module in modules() if module.part]


PLACES = {module.name: (module.feature, module.part) for module in parts}


def part_of(name: str) -> tuple[str, str]:
    """("portal.tenders.procedures", "service") for a module in a feature, ("", "") for any other."""
    return PLACES.get(name, ("", ""))


def test_the_packages_stand_in_their_order() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_a_feature_folder_has_only_the_ten_names() -> None:
    allowed = {*FEATURE_FILES, "__init__"}
    strangers = [
        module.relative
        for module in modules()
        if module.feature
        and module.path.parent.name not in ("views", "blueprints", "story")
        and module.path.stem not in allowed | OWN_NAMES.get(module.feature, set())
    ]
    assert not strangers, "a new idea fits one of the ten names or is a new folder"


def reached(inside: Sequence[Module]) -> Iterator[tuple[Module, Import, str, str]]:
    """Each import of a feature's file by these modules, with the feature and the part that it reaches."""
    for module in inside:
        for found in module.imports:
            feature, part = part_of(imported_module(found))
            if feature:
                yield module, found, feature, part


def test_a_file_of_a_feature_imports_only_what_stands_before_it() -> None:
    wrong = [
        f"{module.relative}:{found.line}: {module.part} imports {part}"
        for module, found, feature, part in reached(parts)
        if feature == module.feature and part != module.part and part not in MAY_IMPORT[module.part]
    ]
    assert not wrong


def test_another_feature_is_met_through_its_verbs_rules_and_queries() -> None:
    wrong = [
        f"{module.relative}:{found.line}: {feature}.{part}"
        for module, found, feature, part in reached([m for m in modules() if m.feature])
        if feature != module.feature and part not in ACROSS
    ]
    assert not wrong, "never another feature's views, forms or states"


def test_flask_is_imported_only_where_pages_are_made() -> None:
    wrong = [
        f"{module.relative}:{found.line} imports {found.module}"
        for module in modules()
        for found in module.imports
        if found.module.split(".")[0] in FLASK
        and module.part not in ("forms", "views")
        and not module.relative.startswith(("portal/web/", "portal/cli", "portal/app.py", "portal/__init__"))
    ]
    assert not wrong


def test_rules_and_documents_see_no_session_no_work_and_no_clock() -> None:
    blind = ("sqlalchemy", "portal.work", "portal.db", "portal.audit", "portal.config")
    wrong = [
        f"{module.relative}:{found.line}: {found.module} {found.name}"
        for module in parts
        if module.part in ("rules", "documents")
        for found in module.imports
        if any(name == b or name.startswith(b + ".") for b in blind for name in (found.module, imported_module(found)))
        or (found.module == "portal.clock" and found.name in ("system_clock", "PracticeClock"))
    ]
    assert not wrong


def test_rows_are_written_only_by_a_service() -> None:
    """Outside service.py nobody adds, merges, deletes or updates; the shared mechanisms own tables of their own."""
    wrong = []
    for module in parts:
        if module.part in ("service", "models"):
            continue
        for call in (
            "session.add(",
            "session.add_all(",
            "session.delete(",
            "session.merge(",
            "work.add(",
            "session.commit(",
        ):
            wrong += [f"{module.relative}: {call}" for line in module.text.splitlines() if call in line]
    assert not wrong


def test_every_module_is_in_reach_of_these_tests() -> None:
    assert "portal.work" in module_names()
    assert any(module.part == "models" for module in parts)
