"""The assembly table of the design, line by line and both ways: what a missing partner row means."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.assemble import AssemblyDay, assemble
from connectors.landed import Assembled, Gated, Landed, Standing
from rules.configuration import Aggregate, Assembly, Join, Source
from rules.errors import Location, SourceError, StoreError
from rules.model import Fact, Field, FieldType, PartyFields

HERE = Location("rules.yaml", 1, 1)
FIRM, OTHER_FIRM = "0912345678422000", "0823456789429000"
ARROW: Mapping[FieldType, pa.DataType] = {
    "integer": pa.int64(),
    "money": pa.decimal128(18, 2),
    "percent": pa.decimal128(9, 4),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
Row = Mapping[str, object]
KNOWN_ABSENT = ("npp", "active")
"""Fields of which NULL says that there is none."""


def field(name: str, kind: FieldType, **said: str) -> Field:
    return Field(
        name=name,
        type=kind,
        unit=None,
        null="none" if name in KNOWN_ABSENT else "unknown",
        personal="open",
        words={},
        known_from=said.get("known_from"),
        before=said.get("before"),
        pair=said.get("pair"),
    )


FIELDS = (
    field("id", "text"),
    field("region", "region"),
    field("npwp", "npwp", pair="npwp15"),
    field("npwp15", "npwp"),
    field("workers", "integer"),
    field("opened_on", "date"),
    field("stage", "text", known_from="signed_on", before="running"),
    field("signed_on", "date", known_from="signed_on"),
    field("npp", "text"),
    field("registered", "integer"),
    field("active", "boolean"),
    field("months", "integer"),
    field("nobody", "money"),
)
EMPLOYER = Fact(
    name="employer",
    words={},
    key="id",
    region="region",
    party=PartyFields("employer", "id", {"npwp": "npwp"}),
    fields={one.name: one for one in FIELDS},
    relations={},
    routing={},
    known_from="opened_on",
)


def source(name: str, key: tuple[str, ...], group: Mapping[str, Aggregate] | None = None) -> Source:
    return Source(
        name=name,
        connector="csv",
        fact="employer",
        path=Path(name),
        as_of=None,
        fresh_days=None,
        complete=True,
        may_be_empty=False,
        largest_drop=Decimal("0.5"),
        reject_limit=Decimal("0.5"),
        key=key,
        group=group or {},
        columns={},
        options={},
        location=HERE,
    )


class Office:
    """Registers on disk, and the declarations under which they are assembled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fact = EMPLOYER
        self.gated: dict[str, Gated] = {}
        self.sources = {
            "wlkp": source("wlkp", ("id",)),
            "membership": source("membership", ("npwp",)),
            "contributions": source("contributions", ("npp",)),
        }
        self.only: Mapping[str, tuple[str, ...]] = {}
        self.joins = [
            Join("membership", ("npwp",), False, HERE),
            Join("contributions", ("npp",), False, HERE),
        ]

    def lands(
        self,
        name: str,
        rows: Sequence[Row],
        columns: tuple[str, ...],
        rejected: Sequence[Row] = (),
        unreadable_keys: int = 0,
    ) -> None:
        arrays: dict[str, pa.Array] = {
            one: pa.array([row.get(one) for row in rows], ARROW.get(EMPLOYER.fields[one].type, pa.string()))
            for one in columns
        }
        arrays["_row"] = pa.array(range(1, len(rows) + 1), pa.int64())
        path = self.folder / f"{name}.parquet"
        pq.write_table(pa.table(arrays), path)
        rejects = self._rejects(name, rejected) if rejected else None
        landed = Landed(
            source=name,
            path=path,
            rejects=rejects,
            rows=len(rows) + len(rejected),
            rejected=len(rejected),
            unreadable_keys=unreadable_keys,
            sha256="0" * 64,
            as_of=date(2026, 11, 1),
            landed_at=datetime(2026, 11, 1, 20, 0),  # noqa: DTZ001 - nothing here reads it
            columns=columns,
            notes=(),
            missing=None,
        )
        self.gated[name] = Gated(landed, Standing.SAID, None)

    def _rejects(self, name: str, rows: Sequence[Row]) -> Path:
        path = self.folder / f"{name}.rejects.parquet"
        table = {
            "row": pa.array(range(100, 100 + len(rows)), pa.int64()),
            "column": ["registered"] * len(rows),
            "value": ["lima"] * len(rows),
            "reason": ["not_an_integer"] * len(rows),
            "record": [None if not row else json.dumps(row) for row in rows],
        }
        pq.write_table(pa.table(table), path)
        return path

    def employers(self, *rows: Row, rejected: Sequence[Row] = ()) -> None:
        columns = ("id", "region", "npwp", "npwp15", "workers", "opened_on", "stage", "signed_on")
        self.lands("wlkp", rows, columns, rejected)

    def members(self, *rows: Row, rejected: Sequence[Row] = (), unreadable_keys: int = 0) -> None:
        self.lands("membership", rows, ("npwp", "npp", "registered", "active"), rejected, unreadable_keys)

    def payers(self, *rows: Row) -> None:
        self.lands("contributions", rows, ("npp", "months"))

    def declares(self, name: str, **changes: object) -> None:
        self.sources[name] = replace(self.sources[name], **changes)  # type: ignore[arg-type]

    def fails(self, name: str, standing: Standing) -> None:
        self.gated[name] = replace(self.gated[name], standing=standing, reason="as said")

    def assembled(self, day: AssemblyDay | None = None) -> Assembled:
        assembly = Assembly("employer", "wlkp", tuple(self.joins), HERE, self.only)
        today = day or AssemblyDay(date(2026, 11, 20), reconstruction=False)
        return assemble(assembly, self.fact, self.sources, self.gated, today, self.folder / "facts")

    def subjects(self, day: AssemblyDay | None = None) -> list[dict[str, object]]:
        path = self.assembled(day).path
        assert path is not None
        found: list[dict[str, object]] = pq.read_table(path).to_pylist()
        return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.employers({"id": "A", "region": "19.71", "npwp": FIRM, "workers": 100})
    made.members({"npwp": FIRM, "npp": "N1", "registered": 50, "active": True})
    made.payers({"npp": "N1", "months": 7})
    return made


