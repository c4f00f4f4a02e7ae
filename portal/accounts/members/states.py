"""A request to join an organisation: its administrator answers it."""

from __future__ import annotations

from portal.access import Permission
from portal.accounts.models import JoinRequestState
from portal.workflow import Transition, Workflow

JOIN_REQUEST: Workflow[JoinRequestState] = Workflow(
    "join_request",
    JoinRequestState.OPEN,
    Transition("accept", (JoinRequestState.OPEN,), JoinRequestState.ACCEPTED, Permission.MEMBER_INVITE),
    Transition("decline", (JoinRequestState.OPEN,), JoinRequestState.DECLINED, Permission.MEMBER_INVITE),
)
