"""What was the first set of operators: the text itself, keys, values, routing, the ladder, the run."""

import re
from collections.abc import Iterator

from tests.rules.spoiling import (
    EVERY,
    FACTS,
    LADDER,
    PARAMETERS,
    ROOT,
    ROUTING,
    RULES,
    RUN,
    Mutant,
    first,
    put,
    spoils,
    swap,
)

# --- the text itself, in every kind of file ---------------------------------------------------------------------

KEYED = r"^( *)([a-z_]+): (?=[^&!>|\s])"

swap("tab", EVERY, r"^ +(?=[a-z_]+: )", "\t", "yaml-tab")
swap("open_bracket", EVERY, r"[\]}](?=\s*(#.*)?$)", "", "yaml-syntax")
swap("open_quote", EVERY, r'"(?=[^"]*$)', "", "yaml-quote")
swap("anchor", EVERY, KEYED, r"\1\2: &name ", "yaml-anchor")
swap("alias", EVERY, r"^( *)([a-z_]+): [^&!>|\s].*$", r"\1\2: *name", "yaml-anchor")
swap("tag", EVERY, KEYED, r"\1\2: !!python/object:os.system ", "yaml-tag")
swap("own_tag", EVERY, KEYED, r"\1\2: !rule ", "yaml-tag")
swap("control_character", EVERY, r"$", "\x07", "file-characters")
swap("nul", EVERY, r"$", "\0", "file-characters")
swap("backwards_text", EVERY, r"$", " # \u202e", "file-characters")
swap("list_as_key", EVERY, r"^( *)([a-z_]+): ", r"\1? [\2]\n\1: ", "yaml-key")
swap("blanks_at_the_end", EVERY, r"(?<=\S)$", "   ")
swap("comment", EVERY, r"^(?! )", "# a remark\n")
swap("comment_at_the_end", RULES, r"(?<=[\]}])$", "  # a remark")


@spoils(*EVERY)
def doubled_key(lines: list[str]) -> Iterator[Mutant]:
    for number, line in enumerate(lines, 1):
        if re.match(r"^ *[a-z_]+: [^>|&\s#].*$", line) and not line.lstrip().startswith("#"):
            yield put(lines, number, line, line), {("duplicate-key", number + 1)}


@spoils(*EVERY)
def bombs(lines: list[str]) -> Iterator[Mutant]:
    bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    yield lines + bomb, {("yaml-anchor", len(lines) + 1)}
    yield bomb + lines, {("yaml-anchor", 1)}
    yield [*lines, "deep: " + "[" * 5000 + "]" * 5000], {("yaml-depth", len(lines) + 1)}
    yield [*lines, "deep: " + "{a: " * 500 + "}" * 500], {("yaml-depth", len(lines) + 1)}
    yield [*lines, "---", *lines], {("yaml-documents", len(lines) + 1)}


@spoils(*EVERY)
def windows_line_ends(lines: list[str]) -> Iterator[Mutant]:
    yield [line + "\r" for line in lines], set()


@spoils(*EVERY)
def nothing_left(lines: list[str]) -> Iterator[Mutant]:
    yield [], {("file-empty", 0)}
    yield ["# nothing"], {("file-empty", 0)}
    yield ["~"], {("file-empty", 0)}


@spoils(*EVERY)
def another_shape(lines: list[str]) -> Iterator[Mutant]:
    yield ["just a sentence"], {("wrong-type", 1)}
    yield ["# a list", "- 1", "- 2"], {("wrong-type", 2)}


# --- keys ---------------------------------------------------------------------------------------------------------


def status_line(lines: list[str]) -> int:
    return next(number for number, line in enumerate(lines, 1) if line.startswith("status:"))


@spoils(*RULES)
def mistyped_key(lines: list[str]) -> Iterator[Mutant]:
    for number, line in enumerate(lines, 1):
        if match := re.match(r"^([a-z_]{4,}):(.*)$", line):
            also = (
                {("waits-missing", status_line(lines))}
                if match[1] == "waits_for" and "status: trial" in lines
                else set()
            )
            yield put(lines, number, f"{match[1]}{match[1][-1]}:{match[2]}"), {("unknown-key", number), *also}