def taken(subject: Mapping[str, object]) -> tuple[object, object, Standing]:
    standing = subject["_standing_membership"]
    assert isinstance(standing, int)
    return subject["npp"], subject["registered"], Standing(standing)


ABSENT = (None, None, Standing.ABSENT)


def test_a_partner_row_is_said_and_its_fields_remember_their_source(office: Office) -> None:
    fact = office.assembled()
    (subject,) = office.subjects()
    assert taken(subject) == ("N1", 50, Standing.SAID)
    assert (subject["months"], subject["_standing_contributions"]) == (7, Standing.SAID)
    assert (fact.origin["workers"], fact.origin["npp"], fact.origin["months"]) == (
        "wlkp",
        "membership",
        "contributions",
    )
    assert fact.origin["nobody"] is None
    assert subject["nobody"] is None
    assert (fact.rows, fact.spine, fact.spine_standing, fact.reconstruction) == (1, "wlkp", Standing.SAID, False)


def test_every_field_has_its_vocabulary_type_and_then_the_standings(office: Office) -> None:
    path = office.assembled().path
    assert path is not None
    with duckdb.connect() as connection:
        columns = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    types = {name: kind for name, kind, *_ in columns}
    assert list(types) == [
        *EMPLOYER.fields,
        "_standing_membership",
        "_standing_contributions",
        "_standing_wlkp",
    ]
    assert (types["nobody"], types["opened_on"], types["npwp"]) == ("DECIMAL(18,2)", "DATE", "VARCHAR")
    assert (types["workers"], types["active"], types["_standing_wlkp"]) == ("BIGINT", "BOOLEAN", "UTINYINT")


# fresh, passed, complete for the region


def test_no_row_in_a_complete_register_is_known_absence(office: Office) -> None:
    office.members({"npwp": OTHER_FIRM, "npp": "N2", "registered": 5, "active": True})
    (subject,) = office.subjects()
    assert taken(subject) == ABSENT
    assert subject["_standing_contributions"] == Standing.OWN_KEY


@pytest.mark.parametrize(
    ("complete", "region", "expected"),
    [
        (("19",), "19.71", Standing.ABSENT),
        (("19.71",), "19.71.01", Standing.ABSENT),
        (("1971",), "19.71", Standing.ABSENT),
        (("32", "19"), "19.71", Standing.ABSENT),
        (("32",), "19.71", Standing.NOT_COMPLETE),
        (("19.72",), "19.71", Standing.NOT_COMPLETE),
        (("19.71",), "19", Standing.NOT_COMPLETE),
        (("19",), None, Standing.NOT_COMPLETE),
        ((), "19.71", Standing.NOT_COMPLETE),
        (False, "19.71", Standing.NOT_COMPLETE),
        (True, None, Standing.ABSENT),
    ],
)
def test_complete_counts_for_the_subjects_own_region(
    office: Office, complete: object, region: str | None, expected: Standing
) -> None:
    office.employers({"id": "A", "region": region, "npwp": FIRM})
    office.members({"npwp": OTHER_FIRM, "npp": "N2", "registered": 5, "active": True})
    office.declares("membership", complete=complete)
    assert taken(office.subjects()[0]) == (None, None, expected)


def test_a_row_is_believed_also_where_the_register_is_not_complete(office: Office) -> None:
    office.declares("membership", complete=False)
    assert taken(office.subjects()[0]) == ("N1", 50, Standing.SAID)


# stale, dropped, too many rejects, empty, not there


@pytest.mark.parametrize(
    "standing", [Standing.MISSING, Standing.STALE, Standing.DROPPED, Standing.REJECTS, Standing.EMPTY]
)
def test_a_source_that_failed_a_gate_says_nothing_about_anybody(office: Office, standing: Standing) -> None:
    office.employers(
        {"id": "A", "region": "19.71", "npwp": FIRM},
        {"id": "B", "region": "19.71", "npwp": OTHER_FIRM},
    )
    office.fails("membership", standing)
    with_row, without_row = office.subjects()
    assert taken(with_row) == taken(without_row) == (None, None, standing)
    assert with_row["_standing_contributions"] == Standing.OWN_KEY


