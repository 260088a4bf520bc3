"""Writes a sample: the plan first, then every register from it, then the truth from the plan alone."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import duckdb

from connectors.duck import literal, open_duck
from connectors.sample import employers as employer_registers
from connectors.sample import months as month_registers
from connectors.sample import partners as partner_registers
from connectors.sample import people as people_registers
from connectors.sample import projects as project_registers
from connectors.sample.days_off import Boundaries, boundaries, month_before
from connectors.sample.forms import Form
from connectors.sample.law import IN_FORCE, LAW_MACROS
from connectors.sample.macros import create_macros
from connectors.sample.plan import CLASSES, LEFT_OVER, NOT_MEMBERS, REJECTS_AMONG, REJECTS_FROM
from connectors.sample.plan_people import NEGLECTED_PARTNERS, PARTNERS
from connectors.sample.planted import Planted
from rules.errors import Message, UsageError

PARQUET_ABOVE = 100_000
"""Employers above which the registers are Parquet, not CSV."""

_WEIGHTS = 10_000
_WAGES_PER_EMPLOYER = 10
_SUBJECT_KEYS = {
    "employer": "'W' || lpad(CAST(i AS VARCHAR), 8, '0')",
    "project": "'PKT-' || lpad(CAST(i AS VARCHAR), 8, '0')",
    "partner": "'A' || lpad(CAST(i AS VARCHAR), 8, '0')",
    "contribution": month_registers.CONTRIBUTION_KEY,
    "wage": month_registers.WAGE_KEY.replace("r.i", "i"),
    "participant": people_registers.PARTICIPANT_KEY,
    "debtor": people_registers.DEBTOR_KEY,
    "cohort": people_registers.COHORT_KEY,
    "cohort_member": people_registers.MEMBER_KEY,
}
_PER_EMPLOYER = {
    "project": (1, 6),
    "partner": (5, 3),
    "contribution": (1, 1),
    "wage": (_WAGES_PER_EMPLOYER, 1),
    "participant": (1, 2),
    "debtor": (1, 20),
    "cohort": (1, 200),
    "cohort_member": (1, 4),
}
"""Subjects of each fact for so many employers; there are never fewer than its classes."""


@dataclass(frozen=True)
class SampleWritten:
    """What was written. `rows` by file name; `violations` by rule; `rules` reads the registers of this folder alone.

    `boundary_exact` False: `today` lies beyond the generator's lists of holidays, so deadlines in working days are
    planted well before and well after their boundary instead of on it.
    """

    folder: Path
    rules: Path
    truth: Path
    truth_unknown: Path
    rows: Mapping[str, int]
    violations: Mapping[str, int]
    boundary_exact: bool


def write_sample(folder: Path, employers: int, seed: int, today: date) -> SampleWritten:
    """Write a synthetic province of `employers` employers as it stands on `today`, with the planted truth beside it.

    The same arguments give the same bytes. Existing files of the same names are replaced. Raises UsageError when
    `employers` is not positive or the folder cannot be written.
    """
    if employers < 1:
        raise UsageError(
            Message("a sample of {employers} employers cannot be made", employers=employers),
            Message("a province without an employer shows nothing"),
            Message("give a number from 1 upwards"),
        )
    form = Form(typed=employers > PARQUET_ABOVE)
    scratch = folder / ".sample-scratch"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open_duck(scratch) as connection:
            return _Writer(connection, folder, form, today).write(employers, seed)
    except (OSError, duckdb.IOException) as error:
        raise UsageError(
            Message("the sample cannot be written to {folder}: {error}", folder=folder, error=error),
            Message("without all its registers a sample has another truth than the one beside it"),
            Message("free space or give another folder, and run it again"),
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Writer:
    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, form: Form, today: date) -> None:
        self._connection, self._folder, self._form, self._today = connection, folder, form, today
        self._at = boundaries(today)
        self._places: dict[str, str] = {}

    def write(self, employers: int, seed: int) -> SampleWritten:
        subjects = {
            fact: max(employers * more // fewer, len(CLASSES[fact])) for fact, (more, fewer) in _PER_EMPLOYER.items()
        }
        self._places = _places(employers, subjects, self._at, self._today)
        create_macros(self._connection, seed)
        for macro in LAW_MACROS:
            self._connection.execute(f"CREATE MACRO {macro}")
        self._plan(employers, subjects)
        rows = {name: self._copy(name, sql) for name, sql in self._registers().items()}
        violations = self._truth()
        return SampleWritten(
            self._folder,
            self._run_file(),
            self._folder / "truth.csv",
            self._folder / "truth_unknown.csv",
            rows,
            violations,
            self._at.exact,
        )

    def _plan(self, employers: int, subjects: Mapping[str, int]) -> None:
        enough = employers >= REJECTS_FROM
        rejects = {fact for fact, number in subjects.items() if enough and number >= REJECTS_AMONG}
        self._table("employer_plan", employer_registers.plan_sql(_employer_classes(employers, enough)))
        self._table(
            "member",
            "SELECT row_number() OVER (ORDER BY i) - 1 AS m, i, name, region, scale FROM employer_plan "
            f"WHERE class NOT IN {NOT_MEMBERS}",
        )
        self._places["{members}"] = str(self._count("member"))
        classes = {fact: _classes(fact, number, fact in rejects) for fact, number in subjects.items()}
        neglected = f"draw(i // {partner_registers.GROUP_SIZE}, 'care', {partner_registers.NEGLECTED_ONE_IN}) = 0"
        self._table("project_plan", project_registers.plan_sql(classes["project"], self._at))
        self._table(
            "partner_plan",
            f"SELECT i, CASE WHEN i >= {len(PARTNERS)} AND {neglected} THEN {_neglected_class()} ELSE class END "
            f"AS class FROM ({classes['partner']})",
        )
        last_month = month_before(self._today)
        # Ten million wages are drawn again for each use rather than kept.
        for name, sql in (
            ("contribution_plan", month_registers.contribution_plan_sql(classes["contribution"], self._at)),
            ("wage_plan", month_registers.wage_plan_sql(classes["wage"], last_month)),
            ("participant_plan", people_registers.participant_plan_sql(classes["participant"])),
            ("debtor_plan", people_registers.debtor_plan_sql(classes["debtor"])),
            ("cohort_plan", people_registers.cohort_plan_sql(classes["cohort"], self._at)),
            ("cohort_member_plan", classes["cohort_member"]),
        ):
            self._connection.execute(f"CREATE VIEW {name} AS {self._placed(sql)}")

    def _count(self, table: str) -> int:
        counted = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(counted[0]) if counted else 0

    def _registers(self) -> dict[str, str]:
        form = self._form
        return {
            "wlkp": employer_registers.wlkp_sql(form),
            "kepesertaan": employer_registers.membership_sql(form),
            "iuran": employer_registers.contributions_sql(form),
            "teguran": employer_registers.warnings_sql(form),
            "iuran_bulanan": month_registers.contribution_months_sql(form),
            "upah": month_registers.wages_sql(form),
            "proyek": project_registers.projects_sql(form),
            "pendaftaran_proyek": project_registers.register_sql(form),
            "bukti_iuran": project_registers.proofs_sql(form),
            "mitra_kum": partner_registers.members_sql(form),
            "bpu": partner_registers.covers_sql(form),
            "pekerja_pu": partner_registers.jobs_sql(form),
            "tagihan_bpu": people_registers.bills_sql(form),
            "debitur_kur": people_registers.debtors_sql(form),
            "perlindungan_debitur": people_registers.debtor_covers_sql(form),
            "kelompok": people_registers.cohorts_sql(form, self._at),
            "anggota_kelompok": people_registers.lists_sql(form),
            "peserta_anggota": people_registers.list_covers_sql(form),
            "angkatan_kerja": people_registers.workforce_sql(form),
        }

    def _table(self, name: str, sql: str) -> None:
        self._connection.execute(f"CREATE TABLE {name} AS {self._placed(sql)}")

    def _placed(self, sql: str) -> str:
        for place, text in self._places.items():
            sql = sql.replace(place, text)
        return sql

    def _copy(self, name: str, sql: str) -> int:
        """Write one register, whole or not at all; the other form's file of an earlier sample goes."""
        for other in ("csv", "parquet"):
            (self._folder / f"{name}.{other}").unlink(missing_ok=True)
        return self._write(f"{name}.{self._form.suffix}", sql, self._form.copy_options)

    def _write(self, name: str, sql: str, options: str) -> int:
        part = self._folder / f"{name}.part"
        copied = self._connection.execute(f"COPY ({self._placed(sql)}) TO {literal(part)} ({options})").fetchone()
        part.replace(self._folder / name)
        return int(copied[0]) if copied else 0

    def _truth(self) -> dict[str, int]:
        violations = [(fact, p.name, rule) for fact, ps in CLASSES.items() for p in ps for rule in p.violations]
        self._write("truth.csv", self._truth_sql(violations, "'violation' AS outcome"), "FORMAT csv, HEADER")
        unknown = [
            (fact, p.name, rule, blame.source, blame.reason)
            for fact, ps in CLASSES.items()
            for p in ps
            for rule, blame in p.unknown.items()
        ]
        self._write(
            "truth_unknown.csv", self._truth_sql(unknown, "nullif(source, '') AS source, reason"), "FORMAT csv, HEADER"
        )
        truth = f"read_csv({literal(self._folder / 'truth.csv')}, header = true, all_varchar = true)"
        counted = self._connection.execute(f"SELECT rule, count(*) FROM {truth} GROUP BY rule")
        return dict(sorted(counted.fetchall()))

    def _truth_sql(self, planted: Sequence[tuple[str, ...]], shown: str) -> str:
        """Return SQL for (rule, subject_key, `shown`): the plan's classes beside the subjects of each.

        A rule that is not in force on a subject's law day does not apply to it.
        """
        values = ", ".join("(" + ", ".join(literal(text) for text in row) + ")" for row in planted)
        columns = ("fact", "class", "rule", "source", "reason")[: len(planted[0])]
        subjects = " UNION ALL ".join(
            f"SELECT '{fact}' AS fact, class, {key} AS subject_key, "
            f"{'law_day' if fact in _DATED else 'CAST(NULL AS DATE)'} AS law_day FROM {fact}_plan"
            for fact, key in _SUBJECT_KEYS.items()
        )
        days = " ".join(f"WHEN {literal(rule)} THEN DATE '{since}'" for rule, since in IN_FORCE.items())
        return f"""
        SELECT rule, subject_key, {shown} FROM ({subjects})
        JOIN (VALUES {values}) AS planted({", ".join(columns)}) USING (fact, class)
        WHERE coalesce(law_day >= CASE rule {days} END, true) ORDER BY rule, subject_key"""

    def _run_file(self) -> Path:
        text = files(__package__).joinpath(f"run_{self._form.suffix}.yaml").read_text(encoding="utf-8")
        for days in (2, 5, 10, 19):
            text = text.replace(f"{{today-{days}}}", str(self._today - timedelta(days=days)))
        path = self._folder / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return path


