"""What the score of a case is made of, and the order that cases are listed in.

The first scan after it proposes every live case again, for the file of priorities is new, and fills the columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and make the index that the list is walked by in place of the one by severity."""
    op.add_column("case_file", sa.Column("people", sa.Integer(), nullable=True))
    op.add_column("case_file", sa.Column("rupiah", sa.BigInteger(), nullable=True))
    op.add_column("case_file", sa.Column("overdue_since", sa.Date(), nullable=True))
    op.add_column("case_file", sa.Column("repeat_finding_id", sa.Integer(), nullable=True))
    op.add_column("case_file", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_case_file_severity_opened_on", "case_file")
    op.create_index("ix_case_file_priority_opened_on", "case_file", ["priority", "opened_on"], unique=False)
