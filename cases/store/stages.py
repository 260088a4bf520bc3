"""Where a case stands and in which states its findings are, as the store keeps them."""

STAGES = ("flagged", "confirmed", "referred", "resolved", "dismissed", "merged")
LIVE_STAGES = ("flagged", "confirmed", "referred")
AT_WORK_STAGES = ("confirmed", "referred")
"""Stages of a case that a person has confirmed and nobody has closed."""
FINDING_STATES = ("open", "closing_proposed", "subject_gone", "held", "waived", "dismissed", "resolved")
LIVE_STATES = ("open", "closing_proposed", "subject_gone")
"""States of a finding that keep its case from being resolved and that routing reads."""
OPEN_CASE = "stage IN ('flagged', 'confirmed', 'referred')"
LIVE_FINDING = "state IN ('open', 'closing_proposed', 'subject_gone')"
"""LIVE_STAGES and LIVE_STATES as the text that indexes are made for: a query is given one where it says the same."""