_DATED = ("project", "wage", "participant", "debtor", "cohort")
"""Facts whose plan says the day by which the law of `IN_FORCE` is chosen."""


def _places(employers: int, subjects: Mapping[str, int], at: Boundaries, today: date) -> dict[str, str]:
    """Return what stands for the names in braces: days, numbers of subjects, and where people's numbers begin."""
    persons = subjects["partner"]
    participants = persons + employers
    debtors = participants + subjects["participant"]
    month_after = (at.overdue_month + timedelta(days=32)).replace(day=1)
    return {
        "{today}": f"DATE '{today}'",
        "{month}": f"DATE '{today.replace(day=1)}'",
        "{not_due_month}": f"DATE '{month_after if at.exact else today.replace(day=1)}'",
        "{employers}": str(employers),
        "{wages}": str(subjects["wage"]),
        "{cohorts}": str(subjects["cohort"]),
        "{persons}": str(persons),
        "{participants}": str(participants),
        "{debtors}": str(debtors),
        "{listed}": str(debtors + subjects["debtor"]),
    }


def _classes(fact: str, subjects: int, rejects: bool) -> str:
    """Return SQL for (i, class) of every subject; each draws once."""
    drawn = f"SELECT i, {_draw(fact, 'i')} AS drawn FROM range({subjects}) AS numbers(i)"
    return f"SELECT i, {_picked(fact, rejects)} AS class FROM ({drawn})"


