"""The whole catalogue of rules as a static site in every language; nothing in it asks for a network or a clock."""
