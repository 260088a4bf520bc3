"""A case store of either kind, as tests ask and change it: by SQL, past the program."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.cases.postgresql_server import Server

TABLES = (
    "party", "party_identifier", "merge_proposal", "decision", "case_file", "finding", "event", "event_payload",
    "rule_version",
)  # fmt: skip
"""What a night leaves, but the scans' own records."""

REFERENCES = (
    ("finding", "case_id", "case_file"),
    ("finding", "party_id", "party"),
    ("finding", "rule_version_id", "rule_version"),
    ("finding", "first_scan_id", "scan"),
    ("finding", "scan_id", "scan"),
    ("finding", "joined_scan_id", "scan"),
    ("finding", "held_decision_id", "held_decision"),
    ("case_file", "repeat_finding_id", "finding"),
    ("case_file", "party_id", "party"),
    ("case_file", "decision_id", "decision"),
    ("case_file", "opened_scan_id", "scan"),
    ("event", "case_id", "case_file"),
    ("event_payload", "case_id", "case_file"),
    ("party_identifier", "party_id", "party"),
    ("party", "merged_into", "party"),
    ("case_file", "merged_into", "case_file"),
    ("merge_proposal", "party_id", "party"),
    ("merge_proposal", "other_party_id", "party"),
    ("merge_proposal", "scan_id", "scan"),
    ("waiver", "case_id", "case_file"),
    ("waiver", "party_id", "party"),
    ("dismissal", "case_id", "case_file"),
)


class Store(Protocol):
    """One store. What it answers is as SQLite keeps it: days and moments as text, yes and no as 1 and 0."""

    @property
    def url(self) -> str: ...

    def ask(self, sql: str) -> list[Any]:
        """Rows; of one column, its values."""

    def change(self, sql: str) -> None: ...

    def there(self) -> bool:
        """Whether it has tables."""


def dump(store: Store) -> dict[str, list[Any]]:
    return {table: store.ask(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}


def orphans(store: Store) -> list[str]:
    """Rows that point at nothing."""
    return [
        f"{table}.{column}"
        for table, column, other in REFERENCES
        for _ in store.ask(
            f"SELECT 1 FROM {table} t WHERE {column} IS NOT NULL "
            f"AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.id = t.{column})"
        )
    ]


def unsound(store: Store) -> list[Any]:
    """Chains with a gap, cases that are not where their last event left them, rows that point at nothing."""
    gaps = store.ask("SELECT case_id FROM event GROUP BY case_id HAVING count(*) <> max(seq) OR min(seq) <> 1")
    strayed = store.ask(
        "SELECT c.id, c.stage FROM case_file c WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.case_id = c.id "
        "AND e.to_stage = c.stage AND e.seq = (SELECT max(seq) FROM event l WHERE l.case_id = c.id))"
    )
    return [*gaps, *strayed, *orphans(store)]


def _plain(rows: list[Any]) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in rows]


@dataclass(frozen=True)
class SqliteStore:
    path: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def ask(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as connection:
            return _plain(connection.execute(sql).fetchall())

    def change(self, sql: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql)

    def there(self) -> bool:
        return self.path.exists() and "finding" in self.ask("SELECT name FROM sqlite_master")

    def copy(self, other: Path) -> "SqliteStore":
        return SqliteStore(Path(shutil.copy(self.path, other)))


@dataclass(frozen=True)
class PostgresqlStore:
    server: Server
    database: str

    @property
    def url(self) -> str:
        return self.server.url(self.database)

    def ask(self, sql: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            connection.execute("SET TIME ZONE 'UTC'")
            return _plain([tuple(map(_as_sqlite, row)) for row in connection.execute(sql.encode()).fetchall()])

    def change(self, sql: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(sql.encode())

    def there(self) -> bool:
        return bool(self.ask("SELECT to_regclass('finding') IS NOT NULL")[0])


def _as_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
