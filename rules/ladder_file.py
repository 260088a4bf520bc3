"""Read ladder.yaml: the steps of the sanction ladder, and the rules that propose the next one.

The file is checked in itself (steps, records, what `then` may name) and against what it leans on: the facts and
purposes of routing.yaml, and the dated parameters, which alone say how long a step lasts.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules.decision_rules import DecisionKind, Then, read_rules
from rules.fault_list import FaultList, use_one_of
from rules.model import NO_STEP, Ladder, LadderStep, Parameter, Routing, StepDeadline, StepRecord
from rules.places import Node
from rules.rule_files import basis_of
from rules.sections import (
    Keys,
    Section,
    choice_of,
    entries_of,
    items_of,
    section_of,
    text_of,
    truth_of,
    words_of,
    wrong_type,
)

UNITS = ("working days", "days")
"""The units in which a step's deadline may count."""

FOUR_EYES = ("ours",)
"""Who asks for a second person: no law that was read does."""

_FILE = Keys("ladder file", ("steps", "records", "rules"), ("purposes",))
_STEP = Keys("step", ("id", "words", "do", "basis"), ("needs", "deadline", "office", "covers", "four_eyes"))
_PURPOSE = Keys("purpose", ("four_eyes",))
_DEADLINE = Keys("deadline", ("parameter", "starts", "binds"), ("ours",))
_RECORD = Keys("record", ("words",), ("of", "by"))
_THEN = Keys("proposal", (), ("step", "prepare", "beside", "blocks", "warns"))
_BY: Mapping[str, Literal["letter", "receipt", "hand"]] = {"letter": "letter", "receipt": "receipt", "hand": "hand"}


def read_ladder(root: Node, text: str, leans_on: tuple[Routing, Mapping[str, Parameter]], faults: FaultList) -> Ladder:
    """The ladder of a file, by the routing and the parameters that it leans on; what is faulty is noted."""
    section = section_of(root, _FILE, faults)
    if section is None:
        return Ladder((), {}, (), "")
    routing, parameters = leans_on
    reader = _StepReader(parameters, routing.queues, faults)
    nodes = items_of(section.values["steps"], faults) if "steps" in section else ()
    steps = tuple(step for node in nodes if (step := reader.step(node)) is not None)
    names = _names(nodes)
    records = section.read("records", lambda node, noted: _records(node, names, noted)) or {}
    _check_steps(steps, records, section)
    kind = DecisionKind("ladder", _ThenReader(names, routing.purposes).then, ("step",), "answer", "'step: none'")
    rules = read_rules(section, kind, routing.facts)
    both = section.read("purposes", lambda node, noted: _four_eyes(node, routing.purposes, noted)) or frozenset()
    return Ladder(steps, records, rules, hashlib.sha256(text.encode()).hexdigest(), routing.facts, both)


