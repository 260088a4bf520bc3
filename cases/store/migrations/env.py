"""Alembic's environment: runs on the connection that `cases.store.database` hands over."""

from alembic import context
from sqlmodel import SQLModel

from cases.store import models

assert models.Case.metadata is SQLModel.metadata


def run() -> None:
    """Upgrade the connected store inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    context.run_migrations()


run()
