"""Procedures with their products, criteria, questions and notes of information."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "procedure",
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=30), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "open_house",
                "requirements_admission",
                "sas_admission_per_product",
                "sas_dialogue",
                name="procedurekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "internal_review",
                "approved",
                "published",
                "opened",
                "decision_announced",
                "completed",
                "withdrawn",
                name="procedurestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("template_code", sa.String(length=60), nullable=False),
        sa.Column("blueprint_digest", sa.String(length=64), nullable=False),
        sa.Column("blueprint", sa.JSON(), nullable=False),
        sa.Column("questions_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers_by", sa.Date(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_by", sa.Date(), nullable=True),
        sa.Column("contract_starts", sa.Date(), nullable=True),
        sa.Column("objection_days", sa.Integer(), nullable=True),
        sa.Column("objection_basis", sa.String(length=300), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("notice_number", sa.String(length=60), nullable=False),
        sa.Column("notice_date", sa.Date(), nullable=True),
        sa.Column("above_threshold", sa.Boolean(), nullable=False),
        sa.Column("drafted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("returned_reason", sa.String(length=1000), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> drafted_by_id",
            name=op.f("ck_procedure_approved_by_a_second_person"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR edited_by_id IS NULL OR approved_by_id <> edited_by_id",
            name=op.f("ck_procedure_not_approved_by_the_editor"),
        ),
        sa.CheckConstraint(
            "objection_days IS NULL OR objection_days > 0", name=op.f("ck_procedure_objection_days_positive")
        ),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at",
            name=op.f("ck_procedure_opens_before_it_closes"),
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user_account.id"], name=op.f("fk_procedure_approved_by_id")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["user_account.id"], name=op.f("fk_procedure_drafted_by_id")),
        sa.ForeignKeyConstraint(["edited_by_id"], ["user_account.id"], name=op.f("fk_procedure_edited_by_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_procedure_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        sa.UniqueConstraint("reference", name=op.f("uq_procedure_reference")),
    )
    with op.batch_alter_table("procedure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_procedure_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_procedure_state"), ["state"], unique=False)

    op.create_table(
        "criterion",
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("text_nl", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("pass_rule_nl", sa.Text(), nullable=False),
        sa.Column("pass_rule_en", sa.Text(), nullable=False),
        sa.Column("example_nl", sa.Text(), nullable=False),
        sa.Column("example_en", sa.Text(), nullable=False),
        sa.Column(
            "answer_kind",
            sa.Enum(
                "statement",
                "text",
                "evidence",
                "figures",
                name="answerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("max_words", sa.Integer(), nullable=True),
        sa.Column("accepted_evidence", sa.JSON(), nullable=False),
        sa.Column("evidence_all", sa.Boolean(), nullable=False),
        sa.Column("statement_nl", sa.Text(), nullable=False),
        sa.Column("statement_en", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("product_codes", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_criterion_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("procedure_id", "code", name=op.f("uq_criterion_procedure_id_code")),
    )
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criterion_procedure_id"), ["procedure_id"], unique=False)

    op.create_table(
        "note_of_information",
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_note_of_information_file_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_note_of_information_procedure_id")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user_account.id"], name=op.f("fk_note_of_information_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_of_information")),
        sa.UniqueConstraint("procedure_id", "number", name=op.f("uq_note_of_information_procedure_id_number")),
    )
    with op.batch_alter_table("note_of_information", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_of_information_procedure_id"), ["procedure_id"], unique=False)

    op.create_table(
        "participation",
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_participation_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint(
            "procedure_id", "organisation_id", name=op.f("uq_participation_procedure_id_organisation_id")
        ),
    )
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participation_procedure_id"), ["procedure_id"], unique=False)

    op.create_table(
        "procedure_evidence_kind",
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_nl", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("help_nl", sa.Text(), nullable=False),
        sa.Column("help_en", sa.Text(), nullable=False),
        sa.Column("is_attestation", sa.Boolean(), nullable=False),
        sa.Column("needs_valid_until", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_evidence_kind_procedure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_evidence_kind")),
        sa.UniqueConstraint("procedure_id", "code", name=op.f("uq_procedure_evidence_kind_procedure_id_code")),
    )
    with op.batch_alter_table("procedure_evidence_kind", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_procedure_evidence_kind_procedure_id"), ["procedure_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "drafted",
                "published",
                name="questionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("public_text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_question_asked_by_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note_of_information.id"], name=op.f("fk_question_note_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_question_organisation_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_question_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_note_id"), ["note_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_procedure_id"), ["procedure_id"], unique=False)

    op.create_table(
        "procedure_product",
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tariff_sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_product_procedure_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_procedure_product_product_id")),
        sa.ForeignKeyConstraint(
            ["tariff_sheet_id"], ["tariff_sheet.id"], name=op.f("fk_procedure_product_tariff_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_product")),
        sa.UniqueConstraint("procedure_id", "product_id", name=op.f("uq_procedure_product_procedure_id_product_id")),
    )
    with op.batch_alter_table("procedure_product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_procedure_product_procedure_id"), ["procedure_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("procedure_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_procedure_product_procedure_id"))

    op.drop_table("procedure_product")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_procedure_id"))
        batch_op.drop_index(batch_op.f("ix_question_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_question_note_id"))

    op.drop_table("question")
    with op.batch_alter_table("procedure_evidence_kind", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_procedure_evidence_kind_procedure_id"))

    op.drop_table("procedure_evidence_kind")
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_procedure_id"))

    op.drop_table("participation")
    with op.batch_alter_table("note_of_information", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_of_information_procedure_id"))

    op.drop_table("note_of_information")
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criterion_procedure_id"))

    op.drop_table("criterion")
    with op.batch_alter_table("procedure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_procedure_state"))
        batch_op.drop_index(batch_op.f("ix_procedure_region_id"))

    op.drop_table("procedure")
