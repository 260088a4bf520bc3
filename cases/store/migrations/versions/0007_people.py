"""On PostgreSQL: people, and row-level security by their regions. SQLite has no logins, there it changes nothing.

No role is made here: roles are the whole cluster's. `patuh people apply` makes the group and grants; until then only
the owner of the tables and superusers reach them, and both pass the policies by.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SEES = """
CREATE FUNCTION patuh_sees(region text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT FROM person p WHERE p.login = session_user AND (p.regions IS NULL OR EXISTS (
    SELECT FROM unnest(p.regions) AS one(code) WHERE region = one.code OR starts_with(region, one.code || '.'))))
$$
"""
IS_ONE_OF = """
CREATE FUNCTION patuh_is(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT FROM person p WHERE p.login = session_user AND p.roles && wanted)
$$
"""
CASES = """
CREATE FUNCTION patuh_cases() RETURNS SETOF integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT c.id FROM case_file c WHERE patuh_sees(c.province)
  UNION SELECT f.case_id FROM finding f WHERE f.case_id IS NOT NULL AND patuh_sees(f.region)
$$
"""
PARTIES = """
CREATE FUNCTION patuh_parties() RETURNS SETOF integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT c.party_id FROM case_file c WHERE c.id IN (SELECT patuh_cases())
  UNION SELECT f.party_id FROM finding f WHERE patuh_sees(f.region)
$$
"""
READERS = "patuh_is('inspector', 'supervisor', 'auditor', 'exporter')"
POLICIES = {
    "case_file": (
        f"FOR SELECT USING ({READERS} AND id IN (SELECT patuh_cases()))",
        "FOR UPDATE USING (patuh_is('inspector', 'supervisor') AND id IN (SELECT patuh_cases()))",
    ),
    "finding": (
        f"FOR SELECT USING ({READERS} AND "
        "CASE WHEN case_id IS NULL THEN patuh_sees(region) ELSE case_id IN (SELECT patuh_cases()) END)",
        "FOR UPDATE USING (patuh_is('supervisor') AND CASE WHEN case_id IS NULL THEN patuh_sees(region) "
        "ELSE case_id IN (SELECT patuh_cases()) END)",
    ),
    "event": (
        f"FOR SELECT USING ({READERS} AND case_id IN (SELECT patuh_cases()))",
        "FOR INSERT WITH CHECK (who = session_user AND case_id IN (SELECT patuh_cases()) "
        "AND patuh_is('inspector', 'supervisor'))",
    ),
    "event_payload": (
        f"FOR SELECT USING ({READERS} AND case_id IN (SELECT patuh_cases()))",
        "FOR INSERT WITH CHECK (case_id IN (SELECT patuh_cases()) AND patuh_is('inspector', 'supervisor'))",
    ),
    "unanchored": (
        "FOR SELECT USING (case_id IN (SELECT patuh_cases()))",
        "FOR INSERT WITH CHECK (case_id IN (SELECT patuh_cases()))",
    ),
    "unmasking": (
        "FOR SELECT USING (patuh_is('auditor') OR who = session_user)",
        "FOR INSERT WITH CHECK (who = session_user)",
    ),
    "party": (f"FOR SELECT USING ({READERS} AND id IN (SELECT patuh_parties()))",),
    "party_identifier": (f"FOR SELECT USING ({READERS} AND party_id IN (SELECT patuh_parties()))",),
    "waiver": (f"FOR SELECT USING ({READERS} AND party_id IN (SELECT patuh_parties()))",),
    "access_refusal": (
        "FOR SELECT USING (patuh_is('auditor') OR who = session_user)",
        "FOR INSERT WITH CHECK (who = session_user)",
    ),
    "person": ("FOR SELECT USING (login = session_user OR patuh_is('auditor'))",),
}

LIFE = ("case_step", "case_record", "case_pause", "referral")
"""Tables of a case's life: whoever sees the case reads them, and inspectors and supervisors write."""
for _table in LIFE:
    POLICIES[_table] = (
        f"FOR SELECT USING ({READERS} AND case_id IN (SELECT patuh_cases()))",
        "FOR INSERT WITH CHECK (who = session_user AND case_id IN (SELECT patuh_cases()) "
        "AND patuh_is('inspector', 'supervisor'))",
        "FOR UPDATE USING (case_id IN (SELECT patuh_cases()) AND patuh_is('inspector', 'supervisor'))",
    )


def upgrade() -> None:
    """Add the table, the functions that say what a login sees, and a policy for each table that holds cases."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE TABLE person (login text PRIMARY KEY, name text NOT NULL, roles text[] NOT NULL, regions text[])"
    )
    for function in (SEES, IS_ONE_OF, CASES, PARTIES):
        op.execute(function)
    for table, policies in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for number, policy in enumerate(policies, 1):
            op.execute(f"CREATE POLICY {table}_{number} ON {table} {policy}")
