"""A synthetic province of any size: separate registers with planted dirt and violations, and the truth beside them."""

from connectors.sample.write import SampleWritten, write_sample

__all__ = ["SampleWritten", "write_sample"]
