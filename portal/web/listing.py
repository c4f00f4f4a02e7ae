"""What an address asks of a list: its order and its place. The filters are the feature's own."""

from __future__ import annotations

from flask import request

from portal.listing import LONGEST, SIZE, Asked

SORT, PLACE = "sorteer", "vanaf"


def asked(size: int = SIZE) -> Asked:
    """What means nothing to the list is the first page in its own order (`portal.listing`)."""
    return Asked(request.args.get(SORT, "")[:30], request.args.get(PLACE, "")[: LONGEST + 1], size)


def text(name: str = "q", longest: int = 100) -> str:
    """A filter that somebody typed."""
    return request.args.get(name, "")[:longest].strip()
