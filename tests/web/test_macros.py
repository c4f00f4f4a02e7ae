"""Which macros a page asks for."""

from __future__ import annotations

import re

from tests.source import ROOT

PAGES = {str(path.relative_to(ROOT / "templates")): path.read_text() for path in (ROOT / "templates").rglob("*.html")}
IMPORT = re.compile(r"\{% import '[^']+' as (\w+) %\}\n")


def speaks_of(name: str, page: str) -> bool:
    return re.search(rf"\b{name}\.", IMPORT.sub("", page)) is not None


def test_a_page_imports_only_the_macros_that_it_or_a_page_built_on_it_uses() -> None:
    idle = {
        (path, name)
        for path, page in PAGES.items()
        for name in IMPORT.findall(page)
        if not speaks_of(name, page)
        and not any(speaks_of(name, other) for other in PAGES.values() if f"{{% extends '{path}' %}}" in other)
    }
    assert idle == set()
