"""Alembic migrations of the case store, shipped with it and run by `cases.store.database`."""
