"""What a human let go under retention: the list, the reason, who said yes and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("finished_at IS NULL AND cancelled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "retention_removal",
        sa.Column("class_key", sa.String(length=40), nullable=False),
        sa.Column("subject_ids", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_by_id", ID, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", ID, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("held_back", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_retention_removal_confirmed_by_somebody"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_retention_removal_confirmed_or_cancelled")
        ),
        sa.CheckConstraint(
            "finished_at IS NULL OR confirmed_at IS NOT NULL",
            name=op.f("ck_retention_removal_nothing_goes_without_a_yes"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_retention_removal_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_retention_removal_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_retention_removal_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_removal")),
    )
    op.create_index(
        "uq_retention_removal_open",
        "retention_removal",
        ["class_key"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("uq_retention_removal_open", table_name="retention_removal", sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_table("retention_removal")
