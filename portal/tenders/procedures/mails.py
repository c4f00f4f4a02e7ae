"""Who is told what about a procedure. Everybody of the market in one transaction, nobody earlier than another."""

from __future__ import annotations

from portal.mail import tell
from portal.regions.queries import followers
from portal.tenders.procedures import queries
from portal.tenders.procedures.models import NoteOfInformation, Procedure
from portal.work import Work


def tell_of_publication(work: Work, procedure: Procedure) -> None:
    """To who follows the region: what is asked, until when."""
    _tell(work, procedure, "procedure_published", f"procedure:{procedure.id}:published")


def tell_of_note(work: Work, procedure: Procedure, note: NoteOfInformation) -> None:
    """The same answers to all, without who asked."""
    answers = [{"question": q.public_text, "answer": q.answer} for q in note.questions]
    link = f"/procedures/{procedure.reference}/nota/{note.number}"
    facts = {"number": note.number, "answers": answers, "link": link}
    _tell(work, procedure, "note_published", f"note:{note.id}", **facts)


def tell_of_new_closing(work: Work, procedure: Procedure, reason: str) -> None:
    key = f"procedure:{procedure.id}:closing:{procedure.version}"
    _tell(work, procedure, "procedure_closing_moved", key, reason=reason)


def tell_of_withdrawal(work: Work, procedure: Procedure) -> None:
    facts = {"reason": procedure.withdrawn_reason}
    _tell(work, procedure, "procedure_withdrawn", f"procedure:{procedure.id}:withdrawn", **facts)


def _tell(work: Work, procedure: Procedure, template: str, key: str, **facts: object) -> None:
    known = {
        "title": procedure.title,
        "reference": procedure.reference,
        "region": procedure.region.name,
        "region_name": procedure.region.name,
        "summary": procedure.summary,
        "questions_until": procedure.questions_until,
        "closes_at": procedure.closes_at,
        "link": f"/procedures/{procedure.reference}",
        **facts,
    }
    following = {user.id for user in followers(work, procedure.region_id)}
    for user in queries.audience(work, procedure):
        own: dict[str, object] = {"name": user.name, "follows": user.id in following}
        if user.id in following:
            own["follow_page"] = f"/regio/{procedure.region.code}"
        tell(work, user, template, key=key, facts=known | own)
