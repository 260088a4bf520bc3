"""On PostgreSQL: what each role may do among the rows that it sees, said by policies; SQLite has no logins.

All policies are made anew, so that one page says them all. They ask the table `person` of this database, never the
group roles of the cluster (`patuh people apply` makes those): a login that was a supervisor of another database would
be one here. The owner of the tables is the login that scans: it has to write the cases of every region, so row-level
security is not forced on it, and the functions below read past it in the owner's name.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHOLE = """
CREATE FUNCTION patuh_whole() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT FROM person p WHERE p.login = session_user AND p.regions IS NULL)
$$
"""
CASES = """
CREATE OR REPLACE FUNCTION patuh_cases() RETURNS SETOF integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT c.id FROM case_file c WHERE (patuh_sees(c.province)
    OR c.id IN (SELECT f.case_id FROM finding f WHERE f.case_id IS NOT NULL AND patuh_sees(f.region)))
    AND (c.stage IN ('confirmed', 'referred') OR patuh_is('inspector', 'supervisor', 'auditor'))
$$
"""
PARTIES = """
CREATE OR REPLACE FUNCTION patuh_parties() RETURNS SETOF integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT c.party_id FROM case_file c WHERE c.id IN (SELECT patuh_cases())
  UNION SELECT f.party_id FROM finding f
    WHERE f.case_id IS NULL AND patuh_sees(f.region) AND patuh_is('inspector', 'supervisor', 'auditor')
$$
"""
ANYBODY = "patuh_is('inspector', 'supervisor', 'auditor', 'exporter')"
READS = "patuh_is('inspector', 'supervisor', 'auditor')"
ACTS = "patuh_is('inspector', 'supervisor')"
SUPERVISES = "patuh_is('supervisor')"
OF_A_CASE = "case_id IN (SELECT patuh_cases())"
OWN = "who = session_user"
SETTLES = "patuh_settles_parties()"
"""A supervisor of the whole nation, who merges and splits parties; they see those too that have no case any more."""
FINDINGS = f"CASE WHEN case_id IS NULL THEN patuh_sees(region) AND {READS} ELSE {OF_A_CASE} END"
BY_INSPECTORS = (
    "step_taken", "step_received", "recorded", "paused", "resumed", "put_forward", "proposal_retracted",
    "referral_received", "referral_acted", "referral_answered", "noted", "unmasked",
)  # fmt: skip
"""The events that an inspector's acts leave; all others are a supervisor's."""
EVENTS = f"({SUPERVISES} OR (from_stage = to_stage AND kind IN ({', '.join(repr(kind) for kind in BY_INSPECTORS)})))"
READ = {
    "case_file": f"{ANYBODY} AND id IN (SELECT patuh_cases())",
    "finding": f"{ANYBODY} AND {FINDINGS}",
    "party": f"{SETTLES} OR ({ANYBODY} AND id IN (SELECT patuh_parties()))",
    "party_identifier": f"{SETTLES} OR ({ANYBODY} AND party_id IN (SELECT patuh_parties()))",
    "merge_proposal": f"{SETTLES} OR ({READS} AND party_id IN (SELECT patuh_parties()) "
    "AND other_party_id IN (SELECT patuh_parties()))",
    "waiver": f"{READS} AND party_id IN (SELECT patuh_parties())",
    "scan": ANYBODY,
    "rule_version": ANYBODY,
    "decision": READS,
    "held_decision": READS,
    "access_refusal": "patuh_is('auditor') AND patuh_whole()",
    "unmasking": "patuh_is('auditor') AND patuh_whole()",
    "person": "login = session_user",
} | dict.fromkeys(
    ("event", "event_payload", "unanchored", "case_step", "case_record", "case_pause", "case_proposal", "referral"),
    f"{READS} AND {OF_A_CASE}",
)
ADD = {
    "event": f"{ACTS} AND {OF_A_CASE} AND {OWN} AND {EVENTS}",
    "event_payload": f"{ACTS} AND {OF_A_CASE}",
    "unanchored": f"{ACTS} AND {OF_A_CASE}",
    "case_step": f"{ACTS} AND {OF_A_CASE} AND {OWN}",
    "case_record": f"{ACTS} AND {OF_A_CASE} AND {OWN}",
    "case_pause": f"{ACTS} AND {OF_A_CASE} AND {OWN}",
    "case_proposal": f"{ACTS} AND {OF_A_CASE} AND {OWN} AND outcome IS NULL",
    "referral": f"{SUPERVISES} AND {OF_A_CASE} AND {OWN}",
    "held_decision": f"{SUPERVISES} AND patuh_whole() AND {OWN}",
    "case_file": SETTLES,
    "party": SETTLES,
    "merge_proposal": SETTLES,
    "access_refusal": OWN,
    "unmasking": f"patuh_is('inspector', 'supervisor', 'exporter') AND {OWN}",
}
CHANGE = {
    "party": (SETTLES, "true"),
    "party_identifier": (SETTLES, "true"),
    "merge_proposal": (SETTLES, "true"),
    "waiver": (SETTLES, "true"),
    "case_file": (f"{SUPERVISES} AND id IN (SELECT patuh_cases())", "true"),
    "finding": (f"{SUPERVISES} AND {FINDINGS}", "true"),
    "case_step": (f"{ACTS} AND {OF_A_CASE}", "true"),
    "case_pause": (f"{ACTS} AND {OF_A_CASE}", "true"),
    "referral": (f"{ACTS} AND {OF_A_CASE}", "true"),
    # Four eyes: nobody approves what they proposed, and only a supervisor approves.
    "case_proposal": (
        f"{ACTS} AND {OF_A_CASE} AND outcome IS NULL",
        f"ended_by = session_user AND (outcome <> 'approved' OR ({SUPERVISES} AND who <> session_user))",
    ),
}


def upgrade() -> None:
    """Make the functions safe from tables of a login's own, and all policies anew."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "DO $$ DECLARE one record; BEGIN FOR one IN SELECT policyname, tablename FROM pg_policies "
        "WHERE schemaname = current_schema() LOOP "
        "EXECUTE format('DROP POLICY %I ON %I', one.policyname, one.tablename); END LOOP; END $$"
    )
    for function in (WHOLE, CASES, PARTIES):
        op.execute(function)
    # Without it a temporary table `person` of the caller's would be asked before ours.
    op.execute(
        "DO $$ DECLARE one record; BEGIN FOR one IN SELECT p.oid::regprocedure AS named FROM pg_proc p "
        "WHERE p.pronamespace = current_schema()::regnamespace AND p.prosecdef LOOP "
        "EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', one.named, current_schema()); "
        "END LOOP; END $$"
    )
    for table in READ:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table, rows in READ.items():
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({rows})")
    for table, rows in ADD.items():
        op.execute(f"CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK ({rows})")
    for table, (rows, after) in CHANGE.items():
        op.execute(f"CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({rows}) WITH CHECK ({after})")
