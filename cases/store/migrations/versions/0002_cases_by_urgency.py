"""Cases by severity, newest first: the first page of a nation's list without sorting all of it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index that the list of cases is walked by."""
    op.create_index("ix_case_file_severity_opened_on", "case_file", ["severity", "opened_on"], unique=False)
