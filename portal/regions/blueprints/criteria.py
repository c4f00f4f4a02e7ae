"""What a provider must show: evidence types and criteria with their pass rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.regions.blueprints.identity import Text
from portal.regions.blueprints.vocabulary import (
    AnswerKind,
    Check,
    Condition,
    EvidenceForm,
    EvidenceRule,
    MeasureUnit,
    Renewal,
    Verification,
)

ALL_PRODUCTS = "all"


@dataclass(frozen=True, kw_only=True)
class EvidenceType:
    """A kind of proof in the evidence passport, and which of its facts must be filled in."""

    code: str
    name: Text
    form: EvidenceForm
    needs_issuer: bool
    needs_number: bool
    needs_valid_until: bool
    help: Text | None = None
    valid_months: int | None = None

    @property
    def is_attestation(self) -> bool:
        return self.form is EvidenceForm.ATTESTATION


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number the provider fills in. Without minimum and maximum it only informs."""

    code: str
    label: Text
    unit: MeasureUnit
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the form asks: a statement to agree with, a text of so many words, evidence alone, or figures.

    Evidence is asked beside it whenever the criterion lists any, and figures whenever there are any.
    """

    kind: AnswerKind
    statement: Text | None = None
    max_words: int | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One requirement. `applies_to` holds product codes, or "all"; `evidence_rule` says whether each type is needed."""

    code: str
    title: Text
    text: Text
    pass_rule: Text
    example: Text
    applies_to: tuple[str, ...]
    answer: Answer
    source: str
    illustrative: bool
    renewal: Renewal
    evidence: tuple[str, ...] = ()
    evidence_rule: EvidenceRule = EvidenceRule.ANY
    verification: tuple[Verification, ...] = ()
    condition: Condition = Condition.ALWAYS
    check: Check = Check.PASS_FAIL
    weight: Decimal | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    legal_basis: str | None = None

    @property
    def is_common(self) -> bool:
        return self.applies_to == (ALL_PRODUCTS,)

    def asks(self, product: str, on: date) -> bool:
        """Whether a provider of this product must meet it on that day."""
        started = self.valid_from is None or self.valid_from <= on
        running = started and (self.valid_until is None or on <= self.valid_until)
        return running and (self.is_common or product in self.applies_to)


@dataclass(frozen=True, kw_only=True)
class Quality:
    source: str
    plan_of_approach: bool
    evidence_mode: Text | None = None
    staff_rules: tuple[Text, ...] = ()
    working_rules: tuple[Text, ...] = ()
    evidence_types: tuple[EvidenceType, ...] = ()
    criteria: tuple[Criterion, ...] = ()
