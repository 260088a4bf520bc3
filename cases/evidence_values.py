"""What a finding rests on, value by value: what it says, covered, which register said it, and as of which day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from cases.formats import evidence_of, field_of, typed, written
from cases.masking import evidence_classes, evidence_covers, mask_evidence
from cases.store.models import Finding
from cases.wording import Wording
from connectors.assemble import field_origins
from connectors.run_record import Record
from rules.configuration import Configuration
from rules.model import Rule, Vocabulary


@dataclass(frozen=True)
class EvidenceValue:
    """One value of the evidence: what it is called, the value (covered unless asked for), its personal-data class.

    `source`: the register that gave it, None for what was worked out; `as_of`: the day that the register spoke of.
    """

    name: str
    words: str
    value: str
    personal: str
    source: str | None
    as_of: date | None


@dataclass(frozen=True)
class Origins:
    """Which register gives each name of a fact's evidence (None: nobody), and of which day each register spoke."""

    registers: Mapping[str, str | None] = field(default_factory=dict)
    days: Mapping[str, date | None] = field(default_factory=dict)


def origins_of(fact: str, configuration: Configuration, vocabulary: Vocabulary, record: Record | None) -> Origins:
    """Return where the evidence about a fact came from, by this run file, on the night of this record."""
    if fact not in configuration.assemblies:
        return Origins()
    known = vocabulary.facts[fact]
    registers = dict(field_origins(configuration.assemblies[fact], known, configuration.sources, {}))
    for relation in known.relations.values():
        if relation.fact in configuration.assemblies:
            other = vocabulary.facts[relation.fact]
            theirs = field_origins(configuration.assemblies[relation.fact], other, configuration.sources, {})
            registers |= {f"{relation.name}.{name}": source for name, source in theirs.items()}
    days = {} if record is None else {name: one.as_of for name, one in record.sources.items()}
    return Origins(registers, days)


def evidence_values(
    finding: Finding, rule: Rule | None, vocabulary: Vocabulary, origins: Origins, shown: tuple[Wording, bool]
) -> Iterator[EvidenceValue]:
    """Yield every value that a finding keeps; `shown`: in which words, and whether uncovered."""
    wording, unmask = shown
    evidence = evidence_of(finding.evidence)
    if rule is None:  # nothing says which of it is personal data
        yield from (EvidenceValue(name, name, "*", "sensitive", None, None) for name in evidence)
        return
    classes = evidence_classes(rule, vocabulary)
    values = evidence if unmask else mask_evidence(evidence, evidence_covers(rule, vocabulary))
    for name, value in values.items():
        known, source = field_of(rule, name, vocabulary), origins.registers.get(name)
        yield EvidenceValue(
            name=name,
            words=wording.words(known.words) if known else name,
            value=written(typed(value, known), known, wording),
            personal=classes.get(name, "sensitive"),
            source=source,
            as_of=origins.days.get(source) if source else None,
        )
