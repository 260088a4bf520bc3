"""Read rules.yaml: the run's sources, assembly, packs, offices, calendar, and an office's own rules and parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rules.configuration import Assembly, Assignment, Configuration, Guard, Join, Office, Person, Source
from rules.errors import Location
from rules.fault_list import FaultList, use_one_of
from rules.model import RuleBook
from rules.parameters import day_kinds_of
from rules.people import assignment_of, people_of
from rules.places import Node, Scalar
from rules.retention import retention_of
from rules.run_checks import check_assemblies
from rules.sections import (
    LANGUAGES,
    Keys,
    Section,
    choice_of,
    count_of,
    entries_of,
    list_of,
    section_of,
    share_of,
    text_of,
    truth_of,
    wrong_type,
)
from rules.source_entry import path_from, read_source, region_of
from rules.store_url import holds_password, is_postgresql

SETTLE_DAYS = 30
"""Days within which a cured finding that comes back is the same episode (our design)."""

_RUN = Keys(
    "run file",
    ("state", "store", "packs", "sources", "facts", "offices"),
    (
        *("language", "settle_days", "guards", "parameters", "rules", "calendar", "people", "assignment", "retention"),
        "anchors",
    ),
)
_ASSEMBLY = Keys("assembly", ("spine",), ("joins", "only"))
_JOIN = Keys("join", ("source", "on"), ("one_to_one",))
_OFFICE = Keys("office", ("id", "queue", "regions", "name"), ("profile",))
_GUARD = Keys("guard", (), ("max_share", "max_new"))
_CALENDAR = Keys("calendar", (), ("file", "off"))


@dataclass(frozen=True)
class OpenedRun:
    """rules.yaml before its parts are read: what decides which other files are read."""

    section: Section
    path: Path
    packs: tuple[str, ...]

    @property
    def own_parameters(self) -> Node | None:
        """The office's own parameters."""
        return self.section.values.get("parameters")

    @property
    def own_rules(self) -> tuple[Node, ...]:
        """The office's own rules."""
        node = self.section.values.get("rules")
        return list_of(node, self.section.faults, lambda item, _: item) if node is not None else ()


def empty_configuration(path: Path) -> Configuration:
    """What stands for a run file that cannot be read; its faults say so."""
    folder = path.absolute().parent
    return Configuration(path.absolute(), folder / ".patuh", "", "id", (), SETTLE_DAYS, {}, {}, (), {}, None, {})


def open_run(root: Node, path: Path, known_packs: tuple[str, ...], faults: FaultList) -> OpenedRun | None:
    """The run file's keys, and the packs that are switched on."""
    section = section_of(root, _RUN, faults)
    if section is None:
        return None
    packs = section.list_of("packs", lambda node, found: _pack(node, known_packs, found))
    return OpenedRun(section, path.absolute(), packs)


def _pack(node: Node, known: tuple[str, ...], faults: FaultList) -> str | None:
    name = text_of(node, faults)
    if name is not None and name not in known:
        what = f"there is no pack '{name}'"
        faults.add(node.location, "unknown-pack", what, "none of its rules would judge", use_one_of(name, known))
        return None
    return name


def read_run(run: OpenedRun, book: RuleBook) -> Configuration:
    """The configuration; what is faulty is left out and noted."""
    section, folder = run.section, run.path.parent
    sources = _sources(section, book, folder)
    assemblies = _assemblies(section, book)
    check_assemblies(assemblies, sources, book.vocabulary, section)
    calendar = section.read("calendar", lambda node, faults: section_of(node, _CALENDAR, faults))
    file = calendar.text("file") if calendar is not None and "file" in calendar else ""
    settle = section.read("settle_days", count_of)
    settle_days = SETTLE_DAYS if settle is None else settle
    state = path_from(section.text("state") or ".patuh", folder)
    return Configuration(
        path=run.path,
        state=state,
        store=section.read("store", lambda node, faults: _store(node, folder, faults)) or "",
        language=section.choice("language", LANGUAGES, "id"),
        packs=run.packs,
        settle_days=settle_days,
        sources=sources,
        assemblies=assemblies,
        offices=_offices(section, book),
        guards=_guards(section, book),
        calendar_file=path_from(file, folder) if file else None,
        calendar_off=_calendar_off(calendar, book),
        people=section.read("people", people_of),
        assignment=section.read("assignment", assignment_of) or Assignment(),
        retention=section.read("retention", lambda node, faults: retention_of(node, settle_days, faults)) or {},
        anchors=path_from(section.text("anchors"), folder) if "anchors" in section else None,
    )


@dataclass(frozen=True)
class Desk:
    """Who works on which store in which language; `store` is "" where none is named. `people` as in Configuration."""

    store: str
    language: str
    people: Mapping[str, Person] | None


def read_desk(root: Node, folder: Path, faults: FaultList) -> Desk:
    """The desk of a run file of which nothing else is looked at; other faults are for who reads all of it."""
    known = {key.text: value for key, value in entries_of(root, faults)}
    elsewhere = FaultList()
    store = _store(known["store"], folder, elsewhere) if "store" in known else None
    language = choice_of(known["language"], elsewhere, LANGUAGES) if "language" in known else None
    return Desk(
        store or "", language or LANGUAGES[0], people_of(known["people"], faults) if "people" in known else None
    )


