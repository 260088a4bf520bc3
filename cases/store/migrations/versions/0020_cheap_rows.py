"""On PostgreSQL: the same rows for the same people, asked of each row by itself; SQLite has no logins.

Until now every query first gathered all cases of its person: at a million cases half a minute, for a person of one
province more than two. Now a row that lies in one of the person's regions is let through by comparing two short lists,
of which the person's is worked out once for a query (`patuh_mine`); of any other row it is asked by its number whether
something was found there. All policies are made anew, so that one page says them all. Why they ask `person` and not
the group roles stands in 0013.

What is new here is bound to its tables when it is made and looks no name up later: no search path and no temporary
table of a caller's reaches it. What reads past the policies answers with the caller's own regions, or with rows that
the policies let the caller see.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

READING = "ARRAY['inspector', 'supervisor', 'auditor']"
AT_WORK = "('confirmed', 'referred')"
ASKED = "LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE"
MINE_ONCE = "(SELECT patuh_mine())"
PATH = """
CREATE FUNCTION patuh_path(region text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['*', region, split_part(region, '.', 1), split_part(region, '.', 1) || '.' || split_part(region, '.', 2),
  split_part(region, '.', 1) || '.' || split_part(region, '.', 2) || '.' || split_part(region, '.', 3)]
"""
"""A region with those it lies in, and the sign of whoever is for all."""
MINE = f"""
CREATE FUNCTION patuh_mine() RETURNS text[] {ASKED}
RETURN (SELECT CASE WHEN p.roles && {READING} THEN coalesce(p.regions, ARRAY['*'])
  WHEN 'exporter' = ANY (p.roles) THEN ARRAY['='] ||
  (SELECT array_agg('=' || one.code) FROM unnest(coalesce(p.regions, ARRAY['*'])) AS one(code)) END
  FROM person p WHERE p.login = session_user)
"""
"""The caller's regions; of who only exports each behind a sign, for they see of it what a person confirmed."""
FOUND = f"""
CREATE VIEW patuh_found WITH (security_barrier) AS
SELECT f.case_id FROM finding f WHERE f.case_id IS NOT NULL
AND f.region ^@ ANY ({MINE_ONCE}::text[]) AND patuh_path(f.region) && {MINE_ONCE}
"""
"""How a region begins is asked first: it is cheap, and of others' cases with hundreds of findings all are looked at."""
WAITING = f"""
CREATE VIEW patuh_waiting WITH (security_barrier) AS
SELECT f.party_id FROM finding f WHERE f.case_id IS NULL AND patuh_path(f.region) && {MINE_ONCE}
"""
"""Views read past the policies, as the owner; these two show of a caller's regions what the caller sees anyway."""
EXPORTS = f"""
CREATE FUNCTION patuh_exports_case(number integer) RETURNS boolean {ASKED}
RETURN EXISTS (SELECT FROM person p JOIN finding f ON f.case_id = number JOIN case_file c ON c.id = number
  WHERE p.login = session_user AND 'exporter' = ANY (p.roles) AND c.stage IN {AT_WORK}
  AND (p.regions IS NULL OR patuh_path(f.region) && p.regions))
"""


def _lies_there(case: str) -> str:
    """Return the regions of whoever sees a case by its province, to be compared with the caller's."""
    return (
        f"CASE WHEN {case}.stage IN {AT_WORK} THEN ARRAY['*', {case}.province::text, '=*', '=' || {case}.province] "
        f"ELSE ARRAY['*', {case}.province::text] END"
    )


LEXEMES = "array_to_tsvector(string_to_array(ltrim(q.words), ' '))"
NAMED = f"""
CREATE FUNCTION patuh_named(wanted tsquery) RETURNS SETOF integer {ASKED}
BEGIN ATOMIC
  SELECT q.id FROM party q WHERE {LEXEMES} @@ wanted AND (
    (SELECT patuh_settles_parties() OR pg_has_role(session_user, relowner, 'MEMBER')
      FROM pg_catalog.pg_class WHERE oid = 'party'::regclass)
    OR (SELECT true FROM case_file c WHERE c.party_id = q.id AND ({_lies_there("c")} && {MINE_ONCE}
      OR (SELECT true FROM patuh_found f WHERE f.case_id = c.id LIMIT 1)
      OR (c.stage IN {AT_WORK} AND ARRAY['='] && {MINE_ONCE} AND patuh_exports_case(c.id))) LIMIT 1)
    OR (SELECT true FROM patuh_waiting w WHERE w.party_id = q.id LIMIT 1));
END
"""
"""Parties by the words of their names, no others than the caller sees: under a policy no index of words is used."""

# Each asks for one row as a value and not for EXISTS: that is planned also as a set of all rows, and sometimes so done.
CASES = f"""({_lies_there("case_file")} && {MINE_ONCE}
  OR (SELECT true FROM patuh_found f WHERE f.case_id = case_file.id LIMIT 1)
  OR (stage IN {AT_WORK} AND ARRAY['='] && {MINE_ONCE} AND patuh_exports_case(id)))"""
FINDINGS = f"""(patuh_path(region) && {MINE_ONCE}
  OR (SELECT true FROM case_file c WHERE c.id = finding.case_id))"""
ACTS = "(SELECT patuh_is('inspector', 'supervisor'))"
READS = "(SELECT patuh_is('inspector', 'supervisor', 'auditor'))"
SUPERVISES = "(SELECT patuh_is('supervisor'))"
SETTLES = "(SELECT patuh_settles_parties())"
WHOLE = "(SELECT patuh_whole())"
OWN = "who = session_user"


def _of_case(table: str) -> str:
    """Return the condition that the case of a row is the caller's, by the policy of cases."""
    return f"(SELECT true FROM case_file c WHERE c.id = {table}.case_id)"


def _of_party(number: str) -> str:
    """Return the condition that a party has a case that is the caller's, or something found there without a case."""
    return (
        f"((SELECT true FROM case_file c WHERE c.party_id = {number} LIMIT 1) "
        f"OR (SELECT true FROM patuh_waiting w WHERE w.party_id = {number} LIMIT 1))"
    )


BY_INSPECTORS = (
    "step_taken", "step_received", "recorded", "paused", "resumed", "put_forward", "proposal_retracted",
    "referral_received", "referral_acted", "referral_answered", "noted", "unmasked",
)  # fmt: skip
"""The events that an inspector's acts leave; all others are a supervisor's."""
EVENTS = f"({SUPERVISES} OR (from_stage = to_stage AND kind IN ({', '.join(repr(kind) for kind in BY_INSPECTORS)})))"
ANYBODY = "(SELECT patuh_is('inspector', 'supervisor', 'auditor', 'exporter'))"
READ = {
    "case_file": CASES,
    "finding": FINDINGS,
    "party": f"{SETTLES} OR {_of_party('party.id')}",
    "party_identifier": f"{SETTLES} OR {_of_party('party_identifier.party_id')}",
    "merge_proposal": f"{SETTLES} OR ({READS} AND {_of_party('merge_proposal.party_id')} "
    f"AND {_of_party('merge_proposal.other_party_id')})",
    # One for every province binds all who see the party.
    "waiver": f"{READS} AND ({_of_case('waiver')} OR (province IS NULL AND {_of_party('waiver.party_id')}))",
    "scan": ANYBODY,
    "rule_version": ANYBODY,
    "decision": READS,
    "held_decision": READS,
    "exported_list": READS,
    "access_refusal": f"(SELECT patuh_is('auditor')) AND {WHOLE}",
    "unmasking": f"(SELECT patuh_is('auditor')) AND {WHOLE}",
    "person": "login = session_user",
} | {
    table: f"{READS} AND {_of_case(table)}"
    for table in (
        "event", "event_payload", "unanchored", "case_step", "case_record", "case_pause", "case_proposal", "referral",
        "dismissal",
    )
}  # fmt: skip
ADD = {
    "event": f"{ACTS} AND {_of_case('event')} AND {OWN} AND {EVENTS}",
    "event_payload": f"{ACTS} AND {_of_case('event_payload')}",
    "unanchored": f"{ACTS} AND {_of_case('unanchored')}",
    "case_step": f"{ACTS} AND {_of_case('case_step')} AND {OWN}",
    "case_record": f"{ACTS} AND {_of_case('case_record')} AND {OWN}",
    "case_pause": f"{ACTS} AND {_of_case('case_pause')} AND {OWN}",
    "case_proposal": f"{ACTS} AND {_of_case('case_proposal')} AND {OWN} AND outcome IS NULL",
    "referral": f"{SUPERVISES} AND {_of_case('referral')} AND {OWN}",
    "dismissal": f"{SUPERVISES} AND {_of_case('dismissal')} AND {OWN}",
    "waiver": f"{SUPERVISES} AND {_of_case('waiver')} AND {OWN} AND withdrawn_on IS NULL "
    "AND EXISTS (SELECT FROM case_file c WHERE c.id = waiver.case_id AND c.party_id = waiver.party_id "
    f"AND (c.province = waiver.province OR {WHOLE}))",
    "held_decision": f"{SUPERVISES} AND {WHOLE} AND {OWN}",
    "case_file": SETTLES,
    "party": SETTLES,
    "merge_proposal": SETTLES,
    "access_refusal": OWN,
    "unmasking": f"(SELECT patuh_is('inspector', 'supervisor', 'exporter')) AND {OWN}",
    "exported_list": f"(SELECT patuh_is('exporter')) AND {OWN}",
}
CHANGE = {
    "party": (SETTLES, "true"),
    "party_identifier": (SETTLES, "true"),
    "merge_proposal": (SETTLES, "true"),
    # What a row has to be afterwards is asked of all policies together: the one of merges must not let the rest pass.
    "waiver": (SETTLES, SETTLES),
    "case_file": (f"{SUPERVISES} AND {CASES}", "true"),
    "finding": (f"{SUPERVISES} AND {FINDINGS}", "true"),
    "case_step": (f"{ACTS} AND {_of_case('case_step')}", "true"),
    "case_pause": (f"{ACTS} AND {_of_case('case_pause')}", "true"),
    "referral": (f"{ACTS} AND {_of_case('referral')}", "true"),
    "dismissal": (f"{SUPERVISES} AND undone_on IS NULL AND {_of_case('dismissal')}", "undone_by = session_user"),
    # Four eyes: nobody approves what they proposed, and only a supervisor approves.
    "case_proposal": (
        f"{ACTS} AND {_of_case('case_proposal')} AND outcome IS NULL",
        f"ended_by = session_user AND (outcome <> 'approved' OR ({SUPERVISES} AND who <> session_user))",
    ),
}
WITHDRAW = (
    f"ON waiver FOR UPDATE USING ({SUPERVISES} AND {_of_case('waiver')} AND (province IS NOT NULL OR {WHOLE})) "
    "WITH CHECK (withdrawn_by = session_user)"
)
NO_LONGER = ("patuh_parties()", "patuh_cases()", "patuh_sees(text)")


def upgrade() -> None:
    """Make the functions and all policies anew, and the index by which a party's findings without a case are found."""
    waiting = sa.text("case_id IS NULL")
    op.create_index("ix_finding_without_case", "finding", ["party_id"], sqlite_where=waiting, postgresql_where=waiting)
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "DO $$ DECLARE one record; BEGIN FOR one IN SELECT policyname, tablename FROM pg_policies "
        "WHERE schemaname = current_schema() LOOP "
        "EXECUTE format('DROP POLICY %I ON %I', one.policyname, one.tablename); END LOOP; END $$"
    )
    for function in NO_LONGER:
        op.execute(f"DROP FUNCTION {function}")
    for made in (PATH, MINE, FOUND, WAITING, EXPORTS, NAMED):
        op.execute(made)
    # The policies ask them in the caller's name; what they show depends on the caller.
    op.execute("GRANT SELECT ON patuh_found, patuh_waiting TO PUBLIC")
    for table, rows in READ.items():
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({rows})")
    for table, rows in ADD.items():
        op.execute(f"CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK ({rows})")
    for table, (rows, after) in CHANGE.items():
        op.execute(f"CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({rows}) WITH CHECK ({after})")
    op.execute(f"CREATE POLICY waiver_withdraw {WITHDRAW}")
