"""Read rule files that are not the shipped ones: a folder of them, or one file for itself."""

from pathlib import Path

from rules.fault_list import FaultList
from rules.ladder_file import read_ladder
from rules.load import NO_LADDER, read_book, shipped_folder
from rules.model import Parameter, Routing, RuleBook, Vocabulary
from rules.parameters import read_parameters
from rules.places import Entries, Node, read_text, read_tree, shown_path
from rules.routing_file import read_routing
from rules.rule_files import RuleText, read_rule
from rules.sections import names_of
from rules.vocabulary import read_vocabulary


def read_rules_at(path: Path, shipped: RuleBook, faults: FaultList) -> RuleBook:
    """The rule files of a folder, or a book of what one file says.

    A rule for itself is read with the shipped vocabulary and into the pack of the shipped rule of its file's name. Any
    other file stands beside the shipped rules, so that it can be said which of them read it.
    """
    if path.is_dir():
        return read_book(path, None, faults)
    empty = RuleBook(Vocabulary({}), {}, {}, Routing((), ""))
    shown = shown_path(path)
    text = read_text(path, shown, faults)
    root = read_tree(text, shown, faults) if text is not None else None
    return (
        _one_file(root, RuleText(text, _pack(path, shipped)), shipped, faults)
        if root is not None and text is not None
        else empty
    )


def _pack(path: Path, shipped: RuleBook) -> str:
    return next((rule.pack for rule in shipped.rules.values() if rule.id == path.stem), "")


def _one_file(root: Node, source: RuleText, shipped: RuleBook, faults: FaultList) -> RuleBook:
    """What a single file says: a rule, routing, facts or parameters, by the keys that only one of them has."""
    rules, parameters = shipped.rules, dict[str, Parameter]()
    facts, routing, ladder = Vocabulary({}), Routing((), ""), NO_LADDER
    entries = names_of(root, FaultList())
    inner = [names_of(node, FaultList()) for node in entries.values() if isinstance(node, Entries)]
    if "id" in entries or "subject" in entries:
        rule = read_rule(root, source, shipped.vocabulary, faults)
        rules = {rule.id: rule} if rule is not None else {}
    elif {"facts", "rules"} <= entries.keys():
        routing = read_routing(root, source.text, faults)
    elif {"steps", "rules"} <= entries.keys():
        ladder = read_ladder(root, source.text, (shipped.routing, shipped.parameters), faults)
    elif any("fields" in one for one in inner):
        facts = read_vocabulary(root, faults)
    else:
        parameters = dict(read_parameters(root, faults))
    return RuleBook(facts, parameters, rules, routing, ladder)


def shipped_file(path: Path) -> Path | None:
    """The shipped rule file of the same name, in a folder of the same name where there are several."""
    folder, parts = shipped_folder(), path.absolute().parts
    found = sorted(folder.rglob(path.name))
    alike = [one for one in found if parts[-len(one.relative_to(folder).parts) :] == one.relative_to(folder).parts]
    if alike:
        return max(alike, key=lambda one: len(one.parts))
    return found[0] if len(found) == 1 else None


def shipped_names() -> tuple[str, ...]:
    """The names of all shipped rule files."""
    return tuple(sorted(path.name for path in shipped_folder().rglob("*.yaml")))
