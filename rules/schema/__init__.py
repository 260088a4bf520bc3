"""JSON Schemas of the rule files, for editors: keys as their readers declare them, names as the vocabulary has them.

The `.json` files here are these, written out for the shipped rules; a test keeps them in step and shows that schema and
loader agree on keys, types and choices. What no schema can say (a condition's SQL, days in order, a last step that is
`else`) stays the loader's to say.
"""

from collections.abc import Callable, Mapping

from rules.load import known_packs, shipped_folder
from rules.model import RuleBook
from rules.schema.facts_schema import facts_schema
from rules.schema.parameters_schema import parameters_schema
from rules.schema.priority_schema import priority_schema
from rules.schema.routing_schema import ladder_schema, routing_schema
from rules.schema.rule_schema import rule_schema, subject_schemas
from rules.schema.run_schema import run_schema
from rules.schema.shapes import Schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"

TITLES: Mapping[str, str] = {
    "rule": "A rule of Patuh: rules/packs/<pack>/<ID>.yaml",
    "parameters": "Dated parameters of Patuh: rules/parameters/*.yaml",
    "facts": "The vocabulary of Patuh: rules/facts.yaml",
    "routing": "Routing of Patuh: rules/routing.yaml",
    "ladder": "The sanction ladder of Patuh: rules/ladder.yaml",
    "priority": "The order of cases of Patuh: rules/priority.yaml",
    "run": "The run of Patuh: rules.yaml",
}

_MAKERS: Mapping[str, Callable[[RuleBook], Schema]] = {
    "rule": lambda book: {**rule_schema(book), "$defs": subject_schemas(book)},
    "parameters": lambda _book: parameters_schema(),
    "facts": lambda _book: facts_schema(),
    "routing": lambda book: routing_schema(book.routing),
    "ladder": lambda book: ladder_schema(book.ladder, book.routing),
    "priority": lambda _book: priority_schema(),
    "run": lambda book: run_schema(book, known_packs(shipped_folder())),
}


def schema_of(kind: str, book: RuleBook) -> Schema:
    """Return the schema of one kind of file: a key of TITLES."""
    return {"$schema": DRAFT, "title": TITLES[kind], **_MAKERS[kind](book)}