@spoils(*RULES, ROUTING, RUN)
def invented_key(lines: list[str]) -> Iterator[Mutant]:
    yield [*lines, "zzz: 1"], {("unknown-key", len(lines) + 1)}
    yield ["zzz: 1", *lines], {("unknown-key", 1)}


@spoils(*RULES)
def deleted_key(lines: list[str]) -> Iterator[Mutant]:
    """A whole top-level key taken out, its indented lines with it."""
    harmless = {"needs", "law_date", "marks", "guard", "family"}
    for number, line in enumerate(lines, 1):
        if match := re.match(r"^([a-z_]+):", line):
            end = number
            while end < len(lines) and not re.match(r"[a-z_]+:", lines[end]):
                end += 1
            left = lines[: number - 1] + lines[end:]
            gone = match[1]
            if gone in harmless:
                yield left, set()
            elif gone == "waits_for":
                yield left, {("waits-missing", status_line(left))} if "status: trial" in lines else set()
            elif gone not in ("scope", "let", "evidence"):  # rules/priority.yaml may measure by them
                yield left, {("missing-key", first(left))}


swap("deleted_basis_flag", RULES, r", checked: V2?\}", "}", "missing-key")
swap("deleted_expectation", RULES, r", expect: [a-z_]+", "", "missing-key")
swap("mistyped_expectation", RULES, r", expect: ", ", expct: ", "unknown-key")
swap("deleted_key_of_a_field", (FACTS,), r", personal: [a-z]+", "", "missing-key")
swap("mistyped_key_of_a_field", (FACTS,), r", null: ", ", nul: ", "unknown-key")
swap("mistyped_key_of_a_source", (RUN,), r"^    connector:", "    conector:", "unknown-key")


@spoils(RUN)
def source_without_a_key(lines: list[str]) -> Iterator[Mutant]:
    """The fault stands where the keys of the source begin: the line after its name."""
    codes = {"path": "missing-key", "fresh_days": "freshness", "fact": "missing-key", "key": "missing-key"}
    for number, line in enumerate(lines, 1):
        if (match := re.match(r"^    ([a-z_]+):", line)) and match[1] in codes:
            start = max(n for n, one in enumerate(lines[:number], 1) if re.match(r"^  [a-z_]+:", one))
            yield put(lines, number), {(codes[match[1]], start + 1)}
            if match[1] == "fresh_days":
                yield put(lines, number, line, "    freshness: archive"), {("freshness", number + 1)}


@spoils(RUN)
def unused_source(lines: list[str]) -> Iterator[Mutant]:
    for number, line in enumerate(lines, 1):
        # Contributions are joined on what membership offers: without it there is another fault, in another place.
        if (match := re.match(r"^      - \{source: (\w+), ", line)) and match[1] != "membership":
            declared = next(n for n, one in enumerate(lines, 1) if one.startswith(f"  {match[1]}:"))
            yield put(lines, number), {("unused-source", declared)}


# --- values -------------------------------------------------------------------------------------------------------

