"""Everything of one submission, gathered in one look, so that it can be packed when no look is open any more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from portal import storage
from portal.errors import FileRefused
from portal.storage import OpenedFile, StoredFile
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions import queries
from portal.tenders.submissions.content.rules import Content
from portal.tenders.submissions.models import Submission
from portal.tenders.submissions.takeout.rules import Asked
from portal.work import Work


def said_in(work: Work, submission: Submission) -> tuple[Content, dict[str, Any] | None]:
    """What it says and its receipt, if it was handed in: for its own provider, and for officers once it was opened.

    Raises NotAllowed.
    """
    content = queries.content_of(work, submission)  # holds who may read it
    if submission.receipt is None:
        return content, None
    return content, json.loads(storage.open_bytes(work, submission.seal, submission.receipt))


def asked_in(procedure: Procedure) -> dict[str, Asked]:
    """What each requirement asked, by its code."""
    return {
        c.code: Asked(
            c.title_nl, c.text_nl, c.statement_nl, {f["code"]: (f["label_nl"], f.get("unit", "")) for f in c.figures}
        )
        for c in procedure.criteria
    }


def opened_files(work: Work, ids: Iterable[int]) -> dict[int, OpenedFile]:
    """The files to read later, piece by piece; one that the scanner withholds is not among them. Only for those that
    `said_in` named."""
    found = {}
    for stored in work.session.scalars(select(StoredFile).where(StoredFile.id.in_(list(ids)))):
        with suppress(FileRefused):
            found[stored.id] = storage.open_file(work, stored)
    return found
