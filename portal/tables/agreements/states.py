"""The life of an agreement: consensus, or mediation, or a ruling of the municipalities."""

from __future__ import annotations

from portal.access import Permission as P
from portal.tables.agreements.models import AgreementState as S
from portal.workflow import Transition, Workflow

AGREEMENT = Workflow(
    "agreement",
    S.PROPOSED,
    Transition("discuss", (S.PROPOSED,), S.DISCUSSED, P.AGREEMENT_WRITE),
    Transition("record_consensus", (S.DISCUSSED,), S.CONSENSUS, P.AGREEMENT_WRITE),
    Transition("start_mediation", (S.DISCUSSED,), S.MEDIATION, P.MEDIATION_LEAD),
    Transition("mediate_to_consensus", (S.MEDIATION,), S.CONSENSUS, P.MEDIATION_LEAD),
    Transition("fail_mediation", (S.MEDIATION,), S.MEDIATION_FAILED, P.MEDIATION_LEAD),
    Transition("request_ruling", (S.MEDIATION_FAILED,), S.RULING_REQUESTED, P.RULING_REQUEST),
    Transition("rule_for", (S.RULING_REQUESTED,), S.RULED, P.RULING_DECIDE),
    Transition("rule_against", (S.RULING_REQUESTED,), S.NOT_ADOPTED, P.RULING_DECIDE),
)
