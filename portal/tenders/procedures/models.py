"""A procedure: what is asked, when, by whom, and what the market asked back."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.access import Scope
from portal.accounts.models import Organisation
from portal.db import SORT_TEXT, Base, Versioned, choice, sort_key
from portal.regions.models import Product, Region, TariffSheet


class ProcedureKind(enum.Enum):
    """The types of regions.md chapter 0. The family decides which fields exist: admission never compares."""

    OPEN_HOUSE = "open_house"
    REQUIREMENTS_ADMISSION = "requirements_admission"
    SAS_ADMISSION_PER_PRODUCT = "sas_admission_per_product"
    SAS_DIALOGUE = "sas_dialogue"

    @property
    def is_admission(self) -> bool:
        return self is not ProcedureKind.SAS_DIALOGUE


class ProcedureState(enum.Enum):
    """Human acts only; open, closed for questions and closed are `rules.phase(procedure, now)`."""

    DRAFT = "draft"
    INTERNAL_REVIEW = "internal_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    OPENED = "opened"
    ANNOUNCED = "decision_announced"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class Procedure(Versioned, Base):
    __tablename__ = "procedure"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[ProcedureKind] = mapped_column(choice(ProcedureKind))
    state: Mapped[ProcedureState] = mapped_column(choice(ProcedureState), default=ProcedureState.DRAFT, index=True)
    title: Mapped[str] = mapped_column(String(160))
    sort_title: Mapped[str] = mapped_column(SORT_TEXT, server_default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    template_code: Mapped[str] = mapped_column(String(60))
    blueprint_digest: Mapped[str] = mapped_column(String(64))
    blueprint: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    """The blueprint as it was when the procedure was started: a later file changes nothing here."""
    questions_until: Mapped[datetime | None]
    answers_by: Mapped[date | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    decision_by: Mapped[date | None]
    contract_starts: Mapped[date | None]
    objection_days: Mapped[int | None]
    objection_basis: Mapped[str] = mapped_column(String(300), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    notice_number: Mapped[str] = mapped_column(String(60), default="")
    notice_date: Mapped[date | None]
    """TenderNed notice; needed above the threshold before publication (domain 3.16)."""
    above_threshold: Mapped[bool] = mapped_column(default=True)
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who changed the set-up last: not the one who approves it."""
    returned_reason: Mapped[str] = mapped_column(String(1000), default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    assessed_at: Mapped[datetime | None]
    """The last submission was judged; from then on it waits for the decision."""
    announced_at: Mapped[datetime | None]
    objection_ends: Mapped[date | None]
    """The last day to object, as the letters say it."""
    completed_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")

    region: Mapped[Region] = relationship()
    products: Mapped[list[ProcedureProduct]] = relationship(
        back_populates="procedure", order_by="ProcedureProduct.position"
    )
    criteria: Mapped[list[Criterion]] = relationship(back_populates="procedure", order_by="Criterion.position")
    evidence_kinds: Mapped[list[EvidenceKind]] = relationship(order_by="EvidenceKind.id")
    notes: Mapped[list[NoteOfInformation]] = relationship(order_by="NoteOfInformation.number")

    __table_args__ = (
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> drafted_by_id", name="approved_by_a_second_person"
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR edited_by_id IS NULL OR approved_by_id <> edited_by_id",
            name="not_approved_by_the_editor",
        ),
        CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("objection_days IS NULL OR objection_days > 0", name="objection_days_positive"),
    )

    @validates("title")
    def _keyed(self, _name: str, value: str) -> str:
        """The key follows the title, whoever writes it."""
        self.sort_title = sort_key(value)
        return value

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.region_id)


class ProcedureProduct(Base):
    """A product as bought in this procedure, at this tariff."""

    __tablename__ = "procedure_product"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    tariff_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("tariff_sheet.id"))
    position: Mapped[int]

    procedure: Mapped[Procedure] = relationship(back_populates="products")
    product: Mapped[Product] = relationship()
    tariff_sheet: Mapped[TariffSheet | None] = relationship()

    __table_args__ = (UniqueConstraint("procedure_id", "product_id"),)


