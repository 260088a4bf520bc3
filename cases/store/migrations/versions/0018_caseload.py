"""Lists of a million open cases: indexes that they are walked by, words of names, how many findings are live.

The indexes know open cases alone: closed ones, which grow by the year, cost them nothing. Words are cut by this program
and kept (`cases.store.name_words`), so that both kinds of store find the same; the full text over them is the
database's own, and keeps itself up to date. How many findings of a case are live is counted by a scan as a set, and
where a person moves one, by a trigger.
"""

import sqlalchemy as sa
from alembic import op

from cases.store.name_words import kept_words

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = "stage IN ('flagged', 'confirmed', 'referred')"
LIVE = "state IN ('open', 'closing_proposed', 'subject_gone')"
OF_CASES = {
    "score": ("priority", "overdue_since", "id"),
    "province": ("province", "id"),
    "findings": ("findings", "id"),
    "people": ("people", "id"),
    "rupiah": ("rupiah", "id"),
    "overdue_since": ("overdue_since", "id", "snoozed_until", "stage"),  # so that it counts what is overdue alone
    "queue": ("stage", "confirmed_queue", "queue", "snoozed_until"),
    "assigned_to": ("assigned_to", "id"),
    "opened_on": ("opened_on", "id"),
}
OF_FINDINGS = {
    "rule": (("rule", "case_id"), f"{LIVE} AND case_id IS NOT NULL"),
    # A person for some regions sees what was found there, resolved or not.
    "region": (("region", "case_id"), "case_id IS NOT NULL"),
}
PORTION = 20_000
COUNTED_SQLITE = f"""
CREATE TRIGGER finding_counted AFTER UPDATE OF state, case_id ON finding
WHEN OLD.case_id IS NOT NEW.case_id OR (OLD.{LIVE}) <> (NEW.{LIVE}) BEGIN
  UPDATE case_file SET findings = findings - 1 WHERE id = OLD.case_id AND OLD.{LIVE};
  UPDATE case_file SET findings = findings + 1 WHERE id = NEW.case_id AND NEW.{LIVE};
END
"""
COUNTED_POSTGRESQL = (
    f"""
CREATE FUNCTION patuh_count_findings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$ BEGIN
  IF OLD.{LIVE} THEN UPDATE case_file SET findings = findings - 1 WHERE id = OLD.case_id; END IF;
  IF NEW.{LIVE} THEN UPDATE case_file SET findings = findings + 1 WHERE id = NEW.case_id; END IF;
  RETURN NULL;
END $$
""",
    "DO $$ BEGIN EXECUTE format('ALTER FUNCTION patuh_count_findings() SET search_path = %I, pg_temp', "
    "current_schema()); END $$",
    f"""
CREATE TRIGGER finding_counted AFTER UPDATE OF state, case_id ON finding FOR EACH ROW
WHEN (OLD.case_id IS DISTINCT FROM NEW.case_id OR (OLD.{LIVE}) <> (NEW.{LIVE}))
EXECUTE FUNCTION patuh_count_findings()
""",
)
WORDS_SQLITE = (
    "CREATE VIRTUAL TABLE party_word USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii')",
    "CREATE TRIGGER party_word_added AFTER INSERT ON party WHEN NEW.words IS NOT NULL BEGIN "
    "INSERT INTO party_word (rowid, words) VALUES (NEW.id, NEW.words); END",
    "CREATE TRIGGER party_word_changed AFTER UPDATE OF words ON party WHEN OLD.words IS NOT NEW.words BEGIN "
    "INSERT INTO party_word (party_word, rowid, words) SELECT 'delete', OLD.id, OLD.words WHERE OLD.words IS NOT NULL; "
    "INSERT INTO party_word (rowid, words) SELECT NEW.id, NEW.words WHERE NEW.words IS NOT NULL; END",
)
WORDS_POSTGRESQL = (
    "CREATE INDEX ix_party_word ON party USING gin (array_to_tsvector(string_to_array(ltrim(words), ' ')))"
)


def upgrade() -> None:
    """Add the columns, fill them, and make the indexes and what keeps them true."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("party", sa.Column("words", sa.Text(), nullable=True))
    op.add_column("case_file", sa.Column("findings", sa.Integer(), nullable=False, server_default="0"))
    _fill()
    for name, columns in OF_CASES.items():
        where = f"{OPEN} AND assigned_to IS NOT NULL" if name == "assigned_to" else OPEN
        _index(f"ix_case_file_{name}", "case_file", columns, where)
    for name, (columns, where) in OF_FINDINGS.items():
        _index(f"ix_finding_{name}", "finding", columns, where)
    _index("ix_party_words", "party", ("words", "id"), "kind <> 'person'")
    _index("ix_party_person", "party", ("id",), "kind = 'person'")
    if not sqlite:
        for statement in (*COUNTED_POSTGRESQL, WORDS_POSTGRESQL):
            op.execute(statement)
        return
    op.execute(WORDS_SQLITE[0])
    op.execute("INSERT INTO party_word (rowid, words) SELECT id, words FROM party WHERE words IS NOT NULL")
    for statement in (*WORDS_SQLITE[1:], COUNTED_SQLITE):
        op.execute(statement)


def _index(name: str, table: str, columns: tuple[str, ...], where: str) -> None:
    given = sa.text(where)
    op.create_index(name, table, list(columns), unique=False, sqlite_where=given, postgresql_where=given)


def _fill() -> None:
    """Count the live findings and cut the names of what is there."""
    connection = op.get_bind()
    op.execute(
        f"UPDATE case_file SET findings = f.live FROM (SELECT case_id, count(*) AS live FROM finding WHERE {LIVE} "
        "AND case_id IS NOT NULL GROUP BY case_id) AS f WHERE f.case_id = case_file.id"
    )
    last = 0
    portion = sa.text("SELECT id, name FROM party WHERE id > :last ORDER BY id LIMIT :portion")
    cut = sa.text("UPDATE party SET words = :words WHERE id = :id")
    while rows := connection.execute(portion, {"last": last, "portion": PORTION}).all():
        last = rows[-1][0]
        if named := [{"id": number, "words": kept_words(name)} for number, name in rows if name is not None]:
            connection.execute(cut, named)
