"""Check how facts are assembled: sources that exist, keys that are mapped, fields that only one source offers."""

from collections.abc import Mapping

from rules.configuration import Assembly, Join, Source
from rules.errors import Location
from rules.fault_list import FaultList, use_one_of
from rules.model import Fact, Vocabulary
from rules.places import Node
from rules.sections import Section, entries_of, names_of


def check_assemblies(
    assemblies: Mapping[str, Assembly], sources: Mapping[str, Source], vocabulary: Vocabulary, section: Section
) -> None:
    """Note every fault in how the facts are put together; sources that have faults of their own are passed over."""
    if "sources" not in section or "facts" not in section:
        return
    declared = names_of(section.values["sources"], FaultList())
    checker = _Checker(sources, declared, section.faults)
    for name, assembly in assemblies.items():
        checker.assembly(assembly, vocabulary.facts[name])
    used = {name for one in assemblies.values() for name in (one.spine, *(join.source for join in one.joins))}
    if len(section.faults) == 0:
        _check_used(section, used)


def _check_used(section: Section, used: set[str]) -> None:
    for key, _ in entries_of(section.values["sources"], FaultList()):
        if key.text not in used:
            what = f"no fact uses the source '{key.text}'"
            remedy = "name it under 'facts' as spine or join, or take it out"
            section.faults.add(key.location, "unused-source", what, "it would be read for nothing", remedy)


def _offered(sources: list[Source], fact: Fact) -> set[str]:
    """Fields that the sources offer; one without a map may offer any of them."""
    if any(not source.columns for source in sources):
        return set(fact.fields)
    return {name for source in sources for name in source.columns}


class _Checker:
    def __init__(self, sources: Mapping[str, Source], declared: Mapping[str, Node], faults: FaultList) -> None:
        self._sources = sources
        self._declared = declared
        self._faults = faults

    def assembly(self, assembly: Assembly, fact: Fact) -> None:
        spine = self._source(assembly.spine, assembly.location, fact)
        if spine is not None and spine.key != (fact.key,):
            what = (
                f"the spine '{spine.name}' has the key {', '.join(spine.key)}, and '{fact.name}' has the key {fact.key}"
            )
            remedy = f"write 'key: [{fact.key}]' in the source"
            self._faults.add(spine.location, "spine-key", what, "a finding could not name its subject", remedy)
        if spine is not None:
            self._only(assembly, spine, fact)
        before: list[Source] = [spine] if spine is not None else []
        all_known = spine is not None
        joined: set[str] = {assembly.spine}
        for join in assembly.joins:
            if join.source in joined:
                what = f"the source '{join.source}' is used a second time in '{fact.name}'"
                self._faults.add(
                    join.location, "duplicate-name", what, "its fields would be taken twice", "take one out"
                )
                continue
            joined.add(join.source)
            source = self._source(join.source, join.location, fact)
            if source is not None:
                self._join(join, source, before, fact, all_known)
                before.append(source)
            all_known = all_known and source is not None

    def _only(self, assembly: Assembly, spine: Source, fact: Fact) -> None:
        for name, texts in assembly.only.items():
            why = "every subject would be left out, or none"
            if name not in fact.fields or (spine.columns and name not in spine.columns):
                what = f"'only' names '{name}', which the spine '{spine.name}' does not offer"
                remedy = use_one_of(name, spine.columns or fact.fields)
                self._faults.add(assembly.location, "unknown-field", what, why, remedy)
            elif fact.fields[name].type not in ("text", "choice", "region") or not texts:
                what = f"'only' needs a list of texts for a text field, and '{name}' has none"
                self._faults.add(assembly.location, "only-texts", what, why, f"write '{name}: [text, text]'")
            elif wrong := [text for text in texts if fact.fields[name].values and text not in fact.fields[name].values]:
                what = f"'{name}' is never '{wrong[0]}'"
                self._faults.add(
                    assembly.location, "bad-choice", what, why, use_one_of(wrong[0], fact.fields[name].values)
                )

    def _source(self, name: str, place: Location, fact: Fact) -> Source | None:
        if not name:
            return None
        if name not in self._declared:
            what = f"there is no source '{name}'"
            self._faults.add(
                place, "unknown-source", what, "its fields would stay unknown", use_one_of(name, self._declared)
            )
            return None
        source = self._sources.get(name)
        if source is not None and source.fact != fact.name:
            what = f"the source '{name}' speaks of '{source.fact}', not of '{fact.name}'"
            self._faults.add(place, "source-fact", what, "its fields do not belong here", "name a source of this fact")
            return None
        return source

    def _join(self, join: Join, source: Source, before: list[Source], fact: Fact, all_known: bool) -> None:
        offered = _offered(before, fact)
        for name in join.on:
            if name not in fact.fields:
                what = f"the fact '{fact.name}' has no field '{name}'"
                remedy = use_one_of(name, fact.fields)
                self._faults.add(join.location, "unknown-field", what, "nothing would ever join", remedy)
            elif source.columns and name not in source.columns:
                self._not_mapped(join, name, source.name)
            elif all_known and name not in offered:
                self._not_mapped(join, name, "the sources before it")
        if set(join.on) != set(source.key) and all(not source.columns or name in source.columns for name in join.on):
            what = f"'{source.name}' is joined on {', '.join(join.on)}, and its key is {', '.join(source.key)}"
            why = "rows with the same join fields would not be seen as duplicates"
            self._faults.add(join.location, "join-key", what, why, "write the same fields under 'on' and 'key'")
        for other in before:
            self._offered_twice(join, source, other)

    def _not_mapped(self, join: Join, name: str, where: str) -> None:
        what = f"'{name}' is joined on, and {where} has no column for it"
        remedy = f"add '{name}:' under 'columns', or join on another field"
        self._faults.add(join.location, "join-not-mapped", what, "nothing would ever join", remedy)

    def _offered_twice(self, join: Join, source: Source, other: Source) -> None:
        for name, column in source.columns.items():
            if name in other.columns and name not in join.on and name not in source.key:
                what = f"'{name}' is offered by '{source.name}' and by '{other.name}'"
                why = "two registers may differ, and a field has one origin"
                remedy = "take it out of one of the two column maps"
                self._faults.add(column.location, "field-offered-twice", what, why, remedy)
