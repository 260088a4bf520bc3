"""docs/routing.md: what it shows loads, decides as it says, and names all that there is."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from engine.decide import SIGNATURE_FACTS, decide
from rules.fault_list import FaultList
from rules.model import Routing
from rules.places import read_tree
from rules.routing_file import read_routing

PAGE = (Path(__file__).parents[2] / "docs" / "routing.md").read_text(encoding="utf-8")
SHIPPED = (files("rules") / "routing.yaml").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def loaded(text: str) -> Routing:
    faults = FaultList()
    tree = read_tree(text, "routing.yaml", faults)
    routing = read_routing(tree, text, faults) if tree else Routing((), "")
    assert faults.sorted() == ()
    return routing


def with_snippet(snippet: str) -> Routing:
    """The shipped file with the snippet above its rules, under ids of its own."""
    indented = re.sub(r"(?m)^(?=.)", "  ", re.sub(r"(?m)^- id: ", "- id: SHOWN-", snippet))
    return loaded(SHIPPED.replace("\nrules:\n", f"\nrules:\n{indented}", 1))


def test_there_are_snippets() -> None:
    assert len(SNIPPETS) == 2


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_each_snippet_is_a_rule_that_loads_and_fires(snippet: str) -> None:
    routing = with_snippet(snippet)
    shown = {rule.id for rule in routing.rules if rule.id.startswith("SHOWN-")}
    assert len(shown) == snippet.count("- id:")
    case = {fact: values[-1] for fact, values in SIGNATURE_FACTS.items()}
    (decision,) = decide([case | {"track": "sanction", "party_kind": "employer"}], routing)
    assert shown <= {fired.rule for fired in decision.trail}


def test_a_referred_case_of_a_repeat_offender_is_critical_and_stays_in_its_queue() -> None:
    case = {fact: values[0] for fact, values in SIGNATURE_FACTS.items()}
    case |= {"has_construction": 1, "has_violation": 1, "stage": "referred", "repeat_offender": 1}
    (decision,) = decide([case], with_snippet(SNIPPETS[1]))
    assert (decision.severity, decision.queue, decision.purpose) == ("critical", "disnaker", "laporan")


def test_the_table_of_facts_is_the_vocabulary() -> None:
    rows = re.findall(r"(?m)^\| (`[a-z_`, ]+`) \| ([^|]+) \| [^|]+ \|$", PAGE.split("## The facts of a case")[1])
    table = {
        name: tuple(value.strip() for value in values.split(","))
        for names, values in rows
        for name in re.findall("`([a-z_]+)`", names)
    }
    assert table == {fact: tuple(str(value) for value in values) for fact, values in SIGNATURE_FACTS.items()}


def test_the_table_of_shipped_rules_is_the_file_in_its_order() -> None:
    section = PAGE.split("## What the shipped rules say")[1].split("##", maxsplit=1)[0]
    rows = re.findall(r"(?m)^\| (`[A-Z0-9`, -]+`) \| ([a-z]+) \| ([a-z0-9]+)", section)
    said = [(rule, queue, purpose) for rules, queue, purpose in rows for rule in re.findall("`([A-Z0-9-]+)`", rules)]
    shipped = [
        (rule.id, str(rule.then.get("queue", "none")), str(rule.then.get("purpose", "raise")))
        for rule in loaded(SHIPPED).rules
    ]
    assert said == shipped
