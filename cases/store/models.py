"""The tables of the case store, as SQLModel classes. Portable types only: SQLite now, PostgreSQL by the same code.

Days are DATE, moments are aware and kept as UTC, JSON is TEXT (canonical: sorted keys, no blanks).
Severity is 1 (low) to 4 (critical). Integer keys of what a scan writes are given in bulk, ascending; those of what a
person writes are given by the database, for a person sees only some rows and cannot count them.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Connection, Index, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel

from cases.store.name_words import kept_words
from cases.store.stages import LIVE_FINDING, OPEN_CASE


def _walked(name: str, *columns: str, where: str = OPEN_CASE) -> Index:
    """An index over open cases, or live findings, alone."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Scan(SQLModel, table=True):
    """One completed scan: one row, also for a night that changed nothing.

    `landed` is a JSON object, source to what was read of it; `counts` a JSON object of the run's numbers.
    """

    __tablename__: ClassVar[str] = "scan"
    __table_args__ = (UniqueConstraint("run_id", name="uq_scan_run_id"),)

    id: int = Field(primary_key=True)
    run_id: str
    as_of: date
    started_at: datetime
    finished_at: datetime
    landed: str = Field(sa_type=Text)
    counts: str = Field(sa_type=Text)


class RuleVersion(SQLModel, table=True):
    """A rule's own bytes at the scan that first judged with them. `nature` and `family` are routing's words."""

    __tablename__: ClassVar[str] = "rule_version"
    __table_args__ = (UniqueConstraint("rule", "sha256", name="uq_rule_version_rule_sha256"),)

    id: int = Field(primary_key=True)
    rule: str
    sha256: str
    family: str
    nature: str
    text: str = Field(sa_type=Text)
    first_scan_id: int = Field(foreign_key="scan.id")


class Party(SQLModel, table=True):
    """Whom cases are about: employer, contractor, group or institution.

    `name` as the registers last said it; None: not said. `words`: those of the name, as it is sorted and found by
    (`cases.store.name_words`); the full text over them keeps itself. `merged_into`: the party that a person found this
    one to be; it has taken over all that this one had.
    """

    __tablename__: ClassVar[str] = "party"
    __table_args__ = (
        _walked("ix_party_words", "words", "id", where="kind <> 'person'"),
        _walked("ix_party_person", "id", where="kind = 'person'"),
    )

    id: int = Field(primary_key=True)
    kind: str
    name: str | None = Field(default=None, sa_type=Text)
    merged_into: int | None = Field(default=None, foreign_key="party.id")
    words: str | None = Field(default=None, sa_type=Text)


@event.listens_for(Party, "before_insert")
@event.listens_for(Party, "before_update")
def _cut_name(_mapper: Mapper[Party], _connection: Connection, party: Party) -> None:
    party.words = kept_words(party.name)


class PartyIdentifier(SQLModel, table=True):
    """One identifier of a party: `kind` is npwp, nik, nib, npp or source. One value belongs to one party.

    `pinned`: a person has split this register key from others; its findings go to its party whatever else they bear.
    """

    __tablename__: ClassVar[str] = "party_identifier"
    __table_args__ = (
        Index("ix_party_identifier_party_id", "party_id"),
        {"sqlite_with_rowid": False},  # one tree instead of two: the table is its unique index
    )

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    party_id: int = Field(foreign_key="party.id")
    pinned: bool = False


class MergeProposal(SQLModel, table=True):
    """Two parties that one finding pointed at: for a person to merge, never done by a scan.

    `party_id` is the older one; `kind` and `value` are the identifier by which it hit the second, '' where a person
    found them. `state`: proposed, merged, refused (not one: never proposed again), or replaced, where one of the two
    was merged and the pair stands with the party that it went to. `decided_*` and `reason` are a person's.
    """

    __tablename__: ClassVar[str] = "merge_proposal"
    __table_args__ = (UniqueConstraint("party_id", "other_party_id", name="uq_merge_proposal_parties"),)

    id: int = Field(primary_key=True)
    party_id: int = Field(foreign_key="party.id")
    other_party_id: int = Field(foreign_key="party.id")
    kind: str
    value: str
    state: str
    scan_id: int = Field(foreign_key="scan.id")
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)


