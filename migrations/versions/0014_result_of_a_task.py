"""A background task offers what it made to who asked for it, until a given moment."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("result_file_id", ID, nullable=True))
        batch_op.add_column(sa.Column("result_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(op.f("fk_task_result_file_id"), "stored_file", ["result_file_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_task_result_has_an_end"), "(result_file_id IS NULL) = (result_until IS NULL)"
        )
        batch_op.create_index(op.f("ix_task_result_file_id"), ["result_file_id"], unique=False)
        batch_op.create_index("ix_task_asked_by", ["asked_by_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_asked_by")
        batch_op.drop_index(op.f("ix_task_result_file_id"))
        batch_op.drop_constraint(op.f("ck_task_result_has_an_end"), type_="check")
        batch_op.drop_constraint(op.f("fk_task_result_file_id"), type_="foreignkey")
        batch_op.drop_column("result_until")
        batch_op.drop_column("result_file_id")