def _draw(fact: str, i: str) -> str:
    return f"draw({i}, 'class of {fact}', {_WEIGHTS})"


def _picked(fact: str, rejects: bool, i: str = "i", drawn: str = "drawn") -> str:
    """Return SQL for the class of subject `i`: the first subjects have one class each, the others by weight."""
    classes = CLASSES[fact]
    planted = [one if rejects or not one.rejected else Planted(LEFT_OVER[fact], 0) for one in classes]
    first = "[" + ", ".join(f"'{one.name}'" for one in planted) + "]"
    weights = {one.name: one.weight for one in planted}
    return f"CASE WHEN {i} < {len(classes)} THEN {first}[{i} + 1] ELSE {_by_weight(fact, weights, drawn)} END"


def _by_weight(fact: str, weights: Mapping[str, int], drawn: str) -> str:
    """Return SQL for the class that a number below `_WEIGHTS` falls to: the commonest, left over, first."""
    steps, reached = f"WHEN {drawn} >= {sum(weights.values())} THEN '{LEFT_OVER[fact]}'", 0
    for name, weight in sorted(weights.items(), key=lambda item: -item[1]):
        reached += weight
        if weight:
            steps += f" WHEN {drawn} < {reached} THEN '{name}'"
    return f"CASE {steps} END"


def _neglected_class() -> str:
    return _by_weight("partner", NEGLECTED_PARTNERS, _draw("partner", "i"))


def _employer_classes(employers: int, rejects: bool) -> str:
    """Return SQL for (i, class); who shares a taxpayer number stands at an even `i`, its twin next to it."""
    return f"""
    SELECT i, CASE
        WHEN i % 2 = 1 AND before = 'shared_key' THEN 'shared_key_twin'
        WHEN own = 'shared_key' AND (i % 2 = 1 OR i + 1 = {employers}) THEN 'registered'
        ELSE own END AS class
    FROM (SELECT i, {_picked("employer", rejects)} AS own,
            {_picked("employer", rejects, "(i - 1)", "drawn_before")} AS before
          FROM (SELECT i, {_draw("employer", "i")} AS drawn, {_draw("employer", "(i - 1)")} AS drawn_before
                FROM range({employers}) AS numbers(i)))"""
