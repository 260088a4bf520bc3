"""The schema of parameters: the files of `rules/parameters/`, and an office's own."""

from typing import get_args

from rules import parameters
from rules.model import CheckFlag
from rules.schema.shapes import (
    DATE,
    NUMBER,
    TEXT,
    TRUTH,
    WORDS,
    Schema,
    filled_list_of,
    list_of,
    names_to,
    one_of,
    said,
    section,
)

DAY_KINDS = list_of(one_of(parameters.DAY_KINDS))
CHECKED = said(
    one_of(get_args(CheckFlag)),
    "How the text was checked. V: the regulation was read; V2: a secondary page; R: recalled, to be confirmed; "
    "NF: looked for, not found.",
)


def parameters_schema() -> Schema:
    """Return the shape of a mapping of parameters."""
    value = section(
        parameters._VALUE,
        {
            "value": said(TEXT, "A number (decimal point, no thousands) or a text; all values of one type."),
            "slices": said(filled_list_of(_slice()), "A progressive table, in place of a value; ends ascend."),
            "for": said(TEXT, "Whom it is for, where the parameter says `by`: a region's code or a choice's value."),
            "from": said(DATE, "The first day on which it is in force."),
            "until": said(DATE, "The last day; left out, until the next value or still."),
            "source": said(TEXT, "Where the value stands: the law and its article, or why it is a setting of ours."),
            "checked": CHECKED,
        },
    )
    value |= {"oneOf": [{"required": ["value"]}, {"required": ["slices"]}]}
    parameter = section(
        parameters._PARAMETER,
        {
            "unit": said(TEXT, "What the number counts: days, working days, months, rupiah …"),
            "words": said(WORDS, "What it is, in each language."),
            "values": said(filled_list_of(value), "Ascending by day, without gap or overlap."),
            "by": said(TEXT, "The subject's field that chooses among the values: a region or a choice."),
            "ours": said(TRUTH, "Whether it is a setting of our design that no law gives."),
            "off": said(DAY_KINDS, "Kinds of days that a deadline in working days leaves out, beside weekends."),
        },
    )
    of_all: Schema = {"items": {"not": {"required": ["for"]}}}
    chosen: Schema = {"if": {"required": ["by"]}, "then": {"properties": {"values": {"items": {"required": ["for"]}}}}}
    return names_to({**parameter, **chosen, "else": {"properties": {"values": of_all}}})


def _slice() -> Schema:
    return section(
        parameters._SLICE,
        {
            "rate": said(NUMBER, "The share of the amount that this slice counts by."),
            "up_to": said(NUMBER, "Where the slice ends; only the last may have no end."),
        },
    )
