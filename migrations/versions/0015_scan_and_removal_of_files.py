"""A stored file says what the malware scanner found, and when it was removed under retention."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATUS = sa.Enum(
    "none", "own", "waiting", "clean", "infected",
    name="scanstatus", native_enum=False, create_constraint=True, length=40,
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scan_status", STATUS, nullable=False, server_default="none"))
        batch_op.add_column(sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("scan_version", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("scan_found", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_stored_file_infected_has_a_name"), "(scan_status = 'infected') = (scan_found IS NOT NULL)"
        )
        batch_op.create_index("ix_stored_file_scan", ["scan_status", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_scan")
        batch_op.drop_constraint(op.f("ck_stored_file_infected_has_a_name"), type_="check")
        batch_op.drop_constraint(op.f("ck_stored_file_scanstatus"), type_="check")
        batch_op.drop_column("removed_at")
        batch_op.drop_column("scan_found")
        batch_op.drop_column("scan_version")
        batch_op.drop_column("scanned_at")
        batch_op.drop_column("scan_status")
