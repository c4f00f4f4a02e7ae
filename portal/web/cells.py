"""The cells of tables and the states in them. They stand on a page by the hundred, where a Jinja macro costs several times
what a function does, so these are functions; templates/parts gives them their names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask
from markupsafe import Markup, escape

from .locale import _
from .macros import column_of_cell

Caller = Callable[[], str]
BADGES = {"ok": "safe", "let-op": "warning", "fout": "danger"}
CELL = '<td role="cell" class="utrecht-table__cell'


def install(app: Flask) -> None:
    drawn: dict[str, Markup] = app.jinja_env.get_template("parts/icons.html").module.drawn  # type: ignore[attr-defined]
    shown = partial(tag, drawn)
    app.jinja_env.globals |= {"state_tag": shown, "table_cell": partial(cell, shown), "table_row_head": row_head}


def tag(drawn: dict[str, Markup], kind: str, words: object, icon_name: str | None = None, wrap: bool = False) -> Markup:
    """A state, in icon, words and edge."""
    look = f"{BADGES.get(kind, 'neutral')} p-tag p-tag--{escape(kind)}{' p-tag--breek' if wrap else ''}"
    icon = drawn.get(icon_name or kind, "")
    return Markup(f'<span class="utrecht-status-badge utrecht-status-badge--{look}">{icon}{escape(words)}</span>')


def row_head(
    words: object = None, url: str | None = None, sub: object = None, name: bool = False, caller: Caller | None = None
) -> Markup:
    """The cell that names the row."""
    said = caller() if words is None and caller else escape(words)
    if url and words is not None:
        said = f'<a class="utrecht-link utrecht-link--html-a" href="{escape(url)}">{said}</a>'
    if sub and words is not None:
        said = f'<span class="p-zetel__naam">{said}</span><span class="p-zetel__rol">{escape(sub)}</span>'
    look = " p-naamcel" if name else ""
    return Markup(f'<th scope="row" role="rowheader" class="utrecht-table__cell{look}"{column_of_cell()}>{said}</th>')


def cell(
    shown: Callable[..., Markup],
    words: object = None,
    numeric: bool = False,
    state: tuple[str, object] | None = None,
    nothing: object = None,
    caller: Caller | None = None,
) -> Markup:
    """Any other cell of a row: a state, words, or what the page writes between; an empty one says so."""
    look = " utrecht-table__cell--numeric-column" if numeric and (caller or not state) else ""
    if caller:
        said = caller()
    elif state:
        said = shown(state[0], state[1])
    elif words is None or words == "":
        empty = escape(nothing or _("leeg"))
        look, said = " p-leeg", f'<span aria-hidden="true">–</span><span class="p-onzichtbaar">{empty}</span>'
    else:
        said = escape(words)
    return Markup(f'{CELL}{look}"{column_of_cell()}>{said}</td>')