def test_a_source_that_is_not_there_says_nothing(office: Office) -> None:
    landed = office.gated["membership"].landed
    gone = replace(landed, path=None, columns=(), missing="no such file")
    office.gated["membership"] = Gated(gone, Standing.MISSING, "no such file")
    column = replace_columns("npwp", "npp", "registered", "active")
    office.declares("membership", columns=column)
    fact = office.assembled()
    assert fact.origin["npp"] == "membership"
    assert taken(office.subjects()[0]) == (None, None, Standing.MISSING)


def replace_columns(*names: str) -> dict[str, None]:
    return dict.fromkeys(names)


def test_a_source_that_never_landed_is_missing(office: Office) -> None:
    del office.gated["membership"]
    office.declares("membership", columns=replace_columns("npwp", "npp", "registered", "active"))
    assert taken(office.subjects()[0]) == (None, None, Standing.MISSING)


def test_an_empty_register_that_may_be_empty_makes_everybody_absent(office: Office) -> None:
    office.members()
    assert taken(office.subjects()[0]) == ABSENT


# rejected rows, duplicates, the subject's own key


def test_a_rejected_row_with_a_readable_key_makes_that_subject_unknown_and_no_other(office: Office) -> None:
    office.employers({"id": "A", "region": "19.71", "npwp": FIRM}, {"id": "B", "region": "19.71", "npwp": OTHER_FIRM})
    office.members(rejected=[{"npwp": "91.234.567.8-999.000", "npp": "N1", "registered": "lima"}])
    first, second = office.subjects()
    assert taken(first) == (None, None, Standing.REJECTED_ROW)
    assert taken(second) == ABSENT


def test_a_rejected_row_beside_a_good_one_makes_the_subject_unknown(office: Office) -> None:
    office.declares("membership", group={"registered": "sum"})
    office.members(
        {"npwp": FIRM, "npp": "N1", "registered": 50, "active": True},
        rejected=[{"npwp": FIRM, "npp": "N1", "registered": "lima"}],
    )
    assert taken(office.subjects()[0]) == (None, None, Standing.REJECTED_ROW)


def test_a_rejected_row_without_a_record_blames_nobody_by_itself(office: Office) -> None:
    office.members({"npwp": FIRM, "npp": "N1", "registered": 50, "active": True}, rejected=[{}])
    assert taken(office.subjects()[0]) == ("N1", 50, Standing.SAID)


def test_rejected_rows_without_a_readable_key_take_absence_away_and_leave_what_is_said(office: Office) -> None:
    office.employers({"id": "A", "region": "19.71", "npwp": FIRM}, {"id": "B", "region": "19.71", "npwp": OTHER_FIRM})
    office.members({"npwp": FIRM, "npp": "N1", "registered": 50, "active": True}, unreadable_keys=1)
    first, second = office.subjects()
    assert taken(first) == ("N1", 50, Standing.SAID)
    assert taken(second) == (None, None, Standing.UNREADABLE_KEYS)


def test_a_landed_row_with_a_malformed_key_takes_absence_away(office: Office) -> None:
    office.members({"npwp": "12345", "npp": "N9", "registered": 1, "active": True})
    assert taken(office.subjects()[0]) == (None, None, Standing.UNREADABLE_KEYS)


@pytest.mark.parametrize(
    "rejected",
    [
        {"npwp": FIRM, "npwp15": OTHER_FIRM[1:], "registered": "lima"},
        {"npwp": "12345", "registered": "lima"},
        {"npwp": None, "registered": "lima"},
    ],
)
def test_a_rejected_row_whose_key_cannot_be_told_takes_absence_away(office: Office, rejected: Row) -> None:
    office.employers({"id": "A", "region": "19.71", "npwp": FIRM}, {"id": "B", "region": "19.71", "npwp": OTHER_FIRM})
    member = {"npwp": FIRM, "npp": "N1", "registered": 50}
    office.lands("membership", [member], ("npwp", "npwp15", "npp", "registered"), rejected=[rejected])
    first, second = office.subjects()
    assert taken(first) == ("N1", 50, Standing.SAID)
    assert taken(second) == (None, None, Standing.UNREADABLE_KEYS)


def test_undeclared_duplicates_make_their_subject_unknown_and_no_other(office: Office) -> None:
    office.employers({"id": "A", "region": "19.71", "npwp": FIRM}, {"id": "B", "region": "19.71", "npwp": OTHER_FIRM})
    row = {"npwp": FIRM, "npp": "N1", "registered": 50, "active": True}
    office.members(row, {**row, "npwp": FIRM[:10] + "001000"}, {**row, "npwp": OTHER_FIRM})
    first, second = office.subjects()
    assert taken(first) == (None, None, Standing.DUPLICATE_ROWS)
    assert taken(second) == ("N1", 50, Standing.SAID)


