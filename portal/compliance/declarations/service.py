"""Filing, checking and handing back declarations. Each filing is kept; a correction is a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portal import storage
from portal.access import Permission
from portal.accounts.service import seal_of
from portal.audit import record
from portal.compliance.obligations import service as obligations
from portal.compliance.obligations.models import Obligation, ObligationKind
from portal.errors import RuleBroken
from portal.regions import reference
from portal.storage import StoredFile
from portal.storage.seal import Readable
from portal.work import Work

from . import queries, rules
from .models import (
    Declaration,
    EvaluationDeclaration,
    ProfitMarginDeclaration,
    TopOfficial,
    WntBasis,
    WntDeclaration,
)

Content = ProfitMarginDeclaration | WntDeclaration | EvaluationDeclaration


def receive_file(work: Work, obligation: Obligation, stream: Readable, *, name: str) -> StoredFile:
    """Take in a paper that goes with a declaration, under the provider's own seal. Raises NotAllowed, FileRefused."""
    work.require(Permission.DECLARATION_FILE, obligation)
    return storage.receive(work, stream, name=name, seal=seal_of(work, obligation.organisation_id))


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
    figures = rules.MarginFigures(turnover, result, owner_pay, region_share)
    content = profit_margin_of(obligation, figures, explanation=explanation)
    return file_declaration(work, obligation, content, remark=remark, file=file)


