"""What waits, the boards and the public register are counted in an index, without a look at every row."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ADDED = (
    ("ix_submission_procedure_id_state", "submission", ["procedure_id", "state", "organisation_id"]),
    ("ix_decision_state", "decision", ["state", "outcome", "submission_id", "objection_ends"]),
    ("ix_contract_region_id_state", "contract", ["region_id", "state", "organisation_id", "starts_on", "ends_on"]),
    ("ix_obligation_region_id_state", "obligation", ["region_id", "state", "due_on"]),
    (
        "ix_obligation_region_id_organisation_id", "obligation",
        ["region_id", "organisation_id", "due_on", "state", "answer_by"],
    ),
    ("ix_meeting_seat_organisation_id", "meeting_seat", ["organisation_id"]),
)  # fmt: skip
CONTAINED = (
    ("ix_submission_procedure_id", "submission", ["procedure_id"]),
    ("ix_contract_region_id", "contract", ["region_id"]),
    ("ix_obligation_region_id", "obligation", ["region_id"]),
)
"""What one of the new ones begins with."""


def upgrade() -> None:
    for name, table, columns in ADDED:
        op.create_index(name, table, columns)
    for name, table, _columns in CONTAINED:
        op.drop_index(name, table_name=table)


def downgrade() -> None:
    for name, table, columns in CONTAINED:
        op.create_index(name, table, columns)
    for name, table, _columns in reversed(ADDED):
        op.drop_index(name, table_name=table)
