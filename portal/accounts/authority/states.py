"""The life of a claim on signing authority (domain 3.16)."""

from __future__ import annotations

from portal.access import Permission
from portal.accounts.models import AuthorityState
from portal.workflow import Transition, Workflow

AUTHORITY: Workflow[AuthorityState] = Workflow(
    "signing_authority",
    AuthorityState.CLAIMED,
    Transition("verify", (AuthorityState.CLAIMED,), AuthorityState.VERIFIED, Permission.AUTHORITY_VERIFY),
    Transition("reject", (AuthorityState.CLAIMED,), AuthorityState.REJECTED, Permission.AUTHORITY_VERIFY),
    Transition(
        "end",
        (AuthorityState.CLAIMED, AuthorityState.VERIFIED),
        AuthorityState.ENDED,
        Permission.AUTHORITY_CLAIM,
    ),
)
