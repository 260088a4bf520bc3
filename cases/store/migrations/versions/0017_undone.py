"""Dismissals that were taken back, and that a list left the office: what is private may be undone, and nothing else."""

import sqlalchemy as sa
from alembic import op

from cases.store.migrations.shapes import refuse_changes

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

POLICIES = {
    "dismissal_undo": "ON dismissal FOR UPDATE USING (patuh_is('supervisor') AND undone_on IS NULL "
    "AND case_id IN (SELECT patuh_cases())) WITH CHECK (undone_by = session_user)",
    "exported_list_read": "ON exported_list FOR SELECT USING (patuh_is('inspector', 'supervisor', 'auditor'))",
    "exported_list_add": "ON exported_list FOR INSERT WITH CHECK (patuh_is('exporter') AND who = session_user)",
}


def upgrade() -> None:
    """Add the columns and the table, and on PostgreSQL who may read and write them."""
    op.add_column("dismissal", sa.Column("undone_on", sa.Date(), nullable=True))
    op.add_column("dismissal", sa.Column("undone_by", sa.String(), nullable=True))
    op.create_table(
        "exported_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    refuse_changes("exported_list", "that a list left the office is never edited")
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("ALTER TABLE exported_list ENABLE ROW LEVEL SECURITY")
    for name, policy in POLICIES.items():
        op.execute(f"CREATE POLICY {name} {policy}")
