"""The condition language: which functions there are, what they take and what they give.

A condition is an SQL expression over the vocabulary. Names that SQL has taken keep SQL's meaning, except that a NULL
argument always gives NULL: what nobody said must not turn into a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "date", "boolean", "slices"]
"""`slices` is a progressive table: only a parameter is one, and only `sliced(amount, :table)` reads it."""

KIND_OF_TYPE: Mapping[str, Kind] = {
    "text": "text",
    "integer": "number",
    "money": "number",
    "percent": "number",
    "date": "date",
    "boolean": "boolean",
    "choice": "text",
    "npwp": "text",
    "nik": "text",
    "nib": "text",
    "region": "text",
}


@dataclass(frozen=True)
class Function:
    """A function of the language: kinds of its arguments, its result, and whether the last one may repeat."""

    takes: tuple[Kind, ...]
    gives: Kind
    repeats: bool = False


FUNCTIONS: Mapping[str, Function] = {
    "abs": Function(("number",), "number"),
    "round": Function(("number", "number"), "number"),
    "least": Function(("number",), "number", repeats=True),
    "greatest": Function(("number",), "number", repeats=True),
    "ratio": Function(("number", "number"), "number"),
    "lower": Function(("text",), "text"),
    "upper": Function(("text",), "text"),
    "starts_with": Function(("text", "text"), "boolean"),
    "list_includes": Function(("text", "text"), "boolean", repeats=True),
    "rupiah": Function(("number",), "number"),
    "sliced": Function(("number", "slices"), "number"),
    "days_between": Function(("date", "date"), "number"),
    "days_after": Function(("date", "number"), "date"),
    "months_after": Function(("date", "number"), "date"),
    "months_started": Function(("date", "date"), "number"),
    "evaluation_date": Function((), "date"),
    "due_in_month": Function(("date", "number"), "date"),
    "working_days_after": Function(("date", "number"), "date"),
    "working_days_before": Function(("date", "number"), "date"),
}
"""`days_between(a, b)` is b minus a in days; `ratio(a, b)` is a divided by b and NULL where b is 0;
`list_includes(list, entry, …)` looks for any of the entries, whole, in a list divided by `;` or `,`;
`rupiah(x)` rounds to whole rupiah, half away from zero; `sliced(amount, :table)` adds up each slice of the amount times
its rate, and is NULL where the amount passes the end of the table; `months_started(a, b)` counts the months of which at
least one day has begun from a to b, 0 where b is not after a; `months_after(day, n)` is the same day n months on, or
the last of that month; `due_in_month(day, n)` is the n-th of the month of `day`, or the next working day;
`working_days_after(day, n)` starts counting the day after, and is NULL beyond what the calendar knows."""

DATE_FUNCTIONS = frozenset({"evaluation_date", "working_days_after", "working_days_before", "due_in_month"})
"""Functions whose answer follows from the evaluation date or the calendar, not from what registers said."""

STRICT = frozenset(FUNCTIONS) - {
    *("least", "greatest", "ratio", "sliced"),
    *("due_in_month", "working_days_after", "working_days_before"),
}
"""Functions that give NULL where an argument is NULL, and nowhere else."""

AGGREGATES: Mapping[str, tuple[int, int]] = {
    "count_of": (1, 2),
    "any_of": (2, 2),
    "sum_of": (2, 3),
    "min_of": (2, 3),
    "max_of": (2, 3),
}
"""Functions over a relation with many rows, with the fewest and most arguments: the relation, then for `sum_of`,
`min_of` and `max_of` the value, then a condition on the related row. A related row whose condition or value nobody
said makes the answer unknown."""
