"""The schema of parameters: the files of `rules/parameters/`, and an office's own."""

from typing import get_args

from rules import parameters
from rules.model import CheckFlag
from rules.schema.shapes import DATE, TEXT, WORDS, Schema, filled_list_of, list_of, names_to, one_of, said, section

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
            "from": said(DATE, "The first day on which it is in force."),
            "until": said(DATE, "The last day; left out, until the next value or still."),
            "source": said(TEXT, "Where the value stands: the law and its article, or why it is a setting of ours."),
            "checked": CHECKED,
        },
    )
    parameter = section(
        parameters._PARAMETER,
        {
            "unit": said(TEXT, "What the number counts: days, working days, months, rupiah …"),
            "words": said(WORDS, "What it is, in each language."),
            "values": said(filled_list_of(value), "Ascending by day, without gap or overlap."),
            "off": said(DAY_KINDS, "Kinds of days that a deadline in working days leaves out, beside weekends."),
        },
    )
    return names_to(parameter)
