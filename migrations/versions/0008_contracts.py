"""Framework agreements with sub-agreements, phases and signatures."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contract",
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "to_sign",
                "signed",
                "in_force",
                "ended",
                name="contractstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("margin_cap", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("margin_basis", sa.String(length=40), nullable=False),
        sa.Column("margin_cap_illustrative", sa.Boolean(), nullable=False),
        sa.Column("estimated_value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("prepared_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_file_digest", sa.String(length=64), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_contract_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_contract_file_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_contract_organisation_id")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["user_account.id"], name=op.f("fk_contract_prepared_by_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_contract_procedure_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_contract_region_id")),
        sa.ForeignKeyConstraint(["signed_file_id"], ["stored_file.id"], name=op.f("fk_contract_signed_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("number", name=op.f("uq_contract_number")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_procedure_id"), ["procedure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_region_id"), ["region_id"], unique=False)
        batch_op.create_index(
            "uq_contract_live",
            ["procedure_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )

    op.create_table(
        "contract_phase",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("phase", "extension", name="phasekind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("condition", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_phase_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_phase")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_phase_contract_id_number")),
    )
    with op.batch_alter_table("contract_phase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_phase_contract_id"), ["contract_id"], unique=False)

    op.create_table(
        "contract_signature",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "party",
            sa.Enum("provider", "municipality", name="party", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("municipality_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mandate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(party = 'provider' AND authority_id IS NOT NULL) OR (party = 'municipality' AND mandate_id IS NOT NULL)",
            name=op.f("ck_contract_signature_signed_on_an_authority_or_a_mandate"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["signing_authority.id"], name=op.f("fk_contract_signature_authority_id")
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_signature_contract_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_contract_signature_mandate_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_contract_signature_municipality_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_contract_signature_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_signature")),
        sa.UniqueConstraint(
            "contract_id", "municipality_id", name=op.f("uq_contract_signature_contract_id_municipality_id")
        ),
    )
    with op.batch_alter_table("contract_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_signature_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(
            "uq_contract_signature_provider",
            ["contract_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("party = 'provider'"),
            postgresql_where=sa.text("party = 'provider'"),
        )

    op.create_table(
        "sub_agreement",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tariff_sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_sub_agreement_contract_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_sub_agreement_decision_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sub_agreement_product_id")),
        sa.ForeignKeyConstraint(
            ["tariff_sheet_id"], ["tariff_sheet.id"], name=op.f("fk_sub_agreement_tariff_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_agreement")),
        sa.UniqueConstraint("contract_id", "product_id", name=op.f("uq_sub_agreement_contract_id_product_id")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_sub_agreement_decision_id")),
    )
    with op.batch_alter_table("sub_agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sub_agreement_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sub_agreement_product_id"), ["product_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sub_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sub_agreement_product_id"))
        batch_op.drop_index(batch_op.f("ix_sub_agreement_contract_id"))

    op.drop_table("sub_agreement")
    with op.batch_alter_table("contract_signature", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contract_signature_provider",
            sqlite_where=sa.text("party = 'provider'"),
            postgresql_where=sa.text("party = 'provider'"),
        )
        batch_op.drop_index(batch_op.f("ix_contract_signature_contract_id"))

    op.drop_table("contract_signature")
    with op.batch_alter_table("contract_phase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_phase_contract_id"))

    op.drop_table("contract_phase")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contract_live", sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'")
        )
        batch_op.drop_index(batch_op.f("ix_contract_region_id"))
        batch_op.drop_index(batch_op.f("ix_contract_procedure_id"))
        batch_op.drop_index(batch_op.f("ix_contract_organisation_id"))

    op.drop_table("contract")