@pytest.mark.parametrize(
    ("npwp", "npwp15", "expected"),
    [
        (None, None, Standing.OWN_KEY),
        ("12345", None, Standing.OWN_KEY),
        ("0000000000000000", None, Standing.OWN_KEY),
        (FIRM, OTHER_FIRM[1:], Standing.OWN_KEY),
        ("12345", FIRM[1:], Standing.OWN_KEY),
        (FIRM, FIRM[1:], Standing.SAID),
        (FIRM, FIRM[1:10] + "999000", Standing.SAID),
        (None, FIRM[1:], Standing.SAID),
        (FIRM, "12345", Standing.SAID),
        (OTHER_FIRM, None, Standing.ABSENT),
    ],
)
def test_a_subject_is_found_by_a_key_that_is_said_well_formed_and_not_contradicted(
    office: Office, npwp: str | None, npwp15: str | None, expected: Standing
) -> None:
    office.employers({"id": "A", "region": "19.71", "npwp": npwp, "npwp15": npwp15})
    assert taken(office.subjects()[0])[2] == expected


# group


def test_group_puts_the_rows_of_one_key_together(office: Office) -> None:
    group: Mapping[str, Aggregate] = {"npp": "min", "registered": "sum", "active": "any"}
    office.declares("membership", group=group)
    office.members(
        {"npwp": FIRM, "npp": "N2", "registered": 20, "active": False},
        {"npwp": FIRM[:10] + "001000", "npp": "N1", "registered": 30, "active": True},
    )
    (subject,) = office.subjects()
    assert taken(subject) == ("N1", 50, Standing.SAID)
    assert subject["active"] is True


@pytest.mark.parametrize(
    ("aggregate", "parts", "whole"),
    [
        ("sum", (20, 30), 50),
        ("sum", (20, None), None),
        ("min", (20, 30), 20),
        ("min", (None, 30), None),
        ("max", (20, 30), 30),
        ("max", (20, None), None),
        ("one", (20, 20), 20),
        ("one", (20, 30), None),
        ("one", (20, None), None),
    ],
)
def test_a_part_that_is_not_said_makes_the_whole_not_said(
    office: Office, aggregate: Aggregate, parts: tuple[int | None, ...], whole: int | None
) -> None:
    office.declares("membership", group={"npp": "min", "registered": aggregate})
    office.members(*({"npwp": FIRM, "npp": "N1", "registered": part} for part in parts))
    assert taken(office.subjects()[0]) == ("N1", whole, Standing.SAID)


@pytest.mark.parametrize(
    ("aggregate", "parts", "whole"),
    [
        ("any", (True, False), True),
        ("any", (True, None), True),
        ("any", (None, None), None),
        ("all", (True, False), False),
        ("all", (True, True), True),
        ("all", (False, None), False),
    ],
)
def test_group_over_booleans(
    office: Office, aggregate: Aggregate, parts: tuple[bool | None, ...], whole: bool | None
) -> None:
    office.declares("membership", group={"npp": "min", "registered": "sum", "active": aggregate})
    office.members(*({"npwp": FIRM, "npp": "N1", "registered": 1, "active": part} for part in parts))
    (subject,) = office.subjects()
    assert subject["active"] is whole
    assert taken(subject)[2] is Standing.SAID


@pytest.mark.parametrize(
    ("group", "parts"),
    [
        ({"npp": "min"}, ({"npp": "N1"}, {"npp": None})),
        ({"npp": "max"}, ({"npp": "N1"}, {"npp": None})),
        ({"npp": "one"}, ({"npp": "N1"}, {"npp": "N2"})),
        ({"npp": "min", "active": "any"}, ({"npp": "N1", "active": False}, {"npp": "N1", "active": None})),
        ({"npp": "min", "active": "all"}, ({"npp": "N1", "active": True}, {"npp": "N1", "active": None})),
    ],
)
def test_rows_that_do_not_agree_are_never_taken_for_known_absence(
    office: Office, group: Mapping[str, Aggregate], parts: tuple[Row, ...]
) -> None:
    office.declares("membership", group=group)
    office.members(*({"npwp": FIRM, "registered": 1, **part} for part in parts))
    (subject,) = office.subjects()
    assert taken(subject) == (None, None, Standing.DUPLICATE_ROWS)
    assert subject["_standing_contributions"] == Standing.OWN_KEY


def test_rows_that_all_leave_a_field_blank_say_that_there_is_none(office: Office) -> None:
    office.declares("membership", group={"npp": "min", "registered": "sum", "active": "any"})
    office.members({"npwp": FIRM, "registered": 1}, {"npwp": FIRM, "registered": 2})
    assert taken(office.subjects()[0]) == (None, 3, Standing.SAID)


