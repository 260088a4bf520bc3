"""Read `people:` and `assignment:` of the run file: who may log in, as what, where, and who is given cases."""

from collections.abc import Mapping

from rules.configuration import ROLES, Assignment, Person
from rules.fault_list import FaultList
from rules.places import Node, Scalar
from rules.sections import Keys, Section, choice_of, count_of, entries_of, list_of, section_of, wrong_type
from rules.source_entry import region_of

EVERYWHERE = "all"
"""What stands in place of region codes for a person who is for the whole nation."""

_PERSON = Keys("person", ("name", "roles", "regions"))
_ASSIGNMENT = Keys("assignment", (), ("roles", "max_load"))


def people_of(node: Node, faults: FaultList) -> Mapping[str, Person] | None:
    """People by login; a section that names nobody is a fault, for nobody could work. None where there are none."""
    found: dict[str, Person] = {}
    entries = entries_of(node, faults)
    if not entries:
        wrong_type(node, "at least one person, by login", faults)
    for key, value in entries:
        section = section_of(value, _PERSON, faults)
        if section is not None:
            regions = _regions(section)
            found[key.text] = Person(key.text, section.text("name"), frozenset(_roles(section)), regions)
    return found or None


def assignment_of(node: Node, faults: FaultList) -> Assignment:
    """Who is given cases by load; what is left out keeps its default."""
    section, plain = section_of(node, _ASSIGNMENT, faults), Assignment()
    if section is None:
        return plain
    roles = frozenset(_roles(section)) or plain.roles
    load = section.read("max_load", count_of)
    return Assignment(roles, plain.max_load if load is None else load)


def _roles(section: Section) -> tuple[str, ...]:
    before = len(section.faults)
    roles = section.list_of("roles", lambda node, faults: choice_of(node, faults, ROLES))
    if "roles" in section and not roles and len(section.faults) == before:
        wrong_type(section.values["roles"], f"at least one of {', '.join(ROLES)}", section.faults)
    return roles


def _regions(section: Section) -> tuple[str, ...] | None:
    if "regions" not in section:
        return ()
    node, faults = section.values["regions"], section.faults
    if isinstance(node, Scalar) and node.text == EVERYWHERE:
        return None
    before = len(faults)
    regions = list_of(node, faults, region_of)
    if not regions and len(faults) == before:
        wrong_type(node, "a list of region codes, or all", faults)
    return regions