swap("list_for_a_word", RULES, r"^(id|nature|status|subject): .*$", r"\1: [a, b]", "wrong-type")
swap("word_for_a_list", RULES, r"^(evidence): .*$", r"\1: employed_workers", "wrong-type")
swap("nothing_for_a_condition", RULES, r"^  - [a-z_]+( |\().*$", "  -", "wrong-type")
swap("unknown_nature", RULES, r"^nature: .*$", "nature: crime", "unknown-value")
swap("unknown_status", RULES, r"^status: .*$", "status: stabel", "unknown-value")
swap("unknown_severity", RULES, r"severity: (high|medium|low)", "severity: hihg", "unknown-value")
swap("unknown_outcome", RULES, r"expect: [a-z_]+", "expect: guilty", "unknown-value")
swap("unknown_flag", (*RULES, PARAMETERS), r"checked: V2?", "checked: sure", "unknown-value")
DAY = r"^(?!.*date ')((?:(?!shows: ).)*?)\b20\d\d-"
"""A day that loading reads: those of a condition and of an expected value are read when their types are known."""
swap("day_that_is_not", (*RULES, PARAMETERS), DAY + r"\d\d-\d\d\b", r"\g<1>2025-02-30", "bad-date")
swap("month_that_is_not", (*RULES, PARAMETERS, RUN), DAY + r"\d\d-\d\d\b", r"\g<1>2025-13-01", "bad-date")
swap("day_as_words", (*RULES, PARAMETERS, RUN), DAY + r"\d\d-\d\d\b", r"\1yesterday", "wrong-type")
swap("day_the_other_way", (*RULES, PARAMETERS, RUN), DAY + r"(\d\d)-(\d\d)\b", r"\1\3-\2-2025", "wrong-type")
swap("text_for_a_number", RULES, r"(and: \{(?:registered_workers|months_unpaid)): \d+", r"\1: many", "wrong-type")
swap("negative_head_count", RULES, r"(registered_workers|months_unpaid): \d+", r"\1: -1", "out-of-range")
swap("share_above_one", RULES, r"max_share: 0\.\d+", "max_share: 50", "out-of-range")
swap("share_with_a_comma", RULES, r"max_share: 0\.\d+", 'max_share: "0,5"', "wrong-type")
swap("unknown_example_field", RULES, r"and: \{([a-z]+)_", r"and: {\1x_", "unknown-field")
swap("unknown_field_in_a_sentence", RULES, r'^(  (?:id|en): ".*?)\{([a-z_]+)\}', r"\1{\2x}", "unknown-field")
swap("open_brace_in_a_sentence", RULES, r'^(  (?:id|en): ".*?\{[a-z_]+)\}', r"\1", "say-template")
swap("format_in_a_sentence", RULES, r'^(  (?:id|en): ".*?\{[a-z_]+)\}', r"\1:>10}", "say-template")
swap("unknown_evidence", RULES, r"^(evidence: \[)", r"\1employed_people, ", "unknown-field")
swap(
    "one_language", (*RULES, FACTS), r"(title|words): \{id: ([^,}]*), en: [^}]*\}", r"\1: {id: \2}", "missing-language"
)
swap("severity_of_a_pass", RULES, r"expect: pass\}", "expect: pass, severity: high}", "example-contradiction")
swap("unknown_kind_of_day", (PARAMETERS,), r"cuti_bersama\]", "cuti_bersam]", "unknown-value")
swap("small_rule_id", RULES, r"^id: (.*)$", "id: rule one", "wrong-type")
swap("value_in_quotes", RULES, r"^(nature|status|subject): (.*)$", r'\1: "\2"')


@spoils(*RULES)
def law_that_nobody_has_read(lines: list[str]) -> Iterator[Mutant]:
    """Refused of a stable rule; one on trial may stand on it."""
    for number, line in enumerate(lines, 1):
        for flag in ("R", "NF") if re.search(r"checked: V2?(?=\}|$)", line) else ():
            spoilt = re.sub(r"checked: V2?(?=\}|$)", f"checked: {flag}", line)
            yield put(lines, number, spoilt), {("stable-basis", number)} if "status: stable" in lines else set()


@spoils(*RULES)
def doubled_and_swapped_examples(lines: list[str]) -> Iterator[Mutant]:
    for number, line in enumerate(lines, 1):
        if line.startswith("    - {name: "):
            yield put(lines, number, line, line), {("duplicate-name", number + 1)}
            if lines[number - 2].startswith("    - {name: "):
                yield [*lines[: number - 2], line, lines[number - 2], *lines[number:]], set()