def _names(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    """The ids of all steps, those of faulty ones too: what names them is not wrong for that."""
    quiet = FaultList()
    read = [dict((key.text, value) for key, value in entries_of(node, quiet)) for node in nodes]
    named = (text_of(entries["id"], quiet) for entries in read if "id" in entries)
    return tuple(name for name in named if name is not None)


def _records(node: Node, steps: tuple[str, ...], faults: FaultList) -> Mapping[str, StepRecord]:
    found: dict[str, StepRecord] = {}
    for key, value in entries_of(node, faults, "a mapping of records"):
        section = section_of(value, _RECORD, faults)
        if section is not None:
            of = section.read("of", lambda one, noted: choice_of(one, noted, steps)) or ""
            by = section.choice("by", ("letter", "receipt", "hand"), "hand")
            found[key.text] = StepRecord(key.text, of, section.read("words", words_of) or {}, _BY[by])
    return found


def _four_eyes(node: Node, purposes: tuple[str, ...], faults: FaultList) -> frozenset[str]:
    found: set[str] = set()
    for key, value in entries_of(node, faults, "a mapping of purposes"):
        name = choice_of(key, faults, purposes)
        section = section_of(value, _PURPOSE, faults)
        if name is not None and section is not None and section.read("four_eyes", _asks_for_two) is not None:
            found.add(name)
    return frozenset(found)


def _asks_for_two(node: Node, faults: FaultList) -> str | None:
    return choice_of(node, faults, FOUR_EYES)


class _StepReader:
    def __init__(self, parameters: Mapping[str, Parameter], queues: tuple[str, ...], faults: FaultList) -> None:
        self._parameters = parameters
        self._queues = queues
        self._faults = faults

    def step(self, node: Node) -> LadderStep | None:
        before = len(self._faults)
        section = section_of(node, _STEP, self._faults)
        if section is None:
            return None
        basis = section.list_of("basis", basis_of)
        if "basis" in section and not basis and len(self._faults) == before:
            wrong_type(section.values["basis"], "at least one article of law", self._faults)
        step = LadderStep(
            id=section.text("id"),
            words=section.read("words", words_of) or {},
            do=section.read("do", words_of) or {},
            needs=section.list_of("needs", text_of),
            deadline=self._deadline(section.values["deadline"]) if "deadline" in section else None,
            office=section.read("office", lambda value, faults: choice_of(value, faults, self._queues)),
            basis=basis,
            location=section.location,
            covers=section.list_of("covers", text_of),
            four_eyes=section.read("four_eyes", _asks_for_two) is not None,
        )
        return step if len(self._faults) == before else None

    def _deadline(self, node: Node) -> StepDeadline | None:
        section = section_of(node, _DEADLINE, self._faults)
        if section is None:
            return None
        name = section.text("parameter")
        starts = section.choice("starts", ("receipt", "step_before"), "receipt")
        binds = section.choice("binds", ("employer", "agency"), "employer")
        ours = section.read("ours", truth_of) or False
        if name:
            self._check_parameter(name, ours, section)
        return StepDeadline(
            name,
            "step_before" if starts == "step_before" else "receipt",
            "agency" if binds == "agency" else "employer",
            ours,
        )

    def _check_parameter(self, name: str, ours: bool, section: Section) -> None:
        parameter, place = self._parameters.get(name), section.place("parameter")
        if parameter is None:
            what = f"there is no parameter '{name}'"
            remedy = use_one_of(name, self._parameters)
            self._faults.add(place, "unknown-parameter", what, "nobody could say when the step ends", remedy)
            return
        if parameter.unit not in UNITS:
            what = f"the parameter '{name}' is in {parameter.unit}"
            why = "a step lasts a number of working days or of days"
            self._faults.add(place, "parameter-unit", what, why, f"use one whose unit is {' or '.join(UNITS)}")
        designed = any(value.checked in ("R", "NF") for value in parameter.values)
        if designed and not ours:
            what = f"no law that was read gives the parameter '{name}', and the deadline is not marked as ours"
            why = "a screen would show our own design as law"
            self._faults.add(place, "design-as-law", what, why, "add 'ours: true' to the deadline")
        elif ours and not designed:
            what = f"the deadline is marked as ours, and the parameter '{name}' is the law's"
            why = "a screen would call a deadline of the law our own design"
            self._faults.add(section.place("ours"), "law-as-design", what, why, "take 'ours' out")


def _check_steps(steps: tuple[LadderStep, ...], records: Mapping[str, StepRecord], section: Section) -> None:
    faults = section.faults
    order = {step.id: place for place, step in reversed(list(enumerate(steps)))}
    seen: dict[str, LadderStep] = {}
    for step in steps:
        if step.id in seen:
            what = f"the step '{step.id}' stands here a second time; first at {seen[step.id].location}"
            faults.add(step.location, "duplicate-name", what, "a rule could mean either of the two", "take one out")
        seen.setdefault(step.id, step)
        for name in step.needs:
            if name not in records:
                what = f"the step '{step.id}' needs '{name}', which is no record"
                why = "nobody could put it on record, and the step would stay closed"
                faults.add(step.location, "unknown-record", what, why, use_one_of(name, records))
            elif order.get(records[name].of, -1) > order[step.id]:
                what = f"the step '{step.id}' needs '{name}', which is made at the later step '{records[name].of}'"
                why = "the step could never be taken"
                faults.add(step.location, "record-too-late", what, why, "name what an earlier step leaves on record")


@dataclass(frozen=True)
class _ThenReader:
    steps: tuple[str, ...]
    purposes: tuple[str, ...]

    def then(self, node: Node, faults: FaultList) -> Then:
        section = section_of(node, _THEN, faults)
        if section is None:
            return {}
        known = {"step": (*self.steps, NO_STEP), "prepare": self.steps, "beside": self.steps}
        then: dict[str, str] = {}
        for key in section.values:
            named = choice_of(section.values[key], faults, known.get(key, self.purposes))
            if named is not None:
                then[key] = named
        if "step" in section and "prepare" in section:
            what = "a rule proposes a step and only its preparation at once"
            why = "a person would not know which of the two is meant"
            faults.add(section.place("prepare"), "two-proposals", what, why, "leave one of 'step' and 'prepare'")
        if not section.values and not section.places:
            wrong_type(node, "a proposal: step, prepare, beside, blocks or warns", faults)
        return then
