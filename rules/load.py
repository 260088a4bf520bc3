"""Load every rule, parameter and configuration file, with all faults of all of them at once.

A faulty part is left out and noted; what is sound is still given, so that a command can show as much as there is.
Nothing here raises for what a file holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import get_args

from rules.configuration import Configuration
from rules.errors import Fault, Location
from rules.fault_list import FaultList
from rules.ladder_file import read_ladder
from rules.model import Ladder, Nature, Parameter, Routing, Rule, RuleBook, Vocabulary
from rules.never_flagged import check_never_flagged
from rules.parameters import read_parameters
from rules.places import Node, read_text, read_tree, shown_path
from rules.priority import NO_PRIORITY, Priority
from rules.priority_file import read_priority
from rules.routing_file import read_routing
from rules.rule_files import OFFICE_PACK, RuleText, read_rule
from rules.run_file import Desk, OpenedRun, empty_configuration, open_run, read_desk, read_run
from rules.sections import LANGUAGES
from rules.vocabulary import read_vocabulary

NO_LADDER = Ladder((), {}, (), "")

PACKAGED = "rules"
"""How the folder of the shipped files is shown in places."""


@dataclass(frozen=True)
class Loaded:
    """What the files say, and what is wrong with them; a scan starts only when `faults` is empty."""

    book: RuleBook
    configuration: Configuration
    faults: tuple[Fault, ...]


def shipped_folder() -> Path:
    """The folder of the rule files that come with Patuh."""
    return Path(str(files("rules")))


def load(configuration_path: Path, folder: Path | None = None, every_pack: bool = False) -> Loaded:
    """The run file, the packs that it switches on, and an office's own rules; `folder` None: the shipped rule files.

    `every_pack`: also those that it does not switch on.
    """
    faults = FaultList()
    folder = folder or shipped_folder()
    shown = shown_path(configuration_path)
    text = read_text(configuration_path, shown, faults)
    root = read_tree(text, shown, faults) if text is not None else None
    run = open_run(root, configuration_path, known_packs(folder), faults) if root is not None else None
    if run is None or text is None:
        book = read_book(folder, None, faults)
        return Loaded(book, empty_configuration(configuration_path), faults.sorted())
    book = _with_own(read_book(folder, None if every_pack else run.packs, faults), run, text, faults)
    return Loaded(book, read_run(run, book), faults.sorted())


def load_desk(configuration_path: Path) -> tuple[Desk, tuple[Fault, ...]]:
    """What the run file says of who works on which store, in which language. Cheap: no rule is read."""
    faults = FaultList()
    shown = shown_path(configuration_path)
    text = read_text(configuration_path, shown, faults)
    root = read_tree(text, shown, faults) if text is not None else None
    if root is None:
        return Desk("", LANGUAGES[0], None), faults.sorted()
    return read_desk(root, configuration_path.absolute().parent, faults), faults.sorted()


def _with_own(book: RuleBook, run: OpenedRun, text: str, faults: FaultList) -> RuleBook:
    """The book with the office's own parameters in place of the shipped ones, and with its own rules added."""
    parameters, rules = dict(book.parameters), dict(book.rules)
    if run.own_parameters is not None:
        for name, parameter in read_parameters(run.own_parameters, faults).items():
            _check_unit(parameter, parameters.get(name), faults)
            parameters[name] = parameter
    lines = text.splitlines(keepends=True)
    for node in run.own_rules if book.vocabulary.facts else ():
        own = "".join(lines[node.location.line - 1 : node.last_line])
        rule = read_rule(node, RuleText(own, OFFICE_PACK, families_of(book.routing)), book.vocabulary, faults)
        if rule is not None:
            add_rule(rule, rules, faults)
    return replace(book, parameters=parameters, rules=rules)


def _check_unit(own: Parameter, shipped: Parameter | None, faults: FaultList) -> None:
    if shipped is not None and own.unit != shipped.unit:
        what = f"the parameter '{own.name}' is in {own.unit}; the shipped one is in {shipped.unit}"
        why = "the rules that use it would read it wrongly"
        faults.add(own.location, "parameter-unit", what, why, f"write it in {shipped.unit}, or give it another name")


def load_rule_book(folder: Path | None = None) -> tuple[RuleBook, tuple[Fault, ...]]:
    """All shipped packs, parameters and routing, without any office's own; `folder` None: the shipped one."""
    faults = FaultList()
    book = read_book(folder or shipped_folder(), None, faults)
    return book, faults.sorted()


def shipped_parameters(folder: Path | None = None) -> frozenset[str]:
    """Names of the parameters that come with Patuh; an office may set them otherwise."""
    return frozenset(_parameters(folder or shipped_folder(), FaultList()))


