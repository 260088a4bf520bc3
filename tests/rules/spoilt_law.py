"""Operators on what the law needs beyond plain values: tables, regions, what is waited for, workings, families, JKP."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from tests.rules.spoiling import (
    ALL_RULES,
    FACTS,
    RULES,
    Mutant,
    put,
    spoils,
    swap,
)

WAGES, SELF_EMPLOYED = "rules/parameters/wages.yaml", "rules/parameters/self_employed.yaml"
TABLES = "rules/parameters/construction.yaml"
TRIAL = tuple(
    f"rules/packs/{name}.yaml" for name in ("contributions/IUR-02", "construction/JAKON-02-BESAR", "micro/KUR-01")
)
WORKED_OUT = tuple(
    f"rules/packs/{name}.yaml"
    for name in ("construction/JAKON-02", "contributions/IUR-01", "micro/BPU-02", "registration/PDS-TK-01")
)
OUTREACH = tuple(f"rules/packs/{name}.yaml" for name in ("micro/KUM-01", "public/DANA-01", "public/DESA-01"))


def parameter_of(lines: list[str], number: int) -> tuple[int, int]:
    """First and last line of the parameter in which line `number` stands."""
    starts = [one for one, line in enumerate(lines, 1) if re.match(r"[a-z_0-9]+:", line)] + [len(lines) + 1]
    start = max(one for one in starts if one <= number)
    return start, min(one for one in starts if one > start) - 1


# --- values by region or choice -----------------------------------------------------------------------------------


@spoils(WAGES, SELF_EMPLOYED)
def by_taken_out(lines: list[str]) -> Iterator[Mutant]:
    """Each value that is for somebody is left without the field that would choose it."""
    for number, line in enumerate(lines, 1):
        if re.match(r"  by: ", line):
            _, end = parameter_of(lines, number)
            chosen = {one - 1 for one in range(number, end + 1) if "{for: " in lines[one - 1]}
            yield put(lines, number), {("unknown-key", one) for one in chosen}


@spoils(WAGES, SELF_EMPLOYED)
def by_added(lines: list[str]) -> Iterator[Mutant]:
    """Each value that is for everybody does not say whom it is for."""
    for number, line in enumerate(lines, 1):
        start, end = parameter_of(lines, number) if line.startswith("  unit: ") else (0, 0)
        block = lines[start - 1 : end] if start else []
        if block and not any(one.startswith("  by: ") for one in block):
            values = [start + place for place, one in enumerate(block) if re.match(r"    - \{?(value|slices)", one)]
            yield put(lines, number, line, "  by: region"), {("missing-key", one + 1) for one in values}


swap("for_taken_out", (WAGES, SELF_EMPLOYED), r'\{for: "?\w+"?, ', "{", "missing-key")
swap("mistyped_for", (WAGES, SELF_EMPLOYED), r"\{for: ", "{fro: ", "unknown-key", "missing-key")
swap("by_a_list", (WAGES, SELF_EMPLOYED), r"^  by: (\w+)", r"  by: [\1]", "wrong-type")
swap("for_a_list", (WAGES, SELF_EMPLOYED), r'\{for: ("?\w+"?)', r"{for: [\1]", "wrong-type")


@spoils(SELF_EMPLOYED)
def word_among_numbers(lines: list[str]) -> Iterator[Mutant]:
    """Values of two types are said of the values as a whole."""
    for number, line in enumerate(lines, 1):
        if "value: 0.5" in line:
            start = max(one for one, before in enumerate(lines[:number], 1) if before == "  values:")
            yield put(lines, number, line.replace("0.5", "half")), {("wrong-type", start + 1)}


@spoils(WAGES, SELF_EMPLOYED)
def gaps_within_one_region(lines: list[str]) -> Iterator[Mutant]:
    """The days of one region or choice have gaps and overlaps of their own; those of another do not fill them."""
    for number, line in enumerate(lines, 1):
        before, whom = lines[number - 2], re.search(r"\{for: [^,]+", line)
        begins, began = (re.search(r"from: (\d{4}-\d\d-\d\d)", one) for one in (line, before))
        if whom is None or begins is None or began is None or whom[0] not in before or "until" in before:
            continue

        def until(day: str, before: str = before) -> str:
            return re.sub(r"(from: \d{4}-\d\d-\d\d)", rf"\1, until: {day}", before)

        gap = date.fromisoformat(begins[1]) - date.fromisoformat(began[1]) > timedelta(days=1)
        yield put(lines, number - 1, until(began[1])), {("parameter-gap", number)} if gap else set()
        yield put(lines, number - 1, until("2090-01-01")), {("parameter-overlap", number)}
        yield put(lines, number - 1, until(begins[1])), {("parameter-overlap", number)}
        yield put(lines, number, line.replace(begins[1], began[1])), {("parameter-overlap", number)}
        yield put(lines, number, line, re.sub(r"\{for: [^,]+", '{for: "94"', line)), set()


# --- tables -------------------------------------------------------------------------------------------------------

SLICE = r"^        - \{"
swap("rate_as_words", (TABLES,), r"rate: [0-9.]+\}", "rate: high}", "wrong-type")
swap("rate_in_percent", (TABLES,), r"rate: ([0-9.]+)\}", r"rate: \1 %}", "wrong-type")
swap("rate_taken_out", (TABLES,), r", rate: [0-9.]+\}", "}", "missing-key")
swap("mistyped_rate", (TABLES,), r", rate: ", ", rat: ", "unknown-key")
swap("end_of_a_slice_as_words", (TABLES,), r"up_to: \d+", "up_to: much", "wrong-type")
swap("mistyped_end_of_a_slice", (TABLES,), r"\{up_to: ", "{upto: ", "unknown-key")
swap("word_for_a_slice", (TABLES,), r"^        - \{.*$", "        - all of it", "wrong-type")


@spoils(TABLES)
def slices_in_disorder(lines: list[str]) -> Iterator[Mutant]:
    """Neighbours exchanged, the open slice before the end, one slice twice: said of the later one."""
    for number, line in enumerate(lines, 1):
        after = lines[number] if number < len(lines) else ""
        if re.match(SLICE, line) and re.match(SLICE, after):
            yield [*lines[: number - 1], after, line, *lines[number + 1 :]], {("slice-order", number + 1)}
        if re.match(SLICE, line) and "up_to" in line:
            yield put(lines, number, line, line), {("slice-order", number + 1)}


@spoils(TABLES)
def value_and_slices(lines: list[str]) -> Iterator[Mutant]:
    """Both, neither, none of them: said of the value as a whole."""
    for number, line in enumerate(lines, 1):
        if line == "    - slices:":
            end = next(one for one in range(number + 1, len(lines)) if not re.match(SLICE, lines[one - 1]))
            since = lines[end - 1]
            yield put(lines, end, "      value: 0.1", since), {("missing-key", number)}
            neither = [*lines[: number - 1], "    - " + since.strip(), *lines[end:]]
            yield neither, {("missing-key", number)}
            yield [*lines[: number - 1], "    - slices: []", *lines[end - 1 :]], {("wrong-type", number)}


swap("neither_value_nor_slices", (WAGES, SELF_EMPLOYED), r"(?<=[{ ])value: [0-9.]+, ", "", "missing-key")

# --- settings of ours ---------------------------------------------------------------------------------------------

DESIGN = ("rules/parameters/deadlines.yaml", "rules/parameters/ladder.yaml", TABLES)
swap("ours_in_words", DESIGN, r"^  ours: true", "  ours: maybe", "wrong-type")
swap("ours_as_yes", DESIGN, r"^  ours: true", "  ours: yes", "wrong-type")
swap("mistyped_ours", (DESIGN[0], TABLES), r"^  ours: ", "  our: ", "unknown-key")


@spoils(WAGES)
def parameter_of_another_file(lines: list[str]) -> Iterator[Mutant]:
    value = "{value: 1, from: 2020-01-01, source: none, checked: R}"
    for name in ("jakon_tolerance", "late_fine_rate"):
        block = [f"{name}:", "  unit: rupiah", "  words: {id: a, en: b}", f"  values: [{value}]"]
        yield [*lines, *block], {("duplicate-parameter", len(lines) + 1)}


# --- what a rule waits for ----------------------------------------------------------------------------------------


@spoils(*TRIAL)
def trial_without_a_reason(lines: list[str]) -> Iterator[Mutant]:
    start = lines.index("waits_for:")
    status = next(number for number, line in enumerate(lines, 1) if line.startswith("status: "))
    yield lines[:start] + lines[start + 3 :], {("waits-missing", status)}
    yield put(lines, status, "status: draft")[:start] + lines[start + 3 :], {("waits-missing", status)}
    yield lines[: start + 2] + lines[start + 3 :], {("missing-language", start + 2)}
    yield lines[: start + 1] + lines[start + 2 :], {("missing-language", start + 2)}
    yield put(lines, status, "status: draft"), set()


@spoils(*RULES, *WORKED_OUT)
def stable_with_a_reason(lines: list[str]) -> Iterator[Mutant]:
    if "waits_for:" in lines:
        return
    status = lines.index("status: stable") + 1
    notice = "nature: notice" in lines
    reason = "waits_for: {id: teks hukum, en: the text of the law}"
    here = set() if notice else {("waits-needless", status + 1)}
    yield put(lines, status, lines[status - 1], reason), here
    yield put(lines, status, "status: retired", reason), here
    yield put(lines, status, "status: trial", reason), set()
    yield put(lines, status, "status: trial"), {("waits-missing", status)}


# --- named values -------------------------------------------------------------------------------------------------


@spoils(*WORKED_OUT)
def named_values(lines: list[str]) -> Iterator[Mutant]:
    """A named value in its long form: without its expression, with a key of another name, in one language."""
    for number, line in enumerate(lines, 1):
        if re.match(r"    is: ", line):
            yield put(lines, number), {("missing-key", number)}
            yield put(lines, number, "    is: [1]"), {("wrong-type", number)}
        if re.match(r"    unit: ", line):
            yield put(lines, number, line.replace("unit", "unti")), {("unknown-key", number)}
            yield put(lines, number, "    unit: [rupiah]"), {("wrong-type", number)}
        if re.match(r"    words: \{", line):
            yield put(lines, number, "    words: {id: nilai}"), {("missing-language", number)}
        if line == "let:":
            yield put(lines, number, line, "  region: 1"), {("name-taken", number + 1)}
            yield put(lines, number, line, "  Large: 1"), {("bad-name", number + 1)}
            yield put(lines, number, line, "  two words: 1"), {("bad-name", number + 1)}
            yield put(lines, number, line, "  more: [1, 2]"), {("wrong-type", number + 1)}
            yield put(lines, number, line, "  more: {unit: rupiah}"), {("missing-key", number + 1)}
            yield put(lines, number, line, "  more: {is: 1 + 1, unit: rupiah}"), set()


# --- examples -----------------------------------------------------------------------------------------------------

swap("shows_what_is_not_worked_out", WORKED_OUT, r"shows: \{", "shows: {zzz: 1, ", "unknown-field")
swap("shows_a_list", WORKED_OUT, r"shows: \{[^}]*\}", "shows: [1]", "wrong-type")
swap("shows_a_field", WORKED_OUT, r"shows: \{", "shows: {region: 1, ", "unknown-field")
swap("mistyped_shows", WORKED_OUT, r"shows: \{", "show: {", "unknown-key")
OFF = r"(^    - \{name: (?!.*, off: ).*, expect: [a-z_]+)"
swap("off_of_no_kind_of_day", RULES, OFF, r"\1, off: {project_registration_days: [minggu]}", "unknown-value")
swap("off_in_words", RULES, OFF, r"\1, off: {project_registration_days: libur}", "wrong-type")
swap("off_of_both_kinds", RULES, OFF, r"\1, off: {project_registration_days: [libur_nasional, cuti_bersama]}")

# --- families and JKP ---------------------------------------------------------------------------------------------

FAMILY = r"^family: (\w+)$"
swap("family_unknown_to_routing", ALL_RULES, FAMILY, "family: macro", "unknown-value")
swap("nature_as_family", ALL_RULES, FAMILY, "family: violation", "unknown-value")
swap("family_of_routing", ALL_RULES, FAMILY, "family: registration")
swap("pack_for_a_family", ALL_RULES, FAMILY, "family: data", "unknown-value")


@spoils(*WORKED_OUT, TRIAL[0], *OUTREACH)
def jkp_anywhere(lines: list[str]) -> Iterator[Mutant]:
    """In a condition or a named value of a rule that accuses; a notice, outreach, `scope` and `needs` may read it."""
    accuses = any(line in ("nature: violation", "nature: indication") for line in lines)
    codes = {"jkp-flagged"} if accuses else set()
    texts = ("not list_includes('JKK', 'JKP')", "1 = 2 or lower('jkp') = 'x'", "lower('a;Jkp') = 'x'")
    number = lines.index("when:") + 1
    for text in texts:
        yield put(lines, number, "when:", f"  - {text}"), {(code, number + 1) for code in codes}
        if "needs:" not in lines:
            yield put(lines, number, "needs:", f"  - {text}", "when:"), set()
        let = lines.index("let:") + 1 if "let:" in lines else 0
        if let:
            yield put(lines, let, "let:", f"  of_jkp: {text}"), {(code, let + 1) for code in codes}
    yield put(lines, number, "when:", "  - lower('jkpx') <> 'a_jkp1'"), set()


@spoils(*OUTREACH)
def accusation_without_law(lines: list[str]) -> Iterator[Mutant]:
    """What has no article may advise, and may not accuse."""
    nature, basis = lines.index("nature: outreach") + 1, lines.index("basis: []") + 1
    for word in ("violation", "indication"):
        yield put(lines, nature, f"nature: {word}"), {("basis-missing", basis)}
    yield put(lines, nature, "nature: notice"), set()


# --- the vocabulary -----------------------------------------------------------------------------------------------

swap("unknown_type_of_a_field", (FACTS,), r"type: (money|date|boolean|integer)", "type: float", "unknown-value")
swap("unknown_meaning_of_null", (FACTS,), r"null: (none|unknown)", "null: empty", "unknown-value")
swap("unknown_class_of_data", (FACTS,), r"personal: \w+", "personal: secret", "unknown-value")
swap("choice_of_nothing", (FACTS,), r", values: \[[^\]]*\]", "", "wrong-type")
swap("values_of_a_number", (FACTS,), r"type: money,", "type: money, values: [a],", "wrong-type")
swap("key_that_is_no_field", (FACTS,), r"^  key: (\w+)", r"  key: \1x", "unknown-field")
swap("region_that_is_no_field", (FACTS,), r"^  region: region", "  region: wilayah", "unknown-field")
swap("known_from_no_field", (FACTS,), r"known_from: (\w+),", r"known_from: \1x,", "unknown-field")
swap("pair_that_is_no_field", (FACTS,), r"pair: (\w+)", r"pair: \1x", "unknown-field")
swap("party_named_by_no_field", (FACTS,), r"^    name: (\w+)$", r"    name: \1x", "unknown-field")
swap(
    "unknown_kind_of_identifier",
    (FACTS,),
    r"identifiers: \{(npwp|npp|nik|source): ",
    "identifiers: {kpj: ",
    "unknown-key",
)
swap("relation_to_no_fact", (FACTS,), r"^    (\w+): \{fact: (\w+)", r"    \1: {fact: \2x", "unknown-fact")
swap("relation_on_no_field", (FACTS,), r"theirs: (\w+)", r"theirs: \1x", "unknown-field")
swap("before_that_is_never", (FACTS,), r"before: running", "before: run", "unknown-value")
swap("smallest_in_words", (FACTS,), r"minimum: 0", "minimum: none", "wrong-type")
