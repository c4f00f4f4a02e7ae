"""A region's accent and what follows from it. Contrast as WCAG 2.2 defines it: white on black is 21."""

from __future__ import annotations

import re

HEX = re.compile(r"#[0-9a-f]{6}")
WHITE, BLACK = "#ffffff", "#000000"
LEAST_CONTRAST = 4.5
"""Of text on its ground: WCAG 2.2, success criterion 1.4.3."""


def contrast(one: str, other: str) -> float:
    """Between 1 (the same) and 21, of two colours such as '#00566b'."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with this share of `other` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(mine * (1 - share) + theirs * share):02x}" for mine, theirs in pairs)


def tokens(accent: str) -> dict[str, str]:
    """The four values that the style sheet knows of a region."""
    return {
        "--p-accent": accent,
        "--p-accent-strong": mixed(accent, BLACK, 0.3),
        "--p-accent-soft": mixed(accent, WHITE, 0.88),
        "--p-accent-line": mixed(accent, WHITE, 0.55),
    }


def too_pale(accent: str) -> list[tuple[str, float]]:
    """(where, contrast) of every use in which this accent could not be read: as text, under white words, on its own tint."""
    soft = tokens(accent)["--p-accent-soft"]
    uses = (("on white", contrast(accent, WHITE)), ("on its own tint", contrast(accent, soft)))
    return [(where, found) for where, found in uses if found < LEAST_CONTRAST]