def read_book(folder: Path, packs: tuple[str, ...] | None, faults: FaultList) -> RuleBook:
    """The rule files of a folder; `packs` None: all of them."""
    vocabulary, routing = Vocabulary({}), Routing((), "")
    before = len(faults)
    for root, _, _ in _tree_of(folder, "facts.yaml", faults):
        vocabulary = read_vocabulary(root, faults)
    sound = len(faults) == before
    leaning = len(faults)
    parameters = _parameters(folder, faults)
    for root, text, _ in _tree_of(folder, "routing.yaml", faults):
        routing = read_routing(root, text, faults)
    ladder = _ladder(folder, (routing, parameters), faults) if len(faults) == leaning else NO_LADDER
    book = RuleBook(vocabulary if sound else Vocabulary({}), parameters, {}, routing, ladder)
    # Against a vocabulary that is itself wrong every rule would look wrong, in the wrong place.
    if not sound:
        return book
    book = replace(book, rules=_rules(folder, packs, book, faults))
    return replace(book, priority=_priority(folder, book, faults))


def _ladder(folder: Path, leans_on: tuple[Routing, Mapping[str, Parameter]], faults: FaultList) -> Ladder:
    """The sanction ladder; against routing or parameters that are wrong it would look wrong, in the wrong place."""
    for root, text, _ in _tree_of(folder, "ladder.yaml", faults):
        return read_ladder(root, text, leans_on, faults)
    return NO_LADDER


def _priority(folder: Path, book: RuleBook, faults: FaultList) -> Priority:
    """What makes the order of cases; a folder kept from before there was such a file says nothing of it."""
    if (folder / "priority.yaml").exists():
        for root, text, _ in _tree_of(folder, "priority.yaml", faults):
            return read_priority(root, text, (book, known_rules(folder)), faults)
    return NO_PRIORITY


def known_rules(folder: Path) -> tuple[str, ...]:
    """Names of the rules in a folder of rule files, switched on or not."""
    return tuple(sorted(path.stem for path in (folder / "packs").glob("*/*.yaml")))


def families_of(routing: Routing) -> tuple[str, ...]:
    """The families that routing asks about, by the facts `has_…` that are not natures."""
    return tuple(name[4:] for name in routing.facts if name.startswith("has_") and name[4:] not in get_args(Nature))


def known_packs(folder: Path) -> tuple[str, ...]:
    """Names of the packs in a folder of rule files."""
    inside = folder / "packs"
    return tuple(sorted(path.name for path in inside.iterdir() if path.is_dir())) if inside.is_dir() else ()


def _tree_of(folder: Path, name: str, faults: FaultList) -> Iterator[tuple[Node, str, str]]:
    """Root, text and shown path of one file of a folder; nothing where it cannot be read."""
    shown = f"{PACKAGED}/{name}"
    text = read_text(folder / name, shown, faults)
    root = read_tree(text, shown, faults) if text is not None else None
    if root is not None and text is not None:
        yield root, text, shown


def _parameters(folder: Path, faults: FaultList) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for path in sorted((folder / "parameters").glob("*.yaml")):
        for root, _, _ in _tree_of(folder, f"parameters/{path.name}", faults):
            for name, parameter in read_parameters(root, faults).items():
                if name in found:
                    what = f"the parameter '{name}' stands here a second time; first at {found[name].location}"
                    why = "a rule could mean either of the two"
                    faults.add(parameter.location, "duplicate-parameter", what, why, "give one of the two another name")
                found.setdefault(name, parameter)
    return found


def _rules(folder: Path, packs: tuple[str, ...] | None, book: RuleBook, faults: FaultList) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    families = families_of(book.routing)
    for pack in known_packs(folder):
        if packs is not None and pack not in packs:
            continue
        for path in sorted((folder / "packs" / pack).glob("*.yaml")):
            for root, text, shown in _tree_of(folder, f"packs/{pack}/{path.name}", faults):
                rule = read_rule(root, RuleText(text, pack, families), book.vocabulary, faults)
                if rule is not None:
                    _check_file_name(rule, path, shown, faults)
                    add_rule(rule, found, faults)
    return found


def read_rule_file(path: Path, pack: str, book: RuleBook, faults: FaultList) -> Rule | None:
    """One rule from a file of its own, as if it stood in `pack`; None where it has a fault."""
    shown = shown_path(path)
    text = read_text(path, shown, faults)
    root = read_tree(text, shown, faults) if text is not None else None
    if root is None or text is None:
        return None
    return read_rule(root, RuleText(text, pack, families_of(book.routing)), book.vocabulary, faults)


def add_rule(rule: Rule, found: dict[str, Rule], faults: FaultList) -> None:
    """Add a rule to those found; a second one of the same id is a fault that names both places, JKP flagged is one."""
    if rule.id in found:
        what = f"the rule '{rule.id}' stands here a second time; first at {found[rule.id].location}"
        why = "a finding could not say which of the two it came from"
        faults.add(rule.location, "duplicate-rule", what, why, "give one of the two another id, or take it out")
    check_never_flagged(rule, faults)
    found.setdefault(rule.id, rule)


def _check_file_name(rule: Rule, path: Path, shown: str, faults: FaultList) -> None:
    if path.stem != rule.id:
        what = f"the file is called '{path.name}' and holds the rule '{rule.id}'"
        why = "a rule is looked for by its id"
        faults.add(Location(shown), "file-name", what, why, f"rename the file to '{rule.id}.yaml'")