@spoils(*RULES)
def no_example_of_silence(lines: list[str]) -> Iterator[Mutant]:
    left = [line for line in lines if "expect: pass" not in line]
    cases = next(number for number, line in enumerate(left, 1) if line == "  cases:")
    item = next(number for number, line in enumerate(left, 1) if number > cases and line.startswith("    - "))
    yield left, {("example-missing", item)}


@spoils(RULES[0])
def steps_without_end(lines: list[str]) -> Iterator[Mutant]:
    number = lines.index("  - {else: medium}") + 1
    yield put(lines, number), {("severity-steps", number - 1)}
    yield put(lines, number, lines[number - 1], lines[number - 1]), {("severity-steps", number - 1)}
    yield put(lines, number, "  - {if: unregistered_workers > 3}"), {("wrong-type", number)}


# --- parameters ---------------------------------------------------------------------------------------------------


@spoils(PARAMETERS)
def gaps_and_overlaps(lines: list[str]) -> Iterator[Mutant]:
    for number, line in enumerate(lines, 1):
        if line.startswith("      checked: "):
            more = ["value: 15", "from: 2030-01-01", "source: a new law", "checked: V"]
            block = [("    - " if not index else "      ") + text for index, text in enumerate(more)]
            ended = [*lines[: number - 1], line, "      until: 2029-12-30", *block, *lines[number:]]
            yield ended, {("parameter-gap", number + 2)}
            yield [text.replace("2029-12-30", "2030-06-30") for text in ended], {("parameter-overlap", number + 2)}
            yield [text.replace("2029-12-30", "2029-12-31") for text in ended], set()
            yield [text.replace("2029-12-30", "1999-12-31") for text in ended], {("bad-date", number + 1)}
            early = [text.replace("2030-01-01", "2001-01-01") for text in ended if "2029" not in text]
            yield early, {("parameter-overlap", number + 1)}
            yield put(lines, number, line, *block), set()


# --- routing ------------------------------------------------------------------------------------------------------

swap("unknown_case_fact", (ROUTING,), r"when: \{([a-z]+)", r"when: {\1z", "unknown-fact")
swap("unknown_queue", (ROUTING,), r"queue: [a-z]+", "queue: polisi", "unknown-value")
swap("unknown_purpose", (ROUTING,), r"purpose: [a-z]+", "purpose: arrest", "unknown-value")
swap("fact_never_so", (ROUTING,), r"(has_[a-z]+): 1", r"\1: 7", "unknown-value")
swap("fact_as_text", (ROUTING,), r"(has_[a-z]+): 1", r'\1: "1"', "unknown-value")
swap("order_on_words", (ROUTING,), r"track: sanction", "track: {at_least: 1}", "wrong-type")
swap("raised_too_far", (ROUTING,), r"raise: 1", "raise: 4", "out-of-range")
swap("mistyped_decision", (ROUTING,), r"then: \{queue", "then: {queu", "unknown-key")


@spoils(ROUTING)
def the_last_rule(lines: list[str]) -> Iterator[Mutant]:
    starts = [number for number, line in enumerate(lines, 1) if line.startswith("  - id: ")]
    last = starts[-1]
    yield put(lines, last + 1, "    when: {track: sanction}"), {("no-last-rule", last)}
    yield lines[: last - 1], {("no-last-rule", starts[-2])}
    for start in starts[:4]:
        yield put(lines, start + 1, "    when: {}"), {("no-last-rule", start)}
        name = lines[start - 1]
        yield put(lines, starts[4], name), {("duplicate-rule", starts[4])}


# --- the ladder -----------------------------------------------------------------------------------------------------

