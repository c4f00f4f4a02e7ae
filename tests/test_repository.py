"""House rules that a machine can hold: sizes, the clock, and what must never be committed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.source import ROOT, committed_files, modules

MAX_LINES = 300
MAX_FUNCTION = 45

WALL_CLOCK = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(")
REGISTRY = re.compile(r"https?://[\w.-]*(?:py" + r"pi|python" + r"hosted|npm" + r"js|deb" + r"ian)\.\w+", re.I)
MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|wo" + r"rk|root)/\w")
TWO_WAYS = re.compile(r"\b[uU] heeft\b|(?<!de regio )\bheeft u\b", re.I)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")

texts = [path for path in committed_files() if path.suffix not in (".svg",)]


def lines_with(pattern: re.Pattern[str], path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [
        f"{path.relative_to(ROOT)}:{n}: {line.strip()[:100]}" for n, line in enumerate(lines, 1) if pattern.search(line)
    ]


def test_a_module_is_short_enough_to_read() -> None:
    lengths = {module.relative: len(module.text.splitlines()) for module in modules()}
    assert not {name: lines for name, lines in lengths.items() if lines > MAX_LINES}, "split it by noun"


def test_a_function_is_short_enough_to_read() -> None:
    long = [
        f"{module.relative}: {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MAX_FUNCTION
    ]
    assert not long


def test_only_the_clock_reads_the_wall_clock() -> None:
    found = [
        line for module in modules() if module.name != "portal.clock" for line in lines_with(WALL_CLOCK, module.path)
    ]
    assert not found, "time is work.now"


def test_nothing_is_left_unfinished() -> None:
    assert not [line for path in texts for line in lines_with(UNFINISHED, path)]


def test_the_reader_is_addressed_in_one_way() -> None:
    shown = [path for path in texts if path.relative_to(ROOT).parts[0] in ("templates", "portal")]
    assert not [line for path in shown for line in lines_with(TWO_WAYS, path)], "write 'u hebt'"


def test_no_address_of_a_package_index_and_no_path_of_a_machine_is_committed() -> None:
    assert not [line for path in texts for pattern in (REGISTRY, MACHINE) for line in lines_with(pattern, path)]


def test_the_locks_hold_a_hash_for_every_package() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text, re.M)
        hashed = re.findall(r"^[a-z0-9][\w.\[\]-]*==[^\n]*\\\n\s+--hash=sha256:", text, re.M)
        assert len(pinned) == len(hashed) > 30


def test_pages_carry_no_inline_style_or_script() -> None:
    """The content security policy allows our own files only. Mail templates are apart: mail readers know no style sheet."""
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|src=\"(?:https?:|//)|\"data:|<link[^>]*\"https?:"
    )
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.relative_to(ROOT).parts]
    assert pages
    assert not [line for path in pages for line in lines_with(inline, path)]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: str(path.relative_to(ROOT / "tests"))
)
def test_a_test_is_a_sentence_and_asserts_something(path: Path) -> None:
    seen = re.compile(r"assert|raises|expect\(|check_|fail\(|walk_")
    text = path.read_text(encoding="utf-8")
    tests = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    lines = text.splitlines()
    silent = [test.name for test in tests if not seen.search("\n".join(lines[test.lineno - 1 : test.end_lineno]))]
    assert not silent
    assert not re.search(r"mark\.(?:skip\b|xfail)|time\.sleep" + r"\(", text)
