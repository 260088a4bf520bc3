"""The schema of routing.yaml; which facts, queues and purposes a rule may name is as the shipped file lists them."""

from rules import routing_file
from rules.model import SEVERITIES, Routing
from rules.schema.shapes import INTEGER, TEXT, WORDS, Schema, list_of, names_to, one_of, said, section


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
    rule = section(
        routing_file._RULE,
        {
            "id": said(TEXT, "Its name in every trail; each once."),
            "when": said(_when(routing), "All of these hold; empty only in the last rule."),
            "then": said({**then, "minProperties": 1}, "What is decided."),
            "why": said(WORDS, "The reason that a person reads, in each language."),
        },
    )
    return section(
        routing_file._FILE,
        {
            "facts": said(names_to(list_of(TEXT)), "Every fact of a case with every value that it can have."),
            "queues": said(list_of(TEXT), "What `queue` may name."),
            "purposes": said(list_of(TEXT), "What `purpose` may name."),
            "rules": said(
                list_of(rule), "Every rule whose conditions hold fires; the first that names a queue decides it."
            ),
        },
    )


def _when(routing: Routing) -> Schema:
    order = section(routing_file._ORDER, {"at_least": INTEGER, "at_most": INTEGER})
    properties: dict[str, Schema] = {}
    for name, values in routing.facts.items():
        ways: list[Schema] = [{"enum": list(values)}]
        ways.append({"type": "array", "items": ways[0], "minItems": 1})
        if not any(isinstance(value, str) for value in values):
            ways.append(order | {"properties": {key: ways[0] for key in ("at_least", "at_most")}})
        properties[name] = {"anyOf": ways}
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