swap("unknown_case_fact_of_the_ladder", (LADDER,), r"when: \{([a-z]+)", r"when: {\1z", "unknown-fact")
swap(
    "step_that_is_not", (LADDER,), r"then: \{(step|prepare|beside): [a-z_0-9]+", r"then: {\1: penjara", "unknown-value"
)
swap("purpose_that_is_not", (LADDER,), r"then: \{(blocks|warns): [a-z]+", r"then: {\1: arrest", "unknown-value")
swap("case_never_so", (LADDER,), r"(has_[a-z]+|reported|denda_unpaid): [01]", r"\1: 7", "unknown-value")
swap("stands_at_no_step", (LADDER,), r"step: \[teguran_2, ", "step: [teguran_3, ", "unknown-value")
swap(
    "order_of_steps",
    (LADDER,),
    r"step: (none|pemeriksaan|denda)(?=[,}])(?=.*then|.*$)",
    "step: {at_most: 1}",
    "wrong-type",
)
swap("mistyped_proposal", (LADDER,), r"then: \{step", "then: {stepp", "unknown-key")
swap("empty_proposal", (LADDER,), r"then: \{.*\}", "then: {}", "wrong-type")
swap("two_proposals", (LADDER,), r"then: \{step: tmp2t\}", "then: {step: tmp2t, prepare: tmp2t}", "two-proposals")
swap("parameter_that_is_not", (LADDER,), r"parameter: [a-z_0-9]+", "parameter: tegurn_days", "unknown-parameter")
swap(
    "parameter_in_months",
    (LADDER,),
    r"parameter: (teguran|denda_window)_days",
    "parameter: arrears_months",
    "parameter-unit",
)
swap("design_as_law", (LADDER,), r", ours: true", "", "design-as-law")
swap("law_as_design", (LADDER,), r"binds: employer\}", "binds: employer, ours: true}", "law-as-design")
swap("no_law", (LADDER,), r"checked: V2?(?=\}|$)", "checked: sure", "unknown-value")
swap("receipt_of_nothing", (LADDER,), r"starts: [a-z_]+", "starts: tomorrow", "unknown-value")
swap("binds_nobody", (LADDER,), r"binds: [a-z]+", "binds: court", "unknown-value")
swap("office_that_is_not", (LADDER,), r"office: disnaker", "office: polisi", "unknown-value")
swap("record_of_no_step", (LADDER,), r"^    of: [a-z_0-9]+", "    of: teguran_3", "unknown-value")
swap("step_in_one_language", (LADDER,), r"words: \{id: ([^,}]*), en: [^}]*\}", r"words: {id: \1}", "missing-language")


def step_starts(lines: list[str]) -> list[int]:
    """The lines on which the steps begin, from the first to the last."""
    end = lines.index("records:")
    return [number for number, line in enumerate(lines[:end], 1) if line.startswith("  - id: ")]


@spoils(LADDER)
def needs_of_a_step(lines: list[str]) -> Iterator[Mutant]:
    """A record that is not there, and one that only a later step makes; both are said of the step."""
    for number, line in enumerate(lines, 1):
        if line.startswith(("    needs: [a", "    needs: [r")):
            start = max(one for one in step_starts(lines) if one < number)
            yield put(lines, number, line.replace("[", "[photograph, ", 1)), {("unknown-record", start)}
            if start < step_starts(lines)[-2]:
                late = line.replace("[", "[inspector_consultation, ", 1)
                yield put(lines, number, late), {("record-too-late", start)}


@spoils(LADDER)
def doubled_step(lines: list[str]) -> Iterator[Mutant]:
    first_step, second = step_starts(lines)[:2]
    block = lines[first_step - 1 : second - 1]
    yield lines[: second - 1] + block + lines[second - 1 :], {("duplicate-name", second)}


@spoils(LADDER)
def the_last_rule_of_the_ladder(lines: list[str]) -> Iterator[Mutant]:
    rules = lines.index("rules:")
    starts = [number for number, line in enumerate(lines, 1) if number > rules and line.startswith("  - id: ")]
    last = starts[-1]
    yield put(lines, last + 1, "    when: {track: sanction}"), {("no-last-rule", last)}
    yield put(lines, last + 2, "    then: {prepare: tmp2t}"), {("no-last-rule", last)}
    yield lines[: last - 1], {("no-last-rule", starts[-2])}
    for start in starts[:2]:
        yield put(lines, start + 1, "    when: {}"), {("no-last-rule", start)}
        yield put(lines, starts[4], lines[start - 1]), {("duplicate-rule", starts[4])}


