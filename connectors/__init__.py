"""Registers in: one kind of source each, read, checked, landed and put together into facts. Never judges."""
