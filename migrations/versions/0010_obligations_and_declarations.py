"""Obligations with reminders, declarations and signals."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "obligation",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "yearly_evaluation",
                "profit_margin",
                "wnt_declaration",
                name="obligationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about_year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "delivered",
                "returned",
                "checked",
                "waived",
                name="obligationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_late", sa.Boolean(), nullable=False),
        sa.Column("checked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("waiver_reason", sa.String(length=1000), nullable=False),
        sa.Column("waiver_asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("waived_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "state <> 'waived' OR (waiver_asked_by_id IS NOT NULL AND waived_by_id IS NOT NULL AND waived_by_id <> waiver_asked_by_id)",
            name=op.f("ck_obligation_waived_by_a_second_person"),
        ),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user_account.id"], name=op.f("fk_obligation_checked_by_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_obligation_contract_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_obligation_organisation_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_obligation_region_id")),
        sa.ForeignKeyConstraint(["waived_by_id"], ["user_account.id"], name=op.f("fk_obligation_waived_by_id")),
        sa.ForeignKeyConstraint(
            ["waiver_asked_by_id"], ["user_account.id"], name=op.f("fk_obligation_waiver_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint(
            "contract_id", "kind", "about_year", name=op.f("uq_obligation_contract_id_kind_about_year")
        ),
    )
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_obligation_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_obligation_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_obligation_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_obligation_region_id"), ["region_id"], unique=False)
        batch_op.create_index("ix_obligation_region_id_due_on", ["region_id", "due_on"], unique=False)

    op.create_table(
        "declaration",
        sa.Column("obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_declaration_file_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["user_account.id"], name=op.f("fk_declaration_filed_by_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_declaration_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("obligation_id", "number", name=op.f("uq_declaration_obligation_id_number")),
    )
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declaration_obligation_id"), ["obligation_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "superseded",
                "done",
                "collected",
                "nobody",
                name="reminderstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("outbox_mail_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_reminder_obligation_id")),
        sa.ForeignKeyConstraint(["outbox_mail_id"], ["outbox_mail.id"], name=op.f("fk_reminder_outbox_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "obligation_id", "step", "recipient", name=op.f("uq_reminder_obligation_id_step_recipient")
        ),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_obligation_id"), ["obligation_id"], unique=False)

    op.create_table(
        "signal",
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "compliance",
                "access_pattern",
                "regional_data",
                "kpi",
                "complaint",
                name="signalsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "signal_open",
                "triage",
                "dismissed",
                "conversation",
                name="signalstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_signal_obligation_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_signal_organisation_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_signal_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("obligation_id", "reason", name=op.f("uq_signal_obligation_id_reason")),
    )
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signal_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signal_region_id"), ["region_id"], unique=False)

    op.create_table(
        "evaluation_declaration",
        sa.Column("declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_evaluation_declaration_declaration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_declaration")),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_evaluation_declaration_declaration_id")),
    )
    op.create_table(
        "profit_margin_declaration",
        sa.Column("declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turnover", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("result", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("owner_pay", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("region_share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("cap", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("margin", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("surplus", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "surplus IS NULL OR cap IS NOT NULL", name=op.f("ck_profit_margin_declaration_no_surplus_without_a_cap")
        ),
        sa.CheckConstraint("turnover > 0", name=op.f("ck_profit_margin_declaration_turnover_positive")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_profit_margin_declaration_declaration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profit_margin_declaration")),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_profit_margin_declaration_declaration_id")),
    )
    op.create_table(
        "signal_note",
        sa.Column("signal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("written_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_signal_note_signal_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["user_account.id"], name=op.f("fk_signal_note_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_note")),
    )
    with op.batch_alter_table("signal_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signal_note_signal_id"), ["signal_id"], unique=False)

    op.create_table(
        "wnt_declaration",
        sa.Column("declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "statutory",
                "contractual",
                "not_applicable",
                name="wntbasis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wnt_class", sa.String(length=20), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("class_maximum", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("class_maximum_source", sa.String(length=200), nullable=False),
        sa.Column("class_maximum_confirmed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "basis <> 'not_applicable' OR wnt_class = ''",
            name=op.f("ck_wnt_declaration_no_class_where_the_wnt_does_not_apply"),
        ),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=op.f("fk_wnt_declaration_declaration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wnt_declaration")),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_wnt_declaration_declaration_id")),
    )
    op.create_table(
        "top_official",
        sa.Column("wnt_declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("part_time_factor", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("pay", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("maximum", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("excess", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_top_official_valid_period")),
        sa.CheckConstraint(
            "part_time_factor > 0 AND part_time_factor <= 1", name=op.f("ck_top_official_factor_at_most_one")
        ),
        sa.ForeignKeyConstraint(
            ["wnt_declaration_id"], ["wnt_declaration.id"], name=op.f("fk_top_official_wnt_declaration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top_official")),
    )
    with op.batch_alter_table("top_official", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_top_official_wnt_declaration_id"), ["wnt_declaration_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("top_official", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_top_official_wnt_declaration_id"))

    op.drop_table("top_official")
    op.drop_table("wnt_declaration")
    with op.batch_alter_table("signal_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signal_note_signal_id"))

    op.drop_table("signal_note")
    op.drop_table("profit_margin_declaration")
    op.drop_table("evaluation_declaration")
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signal_region_id"))
        batch_op.drop_index(batch_op.f("ix_signal_organisation_id"))

    op.drop_table("signal")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_obligation_id"))

    op.drop_table("reminder")
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declaration_obligation_id"))

    op.drop_table("declaration")
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_index("ix_obligation_region_id_due_on")
        batch_op.drop_index(batch_op.f("ix_obligation_region_id"))
        batch_op.drop_index(batch_op.f("ix_obligation_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_obligation_due_on"))
        batch_op.drop_index(batch_op.f("ix_obligation_contract_id"))

    op.drop_table("obligation")
