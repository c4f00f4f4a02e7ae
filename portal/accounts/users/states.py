"""The life of an account. Confirming it is done by whoever holds the mailed link: the link is the permission."""

from __future__ import annotations

from portal.access import Permission
from portal.accounts.models import UserState
from portal.workflow import Transition, Workflow

USER: Workflow[UserState] = Workflow(
    "user_account",
    UserState.UNCONFIRMED,
    Transition("confirm", (UserState.UNCONFIRMED,), UserState.ACTIVE, Permission.ACCOUNT_CONFIRM),
    Transition("deactivate", (UserState.UNCONFIRMED, UserState.ACTIVE), UserState.DEACTIVATED, Permission.STAFF_END),
    Transition("reactivate", (UserState.DEACTIVATED,), UserState.ACTIVE, Permission.STAFF_INVITE),
)
