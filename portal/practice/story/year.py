"""Chapter 9, 2024: what the contracts ask over 2023 becomes due, is chased, filed, checked and handed back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portal.compliance.declarations import service as declaring
from portal.compliance.declarations.models import WntBasis
from portal.compliance.declarations.rules import OfficialFacts
from portal.compliance.obligations import queries
from portal.compliance.obligations.models import Obligation, ObligationKind
from portal.work import Work

from .stage import Stage

ANSWERS = (
    (
        "good",
        "Wat ging dit contractjaar goed?",
        "Gezinnen weten eerder waar zij aan toe zijn: wij evalueren na zes maanden.",
    ),
    (
        "better",
        "Wat kan beter, en wat doet u daaraan?",
        "Het contact met scholen. Er is nu één vaste persoon per school.",
    ),
    ("transformation", "Wat hebt u bijgedragen aan de transformatie?", "Wij hielpen mee aan de afspraak over duur."),
    ("needed", "Wat hebt u van de regio nodig?", "Eén aanspreekpunt per gemeente voor vragen over verlenging."),
)


def item(work: Work, stage: Stage, provider: str, kind: ObligationKind) -> Obligation:
    """What this provider owes over 2023."""
    found = stage.organisations[provider]
    id = next(o.id for o in queries.obligations(work, year=2024) if o.organisation_id == found and o.kind is kind)
    return queries.obligation(work, id)


def file_evaluation(stage: Stage, who: str, provider: str) -> None:
    with stage.acts(who) as work:
        answers = [{"code": code, "question": question, "answer": said} for code, question, said in ANSWERS]
        declaring.file_evaluation(work, item(work, stage, provider, ObligationKind.YEARLY_EVALUATION), answers=answers)


def file_margin(stage: Stage, who: str, provider: str) -> None:
    """A margin of 6.25%: above the illustrative cap, so the provider explains it."""
    with stage.acts(who) as work:
        declaring.file_profit_margin(
            work, item(work, stage, provider, ObligationKind.PROFIT_MARGIN), turnover=Decimal(1_840_000),
            result=Decimal(115_000), owner_pay=Decimal(0), region_share=Decimal(40),
            explanation="Een vacature bleef acht maanden open. Het bedrag gaat in 2024 naar scholing.",
        )  # fmt: skip


def file_wnt(stage: Stage, who: str, provider: str) -> None:
    """One official the whole year, one from 1 April for half the hours."""
    officials = [
        OfficialFacts(
            "N. Ferwerdaal", "bestuurder", date(2023, 1, 1), date(2023, 12, 31), Decimal(1), Decimal(118_400)
        ),
        OfficialFacts(
            "H. Kolkman", "bestuurder", date(2023, 4, 1), date(2023, 12, 31), Decimal("0.5"), Decimal(61_250)
        ),
    ]
    with stage.acts(who) as work:
        declaring.file_wnt(
            work, item(work, stage, provider, ObligationKind.WNT_DECLARATION), basis=WntBasis.STATUTORY,
            wnt_class="II", points=7, officials=officials,
        )  # fmt: skip


def check(stage: Stage, provider: str, kind: ObligationKind, outcome: str = "", reason: str = "") -> None:
    with stage.acts("fenna") as work:
        declaring.check_declaration(work, item(work, stage, provider, kind), outcome=outcome, reason=reason)


def hand_back(stage: Stage, provider: str) -> None:
    """The contract manager's question; the provider files again."""
    question = "De tweede bestuurder begon op 1 april. Klopt de deeltijdfactor van 0,5 voor het hele tijdvak?"
    with stage.acts("fenna") as work:
        declaring.return_declaration(
            work, item(work, stage, provider, ObligationKind.WNT_DECLARATION), question=question,
            answer_by=date(2024, 5, 24),
        )  # fmt: skip
