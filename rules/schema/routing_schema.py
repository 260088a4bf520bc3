"""The schemas of routing.yaml and ladder.yaml; what their rules may name is as the shipped files list it."""

from collections.abc import Sequence

from rules import decision_rules, ladder_file, routing_file
from rules.model import NO_STEP, SEVERITIES, Ladder, Routing
from rules.schema.rule_schema import basis_schema
from rules.schema.shapes import (
    INTEGER,
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


def routing_schema(routing: Routing) -> Schema:
    """Return the shape of the routing file."""
    then = section(
        routing_file._THEN,
        {
            "queue": said(one_of(routing.queues), "Where the case is headed."),
            "severity": said(one_of(SEVERITIES), "At least so grave."),
            "raise": said({"type": "integer", "minimum": 1, "maximum": len(SEVERITIES) - 1}, "So many steps graver."),
            "purpose": said(one_of(routing.purposes), "What for."),
        },
    )
    return section(
        routing_file._FILE,
        {
            "facts": said(names_to(list_of(TEXT)), "Every fact of a case with every value that it can have."),
            "queues": said(list_of(TEXT), "What `queue` may name."),
            "purposes": said(list_of(TEXT), "What `purpose` may name."),
            "rules": said(
                list_of(_rule("routing", then, routing)), "All that hold fire; the first queue named counts."
            ),
        },
    )


def ladder_schema(ladder: Ladder, routing: Routing) -> Schema:
    """Return the shape of the ladder file."""
    steps = tuple(step.id for step in ladder.steps)
    record = section(
        ladder_file._RECORD,
        {
            "of": said(one_of(steps), "The step at which it is made; left out: at none."),
            "by": said(
                one_of(("letter", "receipt", "hand")),
                "The step's own letter, the proof of its receipt, or by hand (left out).",
            ),
            "words": said(WORDS, "What it is, in each language."),
        },
    )
    return section(
        ladder_file._FILE,
        {
            "steps": said(list_of(_step(routing.queues)), "From the first to the last."),
            "purposes": said(
                names_to(section(ladder_file._PURPOSE, {"four_eyes": _four_eyes()})),
                "Purposes of a referral that one person proposes and another confirms.",
            ),
            "records": said(names_to(record), "What has to be on record, by name."),
            "rules": said(
                list_of(_rule("ladder", _proposal(steps, routing.purposes), routing)),
                "All that hold fire; the first that names a step or a preparation counts.",
            ),
        },
    )


def _step(queues: Sequence[str]) -> Schema:
    deadline = section(
        ladder_file._DEADLINE,
        {
            "parameter": said(TEXT, "The parameter that says how many days."),
            "starts": said(
                one_of(("receipt", "step_before")), "On the proof of receipt, or where the step before ended."
            ),
            "binds": said(one_of(("employer", "agency")), "Who has to act in that time."),
            "ours": said(TRUTH, "Whether it is our design, which no law gives."),
        },
    )
    return section(
        ladder_file._STEP,
        {
            "id": said(TEXT, "Its name; each once."),
            "words": said(WORDS, "What it is called, in each language."),
            "do": said(WORDS, "What a person does, in each language."),
            "needs": said(list_of(TEXT), "Records without which it may not be taken."),
            "deadline": said(deadline, "How long it lasts."),
            "office": said(one_of(queues), "The queue whose office has to act; otherwise the agency itself."),
            "covers": said(list_of(TEXT), "Families of findings of which the case needs one; otherwise any."),
            "four_eyes": _four_eyes(),
            "basis": said(filled_list_of(basis_schema()), "The law that it stands on."),
        },
    )


def _four_eyes() -> Schema:
    return said(one_of(ladder_file.FOUR_EYES), "One person proposes it, another confirms it; who asks for that.")


def _proposal(steps: Sequence[str], purposes: Sequence[str]) -> Schema:
    words = {
        "step": said(one_of((*steps, NO_STEP)), "The step that is proposed; none, and `why` says why."),
        "prepare": said(one_of(steps), "The step that has to be prepared first."),
        "beside": said(one_of(steps), "A step that does not wait for the ladder."),
        "blocks": said(one_of(purposes), "A purpose that is closed to the case."),
        "warns": said(one_of(purposes), "A purpose that a person is warned of."),
    }
    return {**section(ladder_file._THEN, words), "not": {"required": ["step", "prepare"]}}


def _rule(kind: str, then: Schema, routing: Routing) -> Schema:
    return section(
        decision_rules.keys_of(kind),
        {
            "id": said(TEXT, "Its name in every trail; each once."),
            "when": said(_when(routing), "All of these hold; empty only in the last rule."),
            "then": said({**then, "minProperties": 1}, "What is decided."),
            "why": said(WORDS, "The reason that a person reads, in each language."),
        },
    )


def _when(routing: Routing) -> Schema:
    order = section(decision_rules._ORDER, {"at_least": INTEGER, "at_most": INTEGER})
    properties: dict[str, Schema] = {}
    for name, values in routing.facts.items():
        ways: list[Schema] = [{"enum": list(values)}]
        ways.append({"type": "array", "items": ways[0], "minItems": 1})
        if not any(isinstance(value, str) for value in values):
            ways.append({**order, "properties": {key: ways[0] for key in ("at_least", "at_most")}})
        properties[name] = {"anyOf": ways}
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
