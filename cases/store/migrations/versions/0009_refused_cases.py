"""A refusal names its case; and the database counts what persons put on record, for none of them sees all rows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COUNTED = ("case_step", "case_record", "case_pause", "referral", "access_refusal")


def upgrade() -> None:
    """Add the column; on PostgreSQL let the counters go on after the numbers that there are. SQLite does by itself."""
    op.add_column("access_refusal", sa.Column("case_id", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in COUNTED:
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
            f"(SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
        )
