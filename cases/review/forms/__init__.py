"""The acts of the review screen: one short form for each, the same act on many cases, and what came between."""
