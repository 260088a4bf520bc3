"""What a merge and a split of parties leave, and on PostgreSQL who may do them: supervisors of the whole nation."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MAY_SETTLE = """
CREATE FUNCTION patuh_settles_parties() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT FROM person p WHERE p.login = session_user AND 'supervisor' = ANY (p.roles)
    AND p.regions IS NULL)
$$
"""
REFUSES = """
CREATE FUNCTION patuh_moves_parties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  IF patuh_settles_parties()
    OR pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
  THEN RETURN NEW; END IF;
  RAISE insufficient_privilege USING MESSAGE = 'only a supervisor of the whole nation moves findings between parties';
END $$
"""
MOVING = {
    "finding": ("party_id", "case_id", "moved_on", "moved_at"),
    "case_file": ("party_id", "merged_into"),
    "waiver": ("party_id",),
}
"""Columns that only such a supervisor may change, in tables of which others change other columns."""
SELECT = "FOR SELECT USING (patuh_settles_parties())"
INSERT = "FOR INSERT WITH CHECK (patuh_settles_parties())"
UPDATE = "FOR UPDATE USING (patuh_settles_parties())"
SEES_BOTH = "party_id IN (SELECT patuh_parties()) AND other_party_id IN (SELECT patuh_parties())"
POLICIES = {
    "party": (SELECT, INSERT, UPDATE),
    "party_identifier": (SELECT, UPDATE),
    "case_file": (INSERT,),
    "waiver": (UPDATE,),
    "merge_proposal": (
        f"FOR SELECT USING (patuh_is('inspector', 'supervisor', 'auditor', 'exporter') AND {SEES_BOTH})",
        SELECT,
        INSERT,
        UPDATE,
    ),
}


def upgrade() -> None:
    """Add the columns; nothing is merged or split by it."""
    op.execute("ALTER TABLE party ADD COLUMN merged_into INTEGER REFERENCES party (id)")
    op.add_column("party_identifier", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("merge_proposal", sa.Column("decided_by", sa.String(), nullable=True))
    op.add_column("merge_proposal", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("merge_proposal", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("finding", sa.Column("party_key", sa.Text(), nullable=True))
    op.add_column("finding", sa.Column("moved_on", sa.Date(), nullable=True))
    op.add_column("finding", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name != "postgresql":
        op.execute("ALTER TABLE case_file ADD COLUMN merged_into INTEGER REFERENCES case_file (id)")
        return
    op.execute("ALTER TABLE case_file ADD COLUMN merged_into INTEGER")
    _guard()


def _guard() -> None:
    op.execute("ALTER TABLE merge_proposal ENABLE ROW LEVEL SECURITY")
    op.execute(MAY_SETTLE)
    op.execute(REFUSES)
    for table, columns in MOVING.items():
        changes = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_moves BEFORE UPDATE OF {', '.join(columns)} ON {table} FOR EACH ROW "
            f"WHEN ({changes}) EXECUTE FUNCTION patuh_moves_parties()"
        )
    for table, policies in POLICIES.items():
        for number, policy in enumerate(policies, 1):
            op.execute(f"CREATE POLICY {table}_parties_{number} ON {table} {policy}")
