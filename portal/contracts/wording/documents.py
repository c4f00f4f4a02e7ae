"""How a contract is laid out: articles that count their own clauses, lists under a clause, tables that stay whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from typing import Any

from docx.shared import Cm

from portal.documents import Document

SHORT = 8
"""Rows up to which a table is kept on one page."""


class Paper(Document):
    """A document with articles. `article` begins one; each `says` is its next clause."""

    _article = 0
    _clause = 0

    def article(self, title: str) -> None:
        self._article, self._clause = self._article + 1, 0
        self.heading(f"Artikel {self._article}. {title}")

    def says(self, text: str) -> str:
        """The next clause of this article; gives its number, for who refers to it."""
        self._clause += 1
        number = f"{self._article}.{self._clause}"
        self.clause(number, text)
        return number

    def lists(self, text: str, lines: Iterable[str]) -> None:
        """A clause that counts up, with its lines under its own text: the last one ends the sentence."""
        self.says(text)
        self._last.paragraph_format.keep_with_next = True
        found = [line.rstrip(" ;.") for line in lines]
        for letter, line in zip(ascii_lowercase, found, strict=False):
            end = "." if line is found[-1] else ";"
            self.clause(f"{letter}.", line + end)
            self._indented(self._last, last=end == ".")

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        caption: str = "",
        widths_cm: Sequence[float] | None = None,
    ) -> None:
        """As any table, but what leads to it, its caption and its header never stand on a page without a row."""
        self._last.paragraph_format.keep_with_next = True
        super().table(header, rows, caption, widths_cm)
        made = self._docx.tables[-1].rows
        together = made[:-1] if len(made) <= SHORT else made[:2]
        for row in list(together):
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True

    @property
    def _last(self) -> Any:
        return self._docx.paragraphs[-1]

    @staticmethod
    def _indented(paragraph: Any, *, last: bool) -> None:
        shape = paragraph.paragraph_format
        shape.left_indent, shape.first_line_indent = Cm(2.1), Cm(-0.85)
        shape.tab_stops.add_tab_stop(Cm(2.1))
        shape.keep_with_next = None if last else True
