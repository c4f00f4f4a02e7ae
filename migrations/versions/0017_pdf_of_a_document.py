"""A Word document has its PDF beside it, made once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pdf_copy",
        sa.Column("source_id", ID, nullable=True),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["stored_file.id"], name=op.f("fk_pdf_copy_source_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_pdf_copy_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pdf_copy")),
        sa.UniqueConstraint("source_id", name=op.f("uq_pdf_copy_source_id")),
    )
    op.create_index(op.f("ix_pdf_copy_source_digest"), "pdf_copy", ["source_digest"], unique=False)
    op.create_index(op.f("ix_pdf_copy_file_id"), "pdf_copy", ["file_id"], unique=False)
    unmade = sa.text("file_id IS NULL")
    op.create_index("ix_pdf_copy_due", "pdf_copy", ["id"], sqlite_where=unmade, postgresql_where=unmade)


def downgrade() -> None:
    op.drop_table("pdf_copy")
