"""What waits for somebody who is away."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.home.deputies import queries
from portal.web.acts import reading
from portal.web.wall import allow

bp = Blueprint("deputies", __name__)


@bp.get("/start/vervanging/<int:absence_id>")
@allow()
def stand_in(absence_id: int) -> str:
    """What waits for the person whom the reader stands in for."""
    with reading() as work:
        return render_template("home/stand_in.html", page=queries.stand_in(work, absence_id))
