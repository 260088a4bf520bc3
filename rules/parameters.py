"""Read dated parameters: numbers of the law or of our design, each value with its days, source and check flag."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import cast, get_args

from rules.errors import Location
from rules.fault_list import FaultList
from rules.model import CheckFlag, Parameter, ParameterContent, ParameterValue, Slice
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
    truth_of,
    words_of,
    wrong_type,
)

DAY_KINDS = ("libur_nasional", "cuti_bersama")
"""Kinds of days, beside Saturday and Sunday, that a deadline may leave out."""

_PARAMETER = Keys("parameter", ("unit", "words", "values"), ("off", "by", "ours"))
_VALUE = Keys("value", ("from", "source", "checked"), ("value", "slices", "until", "for"))
_SLICE = Keys("slice", ("rate",), ("up_to",))


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
        by=section.text("by") if "by" in section else None,
        ours=section.read("ours", truth_of) or False,
    )


def day_kinds_of(node: Node, faults: FaultList) -> tuple[str, ...]:
    """A list of kinds of days."""
    return list_of(node, faults, lambda item, found: choice_of(item, found, DAY_KINDS))


def _values(section: Section) -> tuple[ParameterValue, ...]:
    if "values" not in section:
        return ()
    faults, before = section.faults, len(section.faults)
    nodes = items_of(section.values["values"], faults, "a list of values")
    read = [(value, node.location) for node in nodes if (value := _value(node, "by" in section, faults)) is not None]
    if not nodes and len(faults) == before:
        wrong_type(section.values["values"], "at least one dated value", faults)
    if len(faults) > before:
        return ()
    if len({type(value.value) for value, _ in read}) > 1:
        what = "the values are of different types"
        faults.add(section.place("values"), "wrong-type", what, "a comparison would mean two things", "use one type")
    # Whom a value is for has a history of its own: a province's wage says nothing of another's.
    groups = dict.fromkeys(value.applies for value, _ in read)
    return tuple(value for name in groups for value in _closed([one for one in read if one[0].applies == name], faults))


def _value(node: Node, chosen: bool, faults: FaultList) -> ParameterValue | None:
    before = len(faults)
    section = section_of(node, _VALUE, faults)
    if section is None:
        return None
    value = _content(section)
    since, until = section.read("from", date_of), section.read("until", date_of)
    flag = cast("CheckFlag", section.choice("checked", get_args(CheckFlag), "NF"))
    source, applies = section.text("source"), section.text("for") if "for" in section else None
    if chosen != ("for" in section):
        _for_without_by(section, chosen)
    if len(faults) > before or value is None or since is None:
        return None
    if until is not None and until < since:
        what = f"the value ends on {until}, before it begins on {since}"
        faults.add(
            section.place("until"), "bad-date", what, "it would never be in force", "correct one of the two days"
        )
        return None
    return ParameterValue(value, since, until, source, flag, applies)


def _for_without_by(section: Section, chosen: bool) -> None:
    if chosen:
        what = "the value does not say whom it is for"
        remedy = "add 'for:' with a region's code or a value of the field under 'by'"
        section.faults.add(section.location, "missing-key", what, "nobody would ever meet it", remedy)
    else:
        what, why = "the value is for some only, and the parameter does not say by what", "nobody could choose it"
        section.faults.add(section.place("for"), "unknown-key", what, why, "add 'by: region' above, or take 'for' out")


def _content(section: Section) -> ParameterContent | None:
    """The number or text under `value`, or the table under `slices`."""
    if ("value" in section) == ("slices" in section):
        both = "both 'value' and 'slices'" if "value" in section else "neither 'value' nor 'slices'"
        what = f"the value has {both}"
        section.faults.add(
            section.location, "missing-key", what, "it must be one of the two", "write 'value:' or 'slices:'"
        )
        return None
    if "value" in section:
        return _number_or_text(section.values["value"], section.faults)
    return _slices(section)


def _slices(section: Section) -> tuple[Slice, ...] | None:
    """The slices of a progressive table; their upper ends ascend, and only the last may be without end."""
    faults, before = section.faults, len(section.faults)
    nodes = items_of(section.values["slices"], faults, "a list of slices")
    slices: list[Slice] = []
    for node in nodes:
        readable = len(faults)
        inner = section_of(node, _SLICE, faults)
        rate = inner.read("rate", decimal_of) if inner else None
        up_to = inner.read("up_to", decimal_of) if inner else None
        if inner is not None and rate is not None and rate < 0:
            what, why = f"the rate {rate} is negative", "an amount would shrink where it grows"
            faults.add(inner.place("rate"), "out-of-range", what, why, "write a share from 0 on")
        if rate is None or len(faults) > readable:
            continue
        if slices and (slices[-1].up_to is None or (up_to is not None and up_to <= slices[-1].up_to)):
            what, why = "the slice does not begin where the one before it ends", "an amount would fall into two slices"
            faults.add(node.location, "slice-order", what, why, "let 'up_to' ascend; only the last slice may lack it")
        slices.append(Slice(up_to, rate))
    if not nodes and len(faults) == before:
        wrong_type(section.values["slices"], "at least one slice", faults)
    return tuple(slices) if len(faults) == before else None


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
                closed.append(value)  # the values after it are measured by it and not by what it overlaps
                continue
            if last.until is not None and value.since > last.until + day:
                what = f"no value is in force from {last.until + day} to {value.since - day}"
                why = "a subject of those days could not be judged"
                faults.add(place, "parameter-gap", what, why, "fill the gap, or move one of the two days")
            closed[-1] = replace(last, until=value.since - day)
        closed.append(value)
    return tuple(closed)
