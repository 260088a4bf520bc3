"""The values that the rule files become: frozen, typed, each with its place in the file.

The files are read in `rules.load`; nothing here reads or checks anything.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal, get_args

from rules.errors import Location
from rules.priority import NO_PRIORITY, Priority

FieldType = Literal["text", "integer", "money", "percent", "date", "boolean", "choice", "npwp", "nik", "nib", "region"]
NullMeaning = Literal["none", "unknown"]
PersonalClass = Literal["open", "company", "person", "sensitive"]
PERSONAL_CLASSES: Final[tuple[PersonalClass, ...]] = get_args(PersonalClass)
"""The classes of personal data, the gravest last."""
Nature = Literal["violation", "indication", "outreach", "notice"]
Status = Literal["draft", "trial", "stable", "retired"]
Outcome = Literal["violation", "pass", "unknown", "not_applicable", "waived", "error"]
SeverityName = Literal["low", "medium", "high", "critical"]
CheckFlag = Literal["V", "V2", "R", "NF"]
IdentifierKind = Literal["npwp", "nik", "nib", "npp", "source"]

SEVERITIES: tuple[SeverityName, ...] = ("low", "medium", "high", "critical")
"""Ascending; a stored severity is its index in this tuple plus one (1 to 4)."""

Words = Mapping[str, str]
"""Language code ("id", "en") to text."""


@dataclass(frozen=True)
class Text:
    """A piece of text from a rule file and where it begins there."""

    text: str
    location: Location


@dataclass(frozen=True)
class Field:
    """One field of a fact.

    `null` says what NULL means: `none`, known to be absent, or `unknown`, not said.
    `known_from` names a date field of the same fact: before that day the value did not exist, and a
    reconstruction of an earlier day puts `before` (usually None: NULL) in its place.
    `pair` names the field with the old 15-digit number of the same party: where both are said they must agree.
    """

    name: str
    type: FieldType
    unit: str | None
    null: NullMeaning
    personal: PersonalClass
    words: Words
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    known_from: str | None = None
    before: str | None = None
    pair: str | None = None


@dataclass(frozen=True)
class Relation:
    """Another fact reachable from this one: `many` rows of `fact` whose `theirs` equals our `ours`, or one."""

    name: str
    fact: str
    ours: str
    theirs: str
    many: bool


@dataclass(frozen=True)
class PartyFields:
    """Whom a case on this fact is about: `name` a field; `identifiers` kind to field, strongest kind first.

    A kind `source` identifies the party by the register's own key, written `<party kind>:<value>`.
    """

    kind: str
    name: str
    identifiers: Mapping[IdentifierKind, str]


@dataclass(frozen=True)
class Fact:
    """One kind of typed row about one subject; `key`, `region` and `known_from` name fields.

    `routing` maps a fact that routing may read (`warnings_spent`, `instalment_plan_kept`, …) to a field.
    """

    name: str
    words: Words
    key: str
    region: str
    party: PartyFields
    fields: Mapping[str, Field]
    relations: Mapping[str, Relation]
    routing: Mapping[str, str]
    known_from: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """All facts, by name."""

    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Slice:
    """One slice of a progressive table: the part of an amount up to `up_to` (None: without end) counts by `rate`."""

    up_to: Decimal | None
    rate: Decimal


ParameterContent = int | Decimal | str | tuple[Slice, ...]
"""A number, a text, or the ascending slices of a progressive table."""


@dataclass(frozen=True)
class ParameterValue:
    """A value in force from `since` to `until`, both inclusive; `until` None: still in force.

    `applies` names whom it is for, where the parameter differs by region or kind of subject; None: everybody.
    """

    value: ParameterContent
    since: date
    until: date | None
    source: str
    checked: CheckFlag
    applies: str | None = None


@dataclass(frozen=True)
class Parameter:
    """A number of the law or of our design, dated; `values` ascend and leave no gap.

    `off`: for a deadline in working days, the kinds of days that do not count beside Saturday and Sunday
    (`libur_nasional`, `cuti_bersama`); an office may set it otherwise in rules.yaml.
    `by`: the subject's field that chooses among the values' `applies` (a region counts for all that lie in it); the
    values of each of them ascend and leave no gap. `ours`: a setting of our design that no law gives.
    """

    name: str
    unit: str
    words: Words
    off: tuple[str, ...]
    values: tuple[ParameterValue, ...]
    location: Location
    by: str | None = None
    ours: bool = False


@dataclass(frozen=True)
class Basis:
    """An article that a rule stands on; `until` None: still in force; `note` {}: nothing to add."""

    law: str
    article: str
    since: date
    until: date | None
    checked: CheckFlag
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class SeverityStep:
    """`when` None is the `else` step; the first step whose condition is TRUE gives the severity."""

    when: Text | None
    severity: SeverityName


@dataclass(frozen=True)
class Mark:
    """A named boolean shown with a finding (`work_ended`); `ranks_below`: where it is TRUE the finding sorts last."""

    name: str
    condition: Text
    words: Words
    ranks_below: bool = False


@dataclass(frozen=True)
class Let:
    """A named value of a rule: its expression, and for those who read it its unit and words ({}: the name itself)."""

    text: Text
    unit: str | None = None
    words: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """One case of a rule's own tests: the subject's fields (left out: NULL), `today`, the outcome expected.

    The pseudo-field `_unknown` of `subject` is a tuple of fields with null `none` that were not said (their source
    is not complete); a many-relation holds a tuple of mappings, any other relation a mapping.
    `shows`: names under `let` with the exact value that must come out, as text. `off`: kinds of days off that an office
    sets for a deadline, by the name of its parameter.
    """

    name: str
    today: date
    subject: Mapping[str, object]
    expect: Outcome
    severity: SeverityName | None
    location: Location
    shows: Mapping[str, str] = field(default_factory=dict)
    off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One rule: conditions over one fact, with law, words and examples.

    `law_date` is an expression for the day whose law counts; None: the evaluation date.
    `waits_for`: what must be confirmed before a draft or trial becomes stable, or a notice more than a notice.
    `text` and `sha256` are the file's own bytes as read: what an auditor is shown.
    """

    id: str
    pack: str
    nature: Nature
    status: Status
    family: str
    title: Words
    subject: str
    basis: tuple[Basis, ...]
    scope: tuple[Text, ...]
    needs: tuple[Text, ...]
    let: Mapping[str, Let]
    when: tuple[Text, ...]
    law_date: Text | None
    severity: tuple[SeverityStep, ...]
    marks: tuple[Mark, ...]
    evidence: tuple[Text, ...]
    say: Words
    false_positives: Words
    examples: tuple[Example, ...]
    max_share: Decimal
    max_new: int
    location: Location
    text: str
    sha256: str
    waits_for: Words = field(default_factory=dict)