class AnswerKind(enum.Enum):
    STATEMENT = "statement"
    TEXT = "text"
    EVIDENCE = "evidence"
    FIGURES = "figures"


class Criterion(Versioned, Base):
    """A quality criterion: pass or fail, never a score in an admission procedure."""

    __tablename__ = "criterion"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    title_nl: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    text_nl: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text, default="")
    pass_rule_nl: Mapped[str] = mapped_column(Text)
    pass_rule_en: Mapped[str] = mapped_column(Text, default="")
    example_nl: Mapped[str] = mapped_column(Text, default="")
    example_en: Mapped[str] = mapped_column(Text, default="")
    answer_kind: Mapped[AnswerKind] = mapped_column(choice(AnswerKind))
    max_words: Mapped[int | None]
    accepted_evidence: Mapped[list[str]] = mapped_column(default=list)
    """Codes of evidence kinds; any one of them suffices, unless `evidence_all` asks for each."""
    evidence_all: Mapped[bool] = mapped_column(default=False)
    statement_nl: Mapped[str] = mapped_column(Text, default="")
    statement_en: Mapped[str] = mapped_column(Text, default="")
    """What the provider agrees with, for a statement."""
    figures: Mapped[list[Any]] = mapped_column(default=list)
    """[{code, label_nl, label_en, unit, minimum, maximum}], bounds as text; without them a figure only informs."""
    condition: Mapped[str] = mapped_column(String(40), default="always")
    """For whom it holds: always, internal_supervisor, wnt, not_solo."""
    legal_basis: Mapped[str] = mapped_column(String(200), default="")
    product_codes: Mapped[list[str]] = mapped_column(default=list)
    """Products it applies to; empty means all products, answered once for the whole submission."""
    source: Mapped[str] = mapped_column(String(60), default="")
    illustrative: Mapped[bool] = mapped_column(default=False)

    procedure: Mapped[Procedure] = relationship(back_populates="criteria")

    __table_args__ = (UniqueConstraint("procedure_id", "code"),)

    @property
    def is_common(self) -> bool:
        return not self.product_codes


class EvidenceKind(Base):
    """A kind of proof as the blueprint named it when the procedure was started."""

    __tablename__ = "procedure_evidence_kind"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name_nl: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    help_nl: Mapped[str] = mapped_column(Text, default="")
    help_en: Mapped[str] = mapped_column(Text, default="")
    is_attestation: Mapped[bool] = mapped_column(default=False)
    """A signed statement of a fact; never a document (a certificate of conduct)."""
    needs_valid_until: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("procedure_id", "code"),)


class QuestionState(enum.Enum):
    ASKED = "asked"
    DRAFTED = "drafted"
    PUBLISHED = "published"


class Question(Versioned, Base):
    """A question from the market. Who asked is never shown to anybody but the asker."""

    __tablename__ = "question"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(160))
    """What it is about: a criterion, a product, the tariff, the contract."""
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState), default=QuestionState.ASKED)
    public_text: Mapped[str] = mapped_column(Text, default="")
    """The question as published: without words that give the asker away."""
    answer: Mapped[str] = mapped_column(Text, default="")
    note_id: Mapped[int | None] = mapped_column(ForeignKey("note_of_information.id"), index=True)

    procedure: Mapped[Procedure] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(region_id=self.procedure.region_id, organisation_id=self.organisation_id)


class NoteOfInformation(Base):
    """A numbered, final note: all providers get the same answers in the same transaction."""

    __tablename__ = "note_of_information"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    questions: Mapped[list[Question]] = relationship(order_by="Question.id")

    __table_args__ = (UniqueConstraint("procedure_id", "number"),)


class Participation(Base):
    """Who follows or takes part: owned here, written by those to the right through this package's service."""

    __tablename__ = "participation"

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    since: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (UniqueConstraint("procedure_id", "organisation_id"),)
