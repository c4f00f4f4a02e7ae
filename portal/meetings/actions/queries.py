"""Actions as far as the actor may see them, and whose they are."""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.access import PROVIDER_ROLES, Actor, Permission
from portal.accounts.models import Membership, User, UserState
from portal.errors import NotFound
from portal.i18n import gettext, ngettext
from portal.meetings.models import ActionItem, Meeting, MeetingSeat
from portal.meetings.queries import own_seat, seen_by
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work

PERSON = func.coalesce(ActionItem.holder_id, MeetingSeat.user_id)
"""Who took it over, else who sits on the seat that the meeting gave it to."""


def action_item(work: Work, action_id: int) -> ActionItem:
    """Raises NotFound."""
    found = work.session.scalar(
        select(ActionItem).join(ActionItem.meeting).where(ActionItem.id == action_id, seen_by(work.actor))
    )
    if found is None:
        raise NotFound("action_item")
    return found


def is_for(work: Work, action: ActionItem) -> bool:
    """Who took it over, else who holds the seat; of who left, every colleague of the same role."""
    own = select(ActionItem.id).join(ActionItem.seat).where(ActionItem.id == action.id, _own(work.actor))
    return work.session.scalar(own) is not None


def whose_actions(work: Work, meeting: Meeting) -> dict[str, Set[int]]:
    """The open actions of a meeting that are `mine`, the actor's, and `nobodys`, of who left. One query."""
    rows = ask(work, _whose, meeting=meeting.id).all()
    mine = {id for id, own, _nobodys in rows if own}
    return {"mine": mine, "nobodys": {id for id, _own, nobodys in rows if nobodys}}


def _whose(work: Work) -> Select[int, bool, bool]:
    here = select(ActionItem.id, _own(work.actor), _nobodys()).join(ActionItem.seat)
    return here.where(ActionItem.meeting_id == bindparam("meeting"), ActionItem.done_at.is_(None))


def waiting(work: Work) -> list[Wait]:
    """Open actions of the actor; chair and secretary also know for whose actions their table waits, and who ends
    roles which actions are nobody's. One query.
    """
    if work.actor.may(Permission.STAFF_END):
        return [_unheld(work, *row) for row in ask(work, _left)]
    if not work.actor.may(Permission.TABLE_READ):
        return []
    return [_wait(work, *row) for row in ask(work, _open)]


def _open(work: Work) -> Select[ActionItem, bool, str | None]:
    return (
        select(ActionItem, _own(work.actor), User.name)
        .join(ActionItem.seat)
        .join(ActionItem.meeting)
        .outerjoin(User, (User.id == PERSON) & _nobodys())
        .where(ActionItem.done_at.is_(None), seen_by(work.actor))
        .where(true() if work.actor.may(Permission.MINUTES_WRITE) else _own(work.actor))
        .options(contains_eager(ActionItem.meeting), contains_eager(ActionItem.seat), joinedload(ActionItem.holder))
        .order_by(ActionItem.due_on)
        .limit(20)
    )


def _left(_work: Work) -> Select[int, str, int, date]:
    """Of each person who left: how many actions, and the first day. What they say is the table's."""
    find = select(User.id, User.name, func.count(), func.min(ActionItem.due_on))
    left = find.join_from(ActionItem, MeetingSeat, MeetingSeat.id == ActionItem.seat_id).join(User, User.id == PERSON)
    return left.where(ActionItem.done_at.is_(None), _nobodys()).group_by(User.id, User.name).order_by(User.id).limit(20)


def _own(actor: Actor) -> ColumnElement[bool]:
    at_hand = or_(ActionItem.holder_id == actor.user_id, and_(ActionItem.holder_id.is_(None), own_seat(actor)))
    same_role = Membership.role.in_(PROVIDER_ROLES) if actor.is_provider else Membership.role == actor.role
    colleague = exists().where(
        Membership.user_id == PERSON, Membership.organisation_id == actor.organisation_id, same_role
    )
    return or_(at_hand, and_(_nobodys(), colleague))


def _nobodys() -> ColumnElement[bool]:
    """Its person has no role any more, and no provider holds the seat as a whole."""
    account = aliased(User)
    works_here = exists().where(
        Membership.user_id == PERSON, Membership.ended_at.is_(None),
        account.id == PERSON, account.state == UserState.ACTIVE,
    )  # fmt: skip
    provider = exists().where(
        ActionItem.holder_id.is_(None),
        Membership.organisation_id == MeetingSeat.organisation_id,
        Membership.role.in_(PROVIDER_ROLES),
        Membership.ended_at.is_(None),
    )
    return PERSON.is_not(None) & ~works_here & ~provider


def _wait(work: Work, action: ActionItem, own: bool, left: str | None) -> Wait:
    _ = gettext(work.actor.locale)
    detail, args = _("Actiepunt uit %(title)s", title=action.meeting.title), {"meeting_id": action.meeting_id}
    whose = "" if own else action.whose
    if left is not None:
        detail = _("%(action)s. %(name)s werkt hier niet meer: een collega kan het doen.", action=detail, name=left)
        whose = "" if own else _("niemand")
    return Wait(action.what, detail, "meetings.meeting", args, due=action.due_on, mine=bool(own), whose=whose)


def _unheld(work: Work, user_id: int, name: str, number: int, due: date) -> Wait:
    _ = gettext(work.actor.locale)
    title = ngettext(work.actor.locale)(
        "%(num)s actiepunt is van niemand", "%(num)s actiepunten zijn van niemand", number
    )
    detail = _("%(name)s werkt hier niet meer. Wie dezelfde rol heeft of krijgt, kan dit doen.", name=name)
    args = {"user_id": user_id}
    return Wait(title, detail, "accounts.staff_person", args, due=due, mine=False, whose=_("niemand"))