def test_a_grouped_spine_whose_rows_do_not_agree_is_not_believed(office: Office) -> None:
    office.declares("wlkp", group={"npp": "min", "workers": "sum"})
    office.lands("wlkp", [{"id": "A", "npp": "N1", "workers": 3}, {"id": "A", "workers": 4}], ("id", "npp", "workers"))
    office.joins = []
    (subject,) = office.subjects()
    assert (subject["npp"], subject["workers"], subject["_standing_wlkp"]) == (None, None, Standing.DUPLICATE_ROWS)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("N1", "N2"), (None, Standing.OWN_KEY)),
        (("N1", "--"), (None, Standing.OWN_KEY)),
        (("N1", "n-1"), (7, Standing.SAID)),
        (("N1", "N1"), (7, Standing.SAID)),
    ],
)
def test_a_later_join_by_a_field_in_which_the_rows_differ_finds_nobody_for_certain(
    office: Office, parts: tuple[str, str], expected: tuple[object, Standing]
) -> None:
    office.declares("membership", group={"npp": "max", "registered": "sum", "active": "any"})
    office.members(*({"npwp": FIRM, "npp": part, "registered": 1, "active": True} for part in parts))
    for day in (None, AssemblyDay(date(2026, 11, 20), reconstruction=True)):
        (subject,) = office.subjects(day)
        assert taken(subject) == (max(parts), 2, Standing.SAID)
        assert (subject["months"], subject["_standing_contributions"]) == expected


def test_a_join_by_a_spine_field_in_which_the_rows_differ_finds_nobody_for_certain(office: Office) -> None:
    office.declares("wlkp", group={"npwp": "min", "npwp15": "min", "workers": "sum"})
    office.employers(
        {"id": "A", "npwp": FIRM},
        {"id": "A", "npwp": OTHER_FIRM},
        {"id": "B", "npwp": FIRM},
        {"id": "B", "npwp": FIRM[:10] + "001000"},
        {"id": "C", "npwp": FIRM},
        {"id": "C", "npwp": FIRM, "npwp15": OTHER_FIRM[1:]},
    )
    for day in (None, AssemblyDay(date(2026, 11, 20), reconstruction=True)):
        standings = [taken(subject)[2] for subject in office.subjects(day)]
        assert standings == [Standing.OWN_KEY, Standing.SAID, Standing.OWN_KEY]


def test_a_failed_source_with_several_keys_leaves_the_later_join_without_a_key(office: Office) -> None:
    office.declares("membership", group={"npp": "min", "registered": "sum", "active": "any"})
    office.fails("membership", Standing.STALE)
    assert office.subjects()[0]["_standing_contributions"] == Standing.OWN_KEY


# one_to_one


def test_subjects_that_share_the_key_of_a_one_to_one_source_are_both_unknown(office: Office) -> None:
    office.joins[0] = Join("membership", ("npwp",), True, HERE)
    office.employers(
        {"id": "A", "region": "19.71", "npwp": FIRM},
        {"id": "B", "region": "19.71", "npwp": FIRM[:10] + "001000"},
        {"id": "C", "region": "19.71", "npwp": OTHER_FIRM},
        {"id": "D", "region": "19.71", "npwp": None},
        {"id": "E", "region": "19.71", "npwp": None},
    )
    standings = [taken(subject)[2] for subject in office.subjects()]
    assert standings == [
        Standing.SHARED_KEY,
        Standing.SHARED_KEY,
        Standing.ABSENT,
        Standing.OWN_KEY,
        Standing.OWN_KEY,
    ]


def test_subjects_may_share_a_key_where_the_source_is_not_one_to_one(office: Office) -> None:
    office.employers(
        {"id": "A", "region": "19.71", "npwp": FIRM}, {"id": "B", "region": "19.71", "npwp": FIRM[:10] + "001000"}
    )
    assert [taken(subject) for subject in office.subjects()] == [("N1", 50, Standing.SAID)] * 2


# the spine


def test_branches_of_one_employer_become_one_subject_in_the_place_of_the_first(office: Office) -> None:
    office.declares("wlkp", group={"workers": "sum", "npwp": "one"})
    office.employers(
        {"id": "A", "region": "19.71", "npwp": FIRM, "workers": 60},
        {"id": "B", "region": "19.71", "npwp": OTHER_FIRM, "workers": 5},
        {"id": " a ", "region": "19.71", "npwp": FIRM[:10] + "001000", "workers": 40},
    )
    first, second = office.subjects()
    assert (first["workers"], taken(first)) == (100, ("N1", 50, Standing.SAID))
    assert (second["id"], second["workers"]) == ("B", 5)


def test_a_spine_key_with_rows_that_differ_is_one_subject_of_which_nothing_is_believed(office: Office) -> None:
    office.employers(
        {"id": "A", "region": "19.71", "npwp": FIRM, "workers": 60},
        {"id": "A", "region": "19.71", "npwp": FIRM, "workers": 61},
        {"id": "B", "region": "19.71", "npwp": FIRM, "workers": 5},
    )
    first, second = office.subjects()
    assert (first["id"], first["region"], first["workers"], first["npwp"]) == ("A", "19.71", None, None)
    assert first["_standing_wlkp"] == Standing.DUPLICATE_ROWS
    assert taken(first) == (None, None, Standing.OWN_KEY)
    assert (second["workers"], second["_standing_wlkp"]) == (5, Standing.SAID)


