"""Reason codes of rules -> sentences. Each feature registers its own; a code is said in one way everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .locale import _

_SENTENCES: dict[str, Any] = {}


def register(sentences: Mapping[str, Any]) -> None:
    """Raises ValueError when another feature already uses a code: each code belongs to one feature."""
    taken = {code for code in sentences if code in _SENTENCES and _SENTENCES[code] is not sentences[code]}
    if taken:
        raise ValueError(f"reason codes used by two features: {sorted(taken)}")
    _SENTENCES.update(sentences)


def known() -> frozenset[str]:
    return frozenset(_SENTENCES)


def sentence(code: str) -> str:
    """The sentence for `code`; a code may carry a detail after a colon, which takes the place of {detail}."""
    name, _colon, detail = code.partition(":")
    found = _SENTENCES.get(name)
    if found is None:
        return str(_("Dit kan nu niet."))
    return str(found).replace("{detail}", detail)


def sentences(codes: Iterable[str]) -> list[str]:
    return [sentence(code) for code in codes]
