"""Which cases were merged into one is asked at every act on it: of a million cases that is no walk through all."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; it holds merged cases alone, which are few."""
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_case_file_merged_into", "case_file", ["merged_into"], sqlite_where=merged, postgresql_where=merged
    )
