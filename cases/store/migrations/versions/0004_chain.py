"""Events as a chain: each carries the hash of the one before it, its payload stands apart under a salt and may go.

Events that are older are hashed as they stand: what was done to them before is not proved by it. All cases with events
are marked for the next scan's anchor file, so that from then on nothing goes unseen.
"""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from cases.store.chain import Head, event_hash, payload_hash, salt_of
from cases.store.migrations.shapes import checked, refuse_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AT_ONCE = 20_000


def upgrade() -> None:
    """Make the tables, and bring the events that there are over."""
    op.execute("CREATE TEMPORARY TABLE event_before AS SELECT * FROM event")
    op.execute("CREATE UNIQUE INDEX event_before_key ON event_before (case_id, seq)")
    op.drop_table("event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION event_refuses_change()")
    event, payload = _event(), _event_payload()
    op.create_table(
        "unanchored",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "unmasking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _bring_over(event, payload)
    op.execute("INSERT INTO unanchored (case_id) SELECT DISTINCT case_id FROM event")
    op.execute("DROP TABLE event_before")
    refuse_changes("event", "events are appended, never edited")
    refuse_changes("unmasking", "who saw personal data is written down for good")


def _event() -> sa.Table:
    return op.create_table(
        "event",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_stage", sa.String(), nullable=True),
        sa.Column("to_stage", sa.String(), nullable=False),
        sa.Column("payload_sha256", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        *checked(sa.ForeignKeyConstraint(["case_id"], ["case_file.id"])),
        sa.PrimaryKeyConstraint("case_id", "seq"),
        sqlite_with_rowid=False,
    )


def _event_payload() -> sa.Table:
    return op.create_table(
        "event_payload",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq"),
        sqlite_with_rowid=False,
    )


def _bring_over(event: sa.Table, payload: sa.Table) -> None:
    connection = op.get_bind()
    before = sa.Table(
        "event_before",
        sa.MetaData(),
        *(sa.Column(name, sa.Integer()) for name in ("case_id", "seq")),
        sa.Column("at", sa.DateTime(timezone=True)),
        *(sa.Column(name, sa.Text()) for name in ("who", "kind", "from_stage", "to_stage", "payload")),
    )
    key = sa.tuple_(before.c.case_id, before.c.seq)
    secret, last, reached = secrets.token_hex(32), "", (0, 0)
    while rows := connection.execute(
        sa.select(before).where(key > sa.tuple_(*reached)).order_by(before.c.case_id, before.c.seq).limit(_AT_ONCE)
    ).fetchall():
        events, payloads = [], []
        for row in rows:
            salt = salt_of(secret, row.case_id, row.seq)
            at: datetime = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
            said = (row.who, row.kind, row.from_stage, row.to_stage, payload_hash(salt, row.payload))
            last = event_hash("" if row.case_id != reached[0] else last, Head(row.case_id, row.seq, at, *said))
            reached = (row.case_id, row.seq)
            named = dict(zip(("who", "kind", "from_stage", "to_stage", "payload_sha256"), said, strict=True))
            events.append({"case_id": row.case_id, "seq": row.seq, "at": at, **named, "hash": last})
            payloads.append({"case_id": row.case_id, "seq": row.seq, "salt": salt, "payload": row.payload})
        connection.execute(event.insert(), events)
        connection.execute(payload.insert(), payloads)