def test_a_spine_key_written_in_two_ways_is_the_key_as_first_written(office: Office) -> None:
    office.declares("wlkp", group={"workers": "sum", "npwp": "one"})
    office.employers(
        {"id": "w1", "region": "19.71", "npwp": FIRM, "workers": 60},
        {"id": " W1", "region": "1971", "npwp": FIRM, "workers": 5},
    )
    (subject,) = office.subjects()
    assert (subject["id"], subject["region"], subject["workers"]) == ("w1", "19.71", 65)
    office.declares("wlkp", group={})
    (subject,) = office.subjects()
    assert (subject["id"], subject["_standing_wlkp"]) == ("w1", Standing.DUPLICATE_ROWS)


def test_a_subject_whose_rows_are_in_two_regions_is_in_no_region_for_certain(office: Office) -> None:
    office.declares("wlkp", group={"workers": "sum", "npwp": "one"})
    office.declares("membership", complete=("19",))
    office.employers(
        {"id": "A", "region": "19.71", "npwp": OTHER_FIRM}, {"id": "A", "region": "32.04", "npwp": OTHER_FIRM}
    )
    (subject,) = office.subjects()
    assert (subject["region"], taken(subject)) == (None, (None, None, Standing.NOT_COMPLETE))


def test_a_spine_row_said_twice_in_the_same_words_is_believed(office: Office) -> None:
    row = {"id": "A", "region": "19.71", "npwp": FIRM, "workers": 60}
    office.employers(row, row)
    (subject,) = office.subjects()
    assert (subject["workers"], subject["_standing_wlkp"]) == (60, Standing.SAID)


def test_a_spine_key_with_a_rejected_row_is_not_believed(office: Office) -> None:
    row = {"id": "A", "region": "19.71", "npwp": FIRM, "workers": 60}
    office.declares("wlkp", group={"workers": "sum"})
    office.employers(row, {**row, "id": "B"}, rejected=[{"id": "a", "workers": "lima"}, {"id": "Z"}])
    first, second = office.subjects()
    assert (first["workers"], first["_standing_wlkp"]) == (None, Standing.REJECTED_ROW)
    assert (second["workers"], second["_standing_wlkp"]) == (60, Standing.SAID)


def test_punctuation_tells_subjects_of_one_register_apart(office: Office) -> None:
    office.employers({"id": "1-11", "region": "19"}, {"id": "11-1", "region": "19"})
    assert [subject["id"] for subject in office.subjects()] == ["1-11", "11-1"]


def test_a_spine_that_failed_its_gate_is_assembled_and_says_so(office: Office) -> None:
    office.fails("wlkp", Standing.STALE)
    fact = office.assembled()
    assert (fact.rows, fact.spine_standing, fact.spine_reason) == (1, Standing.STALE, "as said")


def test_a_spine_that_is_not_there_gives_no_file(office: Office) -> None:
    del office.gated["wlkp"]
    fact = office.assembled()
    assert (fact.path, fact.rows, fact.spine_standing) == (None, 0, Standing.MISSING)
    assert fact.spine_reason == "it is not among tonight's sources"


def test_a_spine_row_without_a_key_is_refused_with_words(office: Office) -> None:
    office.employers({"id": " ", "region": "19"})
    with pytest.raises(SourceError, match=r"source wlkp: 1 rows have no id, which is the key of employer"):
        office.assembled()


def test_a_register_kept_byte_for_byte_has_no_row_column(office: Office) -> None:
    path = office.gated["wlkp"].landed.path
    assert path is not None
    table = pa.table({"id": ["A", "A"], "region": ["19", "19"], "workers": pa.array([1, 2], pa.int64())})
    pq.write_table(table, path)
    landed = replace(office.gated["wlkp"].landed, columns=("id", "region", "workers"))
    office.gated["wlkp"] = Gated(landed, Standing.SAID, None)
    (subject,) = office.subjects()
    assert subject["_standing_wlkp"] == Standing.DUPLICATE_ROWS


# reconstruction


def test_a_reconstruction_leaves_out_what_was_not_known_on_the_day(office: Office) -> None:
    office.employers(
        {"id": "old", "opened_on": date(2025, 1, 1), "stage": "contracted", "signed_on": date(2025, 6, 1)},
        {"id": "on the day", "opened_on": date(2025, 5, 31), "stage": "contracted", "signed_on": date(2025, 5, 31)},
        {"id": "not yet", "opened_on": date(2025, 6, 1), "stage": "running"},
        {"id": "undated", "opened_on": None, "stage": "awarded", "signed_on": None},
    )
    past = office.subjects(AssemblyDay(date(2025, 5, 31), reconstruction=True))
    seen = [(subject["id"], subject["stage"], subject["signed_on"]) for subject in past]
    assert seen == [
        ("old", "running", None),
        ("on the day", "contracted", date(2025, 5, 31)),
        ("undated", "awarded", None),
    ]
    assert office.assembled(AssemblyDay(date(2025, 5, 31), reconstruction=True)).reconstruction


