"""The case store: its tables, its migrations, the one way in, and the bulk reader and writer beside it."""
