"""An action of a meeting that a colleague took over from who left, without having sat at that meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("action_item") as table:
        table.add_column(sa.Column("holder_id", ID, nullable=True))
        table.create_foreign_key(op.f("fk_action_item_holder_id"), "user_account", ["holder_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("action_item") as table:
        table.drop_constraint(op.f("fk_action_item_holder_id"), type_="foreignkey")
        table.drop_column("holder_id")