def test_a_joined_value_is_hidden_by_a_day_that_is_itself_hidden(office: Office) -> None:
    since = replace(EMPLOYER.fields["registered"], known_from="signed_on")
    office.fact = replace(EMPLOYER, fields={**EMPLOYER.fields, "registered": since})
    office.employers(
        {"id": "A", "npwp": FIRM, "signed_on": date(2025, 6, 1)},
        {"id": "B", "npwp": FIRM, "signed_on": date(2025, 5, 1)},
        {"id": "C", "npwp": FIRM, "signed_on": None},
    )
    past = office.subjects(AssemblyDay(date(2025, 5, 31), reconstruction=True))
    assert [taken(subject) for subject in past] == [
        ("N1", None, Standing.SAID),
        ("N1", 50, Standing.SAID),
        ("N1", 50, Standing.SAID),
    ]


def test_a_joined_value_is_hidden_by_a_day_of_its_own_source(office: Office) -> None:
    since = replace(EMPLOYER.fields["registered"], known_from="signed_on")
    office.fact = replace(EMPLOYER, fields={**EMPLOYER.fields, "registered": since})
    office.lands("wlkp", [{"id": "A", "npwp": FIRM}], ("id", "npwp"))
    member = {"npwp": FIRM, "npp": "N1", "registered": 50, "signed_on": date(2025, 6, 1)}
    office.lands("membership", [member], ("npwp", "npp", "registered", "signed_on"))
    for day, seen in ((31, (None, None)), (1, (50, date(2025, 6, 1)))):
        when = AssemblyDay(date(2025, 5 if day == 31 else 6, day), reconstruction=True)
        (subject,) = office.subjects(when)
        assert (subject["registered"], subject["signed_on"]) == seen
    office.fails("membership", Standing.STALE)
    (subject,) = office.subjects(AssemblyDay(date(2025, 5, 31), reconstruction=True))
    assert taken(subject) == (None, None, Standing.STALE)


def test_the_old_number_of_the_join_field_does_not_come_from_the_joined_source(office: Office) -> None:
    office.lands("wlkp", [{"id": "A", "npwp": FIRM}], ("id", "npwp"))
    member = {"npwp": FIRM, "npwp15": FIRM[1:], "npp": "N1", "registered": 50}
    office.lands("membership", [member], ("npwp", "npwp15", "npp", "registered"))
    assert office.assembled().origin["npwp15"] is None
    assert taken(office.subjects()[0]) == ("N1", 50, Standing.SAID)


def test_a_contradiction_in_the_joined_row_is_a_key_that_cannot_be_read(office: Office) -> None:
    member = {"npwp": FIRM, "npwp15": OTHER_FIRM[1:], "npp": "N1", "registered": 50}
    office.lands("membership", [member], ("npwp", "npwp15", "npp", "registered"))
    assert taken(office.subjects()[0]) == (None, None, Standing.UNREADABLE_KEYS)


def test_a_disk_that_refuses_is_told_in_words(office: Office) -> None:
    (office.folder / "facts").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"the fact employer could not be put together in .*facts"):
        office.assembled()


def test_a_night_with_its_own_snapshot_hides_nothing(office: Office) -> None:
    office.employers({"id": "A", "opened_on": date(2030, 1, 1), "stage": "contracted", "signed_on": date(2030, 1, 1)})
    assert office.subjects()[0]["stage"] == "contracted"


def test_a_rejected_key_is_found_across_several_key_fields(office: Office) -> None:
    office.joins = [Join("membership", ("npwp", "signed_on"), False, HERE)]
    office.employers(
        {"id": "A", "region": "19", "npwp": FIRM, "signed_on": date(2026, 1, 2)},
        {"id": "B", "region": "19", "npwp": FIRM, "signed_on": date(2026, 1, 3)},
        {"id": "C", "region": "19", "npwp": FIRM, "signed_on": None},
    )
    office.lands(
        "membership",
        [],
        ("npwp", "signed_on", "npp", "registered", "active"),
        rejected=[{"npwp": FIRM, "signed_on": "2026-01-02", "registered": "lima"}],
    )
    standings = [taken(subject)[2] for subject in office.subjects()]
    assert standings == [Standing.REJECTED_ROW, Standing.ABSENT, Standing.OWN_KEY]


# all of it at once, against plain Python


