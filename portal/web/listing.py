"""What an address asks of a list: its order and its place. The filters are the feature's own."""

from __future__ import annotations

import re

from flask import request

from portal.listing import LONGEST, SIZE, Asked

ID = re.compile(r"[0-9]{1,18}")
SORT, PLACE = "sorteer", "vanaf"


def asked(size: int = SIZE) -> Asked:
    """What means nothing to the list is the first page in its own order (`portal.listing`)."""
    return Asked(request.args.get(SORT, "")[:30], request.args.get(PLACE, "")[: LONGEST + 1], size)


def ticked(name: str) -> list[int]:
    """The ids that were chosen under this name in a form; what can be no id is left out."""
    return [int(said) for said in request.form.getlist(name) if ID.fullmatch(said)]


def text(name: str = "q", longest: int = 100) -> str:
    """A filter that somebody typed."""
    return request.args.get(name, "")[:longest].strip()
