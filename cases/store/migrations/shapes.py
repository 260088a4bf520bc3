"""What the migrations make differently in the two databases."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

_REFUSALS = {
    "sqlite": (
        "CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END",
        "CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION {table}_refuses_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_refuses_change()",
        "CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_change()",
    ),
}


def refuse_changes(table: str, why: str) -> None:
    """Let rows of `table` be appended and nothing else; `why` is what another wish is answered with."""
    for statement in _REFUSALS[op.get_bind().dialect.name]:
        op.execute(statement.format(table=table, why=why))


def checked(*references: sa.ForeignKeyConstraint) -> Sequence[sa.ForeignKeyConstraint]:
    """Return the references of a table that a scan fills in bulk, as far as the database is to check each row of them.

    SQLite checks them in sessions and not in the bulk process. PostgreSQL would check them in both, at 6 microseconds
    a reference (measured): a first night of a nation would take five times as long. There the tests check them.
    """
    return references if op.get_bind().dialect.name == "sqlite" else ()