# --- JKP --------------------------------------------------------------------------------------------------------------


@spoils(RULES[0], RULES[1])
def jkp_in_a_condition(lines: list[str]) -> Iterator[Mutant]:
    """Refused in `when`, whatever it says of JKP; `scope` may leave it out."""
    for key, codes in (("when:", ("jkp-flagged",)), ("scope:", ())):
        number = lines.index(key) + 1
        for text in ("lower('JKP') <> 'jht'", "upper('jkp') = 'x'"):
            yield put(lines, number, key, f"  - {text}"), {(code, number + 1) for code in codes}
        yield put(lines, number, key, "  - lower('JKPX') <> 'jht'"), set()


# --- the run ------------------------------------------------------------------------------------------------------

swap("unknown_pack", (RUN,), r"^packs: \[(\w+)", r"packs: [\1x", "unknown-pack")
swap("unknown_connector", (RUN,), r"connector: csv", "connector: cvs", "unknown-value")
swap("unknown_fact_of_a_source", (RUN,), r"^    fact: .*$", "    fact: employee", "unknown-value")
swap("unknown_field_in_columns", (RUN,), r"^      ([a-z_]*)_on: ", r"      \1_onn: ", "unknown-field")
swap("word_for_a_truth", (RUN,), r"complete: true", "complete: yes", "wrong-type")
swap("bad_region", (RUN,), r'regions: \["19"\]', 'regions: ["Babel"]', "bad-region")
swap("bad_complete_region", (RUN,), r"complete: true", 'complete: ["1901"]', "bad-region")
swap("complete_for_regions", (RUN,), r"complete: true", 'complete: ["19.71", "19.04.05"]')
swap("sum_of_names", (RUN,), r"name: one", "name: sum", "aggregate-type")
swap("truth_of_a_number", (RUN,), r"registered_workers: sum", "registered_workers: any", "aggregate-type")
swap("unknown_aggregate", (RUN,), r"registered_workers: sum", "registered_workers: total", "unknown-value")
swap("forgotten_group", (RUN,), r", business_scale: one", "", "group-missing")
swap("grouped_key", (RUN,), r"group: \{npp: min", "group: {npwp: min, npp: min", "group-field")
swap("unknown_spine", (RUN,), r"spine: (\w+)", r"spine: \1x", "unknown-source")
swap("unknown_join", (RUN,), r"\{source: (\w+)", r"{source: \1x", "unknown-source")
swap("source_of_another_fact", (RUN,), r"source: (bpu|wage_earners)", "source: membership", "source-fact")
swap("join_on_another_field", (RUN,), r"on: \[(npwp|npp|nik)\]", "on: [nppw]", "unknown-field")
swap("value_that_is_not", (RUN,), r"swasta: private", "swasta: privat", "unknown-value")
swap("truth_that_is_not", (RUN,), r'aktif: "true"', 'aktif: "ja"', "unknown-value")
swap("dates_of_a_number", (RUN,), r'numbers: "1\.234(,56)?"', 'dates: "%d/%m/%Y"', "column-format")
swap("no_shape_of_a_number", (RUN,), r'numbers: "1\.234(,56)?"', 'numbers: "rupiah"', "column-format")
swap("no_pattern_of_a_date", (RUN,), r'dates: "[^"]*"', 'dates: "dd/mm/yyyy"', "column-format")
swap("two_origins", (RUN,), r"\{constant: location\}", "{constant: location, from: lokasi}", "column-source")
swap("unknown_day_limit", (RUN,), r"fresh_days: \d+", "fresh_days: soon", "wrong-type")
swap("negative_day_limit", (RUN,), r"fresh_days: \d+", "fresh_days: -3", "out-of-range")
swap("archive", (RUN,), r"^    fresh_days: \d+", "    freshness: archive")
swap("unknown_language", (RUN,), r"^language: id", "language: nl", "unknown-value")
swap("store_elsewhere", (RUN,), r"^store: \S+", "store: mysql://db", "store-url")
swap("store_of_another_kind", (RUN,), r"^store: \S+", "store: mysql://db/patuh", "store-url")
swap("store_with_a_password", (RUN,), r"^store: \S+", "store: postgresql://patuh:rahasia@db/patuh", "store-url")
swap("store_on_a_server", (RUN,), r"^store: \S+", "store: postgresql://db/patuh")
swap("guard_of_no_rule", (RUN,), r"^guards: \{\}", "guards: {PWDB-01: {max_new: 3}}", "unknown-rule")
swap("guard_of_a_rule", (RUN,), r"^guards: \{\}", "guards: {PWBD-01: {max_new: 3}}")
swap("off_of_no_deadline", (RUN,), r"^calendar: \{\}", "calendar: {off: {registration_days: []}}", "unknown-parameter")
swap("off_of_no_kind", (RUN,), r"^calendar: \{\}", "calendar: {off: {arrears_months: [sunday]}}", "unknown-value")
swap("key_not_mapped", (RUN,), r"^    key: \[npwp\]", "    key: [npwp, nib]", "key-not-mapped")


