"""Actions as far as the actor may see them, and whose they are."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from portal.access import Actor, Permission
from portal.errors import NotFound
from portal.i18n import gettext
from portal.meetings.models import ActionItem, Meeting
from portal.meetings.queries import holds, own_seat, seen_by
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work


def action_item(work: Work, action_id: int) -> ActionItem:
    """Raises NotFound."""
    found = work.session.scalar(
        select(ActionItem).join(ActionItem.meeting).where(ActionItem.id == action_id, seen_by(work.actor))
    )
    if found is None:
        raise NotFound("action_item")
    return found


def is_for(actor: Actor, action: ActionItem) -> bool:
    """Who took it over, else who holds the seat."""
    if action.holder_id is not None and action.holder_id == actor.user_id:
        return True
    return action.holder_id is None and holds(actor, action.seat)


def own_actions(work: Work, meeting: Meeting) -> set[int]:
    return {action.id for action in meeting.actions if is_for(work.actor, action)}


def waiting(work: Work) -> list[Wait]:
    """Open actions of the actor; chair and secretary also know for whose actions their table waits. One query."""
    if not work.actor.may(Permission.TABLE_READ):
        return []
    return [_wait(work, action) for action in ask(work, _open).scalars()]


def _open(work: Work) -> Select[ActionItem]:
    return (
        select(ActionItem)
        .join(ActionItem.seat)
        .join(ActionItem.meeting)
        .where(ActionItem.done_at.is_(None), seen_by(work.actor))
        .where(true() if work.actor.may(Permission.MINUTES_WRITE) else _own(work.actor))
        .options(contains_eager(ActionItem.meeting), contains_eager(ActionItem.seat), joinedload(ActionItem.holder))
        .order_by(ActionItem.due_on)
        .limit(20)
    )


def _own(actor: Actor) -> ColumnElement[bool]:
    """What `is_for` says, for the database."""
    return or_(ActionItem.holder_id == actor.user_id, and_(ActionItem.holder_id.is_(None), own_seat(actor)))


def _wait(work: Work, action: ActionItem) -> Wait:
    _ = gettext(work.actor.locale)
    detail = _("Actiepunt uit %(title)s", title=action.meeting.title)
    own, args = is_for(work.actor, action), {"meeting_id": action.meeting_id}
    return Wait(
        action.what, detail, "meetings.meeting", args, due=action.due_on, mine=own, whose="" if own else action.whose
    )