class Decision(SQLModel, table=True):
    """What was proposed for one kind of case: `signature`, `trail` and `proposal` are JSON; `digest` is of all of it.

    `stage` repeats the signature's own; `routing` is the sha256 of the rules that last gave this answer. `step` is the
    ladder's next step ('none': none), and `proposal` all that the ladder said with its trail ('{}': it was not asked).
    """

    __tablename__: ClassVar[str] = "decision"
    __table_args__ = (UniqueConstraint("digest", name="uq_decision_digest"),)

    id: int = Field(primary_key=True)
    digest: str
    signature: str = Field(sa_type=Text)
    stage: str
    queue: str
    severity: int
    purpose: str
    trail: str = Field(sa_type=Text)
    routing: str
    step: str = "none"
    proposal: str = Field(default="{}", sa_type=Text)


class Case(SQLModel, table=True):
    """One party, province and track. `queue`, `severity` and `purpose` are proposals of `decision_id`.

    `stage_before` is the stage that a resolved case had, for the day on which the same episode goes on.
    `province` is '' where no region is said. `confirmed_*` are a person's: None until then.
    `snoozed_until` hides the case up to that day (inclusive) and changes no outcome. `assigned_to`: the login of the
    person who works on it; None: nobody. `merged_into`: the case that has the findings of this one
    since their parties were merged; never one that was itself merged.
    `people`, `rupiah` and `overdue_since` are what its live findings come to (None: no register says), and
    `repeat_finding_id` the finding by which its party is a repeat offender. `priority`: the points of all but the days
    overdue, which follow from the day on which somebody looks. `findings`: how many of them are live.
    """

    __tablename__: ClassVar[str] = "case_file"
    __table_args__ = (
        Index("ix_case_file_party_province_track", "party_id", "province", "track"),
        Index("ix_case_file_priority_opened_on", "priority", "opened_on"),
        _walked("ix_case_file_merged_into", "merged_into", where="merged_into IS NOT NULL"),
        _walked("ix_case_file_score", "priority", "overdue_since", "id"),
        _walked("ix_case_file_province", "province", "id"),
        _walked("ix_case_file_findings", "findings", "id"),
        _walked("ix_case_file_people", "people", "id"),
        _walked("ix_case_file_rupiah", "rupiah", "id"),
        _walked("ix_case_file_overdue_since", "overdue_since", "id", "snoozed_until", "stage"),
        _walked("ix_case_file_queue", "stage", "confirmed_queue", "queue", "snoozed_until"),
        _walked("ix_case_file_assigned_to", "assigned_to", "id", where=f"{OPEN_CASE} AND assigned_to IS NOT NULL"),
        _walked("ix_case_file_opened_on", "opened_on", "id"),
    )

    id: int = Field(primary_key=True)
    party_id: int = Field(foreign_key="party.id")
    province: str
    track: str
    stage: str
    stage_before: str | None = None
    queue: str
    severity: int
    purpose: str
    decision_id: int = Field(foreign_key="decision.id")
    opened_on: date
    opened_scan_id: int = Field(foreign_key="scan.id")
    resolved_on: date | None = None
    confirmed_queue: str | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    snoozed_until: date | None = None
    assigned_to: str | None = None
    merged_into: int | None = Field(default=None, foreign_key="case_file.id")
    people: int | None = None
    rupiah: int | None = Field(default=None, sa_type=BigInteger)
    overdue_since: date | None = None
    repeat_finding_id: int | None = None
    priority: int = 0
    findings: int = 0


