"""A procedure keeps when it was opened, judged, announced and completed: its steps tell facts, not the plan."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENTS = ("opened_at", "assessed_at", "announced_at", "completed_at")
DECISIONS = "FROM decision JOIN submission ON submission.id = decision.submission_id WHERE submission.procedure_id = procedure.id"
KNOWN = {
    "opened_at": "SELECT opening.second_at FROM opening WHERE opening.procedure_id = procedure.id",
    "assessed_at": (
        "SELECT max(settlement.settled_at) FROM settlement JOIN submission ON submission.id = settlement.submission_id "
        "WHERE submission.procedure_id = procedure.id AND NOT EXISTS (SELECT 1 FROM submission AS other "
        "WHERE other.procedure_id = procedure.id AND other.state = 'opened')"
    ),
    "announced_at": f"SELECT min(decision.announced_at) {DECISIONS}",
    "objection_ends": f"SELECT max(decision.objection_ends) {DECISIONS}",
    "completed_at": f"SELECT max(decision.confirmed_at) {DECISIONS} AND procedure.state = 'completed'",
}


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("procedure", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("procedure", sa.Column("objection_ends", sa.Date(), nullable=True))
    for name, known in KNOWN.items():
        op.execute(f"UPDATE procedure SET {name} = ({known})")


def downgrade() -> None:
    for name in (*MOMENTS, "objection_ends"):
        op.drop_column("procedure", name)
