"""The life of a registration (domain 2.2): nothing is signed before an officer has verified who it is."""

from __future__ import annotations

from portal.access import Permission
from portal.accounts.models import OrganisationState
from portal.workflow import Transition, Workflow

ORGANISATION: Workflow[OrganisationState] = Workflow(
    "organisation",
    OrganisationState.IDENTITY_PENDING,
    Transition(
        "activate", (OrganisationState.IDENTITY_PENDING,), OrganisationState.ACTIVE, Permission.ORGANISATION_VERIFY
    ),
    Transition("suspend", (OrganisationState.ACTIVE,), OrganisationState.SUSPENDED, Permission.ORGANISATION_VERIFY),
    Transition("resume", (OrganisationState.SUSPENDED,), OrganisationState.ACTIVE, Permission.ORGANISATION_VERIFY),
    Transition(
        "close",
        (OrganisationState.IDENTITY_PENDING, OrganisationState.ACTIVE, OrganisationState.SUSPENDED),
        OrganisationState.CLOSED,
        Permission.ORGANISATION_VERIFY,
    ),
)
