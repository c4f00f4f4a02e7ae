"""A check keeps what the contract manager concluded and why."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligation", sa.Column("check_outcome", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("obligation", sa.Column("check_reason", sa.String(length=2000), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("obligation", "check_reason")
    op.drop_column("obligation", "check_outcome")
