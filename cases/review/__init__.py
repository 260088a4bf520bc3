"""The review screen. Only this package imports Textual, and it asks `cases.caseload` and nothing below."""
