"""A decision keeps the mandates by which it was taken, also when the register changes afterwards."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DECISION = sa.table(
    "decision",
    sa.column("id", ID),
    sa.column("submission_id", ID),
    sa.column("decided_by_id", ID),
    sa.column("decided_at", sa.DateTime(timezone=True)),
    sa.column("mandates", sa.JSON()),
)
SUBMISSION = sa.table("submission", sa.column("id", ID), sa.column("procedure_id", ID))
PROCEDURE = sa.table("procedure", sa.column("id", ID), sa.column("region_id", ID))
MUNICIPALITY = sa.table("municipality", sa.column("id", ID), sa.column("name", sa.String()))
MANDATE = sa.table(
    "mandate",
    sa.column("holder_id", ID),
    sa.column("region_id", ID),
    sa.column("municipality_id", ID),
    sa.column("power", sa.String()),
    sa.column("decision_number", sa.String()),
    sa.column("valid_from", sa.Date()),
    sa.column("valid_until", sa.Date()),
)


def upgrade() -> None:
    op.add_column("decision", sa.Column("mandates", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    for decision_id, lines in list(_mandates_of_taken(connection)):
        connection.execute(sa.update(DECISION).where(DECISION.c.id == decision_id).values(mandates=lines))


def _mandates_of_taken(connection: sa.Connection) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """What the register said on the day of each decision that was taken before this step."""
    taken = (
        sa.select(DECISION.c.id, DECISION.c.decided_by_id, DECISION.c.decided_at, PROCEDURE.c.region_id)
        .join(SUBMISSION, SUBMISSION.c.id == DECISION.c.submission_id)
        .join(PROCEDURE, PROCEDURE.c.id == SUBMISSION.c.procedure_id)
        .where(DECISION.c.decided_at.is_not(None))
    )
    for decision_id, holder, moment, region in connection.execute(taken):
        lines = (
            sa.select(MUNICIPALITY.c.name, MANDATE.c.decision_number)
            .join(MANDATE, MANDATE.c.municipality_id == MUNICIPALITY.c.id)
            .where(
                MANDATE.c.holder_id == holder,
                MANDATE.c.region_id == region,
                MANDATE.c.power == "decide_admission",
                MANDATE.c.valid_from <= _dutch_day(moment),
                sa.or_(MANDATE.c.valid_until.is_(None), MANDATE.c.valid_until >= _dutch_day(moment)),
            )
            .order_by(MUNICIPALITY.c.name)
        )
        found = connection.execute(lines)
        yield decision_id, [{"municipality": name, "decision_number": number} for name, number in found]


def _dutch_day(moment: datetime) -> date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return aware.astimezone(ZoneInfo("Europe/Amsterdam")).date()


def downgrade() -> None:
    op.drop_column("decision", "mandates")
