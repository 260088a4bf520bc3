"""Read dated parameters: numbers of the law or of our design, each value with its days, source and check flag."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import cast, get_args

from rules.errors import Location
from rules.fault_list import FaultList
from rules.model import CheckFlag, Parameter, ParameterValue
from rules.places import Node, Scalar
from rules.sections import (
    Keys,
    Section,
    choice_of,
    date_of,
    decimal_of,
    entries_of,
    integer_of,
    items_of,
    list_of,
    section_of,
    text_of,
    words_of,
    wrong_type,
)

DAY_KINDS = ("libur_nasional", "cuti_bersama")
"""Kinds of days, beside Saturday and Sunday, that a deadline may leave out."""

_PARAMETER = Keys("parameter", ("unit", "words", "values"), ("off",))
_VALUE = Keys("value", ("value", "from", "source", "checked"), ("until",))


def read_parameters(root: Node, faults: FaultList) -> Mapping[str, Parameter]:
    """Parameters by name; one with a fault is left out and noted."""
    found: dict[str, Parameter] = {}
    for key, node in entries_of(root, faults, "a mapping of parameters"):
        before = len(faults)
        section = section_of(node, _PARAMETER, faults)
        if section is None:
            continue
        parameter = _parameter(key, section)
        if len(faults) == before:
            found[key.text] = parameter
    return found


def _parameter(key: Scalar, section: Section) -> Parameter:
    return Parameter(
        name=key.text,
        unit=section.text("unit"),
        words=section.read("words", words_of) or {},
        off=section.read("off", day_kinds_of) or (),
        values=_values(section),
        location=key.location,
    )


def day_kinds_of(node: Node, faults: FaultList) -> tuple[str, ...]:
    """A list of kinds of days."""
    return list_of(node, faults, lambda item, found: choice_of(item, found, DAY_KINDS))


def _values(section: Section) -> tuple[ParameterValue, ...]:
    if "values" not in section:
        return ()
    faults, before = section.faults, len(section.faults)
    nodes = items_of(section.values["values"], faults, "a list of values")
    read = [(value, node.location) for node in nodes if (value := _value(node, faults)) is not None]
    if not nodes and len(faults) == before:
        wrong_type(section.values["values"], "at least one dated value", faults)
    if len(faults) > before:
        return ()
    if len({type(value.value) for value, _ in read}) > 1:
        what = "the values are of different types"
        faults.add(section.place("values"), "wrong-type", what, "a comparison would mean two things", "use one type")
    return _closed(read, faults)


def _value(node: Node, faults: FaultList) -> ParameterValue | None:
    before = len(faults)
    section = section_of(node, _VALUE, faults)
    if section is None:
        return None
    value = _number_or_text(section.values["value"], faults) if "value" in section else None
    since, until = section.read("from", date_of), section.read("until", date_of)
    flag = cast("CheckFlag", section.choice("checked", get_args(CheckFlag), "NF"))
    source = section.text("source")
    if len(faults) > before or value is None or since is None:
        return None
    if until is not None and until < since:
        what = f"the value ends on {until}, before it begins on {since}"
        faults.add(
            section.place("until"), "bad-date", what, "it would never be in force", "correct one of the two days"
        )
        return None
    return ParameterValue(value, since, until, source, flag)


def _number_or_text(node: Node, faults: FaultList) -> int | Decimal | str | None:
    quiet = FaultList()
    number = integer_of(node, quiet)
    exact = decimal_of(node, quiet)
    if number is None and exact is None:
        return text_of(node, faults)
    return exact if number is None else number


def _closed(read: list[tuple[ParameterValue, Location]], faults: FaultList) -> tuple[ParameterValue, ...]:
    """Values with every day between the first and the last taken exactly once."""
    day = timedelta(days=1)
    closed: list[ParameterValue] = []
    for value, place in read:
        if closed:
            last = closed[-1]
            if value.since <= last.since or (last.until is not None and value.since <= last.until):
                what = f"the value from {value.since} overlaps the one from {last.since}"
                why = "two values would be in force on one day"
                faults.add(
                    place, "parameter-overlap", what, why, "let each value begin the day after the last one ended"
                )
                continue
            if last.until is not None and value.since > last.until + day:
                what = f"no value is in force from {last.until + day} to {value.since - day}"
                why = "a subject of those days could not be judged"
                faults.add(place, "parameter-gap", what, why, "fill the gap, or move one of the two days")
            ended = ParameterValue(last.value, last.since, value.since - day, last.source, last.checked)
            closed[-1] = ended
        closed.append(value)
    return tuple(closed)
