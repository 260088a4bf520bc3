"""What each role may touch in a PostgreSQL store, told by table and column: one group role for each role of a person.

It is the coarser of two fences: whose rows, in whose name, and which events of an inspector are told by the policies of
the migrations, which ask the table `person` of this one database. Roles are the whole cluster's, so all of this may be
done again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cases.access.table import AUDITOR, EXPORTER, INSPECTOR, SUPERVISOR
from rules.configuration import ROLES

GROUPS: Final[Mapping[str, str]] = {role: f"patuh_{role}" for role in ROLES}
"""The group role of each role of a person; none of them can log in."""


@dataclass(frozen=True)
class Grant:
    """`what` on the tables `on` for the roles `to`."""

    what: str
    on: tuple[str, ...]
    to: tuple[str, ...]


READING: Final = (INSPECTOR, SUPERVISOR, AUDITOR)
ACTING: Final = (INSPECTOR, SUPERVISOR)
LISTED: Final = (
    "alembic_version",
    "scan",
    "rule_version",
    "case_file",
    "finding",
    "party",
    "party_identifier",
    "person",
)
"""What a list of cases and an export are made of: all that an exporter reads."""
OF_A_FILE: Final = (
    "decision", "event", "event_payload", "unanchored", "case_step", "case_record", "case_pause", "case_proposal",
    "referral", "waiver", "dismissal", "merge_proposal", "held_decision", "exported_list",
)  # fmt: skip
"""What the file of a case holds beside."""
COUNTED: Final = (
    "case_step", "case_record", "case_pause", "case_proposal", "referral", "waiver", "dismissal",
    "access_refusal", "unmasking", "exported_list",
)  # fmt: skip
"""Tables whose rows the database counts."""

GRANTS: Final = (
    Grant("SELECT", LISTED, ROLES),
    Grant("SELECT", OF_A_FILE, READING),
    Grant("SELECT", ("access_refusal", "unmasking"), (AUDITOR,)),
    Grant("INSERT", ("access_refusal",), ROLES),
    Grant("INSERT", ("unmasking",), (INSPECTOR, SUPERVISOR, EXPORTER)),
    Grant("INSERT", ("exported_list",), (EXPORTER,)),
    Grant("INSERT", ("event", "event_payload", "unanchored"), ACTING),
    Grant("INSERT", ("case_step", "case_record", "case_pause", "case_proposal"), ACTING),
    Grant("UPDATE (received_on, receipt, deadline)", ("case_step",), ACTING),
    Grant("UPDATE (ended_on, end_reason)", ("case_pause",), ACTING),
    Grant("UPDATE (outcome, ended_by, ended_at, end_reason)", ("case_proposal",), ACTING),
    Grant("UPDATE (state, received_on, acted_on, answered_on, answer)", ("referral",), ACTING),
    Grant("INSERT", ("referral", "waiver", "dismissal", "held_decision"), (SUPERVISOR,)),
    Grant("UPDATE (withdrawn_on, withdrawn_by, withdrawn_why)", ("waiver",), (SUPERVISOR,)),
    Grant("UPDATE (undone_on, undone_by)", ("dismissal",), (SUPERVISOR,)),
    Grant("UPDATE (state, resolved_on, held_decision_id)", ("finding",), (SUPERVISOR,)),
    Grant(
        "UPDATE (stage, stage_before, confirmed_queue, confirmed_by, confirmed_at, resolved_on, snoozed_until, "
        "assigned_to)",
        ("case_file",),
        (SUPERVISOR,),
    ),
    # A merge and a split of parties: the policies leave them to supervisors of the whole nation.
    Grant("INSERT", ("case_file", "party", "merge_proposal"), (SUPERVISOR,)),
    Grant("UPDATE (party_id, case_id, moved_on, moved_at)", ("finding",), (SUPERVISOR,)),
    Grant("UPDATE (party_id, merged_into)", ("case_file",), (SUPERVISOR,)),
    Grant("UPDATE (merged_into)", ("party",), (SUPERVISOR,)),
    Grant("UPDATE (party_id, pinned)", ("party_identifier",), (SUPERVISOR,)),
    Grant(
        "UPDATE (party_id, other_party_id, state, decided_by, decided_at, reason)", ("merge_proposal",), (SUPERVISOR,)
    ),
    Grant("UPDATE (party_id)", ("waiver",), (SUPERVISOR,)),
)
"""Everything that persons may do with tables; nobody but the owner may delete."""


def grant_statements(schema: str) -> Iterator[str]:
    """Give the SQL that leaves each group role with these grants and no others in `schema`, a name as SQL has it."""
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {', '.join(GROUPS.values())}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(GROUPS.values())}"
    for grant in GRANTS:
        groups = ", ".join(GROUPS[role] for role in grant.to)
        yield f"GRANT {grant.what} ON {', '.join(grant.on)} TO {groups}"
        counted = [f"{table}_id_seq" for table in grant.on if table in COUNTED and grant.what == "INSERT"]
        if counted:
            yield f"GRANT USAGE ON SEQUENCE {', '.join(counted)} TO {groups}"