class Oracle:
    """The table of the design in plain Python, a subject at a time."""

    def __init__(self, office: "RandomOffice") -> None:
        self.office = office

    def key(self, npwp: object, npwp15: object) -> str | None:
        own, old = self.core(npwp), self.core(npwp15)
        if npwp is not None and own is None:
            return None
        if own and old and own != old:
            return None
        return own or old

    @staticmethod
    def core(said: object) -> str | None:
        digits = "" if said is None else "".join(filter(str.isdigit, str(said)))
        digits = "0" + digits if len(digits) == 15 else digits
        return digits[:10] if len(digits) == 16 else None

    def taken(self, subject: Row, keys: list[str | None]) -> tuple[object, object, Standing]:
        key = self.key(subject["npwp"], subject["npwp15"])
        rows = [row for row in self.office.members_said if self.core(row["npwp"]) == key]
        standing = self.standing(subject, key, rows, keys)
        if standing is not Standing.SAID:
            return None, None, standing
        numbers = [row["npp"] for row in rows]
        if None in numbers and numbers.count(None) < len(numbers):
            return None, None, Standing.DUPLICATE_ROWS
        counts = [row["registered"] for row in rows]
        whole = None if None in counts else sum(count for count in counts if isinstance(count, int))
        return min((number for number in numbers if isinstance(number, str)), default=None), whole, standing

    def standing(self, subject: Row, key: str | None, rows: list[Row], keys: list[str | None]) -> Standing:
        office = self.office
        region = str(subject["region"] or "")
        covered = office.complete if isinstance(office.complete, tuple) else ("",)
        lines = (
            (key is None, Standing.OWN_KEY),
            (office.one_to_one and keys.count(key) > 1, Standing.SHARED_KEY),
            (key in {self.core(row["npwp"]) for row in office.members_rejected}, Standing.REJECTED_ROW),
            (len(rows) > 1 and not office.grouped, Standing.DUPLICATE_ROWS),
            (bool(rows), Standing.SAID),
            (not any(region.startswith(code) for code in covered), Standing.NOT_COMPLETE),
            (self.key_is_unreadable(), Standing.UNREADABLE_KEYS),
        )
        return next((standing for holds, standing in lines if holds), Standing.ABSENT)

    def key_is_unreadable(self) -> bool:
        every = [*self.office.members_said, *self.office.members_rejected]
        return self.office.unreadable_keys > 0 or any(self.core(row["npwp"]) is None for row in every)


class RandomOffice:
    """Two registers with every kind of dirt, from a seed."""

    def __init__(self, seed: int) -> None:
        draw = Random(seed)
        cores = [f"0{number:09d}" for number in draw.sample(range(10**6, 10**9), 60)]
        self.grouped, self.one_to_one = draw.random() < 0.5, draw.random() < 0.5
        declared: list[bool | tuple[str, ...]] = [True, ("19.71", "32"), ("19",)]
        self.complete = draw.choice(declared)
        self.unreadable_keys = draw.choice([0, 0, 2])
        self.employers = [self.employer(draw, number, cores) for number in range(150)]
        self.members_said = [self.member(draw, number, cores[:40]) for number in range(45)]
        self.members_rejected = [self.member(draw, number, cores) for number in range(100, 105)]
        if draw.random() < 0.3:
            self.members_rejected.append({"npwp": "12345", "npp": "N200", "registered": 1})

    @staticmethod
    def number(draw: Random, core: str) -> str:
        branch = draw.choice(["445000", "001000"])
        return draw.choice([core + branch, core[1:] + branch, f"{core[1:3]}.{core[3:]}-{branch}"])

    def employer(self, draw: Random, number: int, cores: list[str]) -> Row:
        core, other = draw.choice(cores), draw.choice(cores)
        npwp = draw.choice([self.number(draw, core)] * 6 + [None, "12345"])
        npwp15 = draw.choice([None, None, self.number(draw, core), self.number(draw, other)])
        return {"id": f"E{number}", "region": draw.choice(["19.71", "19.04", "32.04", None]), "npwp": npwp} | {
            "npwp15": npwp15
        }

    def member(self, draw: Random, number: int, cores: list[str]) -> Row:
        count = draw.choice([None, 1, 5, 20])
        npp = draw.choice([None, *[f"N{number:03d}"] * 3])
        return {"npwp": self.number(draw, draw.choice(cores)), "npp": npp, "registered": count}


@pytest.mark.parametrize("seed", range(8))
def test_random_registers_assemble_as_plain_python_says(office: Office, seed: int) -> None:
    given = RandomOffice(seed)
    office.joins = [Join("membership", ("npwp",), given.one_to_one, HERE)]
    group: Mapping[str, Aggregate] = {"npp": "min", "registered": "sum", "active": "any"}
    office.declares("membership", complete=given.complete, group=group if given.grouped else {})
    office.employers(*given.employers)
    office.members(*given.members_said, rejected=given.members_rejected, unreadable_keys=given.unreadable_keys)
    oracle = Oracle(given)
    keys = [oracle.key(one["npwp"], one["npwp15"]) for one in given.employers]
    expected = [(one["id"], *oracle.taken(one, keys)) for one in given.employers]
    assert [(one["id"], *taken(one)) for one in office.subjects()] == expected
    assert len({standing for *_, standing in expected}) >= 3


def test_only_leaves_out_who_says_something_else_and_counts_them(office: Office) -> None:
    office.employers(
        {"id": "A", "stage": "running"},
        {"id": "B", "stage": "failed ; Running"},
        {"id": "C", "stage": "failed"},
        {"id": "D"},
        {"id": "E", "stage": "running-late"},
    )
    office.only = {"stage": ("running", "signed")}
    assert [subject["id"] for subject in office.subjects()] == ["A", "B", "D"]
    assert office.assembled().left_out == 2


def test_without_only_nobody_is_left_out(office: Office) -> None:
    assert office.assembled().left_out == 0
