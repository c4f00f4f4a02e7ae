"""Mail texts: subject, reason and two bodies per mail and language, rendered without a web framework."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from ..i18n import FILTERS, NBSP, gettext, known_locale, ngettext, time_left

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
_HOUR = re.compile(r"(?<=\d\d:\d\d) (?=uur\b)")
"""A phone would otherwise put the time on one line and its unit on the next."""


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str
    locale: str


@cache
def _environment(locale: str) -> Environment:
    """A fact that is missing is an error when the mail is made, not a gap that the reader finds."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    environment.install_gettext_callables(gettext(locale), ngettext(locale), newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {name: partial(function, locale=locale) for name, function in FILTERS.items()}
    environment.globals |= {"locale": locale, "time_left": partial(time_left, locale=locale)}
    return environment


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def render(template: str, locale: str, facts: Mapping[str, Any], url: Callable[[str], str]) -> Rendered:
    """Subject, text and HTML. English falls back to Dutch as a whole. Raises UndefinedError when a fact is missing."""
    language = known_locale(locale)
    if not (TEMPLATES / "mail" / template / language / "subject.txt").exists():
        language = "nl"
    known = {**facts, "url": url}

    def part(name: str) -> str:
        return _environment(language).get_template(f"mail/{template}/{language}/{name}").render(known)

    known |= {"subject": " ".join(part("subject.txt").split()), "why": " ".join(part("why.txt").split())}
    html = _inliner().inline(_HOUR.sub(NBSP, part("body.html")))
    return Rendered(known["subject"], _tidy(part("body.txt")), html, language)


def _tidy(text: str) -> str:
    """No trailing blanks, never more than one empty line."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


__all__ = ["Rendered", "TemplateNotFound", "render"]