@spoils(RUN)
def own_rule_of_a_taken_id(lines: list[str]) -> Iterator[Mutant]:
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("rules: []"))
    for file in RULES:
        own = (ROOT / file).read_text("utf-8").splitlines()
        own = [line for line in own if not line.startswith("#")]
        block = ["rules:", "  - " + own[0], *("    " + line for line in own[1:])]
        yield put(lines, number, *block), {("duplicate-rule", number + 1)}
        block[1] = "  - id: OWN-01"
        yield put(lines, number, *block), set()


@spoils(RUN)
def doubled_offices_and_fields(lines: list[str]) -> Iterator[Mutant]:
    for number, line in enumerate(lines, 1):
        if line.startswith("  - {id: "):
            yield put(lines, number, line, line), {("duplicate-name", number + 1)}
        if line == "      cover_until: berlaku_sampai" and line not in lines[: number - 1]:
            twice = put(lines, number, line, "      name: nama")
            yield twice, {("field-offered-twice", number + 1)}


PEOPLE = """people:
  sari:
    name: Sari
    roles: [inspector, supervisor]
    regions: ["19", "31.71"]
  malam: {name: Pemindaian malam, roles: [inspector], regions: all}"""


@spoils(RUN)
def people(lines: list[str]) -> Iterator[Mutant]:
    """Who may log in: sound, and each part of it spoilt."""
    begin = len(lines)
    yield [*lines, *PEOPLE.splitlines()], set()
    for old, new, line, code in (
        ("[inspector, supervisor]", "[inspector, boss]", 4, "unknown-value"),
        ("[inspector, supervisor]", "[]", 4, "wrong-type"),
        ('["19", "31.71"]', '["19", "Jakarta"]', 5, "bad-region"),
        ('["19", "31.71"]', "[]", 5, "wrong-type"),
        ('["19", "31.71"]', "none", 5, "wrong-type"),
        ("    name: Sari\n", "", 3, "missing-key"),
        ("    roles:", "    rolez:", 4, "unknown-key"),
    ):
        assert PEOPLE.count(old) == 1
        yield [*lines, *PEOPLE.replace(old, new).splitlines()], {(code, begin + line)}
    given = "assignment: {roles: [auditor], max_load: 40}"
    yield [*lines, given], set()
    for old, new, code in (
        ("[auditor]", "[boss]", "unknown-value"),
        ("40", "-1", "out-of-range"),
        ("max_load", "maximum", "unknown-key"),
    ):
        yield [*lines, given.replace(old, new)], {(code, begin + 1)}
    yield [*lines, "people: {}"], {("wrong-type", begin + 1)}
    yield [*lines, "people: [sari]"], {("wrong-type", begin + 1)}