class Finding(SQLModel, table=True):
    """A violation with its identity: rule + subject key + episode (from 1).

    `case_id` None: held, waived before a case was opened, or released and waiting for the next scan.
    `mark` is what decides "changed": the engine's fingerprint, the two routing facts and the line.
    `evidence` JSON as the registers said it when `scan_id` wrote it. `opened_on` starts this episode's clock.
    `joined_scan_id`: the scan that put it into its case, which may be later than the first that found it.
    `held_decision_id`: the decision by which a person released or discarded it; None where it was never held.
    `moved_*`: when a person brought it to this case, by a merge or a split of parties; nothing that was done in the
    case before is about it. `party_key`: the register key of its party, an identifier of kind source; None: that of
    the fact's kind of party with the subject's own key.
    """

    __tablename__: ClassVar[str] = "finding"
    __table_args__ = (
        UniqueConstraint("rule", "subject_key", "episode", name="uq_finding_identity"),
        Index("ix_finding_case_id", "case_id"),
        _walked("ix_finding_rule", "rule", "case_id", where=f"{LIVE_FINDING} AND case_id IS NOT NULL"),
        _walked("ix_finding_region", "region", "case_id", where="case_id IS NOT NULL"),
        _walked("ix_finding_without_case", "party_id", where="case_id IS NULL"),
    )

    id: int = Field(primary_key=True)
    rule: str
    fact: str
    subject_key: str
    episode: int
    state: str
    case_id: int | None = Field(default=None, foreign_key="case_file.id")
    party_id: int = Field(foreign_key="party.id")
    severity: int
    region: str | None = None
    line: str
    below: bool
    warnings_spent: int
    instalment_plan_kept: bool
    rule_version_id: int = Field(foreign_key="rule_version.id")
    opened_on: date
    first_scan_id: int = Field(foreign_key="scan.id")
    scan_id: int = Field(foreign_key="scan.id")
    joined_scan_id: int | None = None
    held_decision_id: int | None = None
    resolved_on: date | None = None
    mark: str
    evidence: str = Field(sa_type=Text)
    party_key: str | None = Field(default=None, sa_type=Text)
    moved_on: date | None = None
    moved_at: datetime | None = None


class HeldDecision(SQLModel, table=True):
    """What a person decided about the held findings of a rule: `decision` released or discarded, of how many.

    Appended and never edited (triggers refuse it).
    """

    __tablename__: ClassVar[str] = "held_decision"

    id: int = Field(primary_key=True)
    rule: str
    decision: str
    findings: int
    reason: str = Field(sa_type=Text)
    who: str
    at: datetime


class Event(SQLModel, table=True):
    """One move of a case, appended and never edited (triggers refuse it). `seq` counts from 1 within the case.

    `who` is 'scan' or a person. `hash` is of this event and the hash of the one before it (`cases.store.chain`).
    """

    __tablename__: ClassVar[str] = "event"
    __table_args__ = ({"sqlite_with_rowid": False},)

    case_id: int = Field(primary_key=True, foreign_key="case_file.id")
    seq: int = Field(primary_key=True)
    at: datetime
    who: str
    kind: str
    from_stage: str | None = None
    to_stage: str
    payload_sha256: str
    hash: str


class EventPayload(SQLModel, table=True):
    """What an event says beside its move, a JSON object: apart, so that it may be purged while the chain holds.

    `salt` keeps a purged payload from being guessed by its hash; it goes with it.
    """

    __tablename__: ClassVar[str] = "event_payload"
    __table_args__ = ({"sqlite_with_rowid": False},)

    case_id: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    salt: str
    payload: str = Field(sa_type=Text)


class Unanchored(SQLModel, table=True):
    """A case that a person changed since the last anchor file; the scan that anchors it takes the row away."""

    __tablename__: ClassVar[str] = "unanchored"

    case_id: int = Field(primary_key=True)


class Unmasking(SQLModel, table=True):
    """One list of `rows` rows in which somebody saw personal data whole, and what for.

    Appended and never edited (triggers refuse it). The database numbers them: who may add one may not see all.
    """

    __tablename__: ClassVar[str] = "unmasking"

    id: int = Field(default=None, primary_key=True)
    at: datetime
    who: str
    command: str
    purpose: str = Field(sa_type=Text)
    rows: int


