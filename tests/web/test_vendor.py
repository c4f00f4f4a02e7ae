"""The vendored front-end files are exactly those that were reviewed."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDORED = [ROOT / "portal" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor"]
OWN_LISTS = {"SHA256SUMS", "NOTICES.md"}


def listed(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def present(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in OWN_LISTS
    }


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_every_vendored_file_has_the_recorded_checksum(folder: Path) -> None:
    assert present(folder) == listed(folder)


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_every_vendored_package_carries_its_licence(folder: Path) -> None:
    versions = [version for package in folder.iterdir() if package.is_dir() for version in package.iterdir()]
    assert versions
    assert [version for version in versions if not list(version.glob("LICENSE*"))] == []


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_the_notices_name_every_vendored_version(folder: Path) -> None:
    notices = (folder / "NOTICES.md").read_text(encoding="utf-8")
    for package in (entry for entry in folder.iterdir() if entry.is_dir()):
        for version in package.iterdir():
            assert f"`{package.name}/{version.name}`" in notices


@pytest.mark.parametrize("pattern", ["*.css", "*.js"])
def test_the_own_style_and_script_reach_for_nothing_outside(pattern: str) -> None:
    for path in (ROOT / "portal" / "static").glob(pattern):
        source = path.read_text(encoding="utf-8")
        assert [word for word in ("@import", "data:", "http:", "https:") if word in source] == [], path.name
