"""The cells of a calendar and the signs in them: hundreds on a page, so functions and no macros, as in `cells`."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from markupsafe import Markup, escape


def install(app: Flask) -> None:
    app.jinja_env.globals |= {"calendar_cells": cells, "calendar_sign": sign}


def cells(states: Iterable[str], left: float, wide: float, y: float, tall: float) -> Markup:
    """A row of cells, the first of them at `left`, each with the sign of its state."""
    drawn = []
    for place, state in enumerate(states):
        x = left + place * wide
        size = f'x="{round(x, 1)}" y="{y}" width="{round(wide, 1)}" height="{tall}" rx="4"'
        drawn.append(f'<rect class="g-cel g-cel--{escape(state)}" {size}/>{sign(state, x + wide / 2, y + tall / 2)}')
    return Markup("".join(drawn))


def sign(state: str, x: float, y: float) -> Markup:
    """What a state looks like around this middle; nothing where there is no obligation."""
    x = round(x, 1)
    match state:
        case "ok":
            return _line(state, f"M{x - 5} {y}l3.500 3.500 6.500-7")
        case "laat":
            return _line(state, f"M{x} {y - 5}v6M{x} {y + 5}v.1")
        case "open":
            return _line(state, f"M{x - 4.5} {y - 4.5}l9 9M{x + 4.5} {y - 4.5}l-9 9")
        case "loopt":
            circle = Markup(f'<circle class="g-teken g-teken--loopt" cx="{x}" cy="{y}" r="8"/>')
            return circle + _line(state, f"M{x} {y - 5}v5l4 2.500")
        case "vrij":
            return _line(state, f"M{x - 5} {y}h10")
    return Markup()


def _line(state: str, path: str) -> Markup:
    return Markup(f'<path class="g-teken g-teken--{state}" d="{path}"/>')