class Waiver(SQLModel, table=True):
    """A person's decision to let a party be: `rule`, `subject_key` or `province` None means all of them.

    In force from `since` to `until`, both inclusive; `until` None: until withdrawn, and from `withdrawn_on` on never.
    What that means is said once, in `cases.life.waivers`. `case_id` is the case through which it was made.
    """

    __tablename__: ClassVar[str] = "waiver"
    __table_args__ = (Index("ix_waiver_party_id", "party_id"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    party_id: int = Field(foreign_key="party.id")
    rule: str | None = None
    subject_key: str | None = None
    province: str | None = None
    since: date
    until: date | None = None
    reason: str = Field(sa_type=Text)
    owner: str
    proof: str = Field(sa_type=Text)
    who: str
    at: datetime
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = Field(default=None, sa_type=Text)


class Dismissal(SQLModel, table=True):
    """A person's decision to let what is open in a case be, until what registers say of it changes.

    `until`: it ends after that day in any case, and what is found then is found anew; None: only by what registers say.
    `undone_*`: who took it back, before any scan built on it; it is honoured nowhere since.
    """

    __tablename__: ClassVar[str] = "dismissal"
    __table_args__ = (Index("ix_dismissal_case_id", "case_id"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    until: date | None = None
    reason: str = Field(sa_type=Text)
    owner: str
    who: str
    at: datetime
    undone_on: date | None = None
    undone_by: str | None = None


class CaseStep(SQLModel, table=True):
    """A step of the sanction ladder as it was taken: its letter, who signed it, when and by what proof it was received.

    `deadline`: the last day of the time that began with it, by the calendar of the day on which that was put on record;
    None where it has none or waits for the receipt. A step counts for as long as a live finding is as old as `dated`.
    """

    __tablename__: ClassVar[str] = "case_step"
    __table_args__ = (Index("ix_case_step_case_id", "case_id"),)

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    step: str
    document: str = Field(sa_type=Text)
    dated: date
    signer: str = Field(sa_type=Text)
    received_on: date | None = None
    receipt: str | None = Field(default=None, sa_type=Text)
    deadline: date | None = None
    who: str
    at: datetime


class CaseRecord(SQLModel, table=True):
    """Something put on record of a case: `record` is a name of rules/ladder.yaml, `document` its number."""

    __tablename__: ClassVar[str] = "case_record"
    __table_args__ = (Index("ix_case_record_case_id", "case_id"),)

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    record: str
    document: str = Field(sa_type=Text)
    dated: date
    who: str
    at: datetime


class CasePause(SQLModel, table=True):
    """A time in which no further step is proposed or taken: from `since` to the day before `ended_on`.

    `until` is the day on which somebody should look again; it ends nothing by itself.
    """

    __tablename__: ClassVar[str] = "case_pause"
    __table_args__ = (Index("ix_case_pause_case_id", "case_id"),)

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    since: date
    until: date | None = None
    reason: str = Field(sa_type=Text)
    ended_on: date | None = None
    end_reason: str | None = Field(default=None, sa_type=Text)
    who: str
    at: datetime


class Referral(SQLModel, table=True):
    """A case handed to one office for a purpose. `state`: handed_over, received, acted or answered, each with its day.

    `profile` is the office's on that day. `copies`: who gets one, parted by commas (ppk_kpa, inspektorat).
    """

    __tablename__: ClassVar[str] = "referral"
    __table_args__ = (Index("ix_referral_case_id", "case_id"),)

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    office: str
    purpose: str
    profile: str
    copies: str
    document: str = Field(sa_type=Text)
    state: str
    handed_over_on: date
    received_on: date | None = None
    acted_on: date | None = None
    answered_on: date | None = None
    answer: str | None = Field(default=None, sa_type=Text)
    who: str
    at: datetime


class CaseProposal(SQLModel, table=True):
    """A step or a referral that one person proposed and another has to confirm. `kind`: step or refer; `name` of which.

    `mark` is of the case as it stood then: with another one the proposal has lapsed. `outcome` None: it waits, or has
    lapsed; approved, retracted, or lapsed where a new one took its place.
    """

    __tablename__: ClassVar[str] = "case_proposal"
    __table_args__ = (Index("ix_case_proposal_case_id", "case_id"),)

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    kind: str
    name: str
    document: str = Field(sa_type=Text)
    dated: date
    signer: str = Field(sa_type=Text)
    office: str | None = None
    mark: str
    who: str
    at: datetime
    outcome: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = Field(default=None, sa_type=Text)


class ExportedList(SQLModel, table=True):
    """A list of confirmed cases that was made for who is outside the office: of which queue, with how many cases.

    Written before the list is, so that what may have left is never taken for private. Appended and never edited
    (triggers refuse it). The database numbers them: who may add one may not see all.
    """

    __tablename__: ClassVar[str] = "exported_list"

    id: int = Field(default=None, primary_key=True)
    at: datetime
    who: str
    queue: str
    cases: int


class AccessRefusal(SQLModel, table=True):
    """Something that the gate refused: `who` is a login, `act` one of `cases.access.table`, the rest in English.

    `case_id`: the case that it was about, which there need not be; None: it was about none alone.

    Appended and never edited (triggers refuse it).
    """

    __tablename__: ClassVar[str] = "access_refusal"

    id: int = Field(default=None, primary_key=True)
    at: datetime
    who: str
    act: str
    case_id: int | None = None
    what: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
