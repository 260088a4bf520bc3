"""The next step of the sanction ladder beside the decision of routing; older decisions were made without it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the first scan after it proposes every live case again and fills them."""
    op.add_column("decision", sa.Column("step", sa.String(), nullable=False, server_default="none"))
    op.add_column("decision", sa.Column("proposal", sa.Text(), nullable=False, server_default="{}"))
