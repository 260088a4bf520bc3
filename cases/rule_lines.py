"""The parts of a rule's page: every text worded for one reader, only codes and conditions as in the file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConditionLine:
    """One line: its part (`when 1`), the condition as written, and how it reads in words."""

    part: str
    text: str
    words: str


@dataclass(frozen=True)
class BasisLine:
    """An article: where it is, its days, how its text was checked; `in_force` None: no day was asked about."""

    law: str
    article: str
    since: str
    until: str
    flag: str
    checked: str
    note: str
    in_force: bool | None


@dataclass(frozen=True)
class ValueLine:
    """A value of a parameter with its days, source and check.

    `applies`: whom it is for, "" for everybody. `current`: in force on the day asked about, `before` before that day.
    """

    value: str
    since: str
    until: str
    source: str
    flag: str
    checked: str
    current: bool
    before: bool
    applies: str


@dataclass(frozen=True)
class ParameterLines:
    """A parameter and all its values, oldest first; `off` names the days that do not count beside weekends.

    `by`: what the values differ by, "" where they do not. `ours`: a setting of our design that no law gives.
    """

    name: str
    words: str
    unit: str
    off: str
    by: str
    ours: bool
    values: tuple[ValueLine, ...]


@dataclass(frozen=True)
class FieldLine:
    """A field of the vocabulary in words; `values` are those of a choice, `known_from` a field."""

    name: str
    words: str
    type: str
    unit: str
    null: str
    personal: str
    values: str = ""
    known_from: str = ""


@dataclass(frozen=True)
class MarkLine:
    """A mark of a finding and when it holds."""

    name: str
    words: str
    condition: ConditionLine
    ranks_below: bool


@dataclass(frozen=True)
class ExampleLine:
    """An example: what differs from the common subject, the day, what is expected, and values that must come out."""

    name: str
    today: str
    differs: tuple[tuple[str, str], ...]
    expect: str
    shows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RulePage:
    """The whole page; every text is worded, only codes (`id`, `pack`, `flag`) and conditions are as in the file."""

    id: str
    title: str
    pack: str
    family: str
    nature: str
    nature_code: str
    nature_meaning: str
    status: str
    status_code: str
    status_meaning: str
    subject: str
    subject_words: str
    party: str
    conditions: tuple[ConditionLine, ...]
    lets: tuple[ConditionLine, ...]
    severity: tuple[tuple[ConditionLine | None, str], ...]
    marks: tuple[MarkLine, ...]
    basis: tuple[BasisLine, ...]
    parameters: tuple[ParameterLines, ...]
    fields: tuple[FieldLine, ...]
    evidence: tuple[tuple[str, str], ...]
    say: str
    false_positives: str
    max_share: str
    max_new: str
    common: tuple[tuple[str, str], ...]
    examples: tuple[ExampleLine, ...]
    place: str
    sha256: str
    waits_for: str
