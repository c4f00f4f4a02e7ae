"""What a page is made of, without its words: two pages of one shape look alike to axe and to a narrow screen."""

from __future__ import annotations

from html.parser import HTMLParser

EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LONG_WORD = 20
"""Characters; a longer word may push a narrow page wide."""


class _Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        classes = next((value or "" for name, value in attributes if name == "class"), "")
        names = " ".join(sorted(name for name, _value in attributes))
        kind = next((value or "" for name, value in attributes if name == "type"), "")
        step = f"{tag}.{classes}[{names}]{kind}"
        self.found.add(" > ".join([*self.inside[-2:], step]))
        if tag not in EMPTY:
            self.inside.append(step)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and not self.inside.pop().startswith(f"{tag}."):
            pass

    def handle_data(self, text: str) -> None:
        if max(map(len, text.split()), default=0) > LONG_WORD and self.inside:
            self.found.add(f"{self.inside[-1]} holds a long word")


def shape_of(html: str) -> frozenset[str]:
    """Every kind of element with the two around it, and where long words stand."""
    reader = _Shape()
    reader.feed(html)
    return frozenset(reader.found)
