"""The life of a contract. Amendments and endings come with their own verbs."""

from __future__ import annotations

from portal.access import Permission
from portal.contracts.models import ContractState as C
from portal.workflow import Transition, Workflow

CONTRACT = Workflow(
    "contract",
    C.DRAFT,
    Transition("send_to_sign", (C.DRAFT,), C.TO_SIGN, Permission.CONTRACT_PREPARE),
    Transition("complete_by_provider", (C.TO_SIGN,), C.SIGNED, Permission.CONTRACT_SIGN_PROVIDER),
    Transition("complete_by_municipality", (C.TO_SIGN,), C.SIGNED, Permission.CONTRACT_SIGN_MUNICIPALITY),
    Transition("bring_into_force", (C.SIGNED,), C.IN_FORCE, Permission.CONTRACT_RUN),
)
