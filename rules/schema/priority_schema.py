"""The schema of priority.yaml: what the score of a case is made of."""

from rules import priority_file
from rules.model import SEVERITIES
from rules.schema.shapes import (
    COUNT,
    DATE,
    INTEGER,
    TEXT,
    WORDS,
    Schema,
    filled_list_of,
    list_of,
    names_to,
    one_of,
    said,
    section,
)


def priority_schema() -> Schema:
    """Return the shape of the priority file."""
    points = section(
        priority_file._POINTS,
        {
            "severity": said(names_to(COUNT, one_of(SEVERITIES)), "Points by the highest severity of the case."),
            "repeat_offender": said(INTEGER, "Points of a repeat offender's case."),
            "ranks_below": said(INTEGER, "Points where all that is open ranks below others; below 0."),
        },
    )
    repeat = section(
        priority_file._REPEAT,
        {
            "within_months": said(COUNT, "A new episode so soon after the old one was resolved is a repeat offence."),
            "exit_months": said(COUNT, "After so long without an open finding it is over."),
        },
    )
    return section(
        priority_file._FILE,
        {
            "source": said(WORDS, "Whose numbers these are, in each language."),
            "from": said(DATE, "The day of the design."),
            "points": said(points, "What is given for what is so or not."),
            "people": said(_part(), "People unprotected."),
            "rupiah": said(_part(), "Rupiah at stake."),
            "overdue": said(_part(), "Days since the earliest deadline passed."),
            "repeat_offender": said(repeat, "Who is a repeat offender, and until when."),
        },
    )


def _part() -> Schema:
    band = section(
        priority_file._BAND,
        {"from": said(COUNT, "From this amount on."), "points": said(COUNT, "So many points.")},
    )
    measure = section(
        priority_file._MEASURE,
        {
            "distinct": said(TEXT, "How many different values this evidence field has."),
            "each": said({"type": "integer", "minimum": 1}, "So many for each finding."),
        },
    )
    measure = {**measure, "oneOf": [{"required": ["distinct"]}, {"required": ["each"]}]}
    return section(
        priority_file._PART,
        {
            "words": said(WORDS, "What it is, in each language."),
            "points": said(list_of(band), "Bands, from the lowest up."),
            "of": said(
                names_to({"anyOf": [filled_list_of(TEXT), measure]}), "Rule to what of its evidence is measured."
            ),
        },
    )
