"""The portal's own source as data, for the tests that read code: modules, features, what imports what."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
FEATURE_FILES = ("models", "states", "rules", "queries", "service", "forms", "views", "documents", "mails", "jobs")
NOT_FEATURES = ("cli", "web", "storage", "documents", "mail", "scheduler", "static", "translations")


@dataclass(frozen=True)
class Import:
    """`from portal.mail import queue_mail` -> module "portal.mail", name "queue_mail"."""

    module: str
    name: str
    line: int


@dataclass(frozen=True)
class Module:
    """One file below portal/. `part` is its place among the ten names ("views" for views/list.py too), or ""."""

    path: Path

    @property
    def relative(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.relative)

    @property
    def feature(self) -> str:
        """The dotted name of the folder with the ten names in which this file lies, or ""."""
        folder = self.path.parent
        if folder.name in ("views", "blueprints"):
            folder = folder.parent
        inside = folder.relative_to(ROOT).parts
        return ".".join(inside) if len(inside) > 1 and inside[1] not in NOT_FEATURES else ""

    @property
    def part(self) -> str:
        if not self.feature:
            return ""
        name = "views" if self.path.parent.name == "views" else self.path.stem
        return name if name in FEATURE_FILES else ""

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import statement, relative ones made absolute, also those inside functions and for type checking."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[Import]:
        package = self.name.split(".") if self.path.name == "__init__.py" else self.name.split(".")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(alias.name, "", node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else []
                module = ".".join([*base, *([node.module] if node.module else [])])
                yield from (Import(module, alias.name, node.lineno) for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    return tuple(Module(path) for path in sorted((ROOT / "portal").rglob("*.py")))


@cache
def module_names() -> frozenset[str]:
    return frozenset(module.name for module in modules())


def imported_module(found: Import) -> str:
    """The portal module that an import reaches: `from portal.meetings import service` reaches portal.meetings.service."""
    longer = f"{found.module}.{found.name}"
    return longer if longer in module_names() else found.module


@cache
def committed_files() -> tuple[Path, ...]:
    """Every text file of the repository that we wrote: tracked or about to be, without vendored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    kept = (ROOT / line for line in listed if "/vendor/" not in line)
    return tuple(path for path in kept if path.is_file() and b"\0" not in path.read_bytes()[:4000])
