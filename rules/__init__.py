"""What the law says, as data, and its loader. Knows no other package."""
