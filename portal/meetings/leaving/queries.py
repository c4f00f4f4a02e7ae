"""Which seats and actions of somebody who leaves a colleague can take."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.members.queries import holds_only
from portal.accounts.models import Membership
from portal.meetings.models import ActionItem, Meeting, MeetingSeat, MeetingState
from portal.work import Work


def _own(work: Work, left: Membership) -> ColumnElement[bool]:
    """Held in person for this organisation; without one only by who has no other role."""
    fits = [MeetingSeat.organisation_id == left.organisation_id]
    if holds_only(work, left):
        fits.append(MeetingSeat.organisation_id.is_(None))
    return (MeetingSeat.user_id == left.user_id) & or_(*fits)


def seats_to_pass(work: Work, left: Membership, to: Membership) -> Sequence[MeetingSeat]:
    """At meetings still to come, where the colleague does not sit already."""
    sits = select(MeetingSeat.meeting_id).where(MeetingSeat.user_id == to.user_id)
    find = (
        select(MeetingSeat)
        .join(Meeting)
        .where(_own(work, left), MeetingSeat.meeting_id.not_in(sits), Meeting.starts_at > work.now)
        .where(Meeting.state.in_((MeetingState.SCHEDULED, MeetingState.AGENDA_SENT)))
    )
    return work.session.scalars(find.order_by(MeetingSeat.id)).all()


def actions_to_pass(work: Work, left: Membership, to: Membership) -> list[tuple[ActionItem, MeetingSeat | None]]:
    """Every open one, with the colleague's own seat at that meeting; None where the colleague did not sit."""
    other = aliased(MeetingSeat)
    at_hand = ActionItem.holder_id == left.user_id if holds_only(work, left) else false()
    find = (
        select(ActionItem, other)
        .join(MeetingSeat, MeetingSeat.id == ActionItem.seat_id)
        .outerjoin(other, (other.meeting_id == ActionItem.meeting_id) & (other.user_id == to.user_id))
        .where(ActionItem.done_at.is_(None), or_(at_hand, ActionItem.holder_id.is_(None) & _own(work, left)))
        .order_by(ActionItem.id, other.position)
    )
    found: dict[ActionItem, MeetingSeat | None] = {}
    for action, seat in work.session.execute(find):
        found.setdefault(action, seat)
    return list(found.items())


def actions_left(work: Work, user_id: int) -> Sequence[ActionItem]:
    """Open actions that stay with this person."""
    seated = ActionItem.holder_id.is_(None) & (MeetingSeat.user_id == user_id)
    find = select(ActionItem).join(ActionItem.seat).options(joinedload(ActionItem.meeting))
    find = find.where(or_(ActionItem.holder_id == user_id, seated), ActionItem.done_at.is_(None))
    return work.session.scalars(find.order_by(ActionItem.due_on, ActionItem.id)).all()
