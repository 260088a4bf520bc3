"""What `rules.yaml` says about the run: sources, assembly, packs, offices, store. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from rules.errors import Location
from rules.retention import Period

ConnectorName = Literal["csv", "xlsx", "parquet", "json", "sql", "isb"]
Aggregate = Literal["sum", "min", "max", "any", "all", "one"]
"""How several rows of one key become one. A NULL part makes the whole NULL; `one`: all must be equal, else unknown."""


@dataclass(frozen=True)
class Column:
    """Where a field of the fact comes from in one source.

    Exactly one of `source` (a column's name) and `constant`. `values` maps source text to field text; a text
    that it does not list is rejected. `dates` is a strptime pattern, `numbers` the shape `1.234.567,89`.
    """

    field: str
    source: str | None
    constant: str | None
    values: Mapping[str, str]
    dates: str | None
    numbers: str | None
    location: Location


@dataclass(frozen=True)
class Source:
    """One register, as the office declares it.

    `path` is absolute (a file, or a folder for isb); None for sql. `as_of` None: the file's own modification day.
    `fresh_days` None means `freshness: archive`: no limit, said in every summary.
    `complete`: True, False, or the region codes (any level) for which the register is complete.
    `key` names the fields that rows are found by (the fact's key for a spine, the join fields otherwise).
    `options` are the connector's own: delimiter, encoding, sheet, header_row, format, url, query, table …
    """

    name: str
    connector: ConnectorName
    fact: str
    path: Path | None
    as_of: date | None
    fresh_days: int | None
    complete: bool | tuple[str, ...]
    may_be_empty: bool
    largest_drop: Decimal
    reject_limit: Decimal
    key: tuple[str, ...]
    group: Mapping[str, Aggregate]
    columns: Mapping[str, Column]
    options: Mapping[str, str]
    location: Location


@dataclass(frozen=True)
class Join:
    """A source whose rows add fields to a fact. `on`: the identifier fields, equal on both sides after normalising.

    `one_to_one`: two subjects that share the key make both unknown (head counts must not be counted twice).
    """

    source: str
    on: tuple[str, ...]
    one_to_one: bool
    location: Location


@dataclass(frozen=True)
class Assembly:
    """How one fact is put together.

    `only`: fields of the spine to texts. A subject that says something else is left out and counted; one that says
    nothing stays. A text divided by `;` or `,` is a list, and one of its entries is enough.
    """

    fact: str
    spine: str
    joins: tuple[Join, ...]
    location: Location
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Office:
    """A labour office or prosecutors' office that cases go to. `profile` names what of a case may travel there."""

    id: str
    queue: str
    regions: tuple[str, ...]
    name: str
    profile: str = ""


ROLES: Final = ("inspector", "supervisor", "auditor", "exporter")
"""What a person may be; several at once are possible."""


@dataclass(frozen=True)
class Person:
    """Somebody who logs in as `login`. `regions`: Kemendagri codes of any level; None: the whole nation."""

    login: str
    name: str
    roles: frozenset[str]
    regions: tuple[str, ...] | None


@dataclass(frozen=True)
class Assignment:
    """Who is given cases by load: persons with one of `roles`, each up to `max_load` live cases (our design)."""

    roles: frozenset[str] = frozenset({"inspector"})
    max_load: int = 100


@dataclass(frozen=True)
class Guard:
    """An office's own limits for one rule; None keeps the rule's."""

    max_share: Decimal | None
    max_new: int | None


@dataclass(frozen=True)
class Configuration:
    """The whole of rules.yaml. `state` is the folder of snapshots and run records; paths are absolute.

    `retention`: lines of `rules.retention.LINES` that are named; what is not named is kept. `anchors`: the folder of
    anchor files; None: within `state`. `people` by login; None: the run file names nobody, and who is logged in may do
    everything (a desk of one).
    """

    path: Path
    state: Path
    store: str
    language: str
    packs: tuple[str, ...]
    settle_days: int
    sources: Mapping[str, Source]
    assemblies: Mapping[str, Assembly]
    offices: tuple[Office, ...]
    guards: Mapping[str, Guard]
    calendar_file: Path | None
    calendar_off: Mapping[str, tuple[str, ...]]
    people: Mapping[str, Person] | None = None
    assignment: Assignment = Assignment()
    retention: Mapping[str, Period] = field(default_factory=dict)
    anchors: Path | None = None

    @property
    def anchor_root(self) -> Path:
        """The folder in which each store has a folder of anchor files."""
        return self.anchors or self.state / "anchors"
