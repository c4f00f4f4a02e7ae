"""What waits is counted in the index alone: obligations by kind, judgements by state, authorities not looked at yet."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WIDENED = (
    (
        "obligation", "ix_obligation_region_id_state", ["region_id", "state", "due_on"],
        "ix_obligation_region_id_state", ["region_id", "state", "due_on", "id", "answer_by", "waiver_asked_by_id"],
    ),
    (
        "assignment", "ix_assignment_submission_id", ["submission_id"],
        "ix_assignment_submission_id_state", ["submission_id", "state"],
    ),
)  # fmt: skip
"""Table, and the index before and after."""


def upgrade() -> None:
    for table, old, _few, new, columns in WIDENED:
        op.drop_index(old, table_name=table)
        op.create_index(new, table, columns)
    asked = sa.text("waiver_asked_by_id IS NOT NULL")
    op.create_index(
        "ix_obligation_waiver_asked", "obligation", ["region_id", "due_on"], sqlite_where=asked, postgresql_where=asked
    )
    op.create_index("ix_signing_authority_state", "signing_authority", ["state"])


def downgrade() -> None:
    op.drop_index("ix_signing_authority_state", table_name="signing_authority")
    op.drop_index("ix_obligation_waiver_asked", table_name="obligation")
    for table, old, columns, new, _more in WIDENED:
        op.drop_index(new, table_name=table)
        op.create_index(old, table, columns)