CaseFacts = Mapping[str, tuple[str | int, ...]]
"""Every fact of a case that decisions may ask about, with the values that it can take."""


@dataclass(frozen=True)
class CaseCondition:
    """`fact` of the case compared with one value or any of several; only equality and order on small integers."""

    fact: str
    operator: Literal["is", "in", "at_least", "at_most"]
    values: tuple[str | int, ...]


@dataclass(frozen=True)
class DecisionRule:
    """A decision: when all `when` hold, `then` follows; `why` is the reason that a person reads."""

    id: str
    when: tuple[CaseCondition, ...]
    then: Mapping[str, str | int]
    why: Words
    location: Location


@dataclass(frozen=True)
class Routing:
    """All routing rules in the order of the file; the last one has no conditions and catches all.

    `facts`: every fact of a case with the values that it can take; `queues` and `purposes`: what `then` may name.
    """

    rules: tuple[DecisionRule, ...]
    sha256: str
    facts: CaseFacts = field(default_factory=dict)
    queues: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


NO_STEP = "none"
"""What a rule of the ladder says where no step is proposed, and a case where no step stands."""


@dataclass(frozen=True)
class StepDeadline:
    """How long a step lasts: the dated parameter that says how many days, of the parameter's own unit.

    `starts`: on the proof of receipt of the step's letter, or on the day after the step before it ended. `binds`: who
    has to act in that time. `ours`: our design, which no law gives; screens say so.
    """

    parameter: str
    starts: Literal["receipt", "step_before"]
    binds: Literal["employer", "agency"]
    ours: bool


@dataclass(frozen=True)
class StepRecord:
    """Something that has to be on record (a letter, a proof of receipt); it is made at the step `of` ("": at none).

    `by`: it is the step's own document (`letter`), the proof that this was received (`receipt`), or a person puts it on
    record by itself (`hand`).
    """

    name: str
    of: str
    words: Words
    by: Literal["letter", "receipt", "hand"] = "hand"


@dataclass(frozen=True)
class LadderStep:
    """One step of the sanction ladder.

    `do` is what a person does; `needs` name the records without which the step may not be taken; `deadline` None: no
    law and no design gives one. `office` is the queue whose office has to act; None: the agency itself. `covers`: the
    case needs an open finding of one of these families; empty: of any. `four_eyes`: who proposes it does not
    confirm it.
    """

    id: str
    words: Words
    do: Words
    needs: tuple[str, ...]
    deadline: StepDeadline | None
    office: str | None
    basis: tuple[Basis, ...]
    location: Location
    covers: tuple[str, ...] = ()
    four_eyes: bool = False


@dataclass(frozen=True)
class Ladder:
    """The sanction ladder: its steps from the first to the last, and the rules that propose the next one.

    `records` by name; `facts` are those of routing, which the rules ask about; the last rule has no conditions.
    `four_eyes`: purposes of a referral that one person proposes and another confirms.
    """

    steps: tuple[LadderStep, ...]
    records: Mapping[str, StepRecord]
    rules: tuple[DecisionRule, ...]
    sha256: str
    facts: CaseFacts = field(default_factory=dict)
    four_eyes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RuleBook:
    """Everything that the rule files say, faults removed."""

    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter]
    rules: Mapping[str, Rule]
    routing: Routing
    ladder: Ladder = Ladder((), {}, (), "")
    priority: Priority = NO_PRIORITY

    @property
    def decisions_sha256(self) -> str:
        """One hash for all that decides about cases: routing, the ladder, and what makes their order."""
        said = (self.routing.sha256, self.ladder.sha256, self.priority.sha256)
        return hashlib.sha256("\n".join(said).encode()).hexdigest()
