"""Waivers with who made and who withdrew them, and dismissals."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SUPERVISES = "patuh_is('supervisor')"
READS = "patuh_is('inspector', 'supervisor', 'auditor')"
OF_A_CASE = "case_id IN (SELECT patuh_cases())"
OWN = "who = session_user"
POLICIES = {
    # One for every province binds all who see the party.
    "waiver_read": f"ON waiver FOR SELECT USING ({READS} AND ({OF_A_CASE} OR (province IS NULL "
    "AND party_id IN (SELECT patuh_parties()))))",
    "waiver_add": f"ON waiver FOR INSERT WITH CHECK ({SUPERVISES} AND {OF_A_CASE} AND {OWN} AND withdrawn_on IS NULL "
    "AND EXISTS (SELECT FROM case_file c WHERE c.id = waiver.case_id AND c.party_id = waiver.party_id "
    "AND (c.province = waiver.province OR patuh_whole())))",
    "waiver_withdraw": f"ON waiver FOR UPDATE USING ({SUPERVISES} AND {OF_A_CASE} "
    "AND (province IS NOT NULL OR patuh_whole())) WITH CHECK (withdrawn_by = session_user)",
    # What a row has to be afterwards is asked of all policies together: the one of merges must not let the rest pass.
    "waiver_change": "ON waiver FOR UPDATE USING (patuh_settles_parties()) WITH CHECK (patuh_settles_parties())",
    "dismissal_read": f"ON dismissal FOR SELECT USING ({READS} AND {OF_A_CASE})",
    "dismissal_add": f"ON dismissal FOR INSERT WITH CHECK ({SUPERVISES} AND {OF_A_CASE} AND {OWN})",
}
ADDED = (
    sa.Column("case_id", sa.Integer(), sa.ForeignKey("case_file.id", name="fk_waiver_case_id"), nullable=False),
    sa.Column("province", sa.String(), nullable=True),
    sa.Column("who", sa.String(), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("withdrawn_on", sa.Date(), nullable=True),
    sa.Column("withdrawn_by", sa.String(), nullable=True),
    sa.Column("withdrawn_why", sa.Text(), nullable=True),
)
"""Columns of a waiver. No version before this one could write a waiver: the table has no rows."""


def upgrade() -> None:
    """Add the columns and the table, and on PostgreSQL who may read and write them."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("waiver", recreate="always" if sqlite else "never") as waiver:
        for column in ADDED:
            waiver.add_column(column)
    op.create_table(
        "dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dismissal_case_id", "dismissal", ["case_id"], unique=False)
    if sqlite:
        return
    op.execute("ALTER TABLE dismissal ENABLE ROW LEVEL SECURITY")
    for name in ("waiver_read", "waiver_change"):
        op.execute(f"DROP POLICY {name} ON waiver")
    for name, policy in POLICIES.items():
        op.execute(f"CREATE POLICY {name} {policy}")
