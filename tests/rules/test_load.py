"""What a person reads when a file is wrong, and what is still given when a part of it is."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import Fault, FaultsError
from rules.load import Loaded, load, load_rule_book

RULE, RUN = "rules/packs/registration/PWBD-01.yaml", "rules.yaml"
TABLE, REGIONAL = "rules/parameters/construction.yaml", "rules/parameters/wages.yaml"
TRIAL, GROUPS, WORKED = (
    f"rules/packs/{name}.yaml" for name in ("contributions/IUR-02", "micro/KUM-01", "construction/JAKON-02")
)


@pytest.fixture
def desk(shop: Path, tmp_path: Path) -> Path:
    """A copy of the rule files and the run file that one test may spoil."""
    folder = tmp_path / "desk"
    shutil.copytree(shop, folder)
    return folder


def loaded(desk: Path) -> Loaded:
    return load(desk / "rules.yaml", desk / "rules")


def spoil(desk: Path, file: str, old: str, new: str) -> tuple[Fault, ...]:
    path = desk / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return loaded(desk).faults


def test_the_shipped_files_have_no_fault() -> None:
    book, faults = load_rule_book()
    assert faults == ()
    by_pack: dict[str, list[str]] = {}
    for rule in sorted(book.rules.values(), key=lambda one: one.id):
        by_pack.setdefault(rule.pack, []).append(rule.id)
    assert by_pack == {
        "construction": [
            *("JAKON-01", "JAKON-02", "JAKON-02-BESAR", "JAKON-02-UPAH"),
            *("JAKON-03", "JAKON-04", "JAKON-05", "JAKON-06"),
        ],
        "contributions": ["IUR-01", "IUR-02", "IUR-03", "IUR-04"],
        "data": ["DATA-01"],
        "micro": ["BPU-01", "BPU-02", "KUM-01", "KUR-01"],
        "programmes": ["PDS-PROG-01"],
        "public": ["DANA-01", "DESA-01", "NASN-01", "PEMILU-01"],
        "registration": ["PDS-TK-01", "PWBD-01"],
        "wages": ["PDS-UPAH-01", "PDS-UPAH-01-JP", "PDS-UPAH-02", "PDS-UPAH-02-TAMBANG"],
    }


def test_a_fault_says_where_what_why_and_what_to_do(desk: Path) -> None:
    (fault,) = spoil(desk, RULE, "evidence: [employed_workers,", "evidence: [employed_worker,")
    assert str(fault) == (
        "rules/packs/registration/PWBD-01.yaml:34:12: the evidence 'employed_worker' is neither a field of 'employer' "
        "nor a name under 'let'\n"
        "    why: nothing would be shown\n"
        "    do:  did you mean 'employed_workers'?"
    )


SARI = 'people: {sari: {name: Sari, roles: [inspector], regions: ["19"]}}\nguards: {}'
IN_WORDS = [
    # file, text, what it becomes, where in it the fault begins, what is said, what to do
    (RULE, "severity:", "severty:", "severty", "a rule has no key 'severty'", "did you mean 'severity'?"),
    (RULE, "status: stable\n", "", "id: PWBD", "the key 'status' of this rule is missing", "add 'status:'"),
    (RULE, "status: stable\n", "status: a\nstatus: b\n", "status: b", "first at line 4", "take one of the two out"),
    (RULE, "severity: high", "severity: grave", "grave", "'grave' is not known here", "use one of: low, medium"),
    (RULE, "2011-11-25", "2011-02-29", "2011", "the day 2011-02-29 does not exist", "write a day of the calendar"),
    (RULE, "checked: V}", "checked: R}", "R}", "is only 'R'", "set 'status: trial'"),
    (RULE, "title: {id: Wajib belum daftar, en", "title: {en", "{en", "language 'id' is missing", "add 'id:'"),
    (RULE, "title: {id", "title: {id: x, id", "id", "the key 'id' stands here a second time", "take one"),
    (RULE, "max_share: 0.5", "max_share: 5", "5", "5 is not a share between 0 and 1", "0.5 for 50 %"),
    (RUN, "[registration", "[registrasi", "regi", "there is no pack 'registrasi'", "did you mean 'registration'"),
    (RUN, "[registration", "[*all", "*all", "an anchor or alias ('all') is used", "write the value out"),
    (RUN, "sqlite:///patuh.db", "postgresql://a:b@db/patuh", "post", "the store's address holds a password", "pgpass"),
    (RUN, "sqlite:///patuh.db", "mysql://db/patuh", "mysql", "is no address of a store", "or postgresql://"),
    (RUN, "sqlite:///patuh.db", "patuh.db", "patuh", "'patuh.db' is no address of a store", "sqlite:///patuh.db"),
    (RUN, "connector: csv", "connector: cvs", "cvs", "'cvs' is not known here", "did you mean 'csv'?"),
    (RUN, "nib: nib", "nibb: nib", "nibb", "the fact 'employer' has no field 'nibb'", "did you mean 'nib'?"),
    (RUN, "fresh_days: 45", "fresh_day: 45", "fresh", "a source has no key 'fresh_day'", "'fresh_days'"),
    (RUN, "spine: wlkp", "spine: wlpk", "wlpk", "there is no source 'wlpk'", "did you mean 'wlkp'?"),
    # who may log in
    (RUN, "guards: {}", "people: {}\nguards: {}", "{}", "at least one person, by login is expected", "write at least"),
    (RUN, "guards: {}", SARI.replace("inspector", "inspektor"), "inspek", "'inspektor' is not known", "'inspector'"),
    (RUN, "guards: {}", SARI.replace("inspector", ""), "[]", "at least one of inspector, supervisor", "write at"),
    (RUN, "guards: {}", SARI.replace('"19"', '"1"'), '"1"', "'1' is no region code", "Kemendagri code"),
    (RUN, "guards: {}", SARI.replace('["19"]', "[]"), "[]}", "a list of region codes, or all", "write a list"),
    (RUN, "guards: {}", SARI.replace("roles", "rolls"), "rolls", "a person has no key 'rolls'", "'roles'"),
    (RUN, "guards: {}", SARI.replace("name: Sari, ", ""), "{roles", "the key 'name' of this person", "add 'name:'"),
    # values by region, tables, settings of ours
    (REGIONAL, '{for: "19", value: 3498479', "{value: 3498479", "{value", "does not say whom it is for", "add 'for:'"),
    (REGIONAL, "  by: region\n", "", '"19"', "the value is for some only", "add 'by: region' above"),
    (
        REGIONAL,
        "from: 2023-01-01",
        "from: 2023-01-01, until: 2023-12-30",
        '{for: "19", value: 3640000',
        "no value is",
        "fill the gap",
    ),
    (
        REGIONAL,
        "from: 2024-01-01",
        "from: 2023-01-01",
        '{for: "19", value: 3640000',
        "overlaps the one from",
        "the day after",
    ),
    (
        TABLE,
        "up_to: 500000000",
        "up_to: 50000000",
        "{up_to: 50000000,",
        "does not begin where the one before",
        "ascend",
    ),
    (TABLE, "rate: 0.0021}", "rate: tinggi}", "tinggi", "'tinggi' stands where a number", "write a number"),
    (TABLE, "rate: 0.0021}", "rat: 0.0021}", "rat:", "a slice has no key 'rat'", "did you mean 'rate'?"),
    (TABLE, "rate: 0.0021", "rate: -0.0021", "-0.0021", "the rate -0.0021 is negative", "write a share from 0 on"),
    (TABLE, "    - slices:", "    - value: 1\n      slices:", "value: 1", "both 'value' and 'slices'", "or 'slices:'"),
    (REGIONAL, "value: 9559600, ", "", "{from: 2023-03-01", "neither 'value' nor 'slices'", "'value:' or"),
    (TABLE, "  ours: true", "  ours: mungkin", "mungkin", "'mungkin' stands where", "true or false"),
    # what a rule waits for, its named values and examples, its family, what it may never read
    (TRIAL, "waits_for:\n", "false_negatives:\n", "trial", "does not say what it waits for", "add 'waits_for:'"),
    (
        RULE,
        "status: stable",
        "status: stable\nwaits_for: {id: x, en: y}",
        "{id: x, en: y}",
        "waits for something",
        "take",
    ),
    (
        WORKED,
        "    is: least(value_without_ppn, registered_value)\n",
        "",
        "unit: rupiah",
        "key 'is' of this named",
        "add 'is:'",
    ),
    (WORKED, "    unit: rupiah", "    unti: rupiah", "unti", "a named value has no key 'unti'", "did you mean 'unit'?"),
    (WORKED, "shows: {", "shows: {zzz: 1, ", "{name: ", "shows 'zzz', which is no name under 'let'", "use one of"),
    (
        RULE,
        "expect: violation",
        "off: {teguran_days: [minggu]}, expect: violation",
        "minggu",
        "'minggu' is not known",
        "one of",
    ),
    (RULE, "severity: high", "family: makro\nseverity: high", "makro", "'makro' is not known here", "'micro'?"),
    (RULE, "when:\n", "when:\n  - lower('JKP') = 'x'\n", "lower(", "reads JKP in a condition", "leave JKP to 'scope'"),
    (GROUPS, "nature: outreach", "nature: violation", "[]", "nature 'violation' has no basis", "make it outreach"),
]


@pytest.mark.parametrize("case", IN_WORDS, ids=lambda case: case[4])
def test_faults_in_words(desk: Path, case: tuple[str, str, str, str, str, str]) -> None:
    file, old, new, begins, says, remedy = case
    whole = (desk / file).read_text("utf-8")
    faults = spoil(desk, file, old, new)
    spoilt = whole.replace(old, new, 1)
    place = spoilt.index(begins, whole.index(old)) if begins in new else spoilt.index(begins)
    if "second time" in says:
        place = spoilt.index(begins, place + 1)
    before = spoilt[:place].split("\n")
    here = [
        fault for fault in faults if (fault.location.line, fault.location.column) == (len(before), len(before[-1]) + 1)
    ]
    assert here, [str(fault) for fault in faults]
    assert says in here[0].what
    assert remedy in here[0].remedy
    assert here[0].why


def test_all_faults_of_all_files_come_in_one_go_in_file_order(desk: Path) -> None:
    spoil(desk, RULE, "severity: high", "severity: grave")
    spoil(desk, "rules/parameters/deadlines.yaml", "checked: V\n", "checked: sure\n")
    spoil(desk, "rules/routing.yaml", "queue: disnaker", "queue: polisi")
    faults = spoil(desk, "rules.yaml", "language: id", "language: nl")
    names = [Path(fault.location.path).name for fault in faults]
    assert sorted(names) == ["PWBD-01.yaml", "deadlines.yaml", "routing.yaml", "rules.yaml"]
    assert faults == tuple(sorted(faults))
    assert str(FaultsError(faults)).count("why:") == 4


def test_a_faulty_rule_is_left_out_and_the_rest_is_given(desk: Path) -> None:
    spoil(desk, RULE, "severity: high", "severity: grave")
    spoil(desk, "rules.yaml", "connector: csv", "connector: cvs")
    seen = loaded(desk)
    assert "PWBD-01" not in seen.book.rules
    assert "PDS-TK-01" in seen.book.rules
    assert "wlkp" not in seen.configuration.sources
    assert "membership" in seen.configuration.sources


def test_a_pack_that_is_switched_off_is_not_loaded_nor_read(desk: Path) -> None:
    spoil(desk, "rules/packs/micro/KUM-01.yaml", "nature: outreach", "nature: crime")
    path = desk / "rules.yaml"
    path.write_text(path.read_text("utf-8").replace(" micro,", ""), "utf-8")
    seen = loaded(desk)
    assert seen.faults == ()
    assert "KUM-01" not in seen.book.rules


def test_an_office_has_its_own_rules_and_parameters(desk: Path) -> None:
    rule = (desk / RULE).read_text("utf-8").replace("id: PWBD-01", "id: OWN-01")
    own = "\n".join("    " + line for line in rule.splitlines() if not line.startswith("#"))
    value = "{value: 10, from: 2026-01-01, source: ours, checked: R}"
    words = "words: {id: hari, en: days}"
    path = desk / "rules.yaml"
    text = path.read_text("utf-8").replace("rules: []", "rules:\n  -" + own[3:])
    text = text.replace(
        "parameters: {}", f"parameters:\n  headcount_gap_days: {{unit: days, {words}, values: [{value}]}}"
    )
    path.write_text(text, "utf-8")
    seen = loaded(desk)
    assert seen.faults == ()
    assert seen.book.rules["OWN-01"].pack == "office"
    assert seen.book.rules["OWN-01"].text.startswith("  - id: OWN-01\n")
    assert "public body without a head count" in seen.book.rules["OWN-01"].text.splitlines()[-1]
    assert seen.book.parameters["headcount_gap_days"].values[0].value == 10
    (fault,) = spoil(desk, "rules.yaml", "{unit: days, ", "{unit: weeks, ")
    assert "is in weeks; the shipped one is in days" in fault.what


ONLY = [
    ("{stages: [running]}", "unknown-field", "'only' names 'stages', which the spine 'projects' does not offer"),
    ("{project_number: [X]}", "unknown-field", "'only' names 'project_number', which the spine 'projects' does not"),
    ("{contract_value: [1]}", "only-texts", "'only' needs a list of texts for a text field, and 'contract_value'"),
    ("{fund: []}", "only-texts", "and 'fund' has none"),
    ("{procurement_kind: [Konstruksi]}", "bad-choice", "'procurement_kind' is never 'Konstruksi'"),
]


@pytest.mark.parametrize(("only", "code", "says"), ONLY)
def test_only_names_texts_that_the_spine_can_say(desk: Path, only: str, code: str, says: str) -> None:
    faults = spoil(desk, "rules.yaml", "    spine: projects\n", f"    spine: projects\n    only: {only}\n")
    assert [fault.code for fault in faults] == [code]
    assert says in faults[0].what
    text = (desk / "rules.yaml").read_text("utf-8").splitlines()
    assert text[faults[0].location.line - 1] == "    spine: projects"


def test_two_rules_of_one_id_name_both_places(desk: Path) -> None:
    shutil.copyfile(desk / RULE, desk / "rules/packs/registration/PWBD-02.yaml")
    doubled = [fault for fault in loaded(desk).faults if fault.code == "duplicate-rule"]
    assert [str(fault.location) for fault in doubled] == ["rules/packs/registration/PWBD-02.yaml:2:1"]
    assert "rules/packs/registration/PWBD-01.yaml:2:1" in doubled[0].what


def test_a_path_has_no_detours_and_keeps_its_links(desk: Path) -> None:
    (desk / "registers").mkdir()
    (desk / "linked").symlink_to(desk / "registers")
    assert spoil(desk, RUN, "path: data/sample/wlkp.csv", "path: rules/../linked/./wlkp.csv") == ()
    assert loaded(desk).configuration.sources["wlkp"].path == desk / "linked" / "wlkp.csv"


def test_paths_are_absolute_and_shown_as_a_person_sees_them(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = loaded(desk).configuration
    assert seen.sources["wlkp"].path == desk / "data/sample/wlkp.csv"
    assert seen.state == desk / ".patuh"
    assert seen.store == f"sqlite:///{desk}/patuh.db"
    assert seen.sources["wlkp"].largest_drop == Decimal("0.1")
    assert seen.sources["wlkp"].reject_limit == Decimal("0.05")
    spoil(desk, "rules.yaml", "language: id", "language: nl")
    monkeypatch.chdir(desk)
    assert [str(fault.location) for fault in loaded(desk).faults] == ["rules.yaml:7:11"]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "file-empty", (0, 0)),
        (b"state: \xe9t\xe9\n", "file-encoding", (1, 8)),
        (b"a: 1\n\xef\xbb\xbf", "file-characters", (2, 1)),
        (b"\xef\xbb\xbfa: 1\n", "file-encoding", (1, 1)),
        ("a: 1\n".encode("utf-16"), "file-encoding", (1, 1)),
        (b"a: 1\nb: \0\n", "file-characters", (2, 4)),
        (b"x" * (3 * 1024 * 1024), "file-too-large", (0, 0)),
        (b"a: [1, 2\nb: 3\n", "yaml-syntax", (1, 4)),
        (b"a:\n\t- 1\n", "yaml-tab", (2, 1)),
        (b"a: 'one\nb: two\n", "yaml-quote", (1, 4)),
        (b"a: 'one\n  two'\n", "yaml-quote", (1, 4)),
        (b"a: !!python/object/apply:os.system [id]\n", "yaml-tag", (1, 4)),
        (b"%YAML 9.9\n---\na: 1\n", "yaml-syntax", (1, 1)),
    ],
)
def test_a_file_that_is_no_rule_file(desk: Path, data: bytes, code: str, place: tuple[int, int]) -> None:
    for file in (RULE, "rules.yaml", "rules/routing.yaml"):
        whole = (desk / file).read_bytes()
        (desk / file).write_bytes(data)
        (fault,) = loaded(desk).faults
        assert (fault.code, (fault.location.line, fault.location.column)) == (code, place)
        (desk / file).write_bytes(whole)


def test_a_run_file_that_is_not_there_or_is_a_folder(desk: Path) -> None:
    assert [fault.code for fault in load(desk / "none.yaml", desk / "rules").faults] == ["file-missing"]
    assert [fault.code for fault in load(desk, desk / "rules").faults] == ["file-unreadable"]
    assert [fault.code for fault in load(Path("a\0b"), desk / "rules").faults] == ["file-unreadable"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), cut=st.integers(0, 40), put=st.binary(max_size=12), which=st.integers(0, 3))
def test_no_bytes_end_in_a_traceback(shop: Path, place: int, cut: int, put: bytes, which: int) -> None:
    path = shop / (RULE, "rules.yaml", "rules/routing.yaml", "rules/parameters/deadlines.yaml")[which]
    whole = path.read_bytes()
    start = place % len(whole)
    try:
        path.write_bytes(whole[:start] + put + whole[start + cut :])
        for fault in loaded(shop).faults:
            assert fault.what
            assert fault.why
            assert fault.remedy
            assert fault.location.path
    finally:
        path.write_bytes(whole)


def test_only_a_source_whose_columns_carry_the_fields_names_needs_no_map(desk: Path) -> None:
    text = (desk / "rules.yaml").read_text("utf-8")
    start, end = text.index("    columns:\n      project_key"), text.index("  project_register:")
    (desk / "rules.yaml").write_text(text[:start] + text[end:], "utf-8")
    (fault,) = loaded(desk).faults
    assert (fault.code, fault.what) == ("missing-key", "the key 'columns' of this source is missing")
    path = "connector: csv\n    fact: project\n    path: data/sample/proyek.csv"
    assert spoil(desk, "rules.yaml", path, "connector: isb\n    fact: project\n    path: isb") == ()
    assert loaded(desk).configuration.sources["projects"].columns == {}


def test_options_belong_to_their_connector(desk: Path) -> None:
    old = "path: data/sample/wlkp.csv"
    assert spoil(desk, "rules.yaml", old, f'{old}\n    options: {{delimiter: "\\t", encoding: latin-1}}') == ()
    assert loaded(desk).configuration.sources["wlkp"].options == {"delimiter": "\t", "encoding": "latin-1"}
    (fault,) = spoil(desk, "rules.yaml", "encoding: latin-1", "sheet: one")
    assert fault.what == "a csv option list has no key 'sheet'"
    sql = "connector: sql\n    fact: employer\n    options: {url: sqlite:///x.db}"
    faults = spoil(desk, "rules.yaml", "connector: csv\n    fact: employer", sql)
    codes = {fault.code for fault in faults}
    assert "duplicate-key" in codes
    assert any("needs either a query or a table" in fault.what for fault in faults)


def test_a_rule_names_a_family_that_routing_asks_about(desk: Path) -> None:
    assert spoil(desk, RULE, "severity: high", "family: micro\nseverity: high") == ()
    assert loaded(desk).book.rules["PWBD-01"].family == "micro"
    (fault,) = spoil(desk, RULE, "family: micro", "family: macro")
    assert fault.what == "'macro' is not known here"
    assert fault.remedy == "did you mean 'micro'?"
