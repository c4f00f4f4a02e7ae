"""docs/security.md names tests and settings: they are there, and every chapter of the standard has its place."""

from __future__ import annotations

import re
from dataclasses import fields

from portal.config import Settings
from tests.source import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_file_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:tests|portal|docs)/[\w./-]+)`", PAGE))
    assert len(named) > 25
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_setting_it_names_is_one() -> None:
    known = {field.name.upper() for field in fields(Settings)}
    assert set(re.findall(r"`PORTAL_(\w+)`", PAGE)) <= known


def test_each_chapter_has_its_place_and_says_what_is_not_met() -> None:
    chapters = re.split(r"^## V", PAGE, flags=re.MULTILINE)[1:]
    assert [chapter.split()[0] for chapter in chapters] == [str(number) for number in range(1, 18)]
    unsaid = [
        chapter.split("\n")[0] for chapter in chapters if "**Not met:**" not in chapter and "Not used" not in chapter
    ]
    assert unsaid == []
