"""Whom a case is given to, which scan put a finding into its case, and decisions about held findings on record.

A finding that has a case is taken to have joined it at its first scan: nothing older tells otherwise.
"""

import sqlalchemy as sa
from alembic import op

from cases.store.migrations.shapes import refuse_changes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

POLICIES = (
    "FOR SELECT USING (patuh_is('inspector', 'supervisor', 'auditor', 'exporter'))",
    "FOR INSERT WITH CHECK (who = session_user AND patuh_is('supervisor'))",
)


def upgrade() -> None:
    """Add the columns and the table; nothing of a case changes by it."""
    op.add_column("case_file", sa.Column("assigned_to", sa.String(), nullable=True))
    op.add_column("finding", sa.Column("joined_scan_id", sa.Integer(), nullable=True))
    op.add_column("finding", sa.Column("held_decision_id", sa.Integer(), nullable=True))
    op.execute("UPDATE finding SET joined_scan_id = first_scan_id WHERE case_id IS NOT NULL")
    op.create_table(
        "held_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    refuse_changes("held_decision", "decisions about held findings are kept as they were made")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE held_decision ENABLE ROW LEVEL SECURITY")
        for number, policy in enumerate(POLICIES, 1):
            op.execute(f"CREATE POLICY held_decision_{number} ON held_decision {policy}")