def _store(node: Node, folder: Path, faults: FaultList) -> str | None:
    url = text_of(node, faults)
    if url is None:
        return None
    scheme, mark, path = url.partition(":///")
    if scheme == "sqlite" and mark and path:
        return f"sqlite:///{path_from(path, folder)}"
    why = "there would be nowhere to keep the cases"
    what, remedy = f"'{url}' is no address of a store", "write sqlite:///patuh.db, or postgresql://user@host/database"
    if is_postgresql(url):
        if not holds_password(url):
            return url
        what, why = "the store's address holds a password", "the run file is kept with every run that it was read for"
        remedy = "take it out; put it into ~/.pgpass, a service file, or PGPASSWORD"
    faults.add(node.location, "store-url", what, why, remedy)
    return None


def _sources(section: Section, book: RuleBook, folder: Path) -> Mapping[str, Source]:
    sources: dict[str, Source] = {}
    known = "sources" in section and book.vocabulary.facts
    for key, node in entries_of(section.values["sources"], section.faults) if known else ():
        source = read_source(key, node, book.vocabulary, folder, section.faults)
        if source is not None:
            sources[key.text] = source
    return sources


def _assemblies(section: Section, book: RuleBook) -> Mapping[str, Assembly]:
    found: dict[str, Assembly] = {}
    facts = book.vocabulary.facts
    for key, node in entries_of(section.values["facts"], section.faults) if "facts" in section and facts else ():
        if key.text not in facts:
            what = f"there is no fact '{key.text}'"
            remedy = use_one_of(key.text, facts)
            section.faults.add(key.location, "unknown-fact", what, "no rule could judge it", remedy)
            continue
        inner = section_of(node, _ASSEMBLY, section.faults)
        if inner is not None:
            found[key.text] = Assembly(
                key.text, inner.text("spine"), inner.list_of("joins", _join), inner.place("spine"), _only(inner)
            )
    return found


def _only(section: Section) -> Mapping[str, tuple[str, ...]]:
    """Field to the texts that keep a subject in the fact; whether the spine has the field is checked later."""
    entries = entries_of(section.values["only"], section.faults) if "only" in section else ()
    return {key.text: list_of(node, section.faults, text_of) for key, node in entries}


def _join(node: Node, faults: FaultList) -> Join | None:
    before = len(faults)
    section = section_of(node, _JOIN, faults)
    if section is None:
        return None
    on = section.list_of("on", text_of)
    if "on" in section and not on and len(faults) == before:
        wrong_type(section.values["on"], "at least one field", faults)
    one_to_one = section.read("one_to_one", truth_of) or False
    return Join(section.text("source"), on, one_to_one, section.location) if len(faults) == before else None


def _offices(section: Section, book: RuleBook) -> tuple[Office, ...]:
    found: dict[str, tuple[Office, Location]] = {}

    def office(node: Node, faults: FaultList) -> Office | None:
        before = len(faults)
        inner = section_of(node, _OFFICE, faults)
        if inner is None:
            return None
        name, queues = inner.text("id"), book.routing.queues
        queue = inner.choice("queue", queues, "") if queues else inner.text("queue")
        read = Office(name, queue, inner.list_of("regions", region_of), inner.text("name"), inner.text("profile"))
        if name in found:
            what = f"the office '{name}' stands here a second time; first at line {found[name][1].line}"
            faults.add(inner.place("id"), "duplicate-name", what, "a case could go to either", "give one another id")
        found.setdefault(name, (read, inner.place("id")))
        return read if len(faults) == before else None

    return section.list_of("offices", office)


def _guards(section: Section, book: RuleBook) -> Mapping[str, Guard]:
    found: dict[str, Guard] = {}
    for key, node in entries_of(section.values["guards"], section.faults) if "guards" in section else ():
        if key.text not in book.rules and len(section.faults) == 0:
            _unknown(key, "rule", tuple(book.rules), section.faults)
        inner = section_of(node, _GUARD, section.faults)
        if inner is not None:
            found[key.text] = Guard(inner.read("max_share", share_of), inner.read("max_new", count_of))
    return found


def _calendar_off(calendar: Section | None, book: RuleBook) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if calendar is None or "off" not in calendar:
        return found
    for key, node in entries_of(calendar.values["off"], calendar.faults):
        if key.text not in book.parameters and len(calendar.faults) == 0:
            _unknown(key, "parameter", tuple(book.parameters), calendar.faults)
        found[key.text] = day_kinds_of(node, calendar.faults)
    return found


def _unknown(key: Scalar, what: str, known: tuple[str, ...], faults: FaultList) -> None:
    text = f"there is no {what} '{key.text}'"
    faults.add(key.location, f"unknown-{what}", text, "the setting would change nothing", use_one_of(key.text, known))


def with_sources(configuration: Configuration, paths: Mapping[str, Path]) -> Configuration:
    """The configuration with other paths for some sources, by name; the names are known to be there."""
    sources = {
        name: replace(source, path=paths[name].absolute()) if name in paths else source
        for name, source in configuration.sources.items()
    }
    return replace(configuration, sources=sources)
