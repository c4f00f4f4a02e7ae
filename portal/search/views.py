"""The page behind the field in the header. Visitors find what is public."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.web.acts import reading
from portal.web.listing import asked, text
from portal.web.locale import _
from portal.web.wall import open_endpoint

from . import queries, rules

bp = Blueprint("search", __name__)


@bp.get("/zoeken")
@open_endpoint
def results() -> str:
    words, kind = text(longest=rules.LONGEST), text("soort", 20)
    short = bool(rules.reasons_not_to_search(words))
    with reading() as work:
        return render_template(
            "search/results.html",
            words=words,
            kind=kind if kind in rules.KINDS else "",
            short=short,
            groups=[] if short else queries.search(work, words, kind, asked().place),
            headings={name: _(heading) for name, heading in rules.KINDS.items()},
            shown=rules.SHOWN,
            marked=lambda said: rules.marked(said, words),
        )
