"""A job keeps how often in a row it failed and when it last ended well: the status page says so."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job_run", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("job_run", sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE job_run SET succeeded_at = started_at WHERE outcome = 'ok'")
    op.execute("UPDATE job_run SET failures = 1 WHERE outcome <> 'ok'")


def downgrade() -> None:
    with op.batch_alter_table("job_run") as table:
        table.drop_column("succeeded_at")
        table.drop_column("failures")