def profit_margin_of(
    obligation: Obligation, figures: rules.MarginFigures, *, explanation: str
) -> ProfitMarginDeclaration:
    """What a profit-margin declaration would hold; nothing is kept. Raises RuleBroken."""
    _expect(obligation, ObligationKind.PROFIT_MARGIN)
    cap, basis = obligation.contract.margin_cap, obligation.contract.margin_basis
    _refuse(obligation, rules.reasons_not_to_file_margin(figures, cap=cap, basis=basis, explanation=explanation))
    computed = rules.margin(figures, cap=cap, basis=basis)
    return ProfitMarginDeclaration(
        turnover=figures.turnover,
        result=figures.result,
        owner_pay=figures.owner_pay,
        region_share=figures.region_share,
        explanation=explanation.strip(),
        basis=basis,
        cap=cap,
        margin=computed.margin,
        surplus=computed.surplus,
    )


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

    Where the year's amount is not known, no maximum and no excess are computed. Raises like the others.
    """
    content = wnt_of(obligation, basis=basis, wnt_class=wnt_class, points=points, officials=officials, remark=remark)
    return file_declaration(work, obligation, content, remark=remark, file=file)


def wnt_of(
    obligation: Obligation,
    *,
    basis: WntBasis,
    wnt_class: str,
    points: int | None,
    officials: Sequence[rules.OfficialFacts],
    remark: str,
) -> WntDeclaration:
    """What a WNT declaration would hold; nothing is kept. Raises RuleBroken."""
    _expect(obligation, ObligationKind.WNT_DECLARATION)
    reasons = rules.reasons_not_to_file_wnt(
        basis=basis, wnt_class=wnt_class, officials=officials, about_year=obligation.about_year, remark=remark
    )
    _refuse(obligation, reasons)
    if basis is WntBasis.NOT_APPLICABLE:
        return WntDeclaration(basis=basis, wnt_class="", points=None, officials=[])
    amount = reference.wnt_maximum(obligation.about_year, wnt_class)
    return WntDeclaration(
        basis=basis,
        wnt_class=wnt_class,
        points=points,
        class_maximum=amount.value,
        class_maximum_source=amount.source,
        class_maximum_confirmed=amount.confirmed,
        officials=[_official(official, amount) for official in officials],
    )


def _official(facts: rules.OfficialFacts, amount: reference.ReferenceAmount) -> TopOfficial:
    maximum = None
    if amount.value is not None:
        maximum = rules.wnt_maximum(
            amount.value, factor=facts.part_time_factor, starts_on=facts.starts_on, ends_on=facts.ends_on
        )
    return TopOfficial(
        name=facts.name.strip(),
        function=facts.function.strip(),
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
    return file_declaration(work, obligation, evaluation_of(obligation, answers), remark=remark, file=file)


def evaluation_of(obligation: Obligation, answers: Sequence[dict[str, Any]]) -> EvaluationDeclaration:
    """What a contribution to the evaluation would hold; nothing is kept. Raises RuleBroken."""
    _expect(obligation, ObligationKind.YEARLY_EVALUATION)
    _refuse(obligation, rules.reasons_not_to_file_evaluation(answers))
    return EvaluationDeclaration(answers=list(answers))


def _expect(obligation: Obligation, kind: ObligationKind) -> None:
    if obligation.kind is not kind:
        raise RuleBroken("other_kind_of_declaration", subject=obligation)


def _refuse(obligation: Obligation, reasons: Sequence[str]) -> None:
    if reasons:
        raise RuleBroken(*reasons, subject=obligation)


def preview(work: Work, obligation: Obligation, content: Content, *, remark: str) -> Declaration:
    """The filing as it would be, for who looks before sending; nothing is kept. Raises NotAllowed."""
    work.require(Permission.DECLARATION_FILE, obligation)
    last = queries.latest(work, obligation)
    return Declaration(
        obligation_id=obligation.id,
        number=last.number + 1 if last is not None else 1,
        filed_by_id=work.actor.user_id,
        filed_at=work.now,
        remark=remark.strip(),
        file_id=last.file_id if last is not None else None,
        profit_margin=content if isinstance(content, ProfitMarginDeclaration) else None,
        wnt=content if isinstance(content, WntDeclaration) else None,
        evaluation=content if isinstance(content, EvaluationDeclaration) else None,
    )


def file_declaration(
    work: Work, obligation: Obligation, content: Content, *, remark: str, file: StoredFile | None
) -> Declaration:
    """A new filing of what `profit_margin_of`, `wnt_of` or `evaluation_of` made.

    Without a file of its own it keeps the one that went with the filing before. Raises NotAllowed, IllegalTransition.
    """
    obligations.mark_delivered(work, obligation)
    filed = preview(work, obligation, content, remark=remark)
    if file is not None:
        filed.file_id = file.id
    work.add(filed)
    record(
        work, "declaration.filed", filed, obligation_id=obligation.id, contract_id=obligation.contract_id,
        organisation_id=obligation.organisation_id, kind=obligation.kind, number=filed.number,
    )  # fmt: skip
    return filed


def read_file(work: Work, obligation: Obligation, declaration_id: int) -> StoredFile:
    """The paper with a filing; that somebody read it is on record. Raises NotFound."""
    stored = queries.declaration_file(work, obligation, declaration_id)
    record(work, "declaration.read", obligation, declaration_id=declaration_id, contract_id=obligation.contract_id)
    return stored


def check_declaration(work: Work, obligation: Obligation, *, outcome: str = "", reason: str = "") -> None:
    """The contract manager has checked it, and says what follows from an amount above the threshold and why.

    Raises NotAllowed, IllegalTransition, RuleBroken (check_needs_outcome, check_needs_reason).
    """
    filings = queries.declarations(work, obligation)
    worries = queries.worries(obligation, filings[0]) if filings else []
    against = rules.reasons_not_to_check(worries, outcome=outcome, reason=reason)
    obligations.mark_checked(work, obligation, outcome=outcome, reason=reason, against=against)


def return_declaration(work: Work, obligation: Obligation, *, question: str, answer_by: date) -> None:
    """The contract manager hands it back with a question, which is kept with the filing that it is about.

    Raises NotAllowed, IllegalTransition, RuleBroken (return_needs_question, answer_day_has_passed).
    """
    obligations.mark_returned(work, obligation, question=question, answer_by=answer_by)
    last = queries.latest(work, obligation)
    if last is not None:
        last.question, last.asked_at = question.strip(), work.now
