"""What the engine hands to the cases: counts, findings, unknowns, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rules.model import Outcome, SeverityName, Words

FINDING_COLUMNS: Mapping[str, str] = {
    "rule": "VARCHAR",
    "fact": "VARCHAR",
    "subject_key": "VARCHAR",
    "region": "VARCHAR",  # Kemendagri code as the subject has it
    "province": "VARCHAR",  # its first two digits; '' where the region is not said
    "family": "VARCHAR",
    "track": "VARCHAR",  # sanction | outreach
    "severity": "UTINYINT",  # 1 low … 4 critical
    "line": "VARCHAR",  # mark names that hold, joined with ',', '' for none (work_ended, never_covered)
    "below": "BOOLEAN",  # a mark that ranks it below others holds
    "party_kind": "VARCHAR",
    "party_name": "VARCHAR",
    "npwp": "VARCHAR",  # normalised identifiers of the party; NULL where not said or malformed
    "nik": "VARCHAR",
    "nib": "VARCHAR",
    "npp": "VARCHAR",
    "source": "VARCHAR",  # '<party kind>:<own key>', never NULL
    "warnings_spent": "UTINYINT",  # routing facts; NULL: their source could not say tonight
    "instalment_plan_kept": "BOOLEAN",  # the same; 0 and false where it has no row or no value for the subject
    "evidence": "VARCHAR",  # JSON object: all fields that the lines read and the evidence declared
    "fingerprint": "VARCHAR",  # 32 hex digits, see `fingerprint_sql`
}
"""Column to DuckDB type of `Detection.findings`; one row per violation, by rule and subject key."""


def fingerprint_sql(evidence: str, severity: str, line: str) -> str:
    """Return the fingerprint of a finding for DuckDB, from expressions for three of its columns.

    It tells whether registers said something else than last night, or the calendar did; nothing is proved by it.
    """
    return f"md5(concat({evidence}, '|', {severity}, '|', {line}))"


UNKNOWN_COLUMNS: Mapping[str, str] = {
    "rule": "VARCHAR",
    "fact": "VARCHAR",
    "subject_key": "VARCHAR",
    "region": "VARCHAR",
    "line": "VARCHAR",  # 'scope 1', 'needs 2', 'when 1', 'law_date', 'spine'
    "field": "VARCHAR",  # the first field of that line that was not said; NULL when the line itself was not TRUE
    "source": "VARCHAR",  # the source that should have said it
    "reason": "UTINYINT",  # connectors.landed.Standing; 0: the source has the row but not the value
}


@dataclass(frozen=True)
class OutcomeCount:
    """How many subjects of `region` have this outcome under this rule."""

    rule: str
    region: str
    outcome: Outcome
    subjects: int


@dataclass(frozen=True)
class NotJudged:
    """A rule that could not judge (all of) its subjects because of one source."""

    rule: str
    source: str
    reason: str


@dataclass(frozen=True)
class Detection:
    """One night's answers. `findings`, `notices` and `unknowns` are Parquet with the columns above.

    `notices` has the columns of findings: what rules of nature notice hit. It opens nothing and is only listed.
    `left_out`: source to the rows that its fact does not hold, because the run file speaks of others `only`.
    """

    counts: tuple[OutcomeCount, ...]
    findings: Path
    notices: Path
    unknowns: Path
    not_judged: tuple[NotJudged, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Fired:
    """One rule of routing or of the ladder that fired, with the facts of the case that it read.

    `gave`: what it contributed (queue, purpose, severity, raise; step, …); empty: an earlier rule overruled it.
    """

    rule: str
    read: Mapping[str, str | int]
    why: Words
    gave: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """What the sanction ladder proposes for a kind of case.

    `step` None: none, and the trail says why; `ready` False: something that the step needs has to be got first.
    `beside`: steps that do not wait for the ladder. `blocked`: purposes closed to the case; `warned`: those that a
    person is warned of.
    """

    step: str | None
    ready: bool
    beside: tuple[str, ...]
    blocked: tuple[str, ...]
    warned: tuple[str, ...]
    trail: tuple[Fired, ...]


@dataclass(frozen=True)
class Decision:
    """Where a kind of case is headed: `queue`, the raised `severity`, the `purpose` of a referral, and the trail.

    `proposal` None: the ladder was not asked.
    """

    queue: str
    severity: SeverityName
    purpose: str
    trail: tuple[Fired, ...]
    proposal: Proposal | None = None
