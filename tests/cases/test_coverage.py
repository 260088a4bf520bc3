"""Coverage: participants against workers, with the target, the gap and the source of each denominator."""

import csv
import json
import shlex
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from cases.exit_codes import ExitCode

Run = Callable[..., Any]
Row = dict[str, object]
Office = Callable[..., Path]

EXAMPLE = Path(__file__).parents[2] / "examples" / "bangka-belitung-workforce.yaml"
FIELDS = (
    *("workforce_id", "region", "year", "segment", "workers", "published_coverage", "coverage_decimals"),
    *("workforce_source", "workers_as_of", "participants", "participants_as_of"),
)
RUN_FILE = """\
state: state
store: sqlite:///cases.db
language: id
packs: [registration]
sources:
  workforce:
    connector: csv
    fact: workforce
    path: workforce.csv
    as_of: 2026-11-19
    fresh_days: 45
    reject_limit: 0.5
    key: [workforce_id]
    columns: {%s}
facts:
  workforce: {spine: workforce}
offices:
  - {id: disnaker-babel, queue: disnaker, regions: ["19"], name: Disnaker Babel}
""" % ", ".join(f"{name}: {name}" for name in FIELDS)  # noqa: UP031 - braces belong to YAML here

BPS, DINAS = "BPS Sakernas Agustus 2025", "Dinas Tenaga Kerja"
ISSUE: tuple[Row, ...] = (
    {"segment": "formal", "participants": 115472, "participants_as_of": "2025-12-31"},
    {"segment": "informal", "participants": 28598, "participants_as_of": "2025-12-31"},
    {
        "segment": "both", "published_coverage": "27.24", "coverage_decimals": 2, "workforce_source": "Laporan cakupan",
        "workers_as_of": "2025-12-15",
    },
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Write a register of these rows; what a row does not say of region and year is Pangkalpinang in 2025."""

    def write(*rows: Row, more: str = "") -> Path:
        lines = [",".join(FIELDS)]
        for number, row in enumerate(rows):
            said = {"workforce_id": f"w{number}", "region": "19.71", "year": 2025, **row}
            lines.append(",".join(str(said.get(name, "")) for name in FIELDS))
        (tmp_path / "workforce.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (tmp_path / "rules.yaml").write_text(RUN_FILE + more, encoding="utf-8")
        return tmp_path / "rules.yaml"

    return write


def spoken(said: Any) -> str:
    return " ".join(said.out.split())


def only(said: Any) -> dict[str, Any]:
    assert said.code is ExitCode.DONE, said.err
    (line,) = said.json["lines"]
    return dict(line)


def test_the_published_numbers_give_the_total_and_the_gap_within_rounding(patuh: Run, office: Office) -> None:
    line = only(patuh("coverage", "--target", "57,17 %", "--json", "--config", office(*ISSUE)))
    assert line["participants"] == 115_472 + 28_598 == 144_070
    assert line["coverage"] == 27.24
    assert (line["workers"], line["workers_span"]) == (528_891, [528_794, 528_988])
    assert line["workers_follow_from_coverage"] is True
    assert (line["gap"], line["gap_span"]) == (158_297, [158_242, 158_353])
    assert line["gap_span"][0] <= 158_287 <= line["gap_span"][1]
    assert line["target"] == {"percent": 57.17, "source": None, "checked": None}
    (denominator,) = line["denominators"]
    assert (denominator["source"], denominator["published_coverage"]) == ("Laporan cakupan", 27.24)
    assert denominator["as_of"] == ["2025-12-15", "2025-12-15"]
    assert line["participants_as_of"] == ["2025-12-31", "2025-12-31"]


def test_every_workforce_of_the_span_was_published_so(patuh: Run, office: Office) -> None:
    """The oracle: which whole numbers of workers give 27.24 after rounding, counted one by one."""
    line = only(patuh("coverage", "--json", "--config", office(*ISSUE)))
    cent = Decimal("0.01")
    found = [
        workers for workers in range(528_000, 530_000)
        if (Decimal(144_070 * 100) / workers).quantize(cent) == Decimal("27.24")
    ]  # fmt: skip
    low, high = line["workers_span"]
    assert (abs(low - found[0]) <= 1, abs(high - found[-1]) <= 1) == (True, True)
    assert line["workers"] in found


def test_a_person_reads_numbers_as_they_are_written_here(patuh: Run, office: Office) -> None:
    rules = office(*ISSUE)
    said = spoken(patuh("coverage", "--target", "57.17", "--config", rules))
    assert "19.71 Kota Pangkal Pinang 2025 144.070 ±528.891 27,24 % 57,17 % ±158.297" in said
    assert "penyebut: keduanya, cakupan terbitan 27,24 %, Laporan cakupan, 15 Desember 2025" in said
    assert "jumlah pekerja diturunkan dari cakupan terbitan yang dibulatkan: 528.794 sampai 528.988" in said
    assert "jadi selisihnya 158.242 sampai 158.353 orang" in said
    assert "peserta per 31 Desember 2025" in said
    assert "Target bukan kewajiban pemberi kerja: tidak ada temuan di sini." in said
    english = spoken(patuh("coverage", "--target", "57.17", "--config", rules, "--lang", "en"))
    assert "144,070 ±528,891 27.24 % 57.17 % ±158,297" in english
    assert "so the gap is 158,242 to 158,353 people" in english


def test_without_its_decimals_a_coverage_that_ends_in_zero_is_taken_as_the_coarser(patuh: Run, office: Office) -> None:
    fine = {"segment": "both", "published_coverage": "33.10", "coverage_decimals": 2, "participants": 189742}
    coarse = {**fine, "coverage_decimals": ""}
    assert only(patuh("coverage", "--json", "--config", office(fine)))["workers_span"] == [573_152, 573_325]
    assert only(patuh("coverage", "--json", "--config", office(coarse)))["workers_span"] == [572_374, 574_106]


STATED: Row = {"segment": "both", "workers": 1000, "participants": 250, "workforce_source": BPS}
LINES: list[tuple[str, tuple[Row, ...], dict[str, object]]] = [
    ("stated", (STATED,), {"workers": 1000, "coverage": 25.0, "gap": 72, "gap_span": [72, 72], "notes": []}),
    ("zero workers", ({**STATED, "workers": 0},), {"workers": 0, "coverage": None, "gap": None}),
    ("more than all", ({**STATED, "participants": 1200},), {"coverage": 120.0, "gap": 0}),
    ("nobody yet", ({**STATED, "participants": 0},), {"participants": 0, "coverage": 0.0, "gap": 322}),
    ("no denominator", ({**STATED, "workers": ""},), {"workers": None, "coverage": None, "gap": None}),
    ("no participants", ({**STATED, "participants": ""},), {"participants": None, "workers": 1000, "coverage": None}),
    ("coverage of zero", ({**STATED, "workers": "", "published_coverage": 0},), {"workers": None, "coverage": None}),
    ("one segment alone", ({**STATED, "segment": "formal"},), {"workers": None, "participants": None}),
    (
        "both segments",
        ({**STATED, "segment": "formal"}, {**STATED, "segment": "informal", "workers": 3000}),
        {"workers": 4000, "participants": 500, "coverage": 12.5, "notes": []},
    ),
    (
        "two sources for one region",
        (STATED, {**STATED, "workers": 1200, "workforce_source": DINAS}),
        {"workers": None, "participants": 250, "coverage": None, "notes": ["workers_differ"]},
    ),
    (
        "two numbers of participants",
        (STATED, {**STATED, "participants": 300}),
        {"workers": 1000, "participants": None, "coverage": None, "notes": ["participants_differ"]},
    ),
    ("the same said twice", (STATED, {**STATED, "workforce_source": DINAS}), {"workers": 1000, "coverage": 25.0}),
    (
        "parts that do not add up",
        (STATED, {**STATED, "segment": "formal"}, {**STATED, "segment": "informal"}),
        {"workers": 1000, "participants": 250, "notes": ["parts_differ"]},
    ),
    (
        "published otherwise",
        ({**STATED, "published_coverage": 24},),
        {"coverage": 25.0, "notes": ["published_differs"]},
    ),
    ("published as rounded", ({**STATED, "participants": 254, "published_coverage": 25},), {"notes": []}),
]


@pytest.mark.parametrize(("rows", "expected"), [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_what_is_not_known_stays_so(
    patuh: Run, office: Office, rows: tuple[Row, ...], expected: dict[str, object]
) -> None:
    line = only(patuh("coverage", "--json", "--config", office(*rows)))
    assert {name: line[name] for name in expected} == expected


def test_what_is_not_known_is_said_in_words(patuh: Run, office: Office) -> None:
    rules = office(
        {**STATED, "workers": ""},
        {**STATED, "region": "19.01", "workers": 0},
        {**STATED, "region": "19.02", "participants": 1200},
        {**STATED, "region": "19.03"},
        {**STATED, "region": "19.03", "workers": 1200, "workforce_source": DINAS},
        {**STATED, "region": "19.04", "participants": ""},
    )
    said = spoken(patuh("coverage", "--config", rules))
    assert "penyebut: tidak diketahui" in said
    assert "penyebutnya nol: cakupan tidak dapat dihitung" in said
    assert "peserta lebih banyak daripada pekerja" in said
    assert "untuk satu segmen ada dua penyebut: keduanya tidak dipakai" in said
    assert f"penyebut: keduanya, 1.200 pekerja, {DINAS}" in said
    assert "peserta: tidak diketahui" in said
    assert "120,00 %" in said
    assert "tercapai" in said


def test_a_row_that_does_not_say_where_or_of_whom_is_counted_nowhere_and_said(patuh: Run, office: Office) -> None:
    rules = office(STATED, {**STATED, "segment": ""}, {**STATED, "region": ""}, {**STATED, "year": ""})
    said = patuh("coverage", "--by", "year", "--json", "--config", rules).json
    assert [line["participants"] for line in said["lines"]] == [250]
    assert said["unplaced"] == {"rows": 3, "participants": 750}
    told = spoken(patuh("coverage", "--config", rules))
    assert "3 baris tidak menyebut wilayah, tahun, atau segmennya dan tidak dihitung di mana pun (750 peserta)." in told


def test_a_region_that_is_none_rejects_its_row_and_the_page_says_so(patuh: Run, office: Office) -> None:
    rules = office(STATED, {**STATED, "region": "Bangka"}, STATED)
    assert patuh("coverage", "--json", "--config", rules).json["rejected"] == 1
    assert "1 baris register ditolak" in spoken(patuh("coverage", "--config", rules))
    wrong = patuh("coverage", "--region", "99", "--config", rules)
    assert wrong.code is ExitCode.USAGE


def test_denominators_of_different_sources_are_never_added_silently(patuh: Run, office: Office) -> None:
    rules = office(STATED, {**STATED, "region": "19.01", "workers": 3000, "workforce_source": DINAS})
    line = only(patuh("coverage", "--by", "year", "--json", "--config", rules))
    assert (line["workers"], line["participants"], line["regions"]) == (4000, 500, 2)
    assert [(one["source"], one["workers"]) for one in line["denominators"]] == [(BPS, 1000), (DINAS, 3000)]
    told = spoken(patuh("coverage", "--by", "year", "--config", rules))
    assert "di sini berdampingan penyebut dari 2 sumber yang berbeda" in told
    assert f"penyebut: 3.000 pekerja, {DINAS}" in told


def test_a_region_without_a_denominator_is_left_out_of_the_sum_and_said(patuh: Run, office: Office) -> None:
    rules = office(STATED, {**STATED, "region": "19.01", "workers": "", "participants": 40})
    line = only(patuh("coverage", "--by", "year", "--json", "--config", rules))
    assert (line["workers"], line["participants"], line["coverage"]) == (1000, 250, 25.0)
    assert (line["regions"], line["counted"], line["left_out_participants"]) == (2, 1, 40)
    told = spoken(patuh("coverage", "--by", "year", "--config", rules))
    assert "1 dari 2 wilayah dihitung; untuk yang lain ada angka yang tidak diketahui (40 peserta)" in told


@pytest.mark.parametrize(
    ("province", "expected"),
    [
        ({"workers": 9000, "participants": 900}, (9000, 900, 2)),
        ({"workers": "", "participants": 900}, (2000, 500, 1)),
        ({"workers": 9000, "participants": ""}, (2000, 500, 1)),
    ],
)
def test_a_province_and_its_regencies_are_not_added_to_each_other(
    patuh: Run, office: Office, province: Row, expected: tuple[int, int, int]
) -> None:
    rules = office({**STATED, "region": "19", **province}, STATED, {**STATED, "region": "19.01"})
    line = only(patuh("coverage", "--by", "year", "--json", "--config", rules))
    assert (line["workers"], line["participants"], line["within_others"]) == expected
    assert patuh("coverage", "--json", "--config", rules).json["total"] == 3
    assert "tidak dijumlahkan lagi" in spoken(patuh("coverage", "--by", "year", "--config", rules))


def test_years_and_segments_stand_apart(patuh: Run, office: Office) -> None:
    formal, informal = {**STATED, "segment": "formal"}, {**STATED, "segment": "informal", "workers": 3000}
    rules = office(formal, informal, {**formal, "year": 2026}, {**formal, "region": "19.01"})

    def counted(*options: object) -> list[tuple[object, ...]]:
        lines = patuh("coverage", *options, "--json", "--config", rules).json["lines"]
        return [(one["region"], one["year"], one["segment"], one["participants"], one["workers"]) for one in lines]

    assert counted("--by", "year") == [(None, 2025, None, 250 + 250, 4000), (None, 2026, None, None, None)]
    assert counted("--by", "segment", "--year", 2025) == [
        (None, 2025, "both", 500, 4000), (None, 2025, "formal", 500, 2000), (None, 2025, "informal", 250, 3000),
    ]  # fmt: skip
    assert counted("--segment", "formal", "--region", "19.01") == [("19.01", 2025, None, 250, 1000)]
    assert counted("--by", "segment", "--segment", "both", "--year", 2025) == [(None, 2025, "both", 500, 4000)]
    assert counted("--year", 2024) == []


TARGETS = [
    (2024, None, None),
    (2025, 32.15, 72),
    (2026, 34.99, 100),
    (2027, None, None),
]


@pytest.mark.parametrize(("year", "percent", "gap"), TARGETS)
def test_each_year_meets_its_own_target_with_its_source(
    patuh: Run, office: Office, year: int, percent: float | None, gap: int | None
) -> None:
    rules = office({**STATED, "year": year})
    line = only(patuh("coverage", "--json", "--config", rules))
    assert (line["target"] and line["target"]["percent"], line["gap"]) == (percent, gap)
    told = spoken(patuh("coverage", "--config", rules))
    if percent is None:
        assert f"Target {year}: tidak diketahui; --target memberinya." in told
    else:
        assert line["target"]["checked"] == "V2"
        assert line["target"]["source"] in told


OWN = """
parameters:
  coverage_target:
    unit: percent
    by: region
    words: {id: target kami, en: our target}
    values:
      - {for: "19", value: 40.0, from: 2025-01-01, source: Rencana provinsi, checked: R}
      - {for: "19.71", value: 50.5, from: 2025-01-01, source: Rencana kota, checked: R}
"""


def test_an_office_sets_its_own_target_by_region_or_names_another(patuh: Run, office: Office) -> None:
    rules = office(STATED, {**STATED, "region": "19.01"}, {**STATED, "region": "19.01", "year": 2029}, more=OWN)
    lines = patuh("coverage", "--json", "--config", rules).json["lines"]
    assert [(one["region"], one["target"]["percent"], one["gap"]) for one in lines] == [
        ("19.01", 40.0, 150), ("19.01", 40.0, 150), ("19.71", 50.5, 255),
    ]  # fmt: skip
    other = patuh("coverage", "--target", "coverage_target_2029", "--year", 2029, "--json", "--config", rules)
    assert only(other)["target"]["percent"] == 43.92


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("0", "--target '0' is no target"),
        ("-3", "--target '-3' is no target"),
        ("101", "at most 100 per cent"),
        ("NaN", "--target 'NaN' is no target"),
        ("coverage_targte", "did you mean 'coverage_target'?"),
        ("headcount_gap_days", "--target 'headcount_gap_days' is not known"),
    ],
)
def test_a_target_that_is_none_is_refused(patuh: Run, office: Office, target: str, message: str) -> None:
    said = patuh("coverage", f"--target={target}", "--lang", "en", "--config", office(STATED))
    assert said.code is ExitCode.USAGE
    assert message in " ".join(said.err.split())


def test_the_gap_is_the_smallest_number_of_people_that_meets_the_target(patuh: Run, office: Office) -> None:
    line = only(patuh("coverage", "--target", "57.17", "--json", "--config", office({**STATED, "workers": 1003})))
    assert (line["participants"] + line["gap"]) * 10_000 >= 5_717 * 1003
    assert (line["participants"] + line["gap"] - 1) * 10_000 < 5_717 * 1003


def test_a_stale_register_is_not_counted_by(patuh: Run, office: Office) -> None:
    rules = office(STATED)
    rules.write_text(rules.read_text(encoding="utf-8").replace("2026-11-19", "2026-01-01"), encoding="utf-8")
    said = patuh("coverage", "--config", rules)
    assert said.code is ExitCode.NOT_JUDGED
    assert "Register angkatan kerja tidak dapat dipakai untuk menghitung" in spoken(said)
    assert "250" not in said.out
    record = patuh("coverage", "--json", "--config", rules)
    assert (record.code, record.json["lines"]) == (ExitCode.NOT_JUDGED, [])
    assert "the limit is 45 days" in record.json["reason"]


def test_a_run_file_without_the_fact_says_what_to_add(patuh: Run, office: Office) -> None:
    rules = office(STATED)
    text = rules.read_text(encoding="utf-8").replace("fact: workforce", "fact: cohort_member")
    text = text.replace("  workforce: {spine", "  cohort_member: {spine").replace(
        "key: [workforce_id]", "key: [member_id]"
    )
    columns = text.split("columns: {")[1].split("}")[0]
    rules.write_text(text.replace(columns, "member_id: workforce_id"), encoding="utf-8")
    said = patuh("coverage", "--lang", "en", "--config", rules)
    assert said.code is ExitCode.USAGE
    assert "does not say how the fact workforce is put together" in " ".join(said.err.split())
    assert "docs/coverage.md shows one" in " ".join(said.err.split())


def test_pages_join_fit_eighty_columns_and_name_the_next(
    patuh: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.commands.written.PIPE_WIDTH", 80)
    big = {"workers": 154_000_000, "participants": 42_000_000, "workforce_source": "Sumber " * 30}
    rules = office(*({**STATED, **big, "region": f"19.0{number}"} for number in range(1, 7)))
    whole = patuh("coverage", "--json", "--config", rules).json["lines"]
    monkeypatch.chdir(rules.parent)
    said, lines = patuh("coverage", "--limit", 4, "--target", "57,17"), []
    assert max(cell_len(line) for line in said.out.splitlines()) <= 80
    command = said.out.split("Selanjutnya: ")[1].strip()
    assert command == "patuh coverage --by region --target 57,17 --offset 4"
    assert patuh(*shlex.split(command)[1:]).code is ExitCode.DONE
    offset = 0
    while offset is not None:
        page = patuh("coverage", "--limit", 4, "--offset", offset, "--json", "--config", rules).json
        lines += page["lines"]
        offset = page["next_offset"]
    assert lines == whole
    assert "patuh coverage --by segment" in spoken(patuh("coverage", "--config", rules))


def test_the_example_counts_what_was_published(patuh: Run, tmp_path: Path) -> None:
    for name in (EXAMPLE.name, EXAMPLE.with_suffix(".csv").name):
        (tmp_path / name).write_bytes((EXAMPLE.parent / name).read_bytes())
    said = patuh("coverage", "--json", "--config", tmp_path / EXAMPLE.name)
    province, city = said.json["lines"]
    assert (province["participants"], province["workers"], province["coverage"]) == (189_742, 573_239, 33.1)
    assert (city["participants"], city["workers"]) == (24_286 + 4_754, 47_010 + 23_416)
    assert "19.71 Kota Pangkal Pinang 2025 29.040 70.426 41,23 % 32,15 % tercapai" in spoken(
        patuh("coverage", "--config", tmp_path / EXAMPLE.name)
    )
    assert json.loads(said.out)["total"] == 2


def test_the_samples_register_is_counted_as_it_stands(patuh: Run, pristine: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(pristine, tmp_path / "province"))
    with (folder / "angkatan_kerja.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    counted = {
        year: (sum(int(row["peserta_aktif"]) for row in rows if row["tahun"] == year),
               sum(int(row["jumlah_pekerja"]) for row in rows if row["tahun"] == year))
        for year in {row["tahun"] for row in rows}
    }  # fmt: skip
    lines = patuh("coverage", "--by", "year", "--json", "--config", folder / "rules.yaml").json["lines"]
    assert {str(line["year"]): (line["participants"], line["workers"]) for line in lines} == counted
    assert all(line["counted"] == line["regions"] and line["denominators"] for line in lines)
