"""Filing, checking and handing back declarations. Each filing is kept; a correction is a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from portal.audit import record
from portal.compliance.obligations import service as obligations
from portal.compliance.obligations.models import Obligation, ObligationKind
from portal.errors import RuleBroken
from portal.regions import reference
from portal.storage import StoredFile
from portal.work import Work

from . import rules
from .models import (
    Declaration,
    EvaluationDeclaration,
    ProfitMarginDeclaration,
    TopOfficial,
    WntBasis,
    WntDeclaration,
)


def file_profit_margin(
    work: Work,
    obligation: Obligation,
    *,
    turnover: Decimal,
    result: Decimal,
    owner_pay: Decimal,
    region_share: Decimal,
    explanation: str = "",
    remark: str = "",
    file: StoredFile | None = None,
) -> Declaration:
    """File the profit-margin declaration on the contract's own basis and cap.

    Raises NotAllowed, IllegalTransition when it is with the contract manager already, RuleBroken with what must be mended.
    """
    _expect(obligation, ObligationKind.PROFIT_MARGIN)
    contract = obligation.contract
    facts = {"turnover": turnover, "owner_pay": owner_pay, "region_share": region_share}
    reasons = rules.reasons_not_to_file_margin(**facts, explanation=" ", surplus=None)
    if reasons:
        raise RuleBroken(*reasons, subject=obligation)
    computed = rules.margin(**facts, result=result, cap=contract.margin_cap)
    reasons = rules.reasons_not_to_file_margin(**facts, explanation=explanation, surplus=computed.surplus)
    if reasons:
        raise RuleBroken(*reasons, subject=obligation)
    filed = _file(work, obligation, remark=remark, file=file)
    filed.profit_margin = ProfitMarginDeclaration(
        turnover=turnover,
        result=result,
        owner_pay=owner_pay,
        region_share=region_share,
        explanation=explanation.strip(),
        basis=contract.margin_basis,
        cap=contract.margin_cap,
        margin=computed.margin,
        surplus=computed.surplus,
    )
    return filed


def file_wnt(
    work: Work,
    obligation: Obligation,
    *,
    basis: WntBasis,
    wnt_class: str = "",
    points: int | None = None,
    officials: Sequence[rules.OfficialFacts] = (),
    remark: str = "",
    file: StoredFile | None = None,
) -> Declaration:
    """File the WNT declaration; each maximum is computed from the dated reference amount of that year.

    Where the year's amount is not known, no maximum and no excess are computed. Raises like `file_profit_margin`.
    """
    _expect(obligation, ObligationKind.WNT_DECLARATION)
    reasons = rules.reasons_not_to_file_wnt(
        basis=basis, wnt_class=wnt_class, officials=list(officials), about_year=obligation.about_year, remark=remark
    )
    if reasons:
        raise RuleBroken(*reasons, subject=obligation)
    filed = _file(work, obligation, remark=remark, file=file)
    shown = officials if basis is not WntBasis.NOT_APPLICABLE else ()
    filed.wnt = WntDeclaration(basis=basis, wnt_class=wnt_class if shown else "", points=points if shown else None)
    filed.wnt.officials = [_official(official, obligation.about_year, wnt_class) for official in shown]
    return filed


def _official(facts: rules.OfficialFacts, year: int, wnt_class: str) -> TopOfficial:
    amount = reference.wnt_maximum(year, wnt_class).value
    maximum = None
    if amount is not None:
        maximum = rules.wnt_maximum(
            amount, factor=facts.part_time_factor, starts_on=facts.starts_on, ends_on=facts.ends_on
        )
    return TopOfficial(
        name=facts.name,
        function=facts.function,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        part_time_factor=facts.part_time_factor,
        pay=facts.pay,
        maximum=maximum,
        excess=rules.excess(facts.pay, maximum),
    )


def file_evaluation(
    work: Work,
    obligation: Obligation,
    *,
    answers: Sequence[dict[str, Any]],
    remark: str = "",
    file: StoredFile | None = None,
) -> Declaration:
    """File the contribution to the yearly evaluation: answers are {code, question, answer}. Raises RuleBroken."""
    _expect(obligation, ObligationKind.YEARLY_EVALUATION)
    if not answers or any(not str(answer["answer"]).strip() for answer in answers):
        raise RuleBroken("evaluation_answer_missing", subject=obligation)
    filed = _file(work, obligation, remark=remark, file=file)
    filed.evaluation = EvaluationDeclaration(answers=list(answers))
    return filed


def _expect(obligation: Obligation, kind: ObligationKind) -> None:
    if obligation.kind is not kind:
        raise RuleBroken("other_kind_of_declaration", subject=obligation)


def _file(work: Work, obligation: Obligation, *, remark: str, file: StoredFile | None) -> Declaration:
    obligations.mark_delivered(work, obligation)
    last = (
        work.session.scalar(select(func.max(Declaration.number)).where(Declaration.obligation_id == obligation.id)) or 0
    )
    filed = Declaration(
        obligation_id=obligation.id,
        number=last + 1,
        filed_by_id=work.actor.user_id,
        filed_at=work.now,
        remark=remark.strip(),
        file_id=file.id if file is not None else None,
        profit_margin=None,
        wnt=None,
        evaluation=None,
    )
    work.add(filed)
    record(
        work,
        "declaration.filed",
        filed,
        obligation_id=obligation.id,
        contract_id=obligation.contract_id,
        kind=obligation.kind,
    )
    return filed


def check_declaration(work: Work, obligation: Obligation) -> None:
    """The contract manager has checked it. Raises NotAllowed, IllegalTransition."""
    obligations.mark_checked(work, obligation)


def return_declaration(work: Work, obligation: Obligation, *, question: str, answer_by: date) -> None:
    """The contract manager hands it back with a question. Raises NotAllowed, IllegalTransition, RuleBroken."""
    obligations.mark_returned(work, obligation, question=question, answer_by=answer_by)
