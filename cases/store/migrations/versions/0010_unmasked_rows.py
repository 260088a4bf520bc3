"""How many rows of a list somebody saw uncovered. No list was written down before this revision."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("unmasking", sa.Column("rows", sa.Integer(), nullable=False, server_default="0"))
