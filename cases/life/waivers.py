"""The one matcher of what persons let be: whether a waiver is in force, what it covers, whether a dismissal has ended.

Conditions in SQL that SQLite, PostgreSQL and DuckDB read alike, over aliases of `waiver`, `dismissal` and `finding` (of
which they read party_id, rule, subject_key and region). The scan, the acts, the lists and the screens ask by these.
"""

from datetime import date
from typing import Final

from connectors.duck import literal

STANDINGS: Final = ("in_force", "to_come", "expired", "withdrawn")
"""Where a waiver can stand on a day."""


def standing(waiver: str, day: date) -> str:
    """Return the expression for where `waiver` stands on `day`, one of STANDINGS."""
    on = literal(day.isoformat())
    return (
        f"CASE WHEN {waiver}.withdrawn_on <= {on} THEN 'withdrawn' WHEN {ended(waiver, day)} THEN 'expired' "
        f"WHEN {waiver}.since > {on} THEN 'to_come' ELSE 'in_force' END"
    )


def in_force(waiver: str, day: date) -> str:
    """Return the condition that `waiver` is in force on `day`: begun, not expired, not withdrawn by then."""
    return f"({standing(waiver, day)} = 'in_force')"


def ended(row: str, day: date) -> str:
    """Return the condition that the last day of `row`, a waiver or a dismissal, is before `day`."""
    return f"({row}.until IS NOT NULL AND {row}.until < {literal(day.isoformat())})"


def dismissal_ended(dismissal: str, day: date) -> str:
    """Return the condition that `dismissal` has ended by its last day; one that was taken back ends nothing."""
    return f"({dismissal}.undone_on IS NULL AND {ended(dismissal, day)})"


def covers(waiver: str, finding: str) -> str:
    """Return the condition that `finding` is of what `waiver` lets be, whatever the day."""
    return (
        f"({waiver}.party_id = {finding}.party_id "
        f"AND ({waiver}.rule IS NULL OR {waiver}.rule = {finding}.rule) "
        f"AND ({waiver}.subject_key IS NULL OR {waiver}.subject_key = {finding}.subject_key) "
        f"AND ({waiver}.province IS NULL OR {waiver}.province = substr(coalesce({finding}.region, ''), 1, 2)))"
    )


def latest(finding: str) -> str:
    """Return the condition that `finding` is of the last episode: what came back is let be no more."""
    return (
        f"NOT EXISTS (SELECT 1 FROM finding later WHERE later.rule = {finding}.rule "
        f"AND later.subject_key = {finding}.subject_key AND later.episode > {finding}.episode)"
    )
