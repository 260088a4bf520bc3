"""What sessions and the bulk process on PostgreSQL have in common: the locks, and how a connection begins."""

from typing import Final

LOCKS: Final = 0x50415455
WRITER: Final = 1
SCAN: Final = 2
"""The advisory locks of a store: their first number, and the second of each."""


def settle(busy_seconds: int) -> tuple[str, ...]:
    """Return what every connection begins with, whatever the server, the database or the person has set."""
    # To compile a query of a list takes longer than to answer it.
    return (
        "SET TIME ZONE 'UTC'",
        "SET datestyle = 'ISO, YMD'",
        "SET jit = off",
        f"SET lock_timeout = '{busy_seconds}s'",
    )
