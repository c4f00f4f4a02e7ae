"""What `make test-fast` leaves out, and that it leaves something of everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SLOW, is_slow, lies_in_slow

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("test_*.py"))


@pytest.fixture
def client() -> None:
    """Its name alone makes a test slow: elsewhere it builds the whole application."""


def test_a_test_without_a_page_is_fast(request: pytest.FixtureRequest) -> None:
    assert not is_slow(request.node)


def test_a_test_that_asks_for_a_page_is_slow(request: pytest.FixtureRequest, client: None) -> None:
    assert is_slow(request.node)


@pytest.mark.postgresql
def test_a_test_on_postgresql_is_slow(request: pytest.FixtureRequest) -> None:
    assert is_slow(request.node)


@pytest.mark.parametrize(
    ("path", "slow"),
    [("browser", True), ("tables/test_pages.py", True), ("tables/test_rules.py", False), ("tables/conftest.py", False)],
)
def test_a_folder_or_a_file_is_left_out_by_its_name(path: str, slow: bool) -> None:
    assert lies_in_slow(HERE / path) is slow


@pytest.mark.parametrize("pattern", SLOW)
def test_everything_that_is_left_out_is_there(pattern: str) -> None:
    assert list(HERE.rglob(pattern))


def test_every_feature_keeps_fast_tests() -> None:
    rules = {path for path in FILES if path.stem.endswith("rules")}
    assert rules and not [path for path in rules if lies_in_slow(path)]
    folders = {path.relative_to(HERE).parts[0] for path in FILES if path.parent != HERE}
    fast = {path.relative_to(HERE).parts[0] for path in FILES if not lies_in_slow(path)}
    assert sorted(folders - fast) == sorted(name for name in SLOW if "." not in name)
